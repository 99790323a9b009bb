"""Tables of drumming from the Groove recordings: loudness, timing, swing, and how their variation hangs together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model_training.performance.groove import Take
from model_training.performance.shrinking import quantile_table, ranks
from model_training.performance.spread import shares
from music_core.decoding.drums import LANES
from music_core.performing.drum_context import contexts
from music_core.performing.positions import POSITIONS, THIRD_TRIPLET, IntArray
from music_core.performing.tables import DRUM_CONTEXT, FAMILIES
from music_core.score import TICKS_PER_QUARTER, Metre

# Axes of the velocity table: family, lane, position, then before, after, busy, with kick, with snare.
_VELOCITY_LEVELS = ((1,), (1, 2), (1, 2, 3, 4, 5), (1, 2, 3, 4, 5, 6, 7), (0, 1, 2, 3, 4, 5, 6, 7))
_OFFSET_LEVELS = ((1,), (1, 2), (0, 1, 2))
# Beyond this a hit was meant for another place of the bar than the nearest.
_STRAY_MS = 60.0
# Off-beats of a swung beat, as shares of it; how many a take must have, and how close four fifths of them must lie.
_OFF_BEAT_FROM, _OFF_BEAT_TO = 0.4, 0.9
_LEAST_OFF_BEATS, _STEADY = 20, 0.12
_USUAL, _MOST_BARS = 0.5, 4096


class Hits(NamedTuple):
    """All hits of some takes in columns, (hits,) each; `offsets_ms` counts from the take's own mean."""

    take: IntArray
    family: IntArray
    lane: IntArray
    bar: IntArray
    in_bar: IntArray
    position: IntArray
    before: IntArray
    after: IntArray
    busy: IntArray
    with_kick: IntArray
    with_snare: IntArray
    velocity: NDArray[np.float64]
    offset_ms: NDArray[np.float64]
    stray: NDArray[np.bool_]


def hits_of(takes: Sequence[Take], swing: tuple[float, float] | None = None) -> Hits:
    """The hits of takes; with `swing` (a, b) a swung take's off-beats are measured from a + b * bpm of the beat."""
    found = [_hits(index, take, swing) for index, take in enumerate(takes)]
    return Hits(*(np.concatenate(column) for column in zip(*found, strict=True)))


def _hits(index: int, take: Take, swing: tuple[float, float] | None) -> Hits:
    places = take.bars().places(take.ticks)
    offsets = take.offsets_ms
    if swing is not None and take.swung:
        shift = (swing[0] + swing[1] * take.bpm - 2 / 3) * 60_000.0 / take.bpm
        offsets = offsets - np.where(places.position % 6 == THIRD_TRIPLET, shift, 0.0)
    stray = np.abs(offsets - np.median(offsets)) > _STRAY_MS
    return Hits(
        np.full(len(take.lanes), index),
        np.full(len(take.lanes), FAMILIES.index(take.family)),
        take.lanes,
        places.bar,
        places.in_bar,
        places.position,
        *contexts(places, take.lanes),
        take.velocities.astype(np.float64),
        offsets - offsets[~stray].mean(),
        stray,
    )


def swing_line(takes: Sequence[Take]) -> tuple[float, float]:
    """Where swung players put the ride's and hat's off-beats: a + b * bpm of a beat, least squares over takes.

    Takes whose off-beats scatter mix triplets with sixteenths and tell nothing about swing; they are left out.
    Without any others a triplet it is.
    """
    found = []
    for take in takes:
        cymbal = np.isin(take.lanes, (2, 3, 8))
        on = take.offset_ticks[cymbal & (take.ticks % TICKS_PER_QUARTER == 0)]
        if not take.swung or take.is_fill or not len(on):
            continue
        place = ((take.ticks + take.offset_ticks - np.median(on))[cymbal] % TICKS_PER_QUARTER) / TICKS_PER_QUARTER
        late = place[(place > _OFF_BEAT_FROM) & (place < _OFF_BEAT_TO)]
        if len(late) >= _LEAST_OFF_BEATS and np.subtract(*np.quantile(late, (0.9, 0.1))) < _STEADY:
            found.append((take.bpm, float(np.median(late)), float(len(late))))
    if not found:
        return 2 / 3, 0.0
    bpm, middle, weight = np.asarray(found).T
    slope, start = np.polyfit(bpm, middle, 1, w=np.sqrt(weight))
    return float(start), float(slope)


def velocity_table(hits: Hits) -> NDArray[np.float32]:
    """Quantiles of velocity, float32 (*families, lanes, positions and context, 14)."""
    sizes = (len(FAMILIES), len(LANES), POSITIONS, *DRUM_CONTEXT)
    return quantile_table(hits.velocity, _keys(hits), sizes, _VELOCITY_LEVELS)


def offset_table(hits: Hits) -> NDArray[np.float32]:
    """Quantiles of milliseconds after the grid, float32 (families, lanes, positions, 14); stray hits are left out."""
    kept = ~hits.stray
    sizes = (len(FAMILIES), len(LANES), POSITIONS)
    keys = [key[kept] for key in _keys(hits)[:3]]
    return quantile_table(hits.offset_ms[kept], keys, sizes, _OFFSET_LEVELS)


def velocity_shares(hits: Hits, table: NDArray[np.float32]) -> NDArray[np.float32]:
    """How velocity's variation divides (tables.SHARES), measured where a lane keeps its pattern."""
    kept = _keeps_pattern(hits)
    rows = table[tuple(key[kept] for key in _keys(hits))]
    ranked = ranks(hits.velocity[kept], rows, np.random.default_rng(0).random(int(kept.sum())))
    return shares(ranked, hits.take[kept], hits.lane[kept], hits.bar[kept], hits.in_bar[kept])


def offset_shares(hits: Hits, table: NDArray[np.float32]) -> NDArray[np.float32]:
    """How the variation of timing divides (tables.SHARES)."""
    kept = ~hits.stray
    rows = table[hits.family[kept], hits.lane[kept], hits.position[kept]]
    blur = np.random.default_rng(0).random(int(kept.sum()))
    ranked = ranks(hits.offset_ms[kept], rows, blur)
    return shares(ranked, hits.take[kept], hits.lane[kept], hits.bar[kept], hits.in_bar[kept])


def _keys(hits: Hits) -> list[IntArray]:
    context = (hits.before, hits.after, hits.busy, hits.with_kick, hits.with_snare)
    return [hits.family, hits.lane, hits.position, *context]


def _keeps_pattern(hits: Hits) -> NDArray[np.bool_]:
    """Hits in bars whose pattern of the lane is that of half the take's bars or more, bool (hits,)."""
    line = hits.take * len(LANES) + hits.lane
    bars, bar_of = np.unique(line * _MOST_BARS + hits.bar, return_inverse=True)
    # A random number for every tick: sums tell patterns apart, whatever their order.
    marks = np.random.default_rng(0).integers(1, 2**40, Metre(0).bar_ticks)
    pattern = np.zeros(len(bars), np.int64)
    np.add.at(pattern, bar_of, marks[hits.in_bar])
    _, same, count = np.unique(np.stack([bars // _MOST_BARS, pattern]), axis=1, return_inverse=True, return_counts=True)
    usual = count[same.ravel()] / np.bincount(bars // _MOST_BARS)[bars // _MOST_BARS]
    return np.asarray(usual >= _USUAL, np.bool_)[bar_of]
