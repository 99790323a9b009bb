"""The score as a Standard MIDI File for other programs."""

from __future__ import annotations

from pathlib import Path

from desktop_app.language import tr, tr_count
from music_core.daw_rules import broken_rules
from music_core.midi_file import MidiError, channels_for, score_to_bytes, write_midi
from music_core.score import Score, bar_lines


def export_midi(score: Score, path: Path) -> str:
    """Write, re-read and compare; returns the sentence to show, raises MidiError with one.

    What would be written is first held against the rules that other programs go by.
    """
    broken = broken_rules(score_to_bytes(score))
    if broken:
        raise MidiError(
            tr("«{file}» was not written, as other programs would misread it: {rule}", file=path.name, rule=broken[0])
        )
    write_midi(score, path)
    tracks = len(score.tracks)
    bars = len(bar_lines(score.metres, score.end_tick)) - 1
    return " ".join(part for part in (_told(path, tracks, bars), shared_channels(score)) if part)


def _told(path: Path, tracks: int, bars: int) -> str:
    return tr(
        "Exported to «{file}»: {tracks}, {bars}; re-read and compared.",
        file=path.name,
        tracks=tr_count("{count} track", "{count} tracks", tracks),
        bars=tr_count("{count} bar", "{count} bars", bars),
    )


def shared_channels(score: Score) -> str:
    """A warning where parts have to share a channel, else nothing: a MIDI file has fifteen for pitched parts."""
    pitched = [
        channel for track, channel in zip(score.tracks, channels_for(score.tracks), strict=True) if not track.is_drum
    ]
    shared = len(pitched) - len(set(pitched))
    if not shared:
        return ""
    return tr_count(
        "{count} part shares its MIDI channel with another, as a file has only 15; "
        "a program that goes by tracks plays all.",
        "{count} parts share their MIDI channel with another, as a file has only 15; "
        "a program that goes by tracks plays all.",
        shared,
    )
