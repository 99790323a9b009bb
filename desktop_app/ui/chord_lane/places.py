"""Where things are in the chord lane: chords and cells as boxes, and the tick that a place means."""

from __future__ import annotations

from PySide6.QtCore import QRectF

from desktop_app import chord_edits
from desktop_app.ui.piano_roll.axis import TimeAxis
from music_core.harmony.lane import ChordLane, spans
from music_core.score import ChordChange, metre_at

HEIGHT = 32
_LEAST_BEAT_PX, _INSET = 13.0, 3.0


def boxes(lane: ChordLane, axis: TimeAxis) -> list[tuple[ChordChange, QRectF]]:
    """Each chord with the box that it is drawn in."""
    last = lane[-1].tick if lane else 0
    end = max(axis.end_tick, chord_edits.next_bar(axis.metres, last))
    x = axis.scale.x
    return [(change, _box(x(start), x(stop) - x(start))) for start, stop, change in spans(lane, end)]


def cell(tick: int, axis: TimeAxis) -> QRectF:
    """The beat at a tick, or its bar where beats are too narrow."""
    metre = metre_at(axis.metres, tick)
    length = metre.beat_ticks if beats_are_wide(tick, axis) else metre.bar_ticks
    return _box(axis.scale.x(tick), length * axis.scale.pixels_per_tick)


def place(x: float, axis: TimeAxis) -> int:
    """The tick that a double-click at `x` means: the beat there, or the bar where beats are too narrow."""
    tick = int(max(0.0, axis.scale.tick(x)))
    start = chord_edits.beat_start if beats_are_wide(tick, axis) else chord_edits.bar_start
    return start(axis.metres, tick)


def beats_are_wide(tick: int, axis: TimeAxis) -> bool:
    """Whether a hand can hit a beat."""
    return metre_at(axis.metres, tick).beat_ticks * axis.scale.pixels_per_tick >= _LEAST_BEAT_PX


def _box(left: float, width: float) -> QRectF:
    return QRectF(left + 1.5, _INSET, max(2.0, width - 3), HEIGHT - 2 * _INSET)
