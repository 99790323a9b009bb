"""Bars that return are drawn by what the network says of all of them, so that a riff comes back note for note.

Noise that returns (decision 0027) brings a bar back where the network answers alike; it never does quite, as melody and
chords move on, and a rock guitar that people play in three rhythms over eight bars had four. What the network would
have at a place in the bar is therefore moved towards its mean over all bars that return, by a share of the part's own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.arranger.draws import Bars
from music_core.decoding.predictor import FloatArray


def agreed(logits: FloatArray, now: NDArray[np.bool_], bars: Bars | None, shares: Sequence[float]) -> FloatArray:
    """Logits (B, parts, T, classes) moved by `shares` (parts,), 0..1, towards their mean over the bars that return.

    Only of the places whose turn is `now`, bool (B, parts, T): others say nothing of what is unknown.
    """
    if bars is None or not any(shares):
        return logits
    own = np.nonzero(now & bars.returning[:, :-1])
    if not len(own[0]):
        return logits
    heard = logits[own]
    _, group = np.unique(np.stack((*own[:2], bars.slot[:, :-1][own])), axis=1, return_inverse=True)
    total = np.zeros((group.max() + 1, heard.shape[-1]), heard.dtype)
    np.add.at(total, group, heard)
    mean = total / np.bincount(group)[:, None].astype(heard.dtype)
    moved = logits.copy()
    moved[own] += np.array(shares, heard.dtype)[own[1]][:, None] * (mean[group] - heard)
    return moved
