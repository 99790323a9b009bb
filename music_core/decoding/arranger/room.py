"""Which of a slot's notes have a length of their own, and how long they may last."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.arranger.context import NO_ROOT, Context
from music_core.decoding.arranger.lanes import HIGHEST, INNER, LENGTHS, LOWEST, PITCHES, RANKS


def ranks_of(counts: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Which ranks (lowest, inner, highest) slots with so many notes have, bool (..., T, 3)."""
    ranks = np.zeros((*counts.shape, RANKS), np.bool_)
    ranks[..., LOWEST], ranks[..., INNER], ranks[..., HIGHEST] = counts > 0, counts > 2, counts > 1
    return ranks


def room_of(context: Context, onsets: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Slots that the notes of each rank may last, int64 (B, parts, T, 3): up to the next chord they are not in.

    A note that is not even in the chord it begins in may last until that chord changes.
    """
    batch, slots, _ = context.tones.shape
    free = ~context.known | (context.root == NO_ROOT)  # nothing known, or no chord: any note may sound
    fits = context.tones | free[..., None]
    same = (context.tones[:, 1:] == context.tones[:, :-1]).all(axis=-1) & (
        context.known[:, 1:] == context.known[:, :-1]
    )
    fitting, changing = (np.zeros((batch, slots + 1, 12), np.int64) for _ in range(2))
    fitting[:, slots] = changing[:, slots] = int(LENGTHS[-1])  # beyond the last bar nothing is known
    for slot in range(slots - 1, -1, -1):
        fitting[:, slot] = np.where(fits[:, slot], 1 + fitting[:, slot + 1], 0)
        lasts = same[:, slot, None] if slot < slots - 1 else np.zeros((batch, 1), np.bool_)
        changing[:, slot] = 1 + np.where(lasts, changing[:, slot + 1], 0)
    room = np.maximum(np.where(fits, fitting[:, :slots], changing[:, :slots]), 1)
    by_pitch = np.where(onsets, np.tile(room, PITCHES // 12)[:, None], np.iinfo(np.int64).max)
    index = onsets.cumsum(axis=-1)
    lowest, highest = onsets & (index == 1), onsets & (index == index[..., -1:]) & (index > 1)
    most = np.iinfo(np.int64).max
    ranks = (lowest, onsets & ~lowest & ~highest, highest)
    return np.stack([np.where(rank, by_pitch, most).min(axis=-1) for rank in ranks], axis=-1)
