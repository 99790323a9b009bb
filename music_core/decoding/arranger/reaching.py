"""A part is one player's: pitches out of reach of its notes before and after are less likely.

Bands that taught keys had several players in that part, an organ low and a lead high, and a network that plays them all
with one pair of hands hops between registers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.predictor import FloatArray

_REACH = 9  # semitones from a neighbour; a hand's
_BESIDE = 16  # slots that a neighbour may be away, a bar


def reaching(logits: FloatArray, onsets: NDArray[np.bool_], nats: float) -> FloatArray:
    """Logits of pitches (B, parts, T, 72) with `nats` less for each semitone out of reach of all the part's notes near.

    Those are its `onsets`, bool (B, parts, T, 72), in the slot, or where that has none in the last slot before and in
    the next one that has. Where there are none, nothing is out of reach.
    """
    if not nats:
        return logits
    far = np.maximum(_from_neighbours(onsets) - _REACH, 0)
    return np.asarray(logits - far.astype(logits.dtype) * logits.dtype.type(nats))


def _from_neighbours(onsets: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Semitones from each pitch to the nearest note in its slot, or else in those beside it; 0 where there is none."""
    *lanes, slots, pitches = onsets.shape
    flat = onsets.reshape(-1, slots, pitches)
    apart, noted, number = _from_notes(flat), flat.any(axis=-1), np.arange(slots)
    before = np.maximum.accumulate(np.where(noted, number, -1), axis=-1)
    after = np.minimum.accumulate(np.where(noted, number, slots)[:, ::-1], axis=-1)[:, ::-1]
    near = np.full(apart.shape, pitches, np.int8)
    for beside in (before, after):
        there = (beside >= 0) & (beside < slots) & (np.abs(beside - number) <= _BESIDE)
        own = apart[:, np.arange(len(flat))[:, None], np.clip(beside, 0, slots - 1)]
        near = np.where(there, np.minimum(near, own), near)
    near[near == pitches] = 0
    return np.moveaxis(near, 0, -1).reshape(*lanes, slots, pitches)


def _from_notes(onsets: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Semitones from each pitch to the nearest note of its slot, int8 (pitches, n, slots) of bool (n, slots, pitches).

    As many as there are pitches where it has none.
    """
    pitches = onsets.shape[-1]
    apart = np.where(np.moveaxis(onsets, -1, 0), np.int8(0), np.int8(pitches))  # pitches first: whole rows are stepped
    for pitch in range(1, pitches):
        np.minimum(apart[pitch], apart[pitch - 1] + np.int8(1), out=apart[pitch])
    for pitch in range(pitches - 2, -1, -1):
        np.minimum(apart[pitch], apart[pitch + 1] + np.int8(1), out=apart[pitch])
    return np.minimum(apart, np.int8(pitches))
