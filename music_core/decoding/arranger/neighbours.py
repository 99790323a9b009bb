"""What is known of the notes on both sides of a slot in its own part: lines are made of steps from note to note."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.arranger.lanes import PITCHES, slots_until
from music_core.decoding.arranger.state import State

_CLASSES, _UNKNOWN = 12, -1
SIDES = 2  # the note before and the one after
_ONE = _CLASSES + 1  # of each: the height comes last, from which networks read the interval
WIDTH = SIDES * _ONE  # features of each part in a slot


def neighbours(state: State, root: NDArray[np.int8]) -> NDArray[np.float32]:
    """The lowest pitch of the part's onset before each slot and of the one after, float32 (B, T, parts, 26).

    Of each its pitch class above the slot's own root, int8 (B, T), one of twelve, and its height 1..72 of 72; all 0
    where there is no onset or its pitch is not known yet.
    """
    begins = state.counts > 0
    slots = begins.shape[-1]
    here = np.arange(slots)
    before = np.maximum.accumulate(np.where(begins, here, -1), axis=-1)
    before = np.concatenate((np.full_like(before[..., :1], -1), before[..., :-1]), axis=-1)
    after = here + slots_until(begins)
    pitch = np.where(state.onsets.any(axis=-1), state.onsets.argmax(axis=-1), _UNKNOWN)
    sides = (_seen(pitch, np.where(before < 0, slots, before), root), _seen(pitch, after, root))
    return np.concatenate(sides, axis=-1).swapaxes(1, 2)


def _seen(pitch: NDArray[np.int64], at: NDArray[np.int64], root: NDArray[np.int8]) -> NDArray[np.float32]:
    """Of lowest pitches int64 (B, parts, T) those at other slots, where T is nowhere: float32 (B, parts, T, 13)."""
    slots = at.shape[-1]
    lowest = np.take_along_axis(pitch, np.minimum(at, slots - 1), axis=-1)
    known = (lowest != _UNKNOWN) & (at < slots)
    steps = (lowest - root[:, None]) % _CLASSES  # LOW_PITCH is a C
    found = np.zeros((*at.shape, _ONE), np.float32)
    found[..., :_CLASSES] = (steps[..., None] == np.arange(_CLASSES)) & known[..., None]
    found[..., _CLASSES] = np.where(known, (lowest + 1) / PITCHES, 0)
    return found
