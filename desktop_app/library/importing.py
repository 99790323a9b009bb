"""A MIDI file as a piece to work on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from music_core.melody import MelodyError, find_melody
from music_core.midi_file import read_midi_salvaging
from music_core.score import Score


def import_midi(path: Path) -> tuple[Score, tuple[str, ...]]:
    """The score in a file, with its likely melody marked as such, and a sentence for each thing that was lost."""
    score, losses = read_midi_salvaging(path)
    return with_melody_marked(score), losses


def with_melody_marked(score: Score) -> Score:
    """The score with the role melody on the one track that most likely is it."""
    try:
        index = find_melody(score).track_index
    except MelodyError:
        return score
    tracks = (
        replace(track, role="melody" if i == index else "other" if track.role == "melody" else track.role)
        for i, track in enumerate(score.tracks)
    )
    return score.with_tracks(*tracks)
