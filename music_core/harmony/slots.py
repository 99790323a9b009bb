"""A melody beat by beat, as the harmoniser's network sees it: pitch classes over the key, and places in the bar."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from music_core.analysis.beats import BeatGrid
from music_core.harmony.chroma import chroma
from music_core.harmony.vocabulary import NO_CHORD, members
from music_core.score import Note

FloatArray = NDArray[np.float32]

# What each slot tells of the twelve pitch classes: shares of its two halves in which they sound, whether they are
# struck on the beat or held into it, and their shares of the bar's and of the whole melody's time.
VIEWS = ("first_half", "second_half", "struck", "held", "bar", "melody")
_PLACES, _LENGTHS, _PHRASE, _MOVES = 8, 8, 8, 6
PLACE_SIZE = _PLACES + _LENGTHS + _PHRASE + _MOVES


def pitch_slots(notes: Sequence[Note], grid: BeatGrid, shift: int = 0) -> FloatArray:
    """What sounds in each slot, pitch classes moved up by `shift`, float32 (slots, len(VIEWS), 12) in 0..1."""
    count = len(grid)
    slots = np.zeros((count, len(VIEWS), 12))
    if not notes or not count:
        return slots.astype(np.float32)
    starts, ends, pitches = _columns(notes)
    pitches = pitches + shift
    ticks, halves = np.array(grid.ticks, np.int64), _half_edges(grid)
    time = chroma(starts, ends, pitches, halves)
    slots[:, :2] = (time / np.maximum(np.diff(halves), 1)[:, None]).reshape(count, 2, 12)
    first = np.clip(np.searchsorted(ticks, starts, "right") - 1, 0, count - 1)
    on_beat = 4 * (starts - ticks[first]) < ticks[first + 1] - ticks[first]
    slots[first[on_beat], 2, pitches[on_beat] % 12] = 1.0
    last = np.clip(np.searchsorted(ticks, ends, "left") - 1, first, count - 1)
    for note in np.flatnonzero(last > first):
        slots[first[note] + 1 : last[note] + 1, 3, pitches[note] % 12] = 1.0
    bars = np.array(grid.bars)
    by_bar = np.zeros((bars.max() + 1, 12))
    np.add.at(by_bar, bars, time.reshape(count, 2, 12).sum(axis=1))
    slots[:, 4] = _shares(by_bar)[bars]
    slots[:, 5] = _shares(time.sum(axis=0, keepdims=True))
    return np.minimum(slots, 1.0).astype(np.float32)


def place_slots(notes: Sequence[Note], grid: BeatGrid) -> FloatArray:
    """Where each slot lies in its bar and how the melody moves there, float32 (slots, PLACE_SIZE) in 0..1.

    One-hot: beat of the bar, beats of a bar, bar of eight since the melody began. Then the longest note that begins
    (a whole bar of four is 1), how many begin, the share of time that sounds, whether a bar begins, and whether the
    melody has not begun or is over.
    """
    count = len(grid)
    table = np.zeros((count, PLACE_SIZE))
    if not count:
        return table.astype(np.float32)
    rows, ticks = np.arange(count), np.array(grid.ticks, np.int64)
    places, bars = np.array(grid.places), np.array(grid.bars)
    begun = bars[grid.slot(notes[0].start_tick)] if notes else 0
    table[rows, np.minimum(places, _PLACES - 1)] = 1.0
    table[rows, _PLACES + np.minimum(grid.lengths, _LENGTHS) - 1] = 1.0
    table[rows, _PLACES + _LENGTHS + (bars - begun) % _PHRASE] = 1.0
    moves = table[:, -_MOVES:]
    moves[:, 3] = places == 0
    if notes:
        starts, ends, _ = _columns(notes)
        first = np.clip(np.searchsorted(ticks, starts, "right") - 1, 0, count - 1)
        lengths = (ends - starts) / (4 * np.diff(ticks)[first])
        np.maximum.at(moves[:, 0], first, lengths)
        moves[:, 1] = np.bincount(first, minlength=count) / 4
        moves[:, 2] = chroma(starts, ends, np.zeros_like(starts), ticks)[:, 0] / np.diff(ticks)
        moves[: first.min(), 4] = 1.0
        moves[np.flatnonzero(moves[:, 2] > 0).max() + 1 :, 5] = 1.0
    return np.minimum(table, 1.0).astype(np.float32)


def held_shares(notes: Sequence[Note], grid: BeatGrid, shift: int = 0) -> NDArray[np.float64]:
    """The share of each slot in which chord tones of each state are sung, float64 (slots, STATES), 0..1 for one voice.

    Under no chord nothing is foreign, so it holds whatever is sung.
    """
    sung = pitch_slots(notes, grid, shift)[:, :2].mean(axis=1).astype(np.float64)
    held: NDArray[np.float64] = sung @ members().T
    held[:, NO_CHORD] = sung.sum(axis=1)
    return held


def _columns(notes: Sequence[Note]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """First ticks, end ticks and pitches."""
    rows = np.array([(note.start_tick, note.end_tick, note.pitch) for note in notes], np.int64).reshape(-1, 3)
    return rows[:, 0], rows[:, 1], rows[:, 2]


def _half_edges(grid: BeatGrid) -> NDArray[np.int64]:
    """Ticks at which half slots begin, and the end, int64 (2 * slots + 1,)."""
    ticks = np.array(grid.ticks, np.int64)
    halves = np.empty(2 * len(grid) + 1, np.int64)
    halves[::2] = ticks
    halves[1::2] = (ticks[:-1] + ticks[1:]) // 2
    return halves


def _shares(time: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each row as shares of its sum."""
    shares: NDArray[np.float64] = time / np.maximum(time.sum(axis=1, keepdims=True), 1.0)
    return shares
