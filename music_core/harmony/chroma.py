"""How long each pitch class sounds in each stretch of time."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def chroma(
    starts: ArrayLike, ends: ArrayLike, pitches: ArrayLike, edges: ArrayLike, weights: ArrayLike = 1.0
) -> NDArray[np.float64]:
    """Ticks, times each note's weight, that each pitch class sounds between edges, float64 (len(edges) - 1, 12).

    Notes are three arrays (n,) of first tick, end tick and pitch; `edges` rise.
    """
    begin, end = np.asarray(starts, np.int64), np.asarray(ends, np.int64)
    border = np.asarray(edges, np.int64)
    table = np.zeros((max(0, len(border) - 1), 12))
    if not len(table) or not len(begin):
        return table
    heavy = np.broadcast_to(np.asarray(weights, np.float64), begin.shape)
    first = np.clip(np.searchsorted(border, begin, "right") - 1, 0, len(table) - 1)
    last = np.clip(np.searchsorted(border, end, "left") - 1, first, len(table) - 1)
    spread = last - first + 1
    note = np.repeat(np.arange(len(begin)), spread)
    cell = first[note] + np.arange(len(note)) - np.repeat(np.cumsum(spread) - spread, spread)
    time = np.minimum(border[cell + 1], end[note]) - np.maximum(border[cell], begin[note])
    classes = np.asarray(pitches, np.int64)[note] % 12
    np.add.at(table, (cell, classes), np.maximum(time, 0) * heavy[note])
    return table
