"""Keeps a part about as busy as it is wished to be, and where the harmony changes with it as often as people.

Bars that return share their noise, so one unlucky draw may silence the strong beats of all of them at once; the network
then takes the part for one that rests, and it rests throughout. Under sparse tunes it begins fewer notes than it was
wished, and where the chord changes in one bar and not in its like, its basses miss the change. People with such a wish
begin a note in so many of the slots in which the harmony changes, and in so many of the others: what is drawn comes to
about that. Where nothing is wished, the network's first odds say how many onsets a part has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.arranger.context import UNKNOWN, Context, changes
from music_core.decoding.arranger.wishes import BUSY
from music_core.decoding.predictor import FloatArray

AT_CHANGES, ELSEWHERE = range(2)
_WITHIN = ((0.95, 1.05), (0.7, 1.4))  # of what is meant, at changes of the harmony and elsewhere
_MOST_NATS = 4.0  # a network that is quite sure of silence is asked as hard as this, and no harder
_HALVINGS = 16  # of that, until so many nats are known to a thousandth
_SUREST = 1e-3  # of a share, so that its odds have a logarithm


@dataclass(frozen=True, slots=True, eq=False)
class Meant:
    """The `places` with a turn, bool (B, parts, T), in which parts are to have so many `onsets`, float (B, parts).

    nan where the network says how many. `within` is the share of them that has to come, and that may.
    """

    places: NDArray[np.bool_]
    onsets: NDArray[np.float64]
    within: tuple[float, float]


class Steady:
    """The onsets that parts were meant to have, and how many of them came; one for each rhythm that is drawn."""

    def __init__(self, turns: NDArray[np.int64], meant: Sequence[Meant]) -> None:
        """`turns` is the step in which each place has its turn, (B, parts, T), negative where there is none."""
        self._turns = turns
        self._meant = tuple(meant)
        self._onsets = [group.onsets for group in meant]

    def moved(self, logits: FloatArray, counts: NDArray[np.int8], step: int) -> FloatArray:
        """Logits of counts (B, parts, T, classes) with onsets likelier or not, by what `counts` (B, parts, T) lack."""
        for number, group in enumerate(self._meant):
            left = group.places & (self._turns >= step)
            coming = onsets_expected(logits, left)
            onsets = self._onsets[number] = np.where(np.isnan(self._onsets[number]), coming, self._onsets[number])
            came = (group.places & (counts > 0) & (self._turns < step)).sum(axis=-1)
            least, most = group.within
            wanted = np.clip(came + coming, least * onsets, most * onsets) - came
            logits = steadied(logits, left, wanted, np.isclose(wanted, coming))
        return logits


def meant_for(
    context: Context, places: NDArray[np.bool_], rates: NDArray[np.float64] | None, more: NDArray[np.float64]
) -> tuple[Meant, ...]:
    """How many onsets these places, bool (B, parts, T), are to have by the context's wishes.

    `rates` float (2, parts, bins) are the shares of slots in which people with such a wish begin notes, AT_CHANGES and
    ELSEWHERE, nan where no song says; `more` (parts, T) are nats by which sliders make onsets likelier.
    """
    if rates is None:
        return (Meant(places, np.full(places.shape[:-1], np.nan), _WITHIN[ELSEWHERE]),)
    there = changes(context)[:, None]
    busy = context.wishes[:, :-1, BUSY]
    groups = (places & there, places & ~there)
    return tuple(
        Meant(group, onsets_wished(rate, busy, group, more), within)
        for group, rate, within in zip(groups, rates, _WITHIN, strict=True)
    )


def onsets_wished(
    rates: NDArray[np.float64], busy: NDArray[np.int8], places: NDArray[np.bool_], more: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Onsets of `places`, bool (B, parts, T), by wishes of how busy, int8 (B, parts): (B, parts), nan where unsaid."""
    share = np.clip(rates[np.arange(len(rates)), np.maximum(busy, 0)], _SUREST, 1 - _SUREST)
    odds = np.where(busy == UNKNOWN, np.nan, np.log(share / (1 - share)))
    return np.asarray((places * _share(odds[..., None] + more)).sum(axis=-1))


def onsets_expected(logits: FloatArray, places: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How many of the `places`, bool (B, parts, T), will have an onset by logits (B, parts, T, classes): (B, parts)."""
    return np.asarray((_share(_odds(logits)) * places).sum(axis=-1))


def steadied(
    logits: FloatArray, places: NDArray[np.bool_], wanted: NDArray[np.float64], alone: NDArray[np.bool_]
) -> FloatArray:
    """The logits with as many onsets as are `wanted`, (B, parts), expected in the places; parts left `alone` as is."""
    if alone.all():
        return logits
    odds = _odds(logits)
    nats, width = np.zeros(wanted.shape), _MOST_NATS
    for _ in range(_HALVINGS):
        width /= 2
        nats += np.where((_share(odds + nats[..., None]) * places).sum(axis=-1) < wanted, width, -width)
    moved = logits.copy()
    moved[..., 1:] += (np.where(alone, 0.0, nats)[..., None] * places)[..., None].astype(logits.dtype)
    return moved


def _odds(logits: FloatArray) -> NDArray[np.float64]:
    """Log-odds of an onset by logits (..., classes), the first of which is none."""
    wide = logits.astype(np.float64)
    return np.asarray(np.logaddexp.reduce(wide[..., 1:], axis=-1) - wide[..., 0])


def _share(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-odds)))
