"""The braces over the ruler: where a grip is, and what dragging it does. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from desktop_app.ui.piano_roll.coords import TimeScale

Grip = Literal["start", "end", "whole"]
Span = tuple[int, int]
_EDGE_PX = 6.0


@dataclass(frozen=True, slots=True)
class Row:
    """The height at which a brace lies, in pixels from the top of the ruler."""

    top: float
    bottom: float

    def holds(self, y: float) -> bool:
        """Whether a point is at this height."""
        return self.top <= y < self.bottom


LOOP_ROW, PUNCH_ROW = Row(0, 8), Row(8, 16)


def grip_at(span: Span | None, row: Row, scale: TimeScale, x: float, y: float) -> Grip | None:
    """What of a brace is under a point: one of its ends, all of it, or nothing."""
    if span is None or not row.holds(y):
        return None
    left, right = scale.x(span[0]), scale.x(span[1])
    if right - left > 3 * _EDGE_PX or not left <= x <= right:
        if abs(x - right) <= _EDGE_PX:
            return "end"
        if abs(x - left) <= _EDGE_PX:
            return "start"
    return "whole" if left <= x <= right else None


def dragged(span: Span, grip: Grip, from_tick: float, to_tick: float, snap: Callable[[float], int]) -> Span | None:
    """The brace after its grip went from one tick to another; None while nothing would be left of it."""
    start, end = span
    if grip == "whole":
        moved = snap(max(0.0, start + to_tick - from_tick))
        return moved, moved + end - start
    if grip == "start":
        start = snap(max(0.0, to_tick))
    else:
        end = snap(max(0.0, to_tick))
    return (min(start, end), max(start, end)) if start != end else None


def drawn(from_tick: float, to_tick: float, snap: Callable[[float], int]) -> Span | None:
    """A new brace between two ticks, or None while it is still too short."""
    start, end = sorted((snap(max(0.0, from_tick)), snap(max(0.0, to_tick))))
    return (start, end) if end > start else None
