"""The beats of a piece as slots: one chord at most in each, and where in its bar each of them lies."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

from music_core.score import TICKS_PER_QUARTER, Metre, bar_lines, metre_at


@dataclass(frozen=True, slots=True)
class BeatGrid:
    """Slots one after the other: slot i lasts from `ticks[i]` to `ticks[i + 1]`.

    `bars` are bar numbers from 0 (a pickup is bar 0), `places` beat numbers in the bar from 0, and `lengths` how many
    beats a full bar of the slot's metre has. A pickup's places count to the bar line: its last beat is the last of
    a full bar.
    """

    ticks: tuple[int, ...]
    bars: tuple[int, ...]
    places: tuple[int, ...]
    lengths: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.bars)

    def slot(self, tick: int) -> int:
        """The slot in which a tick lies; the first or last one outside."""
        return min(max(bisect_right(self.ticks, tick) - 1, 0), max(len(self) - 1, 0))


def slot_ticks(metre: Metre) -> int:
    """Length of a slot: the felt beat, at most a quarter in simple metres (2/2 has four), three eighths in 3/8."""
    if (metre.numerator, metre.denominator) in ((3, 8), (3, 16)):
        return metre.bar_ticks
    compound = metre.denominator >= 8 and metre.numerator % 3 == 0
    return metre.beat_ticks if compound else min(metre.beat_ticks, TICKS_PER_QUARTER)


def beat_grid(metres: tuple[Metre, ...], end_tick: int) -> BeatGrid:
    """The slots from tick 0 to the end of the bar in which `end_tick` lies; a bar line cuts the last slot of a bar."""
    lines = bar_lines(metres, end_tick)
    ticks: list[int] = []
    bars: list[int] = []
    places: list[int] = []
    lengths: list[int] = []
    pickup = pickup_ticks(metres)
    for bar, (start, end) in enumerate(pairwise(lines)):
        metre = metre_at(metres, pickup if bar == 0 and pickup else start)
        length = slot_ticks(metre)
        full = max(1, -(-metre.bar_ticks // length))
        starts = range(start, end, length)
        if bar == 0 and pickup:  # counted from its end, the bar line
            starts = range(end - len(starts) * length, end, length)
        first = full - len(starts) if bar == 0 and pickup else 0
        ticks += [max(start, tick) for tick in starts]
        bars += [bar] * len(starts)
        places += [first + i for i in range(len(starts))]
        lengths += [full] * len(starts)
    return BeatGrid((*ticks, lines[-1]), tuple(bars), tuple(places), tuple(lengths))


def pickup_ticks(metres: tuple[Metre, ...]) -> int:
    """Length of the pickup bar, 0 where there is none: a first metre of one bar that is shorter than the next one's."""
    if len(metres) < 2:
        return 0
    first, second = metres[:2]
    return second.tick if second.tick <= first.bar_ticks < second.bar_ticks else 0
