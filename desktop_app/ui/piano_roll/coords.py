"""Where ticks and pitches lie on the screen, without a widget: two frozen scales and the snap grid."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from music_core.score import TICKS_PER_QUARTER, Metre, bar_lines, metre_at

MIN_PIXELS_PER_TICK = 0.0004
MAX_PIXELS_PER_TICK = 1.5
MIN_ROW_PX = 4.0
MAX_ROW_PX = 36.0
PITCHES = 128
_NAME_PX = 11.0
_BARS_AHEAD = TICKS_PER_QUARTER * 256
# A little room before the first bar, so that its notes and the playhead are wholly seen.
LEFT_MARGIN_PX = 10.0


@dataclass(frozen=True, slots=True)
class TimeScale:
    """The horizontal scale: pixels for each tick, and the tick at the left edge (below 0 by the margin at most)."""

    pixels_per_tick: float = 0.12
    left_tick: float = 0.0

    def x(self, tick: float) -> float:
        """Pixels from the left edge."""
        return (tick - self.left_tick) * self.pixels_per_tick

    def tick(self, x: float) -> float:
        """The inverse of `x`."""
        return self.left_tick + x / self.pixels_per_tick

    def zoomed(self, factor: float, anchor_x: float) -> TimeScale:
        """Larger or smaller, keeping the tick under `anchor_x` where it is."""
        pixels = min(MAX_PIXELS_PER_TICK, max(MIN_PIXELS_PER_TICK, self.pixels_per_tick * factor))
        return TimeScale(pixels, max(first_tick(pixels), self.tick(anchor_x) - anchor_x / pixels))

    def scrolled(self, by_px: float) -> TimeScale:
        """Moved along by so many pixels, never before the margin."""
        return self.starting_at(self.left_tick + by_px / self.pixels_per_tick)

    def starting_at(self, left_tick: float) -> TimeScale:
        """The same zoom with another tick at the left edge."""
        return replace(self, left_tick=max(first_tick(self.pixels_per_tick), left_tick))

    def fitted(self, end_tick: float, width_px: float, margin_px: float = 24.0) -> TimeScale:
        """The whole piece in the width, from tick 0."""
        usable = max(40.0, width_px - margin_px - LEFT_MARGIN_PX)
        pixels = min(MAX_PIXELS_PER_TICK, max(MIN_PIXELS_PER_TICK, usable / max(end_tick, TICKS_PER_QUARTER)))
        return TimeScale(pixels, first_tick(pixels))

    def followed(self, tick: float, width_px: float) -> TimeScale:
        """Turned like a page when the playhead has left the screen; the same scale otherwise."""
        x = self.x(tick)
        if 0 <= x < width_px * 0.94:
            return self
        return self.starting_at(tick - 0.06 * width_px / self.pixels_per_tick)


def first_tick(pixels_per_tick: float) -> float:
    """The tick at the left edge when scrolled to the very beginning."""
    return -LEFT_MARGIN_PX / pixels_per_tick


@dataclass(frozen=True, slots=True)
class PitchScale:
    """The vertical scale: height of a semitone row, and how far the top edge lies below pitch 127's top."""

    row_px: float = 12.0
    top_px: float = 0.0

    def y(self, pitch: float) -> float:
        """The top of a pitch's row."""
        return (PITCHES - 1 - pitch) * self.row_px - self.top_px

    def pitch(self, y: float) -> int:
        """The pitch whose row holds `y`, kept within 0..127."""
        row = int((y + self.top_px) // self.row_px)
        return min(PITCHES - 1, max(0, PITCHES - 1 - row))

    def scrolled(self, by_px: float, height_px: float) -> PitchScale:
        """Moved down by so many pixels, within the 128 rows."""
        lowest = max(0.0, PITCHES * self.row_px - height_px)
        return replace(self, top_px=min(lowest, max(0.0, self.top_px + by_px)))

    def zoomed(self, factor: float, anchor_y: float, height_px: float) -> PitchScale:
        """Taller or lower rows, keeping the pitch under `anchor_y` where it is."""
        row = min(MAX_ROW_PX, max(MIN_ROW_PX, self.row_px * factor))
        top = (self.top_px + anchor_y) * row / self.row_px - anchor_y
        return PitchScale(row, 0.0).scrolled(top, height_px)

    def centred(self, low: int, high: int, height_px: float) -> PitchScale:
        """Showing the middle of a range, with rows low enough to show all of it where they stay readable."""
        row = min(16.0, max(7.0, height_px / max(12, high - low + 5)))
        middle_px = (PITCHES - 1 - (low + high) / 2 + 0.5) * row
        return PitchScale(row, 0.0).scrolled(middle_px - height_px / 2, height_px)


def named_rows(pitches: Iterable[int], first: Collection[int], row_px: float) -> tuple[int, ...]:
    """The rows whose names can stand below one another without touching; those in `first` come before others."""
    named: list[int] = []
    for pitch in sorted(pitches, key=lambda pitch: (pitch not in first, pitch)):
        if all(abs(pitch - other) * row_px >= _NAME_PX for other in named):
            named.append(pitch)
    return tuple(named)


def grid_step(scale: TimeScale, metre: Metre, finest_tick: int, least_px: float = 11.0) -> int:
    """The finest of snap, beat, bar that is still `least_px` wide; at far zoom, several bars."""
    for step in (finest_tick, metre.beat_ticks // 2, metre.beat_ticks, metre.bar_ticks):
        if step >= finest_tick and step * scale.pixels_per_tick >= least_px:
            return step
    step = metre.bar_ticks
    while step * scale.pixels_per_tick < least_px:
        step *= 2
    return step


def grid_lines(
    metres: tuple[Metre, ...], scale: TimeScale, width_px: float, finest_tick: int
) -> tuple[tuple[int, int], ...]:
    """Visible lines as (tick, weight): 2 a bar, 1 a beat, 0 a finer division."""
    first, last = scale.left_tick, scale.tick(width_px)
    # Counted out to a round tick, so that the next frame finds the same bars.
    bars = bar_lines(metres, (int(max(0.0, last)) // _BARS_AHEAD + 1) * _BARS_AHEAD)
    thin = max(1, round(grid_step(scale, metres[0], metres[0].bar_ticks) / metres[0].bar_ticks))
    seen = range(max(0, bisect_left(bars, first) - 1), bisect_right(bars, last))
    steps = {metre: grid_step(scale, metre, finest_tick) for metre in metres}
    if all(step >= metre.bar_ticks for metre, step in steps.items()):  # only bars: hundreds where all of it is seen
        return tuple((bars[number], 2) for number in seen if number % thin == 0)
    lines: list[tuple[int, int]] = []
    for number in seen:
        start, end = bars[number], bars[min(number + 1, len(bars) - 1)]
        if number % thin == 0:
            lines.append((start, 2))
        metre = metre_at(metres, start)
        step, beat = steps[metre], metre.beat_ticks
        if step < metre.bar_ticks:
            lines += [(tick, 1 if (tick - start) % beat == 0 else 0) for tick in range(start + step, end, step)]
    return tuple(lines)


def snapped(tick: float, step_ticks: int) -> int:
    """The nearest grid tick, never below 0."""
    return max(0, round(tick / step_ticks) * step_ticks)


def snapped_down(tick: float, step_ticks: int) -> int:
    """The grid tick at or before a tick."""
    return max(0, int(tick // step_ticks) * step_ticks)
