"""Where the moments of a free take lie in ticks, as straight lines between knots."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import pairwise

from music_core.performance import PerformedTake
from music_core.score import TICKS_PER_QUARTER


@dataclass(frozen=True, slots=True)
class TickMap:
    """Knots in seconds and in ticks, both rising; two or more of them."""

    times_s: tuple[float, ...]
    ticks: tuple[float, ...]

    def __post_init__(self) -> None:
        rising = all(a < b for row in (self.times_s, self.ticks) for a, b in pairwise(row))
        if len(self.times_s) < 2 or len(self.times_s) != len(self.ticks) or not rising:
            raise ValueError("A tick map has two knots or more, and both of its rows rise.")

    def tick(self, time_s: float) -> float:
        """Fractional tick of a moment; before the first and after the last knot at the tempo there."""
        i = min(max(bisect_right(self.times_s, time_s) - 1, 0), len(self.times_s) - 2)
        (t0, t1), (k0, k1) = self.times_s[i : i + 2], self.ticks[i : i + 2]
        return k0 + (time_s - t0) * (k1 - k0) / (t1 - t0)

    def scaled(self, factor: float) -> TickMap:
        """Another reading of the same take: 2 makes every quarter a half note."""
        return TickMap(self.times_s, tuple(tick * factor for tick in self.ticks))

    def shifted(self, ticks: float) -> TickMap:
        """The same take so many ticks later in its bars."""
        return TickMap(self.times_s, tuple(tick + ticks for tick in self.ticks))

    def steady(self, take: PerformedTake) -> PerformedTake:
        """The take as if it had been played at its steady `bpm` from `origin_s` on, every moment at its tick."""

        def moved(time_s: float) -> float:
            return take.origin_s + self.tick(time_s) * 60.0 / (take.bpm * TICKS_PER_QUARTER)

        messages = tuple(replace(message, time_s=moved(message.time_s)) for message in take.messages)
        return replace(take, messages=messages, end_s=moved(take.end_s))
