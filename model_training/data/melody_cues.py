"""What can be heard of a track that speaks for or against its being the melody: one row of numbers a track."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model_training.data.raw import RawTrack
from model_training.data.song import DURATION, PITCH, START, VELOCITY, NoteTable
from music_core.melody import CHORD_SPREAD_TICKS
from music_core.score import TICKS_PER_QUARTER

# General MIDI programs by what they are for in a band; a program is in the first family that names it.
FAMILIES: dict[str, frozenset[int]] = {
    "bass": frozenset({*range(32, 40), 43, 87}),
    "noise": frozenset({47, 55, *range(112, 128)}),
    "voice": frozenset({52, 53, 54, 85, 91}),
    "synth lead": frozenset(range(80, 87)),
    "ensemble": frozenset({*range(44, 52), 58, *range(61, 64)}),
    "wind": frozenset(range(56, 80)),
    "solo string": frozenset({*range(40, 43), *range(104, 112)}),
    "guitar": frozenset(range(24, 32)),
    "pad": frozenset(range(88, 104)),
}
CUES = (
    "single onsets", "chords sounding", "on top", "skyline", "far from the voice", "dense", "odd density", "steps",
    "repeats", "leaps", "pitches", "loud", "higher than others", "lowest", *FAMILIES,
)  # fmt: skip

_STEP = TICKS_PER_QUARTER // 4
_BAR = 4 * TICKS_PER_QUARTER
_LONGEST = 64  # sixteenths that a note is followed for; a stuck note must not hide the rest
_VOICE = 69.0  # the middle of what melodies sing: A above middle C
_USUAL_DENSITY = 1.25  # onsets a quarter note


def cues(tracks: Sequence[RawTrack], end_tick: int) -> NDArray[np.float64]:
    """A row of `CUES` for each track, float64; shares are 0..1, pitches octaves.

    Every track must have notes, and none be drums.
    """
    steps = max(1, -(-end_tick // _STEP))
    tops, counts = (np.stack(rows) for rows in zip(*(_sounding(track.notes, steps) for track in tracks), strict=True))
    loudness = float(np.concatenate([track.notes[:, VELOCITY] for track in tracks]).mean())
    lines = [top_onsets(track.notes) for track in tracks]
    means = np.array([top.mean() for _, top, _ in lines])
    highest = tops.max(axis=0)
    lowest = np.where(tops >= 0, tops, 128).min(axis=0)
    company = (tops >= 0).sum(axis=0) > 1
    table = np.zeros((len(tracks), len(CUES)))
    for i, (track, (starts, top, size)) in enumerate(zip(tracks, lines, strict=True)):
        sounds = tops[i] >= 0
        among = sounds & company
        bars = len(np.unique(starts // _BAR))
        moves = np.abs(np.diff(top))
        density = float(np.log2(len(starts) / (4 * bars)))
        table[i, : -len(FAMILIES)] = (
            np.mean(size == 1),
            np.mean(counts[i][sounds] > 1),
            np.mean(tops[i][among] == highest[among]) if among.any() else 1.0,
            np.sum(sounds & (tops[i] == highest)) / max(1, np.sum(highest >= 0)),
            ((means[i] - _VOICE) / 12) ** 2,
            density,
            (density - np.log2(_USUAL_DENSITY)) ** 2,
            np.mean((moves > 0) & (moves <= 2)),
            np.mean(moves == 0),
            np.mean(moves > 7),
            np.log2(len(np.unique(top))) / 4,
            (track.notes[:, VELOCITY].mean() - loudness) / 20,
            np.sum(means < means[i]) / max(1, len(tracks) - 1),
            np.mean(tops[i][among] == lowest[among]) if among.any() else 0.0,
        )
        table[i, -len(FAMILIES) :] = [family == family_of(track.program) for family in FAMILIES]
    return table


def family_of(program: int) -> str:
    """The row of FAMILIES for a General MIDI program 0..127; `keys` for those in none."""
    return next((family for family, programs in FAMILIES.items() if program in programs), "keys")


def top_onsets(notes: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.int64]]:
    """Start tick, highest pitch and number of notes of each onset; notes struck nearly together are one onset."""
    starts = notes[:, START]
    before = starts[:1] - 2 * CHORD_SPREAD_TICKS
    first = np.flatnonzero(np.diff(starts, prepend=before) > CHORD_SPREAD_TICKS)
    return starts[first], np.maximum.reduceat(notes[:, PITCH], first), np.diff(np.r_[first, len(notes)])


def _sounding(notes: NoteTable, steps: int) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    """The highest pitch (-1 in silence) and the number of notes that sound in each sixteenth."""
    first = np.clip(notes[:, START] // _STEP, 0, steps - 1).astype(np.int64)
    past = np.clip(-(-(notes[:, START] + notes[:, DURATION]) // _STEP), first + 1, first + _LONGEST)
    lengths = np.minimum(past, steps) - first
    at = np.arange(lengths.sum()) + np.repeat(first - np.r_[0, np.cumsum(lengths)[:-1]], lengths)
    top = np.full(steps, -1, np.int16)
    np.maximum.at(top, at, np.repeat(notes[:, PITCH].astype(np.int16), lengths))
    return top, np.minimum(np.bincount(at, minlength=steps), 128).astype(np.int16)
