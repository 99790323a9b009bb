"""Keeps a part about as busy as the network first meant it to be.

Bars that return share their noise, so one unlucky draw may silence the strong beats of all of them at once; the network
then takes the part for one that rests, and it rests throughout. And under sparse tunes it begins fewer notes than it
was wished. People with a wish of that bin begin so many notes: what is drawn may come to seven tenths of that or to
fourteen, and no further. Where nothing is wished, the network's first odds say how many onsets such a part has.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.arranger.context import TOKEN, UNKNOWN
from music_core.decoding.predictor import FloatArray

_LEAST, _MOST = 0.7, 1.4
_MOST_NATS = 4.0  # a network that is quite sure of silence is asked as hard as this, and no harder
_FEWEST = 1e-3  # onsets, so that none has a logarithm


class Steady:
    """The onsets that parts were meant to have, and how many of them came; one for each rhythm that is drawn."""

    def __init__(self, turns: NDArray[np.int64], wished: NDArray[np.float64] | None = None) -> None:
        """`turns` is the step in which each place has its turn, (B, parts, T), negative where there is none.

        `wished` are the onsets that are meant, (B, parts), nan where nobody said.
        """
        self._turns = turns
        self._wished = wished
        self._meant: NDArray[np.float64] | None = None

    def moved(self, logits: FloatArray, counts: NDArray[np.int8], step: int) -> FloatArray:
        """Logits of counts (B, parts, T, classes) with onsets likelier or not, by what `counts` (B, parts, T) lack."""
        left = onsets_expected(logits, self._turns >= step)
        if self._meant is None:
            self._meant = left if self._wished is None else np.where(np.isnan(self._wished), left, self._wished)
        had = ((counts > 0) & (self._turns >= 0) & (self._turns < step)).sum(axis=-1)
        return steadied(logits, self._meant, had, left)


def onsets_wished(
    rates: NDArray[np.float64], busy: NDArray[np.int8], places: NDArray[np.bool_], more: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How many onsets the `places`, bool (B, parts, T), are to have by wishes of how busy, int8 (B, parts): (B, parts).

    `rates` (parts, bins) are people's onsets a quarter, nan where no song says; `more` (parts, T) are the nats by
    which sliders push. nan where nothing is wished.
    """
    rate = rates[np.arange(len(rates)), np.maximum(busy, 0)]
    wished = np.where(busy == UNKNOWN, np.nan, rate)
    return np.asarray(wished / TOKEN * (places * np.exp(more)).sum(axis=-1))


def onsets_expected(logits: FloatArray, places: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How many of the `places`, bool (B, parts, T), will have an onset by logits (B, parts, T, classes): (B, parts)."""
    odds = np.exp(logits - logits.max(axis=-1, keepdims=True))
    onset = 1.0 - odds[..., 0] / odds.sum(axis=-1)
    return np.asarray((onset * places).sum(axis=-1), np.float64)


def steadied(
    logits: FloatArray, meant: NDArray[np.float64], had: NDArray[np.int64], left: NDArray[np.float64]
) -> FloatArray:
    """The logits with onsets likelier by what a part will lack of the least that was `meant`, or has beyond the most.

    `had` are the onsets so far and `left` those that the logits would add, all (B, parts).
    """
    coming = had + left
    towards = np.clip(coming, _LEAST * meant, _MOST * meant)
    nats = np.log(np.maximum(towards - had, _FEWEST) / np.maximum(left, _FEWEST))
    nats = np.where(towards == coming, 0.0, np.clip(nats, -_MOST_NATS, _MOST_NATS))
    if not nats.any():
        return logits
    moved = logits.copy()
    moved[..., 1:] += nats[..., None, None].astype(logits.dtype)
    return moved
