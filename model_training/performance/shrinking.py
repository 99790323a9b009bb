"""Quantiles of a value in every cell of a table, poor cells leaning on what coarser ones say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from music_core.performing.tables import QUANTILES

# A cell speaks for itself as much as for its coarser neighbour when it has seen so many notes.
PULL = 20.0
# While cells are mixed, each is as many values, evenly spread over its ranks.
_FINE = (np.arange(80) + 0.5) / 80


def quantile_table(
    values: NDArray[np.float64],
    keys: Sequence[NDArray[np.int64]],
    sizes: Sequence[int],
    levels: Sequence[Sequence[int]],
) -> NDArray[np.float32]:
    """Quantiles at QUANTILES for every combination of keys, float32 (*sizes, 14).

    `keys` are int64 (n,) each below its size; `levels` name, from coarse to fine, the keys that a level tells apart.
    Each level's values are mixed with the coarser level's, weighted by notes seen against PULL: a tenth that are as
    loud as can be stay a tenth that are as loud, which an average of quantiles would make somewhat softer.
    """
    table = np.broadcast_to(np.quantile(values, _FINE), (*(1 for _ in sizes), len(_FINE)))
    for level in levels:
        shape = tuple(size if axis in level else 1 for axis, size in enumerate(sizes))
        cell = np.zeros(len(values), np.int64)
        for axis in range(len(sizes)):
            cell = cell * shape[axis] + (keys[axis] if axis in level else 0)
        count, own = _cells(values, cell, int(np.prod(shape)))
        coarse = np.broadcast_to(table, (*shape, len(_FINE))).reshape(-1, len(_FINE))
        table = _mixed(own, coarse, count / (count + PULL)).reshape(*shape, len(_FINE))
    at = np.searchsorted(_FINE, QUANTILES)
    between = (_FINE[at] - QUANTILES) / (_FINE[at] - _FINE[at - 1])
    read = table[..., at] + between * (table[..., at - 1] - table[..., at])
    return np.broadcast_to(read, (*sizes, len(QUANTILES))).astype(np.float32)


def ranks(values: NDArray[np.float64], rows: NDArray[np.float32], blur: NDArray[np.float64]) -> NDArray[np.float64]:
    """The rank 0..1 of each value in its row of quantiles (n, 9): the inverse of `tables.at_rank`.

    Values that equal several quantiles are spread over them by `blur` (n,) in 0..1.
    """
    points = np.asarray((0.0, *QUANTILES, 1.0))
    below, upto = (rows < values[:, None]).sum(axis=1), (rows <= values[:, None]).sum(axis=1)
    low, high = points[below], points[upto + 1]
    return np.asarray(low + (high - low) * np.clip(blur, 0.0, 1.0), np.float64)


def _mixed(own: NDArray[np.float64], coarse: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values at _FINE of cells that are their own by `weight` (cells,) and their coarser ones' by the rest."""
    both = np.concatenate((own, coarse), axis=1)
    shares = np.repeat(np.stack((weight, 1 - weight), axis=1) / len(_FINE), len(_FINE), axis=1)
    order = both.argsort(axis=1, kind="stable")
    both, shares = np.take_along_axis(both, order, axis=1), np.take_along_axis(shares, order, axis=1)
    middle = shares.cumsum(axis=1) - shares / 2
    return np.stack([np.interp(_FINE, ranks, row) for ranks, row in zip(middle, both, strict=True)])


def _cells(values: NDArray[np.float64], cell: NDArray[np.int64], cells: int) -> tuple[NDArray[np.float64], ...]:
    """How many values each cell has, float64 (cells,), and what lies at _FINE (cells, 80), 0 where there are none."""
    order = np.lexsort((values, cell))
    ordered = values[order]
    count = np.bincount(cell, minlength=cells)
    start = np.concatenate([[0], np.cumsum(count)[:-1]])
    last = np.maximum(count - 1, 0)
    at = start[:, None] + last[:, None] * _FINE
    low = np.minimum(np.floor(at).astype(np.int64), len(values) - 1)
    high = np.minimum(low + 1, (start + last)[:, None].clip(0, len(values) - 1))
    found = ordered[low] + (ordered[high] - ordered[low]) * (at - low)
    return count.astype(np.float64), np.where(count[:, None] > 0, found, 0.0)
