"""Randomness for a batch of windows, some of which returns bar after bar: a band keeps to its groove.

Every place is drawn from the network's own answer. What a place in the bar draws by may be the same in many bars
(common random numbers): where the network answers alike, the bars come out alike, and where melody, chord or metre ask
for something else they do not. No single place becomes more or less likely by that; only bars go together, as people's
do. Pitches return by their distance to the chord's root, so that a figure moves with the chords.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.arranger.context import BAR_TOKENS, EDGES, TOKEN, Context
from music_core.decoding.arranger.features import roots

_BAR_SLOTS = BAR_TOKENS * TOKEN
_RIFF_BARS = 2  # that a riff may last
_ENDS, _PIECE_ENDS = EDGES.index("phrase ends"), EDGES.index("piece ends")


@dataclass(frozen=True, slots=True, eq=False)
class Bars:
    """Where slots lie: `slot` int (B, parts + 1, T), their place in each part's riff of a bar or two (the drums last);
    `root` int (B, T), 0..11; `returning` bool (B, parts + 1, T), whether a part draws there by what returns; `filling`
    bool (B, T), where the drummer fills; `places` how many a riff has, in every window and take of a bundle."""

    slot: NDArray[np.int64]
    root: NDArray[np.int64]
    returning: NDArray[np.bool_]
    filling: NDArray[np.bool_]
    places: int = _BAR_SLOTS


class Draws:
    """Randomness of its own for each of a batch, so that each is written as it would be alone.

    `each` is for what is new everywhere. With `habits`, one for each of the batch and in the same state for every
    window of a piece, some of the `bars` draw by what returns.
    """

    def __init__(
        self, *each: np.random.Generator, habits: Sequence[np.random.Generator] = (), bars: Bars | None = None
    ) -> None:
        self._each = each
        self._habits = habits
        self._bars = bars

    @property
    def bars(self) -> Bars | None:
        """Where slots lie and which of them return; None where nothing does."""
        return self._bars

    @property
    def filling(self) -> NDArray[np.bool_] | None:
        """Where the drummer fills, bool (B, T), or None for nowhere."""
        return None if self._bars is None or not self._bars.filling.any() else self._bars.filling

    def random(self, shape: tuple[int, ...], *, drums: bool = False) -> NDArray[np.float64]:
        """Uniform numbers 0..1, the batch first, then the parts unless they are the drums', then the slots."""
        own = np.stack([rng.random(shape[1:]) for rng in self._each])
        if self._bars is None:
            return own
        again = np.stack([rng.random(self._of_a_riff(shape, drums)) for rng in self._habits])
        return self._joined(own, again, drums, pitched=False)

    def gumbel(
        self, shape: tuple[int, ...], busy: NDArray[np.bool_], *, drums: bool = False, pitched: bool = False
    ) -> NDArray[np.float64]:
        """Gumbel noise of a shape as for `random`; those that are not `busy`, bool (B,), draw nothing and get 0.

        `pitched` says that the last axis is of pitches.
        """
        own = np.stack([_gumbel(rng, shape[1:], b) for rng, b in zip(self._each, busy, strict=True)])
        if self._bars is None:
            return own
        riff = self._of_a_riff(shape, drums)
        again = np.stack([_gumbel(rng, riff, b) for rng, b in zip(self._habits, busy, strict=True)])
        return self._joined(own, again, drums, pitched)

    def _joined(
        self, own: NDArray[np.float64], again: NDArray[np.float64], drums: bool, pitched: bool
    ) -> NDArray[np.float64]:
        assert self._bars is not None
        for n, (slot, root) in enumerate(zip(self._bars.slot, self._bars.root, strict=True)):
            bars = again[n][slot[-1]] if drums else again[n][np.arange(len(slot) - 1)[:, None], slot[:-1]]
            if pitched:
                steps = (np.arange(own.shape[-1]) - root[:, None]) % own.shape[-1]
                bars = np.take_along_axis(bars, np.broadcast_to(steps, bars.shape), axis=-1)
            here = self._bars.returning[n, -1] if drums else self._bars.returning[n, :-1]
            own[n] = np.where(here.reshape(*here.shape, *[1] * (bars.ndim - here.ndim)), bars, own[n])
        return own

    def _of_a_riff(self, shape: tuple[int, ...], drums: bool) -> tuple[int, ...]:
        assert self._bars is not None
        places = self._bars.places
        return (places, *shape[2:]) if drums else (shape[1], places, *shape[3:])


def returning_bars(
    context: Context, habit: NDArray[np.float64], rngs: Sequence[np.random.Generator], fills: float = 0.0,
    varied: Sequence[float] = (), paired: NDArray[np.bool_] | None = None,
) -> Bars:  # fmt: skip
    """Which bars return in each part: `habit` float (parts + 1,) of them, but for a share `varied` (parts + 1,) of
    their quarters, empty for none. Parts that are `paired`, bool (B, parts + 1), have riffs of two bars; None in a
    bundle in which none ever has.

    The drummer fills in the second half of some last bars of phrases, a share of `fills`, and phrases' last bars else
    return like others. With no fills none of them returns: what is new there is all that tells a phrase's end.
    """
    slot = np.repeat(context.place.astype(np.int64), TOKEN, axis=1) * TOKEN
    slot = np.minimum(slot + np.arange(slot.shape[1]) % TOKEN, _BAR_SLOTS - 1)
    number = np.maximum((context.place == 0).cumsum(axis=1) - 1, 0)
    ends = context.edges[..., _ENDS]
    returning = np.stack([rng.random((len(habit), number.shape[1])) for rng in rngs]) < habit[:, None]
    kept = np.take_along_axis(returning, np.broadcast_to(number[:, None], returning.shape), axis=2)
    filling = np.zeros(slot.shape, np.bool_)
    if fills:
        chosen = np.stack([rng.random(number.shape[1]) for rng in rngs]) < fills
        last = ends & ~context.edges[..., _PIECE_ENDS] & np.take_along_axis(chosen, number, axis=1)
        filling = np.repeat(last, TOKEN, axis=1) & _second_half(number, slot)
    else:
        kept &= ~ends[:, None]
    if any(varied):
        # A band varies together: the same quarters in all parts, more of them in some.
        kept = kept & (np.stack([rng.random((1, kept.shape[2])) for rng in rngs]) >= np.array(varied)[:, None])
    returning = np.repeat(kept, TOKEN, axis=2)
    returning[:, -1] &= ~filling
    riffs = np.repeat(slot[:, None], len(habit), axis=1)
    if paired is None:
        return Bars(riffs, roots(context).astype(np.int64), returning, filling)
    riffs += _BAR_SLOTS * (np.repeat(context.bar % _RIFF_BARS, TOKEN, axis=1)[:, None] * paired[..., None])
    return Bars(riffs, roots(context).astype(np.int64), returning, filling, _RIFF_BARS * _BAR_SLOTS)


def _second_half(number: NDArray[np.int64], slot: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which slots are in the second half of their bar, bool (B, T); `number` int (B, N) counts the tokens' bars."""
    tokens = (number[..., None] == number[:, None]).sum(axis=-1)
    return slot * 2 >= np.repeat(tokens, TOKEN, axis=1) * TOKEN


def _gumbel(rng: np.random.Generator, shape: tuple[int, ...], busy: np.bool_) -> NDArray[np.float64]:
    return rng.gumbel(size=shape) if busy else np.zeros(shape)
