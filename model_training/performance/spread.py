"""How much of what varies in playing is common to a take's line, a bar, a moment, and how much is the note's own."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

_NORMAL = NormalDist()
_GRID = np.linspace(0.0005, 0.9995, 2000)
_SCORES = np.asarray([_NORMAL.inv_cdf(float(rank)) for rank in _GRID])


def normal_scores(ranks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks 0..1 as values of a standard normal variable, cut at 3.3."""
    return np.interp(ranks, _GRID, _SCORES)


def shares(
    ranks: NDArray[np.float64],
    take: NDArray[np.int64],
    lane: NDArray[np.int64],
    bar: NDArray[np.int64],
    in_bar: NDArray[np.int64],
) -> NDArray[np.float32]:
    """Variance shares (line, bar, step, hit), float32 (4,), summing to 1, from covariances of normal scores.

    Two notes of one lane in different bars share `line`, in one bar `line + bar`, two lanes struck together `step`
    beyond what lanes of one bar share anyway. All scores are divided by their common variance.
    """
    scores = normal_scores(ranks)
    scores = (scores - scores.mean()) / scores.std()
    line = _pair_mean(scores, take * 16 + lane, (take * 16 + lane) * 4096 + bar)
    in_one_bar = _pair_mean(scores, (take * 16 + lane) * 4096 + bar)
    moment = (take * 4096 + bar) * 2048 + in_bar
    together = _pair_mean(scores, moment)
    across = _pair_mean(scores, take * 4096 + bar, moment)
    line = max(0.0, line)
    bar_share = max(0.0, in_one_bar - line)
    step = max(0.0, together - max(0.0, across))
    rest = max(0.05, 1.0 - line - bar_share - step)
    found = np.asarray([line, bar_share, step, rest])
    return (found / found.sum()).astype(np.float32)


def _pair_mean(scores: NDArray[np.float64], group: NDArray[np.int64], inner: NDArray[np.int64] | None = None) -> float:
    """Mean product over pairs of notes in the same group that are not in the same inner group (not the same note)."""
    total, pairs = _sums(scores, group)
    if inner is None:
        less, fewer = float((scores**2).sum()), float(len(scores))
    else:
        less, fewer = _sums(scores, inner)
    return (total - less) / max(1.0, pairs - fewer)


def _sums(scores: NDArray[np.float64], group: NDArray[np.int64]) -> tuple[float, float]:
    """Sum over groups of (sum of scores) squared, and of (count) squared."""
    _, inverse = np.unique(group, return_inverse=True)
    sums, counts = np.bincount(inverse, weights=scores), np.bincount(inverse).astype(np.float64)
    return float((sums**2).sum()), float((counts**2).sum())
