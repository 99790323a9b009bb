"""A part that was asked for never stays silent throughout: where the draws left it so, it plays once a bar.

Cold draws of calm parts over a few bars may come to nothing. Such a part gets one onset in every bar that it may play
in, where the network would sooner have one, and as it would sooner have it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.arranger.context import TOKEN, Context
from music_core.decoding.arranger.drummer import DRUMS
from music_core.decoding.arranger.state import MASKED, State
from music_core.decoding.predictor import FloatArray

# For each of a batch, groups of parts (DRUMS for the drums) of which one at least must play.
Needed = Sequence[Sequence[tuple[int, ...]]]


def silent_parts(state: State, wanted: NDArray[np.bool_], needed: Needed) -> NDArray[np.bool_]:
    """The last part of each needed group that has no onset and may have some, bool (B, parts + 1).

    `wanted` is bool (B, parts + 1, T).
    """
    playing = np.column_stack(((state.counts > 0).any(axis=-1), (state.hits > 0).any(axis=(-2, -1))))
    silent = np.zeros(playing.shape, np.bool_)
    for n, groups in enumerate(needed):
        for group in groups:
            silent[n, group[-1]] = not playing[n, list(group)].any()
    return silent & wanted.any(axis=-1)


def masked(counts: NDArray[np.int8], hits: NDArray[np.int8], hidden: NDArray[np.bool_]) -> tuple[
    NDArray[np.int8], NDArray[np.int8]
]:  # fmt: skip
    """Counts and hits with the slots bool (B, parts + 1, T) unknown."""
    unknown = np.where(hidden[:, :DRUMS], MASKED, counts), np.where(hidden[:, DRUMS, :, None], MASKED, hits)
    return unknown[0].astype(np.int8), unknown[1].astype(np.int8)


def roused(
    context: Context, state: State, answers: Mapping[str, FloatArray], hidden: NDArray[np.bool_]
) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Counts and hits with one onset a bar among the slots `hidden`, bool (B, parts + 1, T), of each part.

    `answers` are the network's with those slots unknown.
    """
    counts, hits = state.counts.copy(), state.hits.copy()
    bars = np.repeat((context.place == 0).cumsum(axis=1), TOKEN, axis=1)
    for n, part in np.argwhere(hidden.any(axis=-1)).tolist():
        drums = part == hidden.shape[1] - 1
        logits = answers["hits"][n] if drums else answers["counts"][n, part][:, None]
        into = hits[n] if drums else counts[n, part][:, None]
        for bar in np.unique(bars[n, hidden[n, part]]).tolist():
            slots = np.flatnonzero(hidden[n, part] & (bars[n] == bar))
            odds = logits[slots, :, 1:].max(axis=-1) - logits[slots, :, 0]
            slot, lane = np.unravel_index(int(odds.argmax()), odds.shape)
            into[slots[slot], lane] = 1 + int(logits[slots[slot], lane, 1:].argmax())
    return counts, hits
