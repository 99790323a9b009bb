"""Strummed chords: the strings of a guitar one after the other, down on the beat and up off it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from music_core.performing.positions import ON_BEAT, IntArray
from music_core.score import Track

_LEAST_STRINGS = 3
# Milliseconds from string to string, and of a whole stroke at most; distorted guitars are hit harder and faster.
_DOWN_MS, _UP_MS, _LONGEST_MS = 9.0, 6.0, 40.0
_HARD_PROGRAMS, _HARD = (29, 30, 31), 0.5


def is_strummed(track: Track) -> bool:
    """Whether a part is a guitar's: by its General MIDI program, or by its role where the program is no guitar's."""
    return not track.is_drum and (24 <= track.program <= 31 or track.role == "guitar")


def strum_ms(track: Track, starts: IntArray, pitches: IntArray, positions: IntArray) -> NDArray[np.float64]:
    """How much later than the first string each note sounds, float64 (notes,) milliseconds; 0 outside of chords."""
    if not len(starts):
        return np.zeros(0)
    _, chord, count = np.unique(starts, return_inverse=True, return_counts=True)
    order = np.lexsort((pitches, chord))
    first = np.concatenate([[0], np.cumsum(count)[:-1]])
    from_low = np.empty(len(starts), np.int64)
    from_low[order] = np.arange(len(starts)) - first[chord[order]]
    down = positions % 6 == ON_BEAT
    string = np.where(down, from_low, count[chord] - 1 - from_low)
    each = np.minimum(np.where(down, _DOWN_MS, _UP_MS), _LONGEST_MS / np.maximum(count[chord] - 1, 1))
    hard = _HARD if track.program in _HARD_PROGRAMS else 1.0
    return np.where(count[chord] >= _LEAST_STRINGS, string * each * hard, 0.0)
