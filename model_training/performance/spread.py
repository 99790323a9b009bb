"""How much of what varies in playing is common to a take's line, a bar, a moment, and how much is the note's own."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

# Far enough for what is common to be the take's, near enough for most takes to have it.
FAR_BARS = 8
_LANES, _MOST_BARS, _MOST_TICKS = 16, 4096, 4096
_EIGHTH = 240

_NORMAL = NormalDist()
_GRID = np.linspace(0.0005, 0.9995, 2000)
_SCORES = np.asarray([_NORMAL.inv_cdf(float(rank)) for rank in _GRID])


def normal_scores(ranks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks 0..1 as values of a standard normal variable, cut at 3.3."""
    return np.asarray(np.interp(ranks, _GRID, _SCORES), np.float64)


def shares(
    ranks: NDArray[np.float64],
    take: NDArray[np.int64],
    lane: NDArray[np.int64],
    bar: NDArray[np.int64],
    in_bar: NDArray[np.int64],
) -> NDArray[np.float32]:
    """Variance shares in the order of tables.SHARES, float32 (5,), summing to 1, from covariances of normal scores.

    What notes of a lane have in common FAR_BARS apart is `line` between different places of the beat, `line + place`
    at the same one; `bar` is what half a bar's distance adds over half a bar and FAR_BARS; `step` is what two lanes
    struck together share beyond two lanes an eighth apart in that bar.
    """
    scores = normal_scores(ranks)
    scores = (scores - scores.mean()) / scores.std()
    code = ((take * _LANES + lane) * _MOST_BARS + bar) * _MOST_TICKS + in_bar
    sums = _Lags(scores, code)
    far = FAR_BARS * _MOST_TICKS
    line = max(0.0, sums.mean(far + _EIGHTH, far - _EIGHTH, far + _EIGHTH // 2, far - _EIGHTH // 2))
    place = max(0.0, sums.mean(far, far + 4 * _EIGHTH, far - 4 * _EIGHTH) - line)
    bar_share = max(0.0, sums.mean(4 * _EIGHTH) - sums.mean(far + 4 * _EIGHTH, far - 4 * _EIGHTH))
    others = [lanes * _MOST_BARS * _MOST_TICKS for lanes in range(1, _LANES)]
    together = sums.mean(*others)
    beside = sums.mean(*(other + sign * _EIGHTH for other in others for sign in (1, -1)))
    step = max(0.0, together - max(0.0, beside))
    found = np.asarray([line, place, bar_share, step, max(0.05, 1.0 - line - place - bar_share - step)])
    return np.asarray(found / found.sum(), np.float32)


class _Lags:
    """Mean products of scores whose codes differ by a given number."""

    def __init__(self, scores: NDArray[np.float64], code: NDArray[np.int64]) -> None:
        self._code, first = np.unique(code, return_index=True)
        self._scores = scores[first]

    def mean(self, *lags: int) -> float:
        """The mean over all pairs at any of the lags; 0 where there are none."""
        total, pairs = 0.0, 0
        for lag in lags:
            at = np.minimum(np.searchsorted(self._code, self._code + lag), len(self._code) - 1)
            found = self._code[at] == self._code + lag
            total += float((self._scores[found] * self._scores[at[found]]).sum())
            pairs += int(found.sum())
        return total / max(1, pairs)
