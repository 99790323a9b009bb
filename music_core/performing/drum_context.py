"""What the tables look at around a drum hit, all of it inside the hit's own bar."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from music_core.performing.positions import SECOND_TRIPLET, THIRD_TRIPLET, IntArray, Places
from music_core.performing.tables import BUSY_FROM

_KICK, _SNARE = 0, 1


class Context(NamedTuple):
    """Surroundings of each hit, int64 (hits,) each, in the order of `tables.DRUM_CONTEXT`."""

    before: IntArray
    after: IntArray
    busy: IntArray
    with_kick: IntArray
    with_snare: IntArray


def contexts(places: Places, lanes: IntArray) -> Context:
    """The surroundings of hits by their places and lanes 0..8.

    A hit's neighbours are a sixteenth of the beat away, or a triplet's note in a bar that has triplets.
    """
    ternary = np.isin(places.position % 6, (SECOND_TRIPLET, THIRD_TRIPLET))
    bars = int(places.bar.max(initial=0)) + 1
    swung = np.zeros(bars, np.bool_)
    swung[places.bar[ternary]] = True
    step = places.beat_ticks // np.where(swung[places.bar], 3, 4)
    hits = np.sort(_code(places.bar, lanes, places.in_bar))
    count = np.bincount(places.bar * 16 + lanes, minlength=bars * 16)
    return Context(
        _there(hits, _code(places.bar, lanes, places.in_bar - step), places.in_bar >= step),
        _there(hits, _code(places.bar, lanes, places.in_bar + step)),
        np.searchsorted(BUSY_FROM, count[places.bar * 16 + lanes], side="right").astype(np.int64),
        _there(hits, _code(places.bar, np.full_like(lanes, _KICK), places.in_bar)),
        _there(hits, _code(places.bar, np.full_like(lanes, _SNARE), places.in_bar)),
    )


def _code(bar: IntArray, lane: IntArray, in_bar: IntArray) -> IntArray:
    """One number for a bar, a lane and a tick in the bar (below 2**20)."""
    return ((bar * 16 + lane) << 20) + in_bar


def _there(sorted_codes: IntArray, wanted: IntArray, valid: NDArray[np.bool_] | bool = True) -> IntArray:
    """1 where a wanted code occurs among the sorted ones, else 0."""
    at = np.minimum(np.searchsorted(sorted_codes, wanted), len(sorted_codes) - 1)
    return ((sorted_codes[at] == wanted) & valid).astype(np.int64) if len(sorted_codes) else np.zeros_like(wanted)
