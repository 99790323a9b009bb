"""The score as a Standard MIDI File for other programs."""

from __future__ import annotations

from pathlib import Path

from music_core.midi_file import write_midi
from music_core.score import Score, bar_lines


def export_midi(score: Score, path: Path) -> str:
    """Write, re-read and compare; returns the sentence to show, raises MidiError with one."""
    write_midi(score, path)
    tracks = len(score.tracks)
    bars = len(bar_lines(score.metres, score.end_tick)) - 1
    return (
        f"Exported {tracks} {'track' if tracks == 1 else 'tracks'}, {bars} {'bar' if bars == 1 else 'bars'}, "
        f"to «{path.name}»; re-read and compared."
    )
