"""Voices that never rest, led without parallel fifths and octaves.

Whether a pitch makes a parallel is only known beside the other voices' pitches before and after it. Pitches that are
drawn side by side know nothing of one another, so here they are taken one after the other, in time and from the top,
and each heeds all that is known by then: the melody, what is given, what was drawn before. As places have their turns
in any order, the move into a note and the move out of it are both looked at; whichever of a move's four notes comes
last finds the other three.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.arranger.context import REST
from music_core.decoding.arranger.lanes import PITCHES, slots_until

_UNKNOWN = -1  # or silent: nothing that a voice could be parallel to
_PERFECT = (0, 7)  # semitones of octaves and fifths, octaves apart

IntArray = NDArray[np.int64]


def drawn_in_turn(
    scores: NDArray[np.float64], now: NDArray[np.bool_], melody: NDArray[np.int8], counts: NDArray[np.int8],
    onsets: NDArray[np.bool_],
) -> NDArray[np.bool_]:  # fmt: skip
    """One new pitch wherever it is its turn `now`, bool (B, parts, T), as bool (B, parts, T, 72).

    The best by its score, float (B, parts, T, 72), among those that make no parallel fifth or octave with the melody,
    int8 (B, T, 72) of REST, SOUNDS and STRUCK, or another part; the best of all where each would make one. Parts go
    from high to low; `counts` int8 (B, parts, T) says where their notes begin, `onsets` which of them are known.
    """
    lines = _lines(melody, counts, onsets)
    ends = np.arange(now.shape[-1]) + slots_until(counts > 0)
    chosen = np.zeros(onsets.shape, np.bool_)
    for number, slot, part in _rounds(now):
        end = ends[number, part, slot]
        forbidden = _parallel(lines, number, part, slot, slot - 1) | _parallel(lines, number, part, end - 1, end)
        possible = scores[number, part, slot]
        allowed = np.where(forbidden, -np.inf, possible)
        stuck = ~np.isfinite(allowed).any(axis=-1, keepdims=True)
        pitch = np.where(stuck, possible, allowed).argmax(axis=-1)
        chosen[number, part, slot, pitch] = True
        for n, p, first, last, value in zip(number, part, slot, end, pitch, strict=True):
            lines[n, p + 1, first:last] = value
    return chosen


def _lines(melody: NDArray[np.int8], counts: NDArray[np.int8], onsets: NDArray[np.bool_]) -> IntArray:
    """What the melody and each part sound, int64 (B, parts + 1, T + 1): the number of a pitch or _UNKNOWN.

    A part's note lasts until the next one. The last slot is nobody's: what follows the end, and what was before 0.
    """
    batch, parts, slots = counts.shape
    lines = np.full((batch, parts + 1, slots + 1), _UNKNOWN, np.int64)
    lines[:, 0, :slots] = _highest(melody != REST)
    last = np.maximum.accumulate(np.where(counts > 0, np.arange(slots), 0), axis=-1)
    lines[:, 1:, :slots] = np.take_along_axis(_highest(onsets), last, axis=-1)
    return lines


def _highest(sounding: NDArray[np.bool_]) -> IntArray:
    highest = PITCHES - 1 - sounding[..., ::-1].argmax(axis=-1)
    return np.where(sounding.any(axis=-1), highest, _UNKNOWN).astype(np.int64)


def _rounds(now: NDArray[np.bool_]) -> list[tuple[IntArray, IntArray, IntArray]]:
    """Which of the batch, which slots, which parts: in each round the next place of every one of the batch."""
    number, slot, part = np.nonzero(now.swapaxes(1, 2))
    turn = np.arange(len(number)) - np.searchsorted(number, number)
    return [(number[here], slot[here], part[here]) for here in (turn == t for t in range(turn.max(initial=-1) + 1))]


def _parallel(lines: IntArray, number: IntArray, part: IntArray, here: IntArray, there: IntArray) -> NDArray[np.bool_]:
    """Which pitches of a part `here` go in parallel to or from what it sounds in the neighbouring slot `there`,
    bool (n, 72)."""
    own = lines[number, part + 1, there][:, None]
    others_here, others_there = lines[number, :, here], lines[number, :, there]
    way = np.where(np.arange(lines.shape[1]) > part[:, None] + 1, 1, -1)  # below are lower voices
    interval = (own - others_there) * way % 12
    moving = (own != _UNKNOWN) & (others_here != _UNKNOWN) & (others_there != _UNKNOWN) & (others_here != others_there)
    moving &= np.isin(interval, _PERFECT)  # a part is no other to itself: where it is known here, it does not move
    pitches = np.arange(PITCHES)
    again = (pitches - others_here[..., None]) * way[..., None] % 12 == interval[..., None]
    along = np.sign(pitches - own[..., None]) == np.sign(others_here - others_there)[..., None]
    found: NDArray[np.bool_] = (moving[..., None] & again & along).any(axis=1)
    return found
