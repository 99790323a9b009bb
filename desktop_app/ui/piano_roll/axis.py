"""The time axis that ruler, track lanes and piano roll share, so that one bar lies under the other."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QWheelEvent

from desktop_app.ui.piano_roll.coords import TimeScale, snapped, snapped_down
from music_core.score import TICKS_PER_QUARTER, TICKS_PER_SIXTEENTH, Metre, Score, bar_beat, bar_lines, metre_at

_WHEEL_PX = 60.0
_ZOOM_STEP = 1.18


class TimeAxis(QObject):
    """Scale, scroll position, snap, playhead and loop of everything drawn along time."""

    changed = Signal()  # what is drawn must be drawn again
    playhead_moved = Signal(float, float)  # from tick, to tick

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.scale = TimeScale()
        self.width_px = 800
        self.snap_ticks = TICKS_PER_SIXTEENTH
        self.metres: tuple[Metre, ...] = (Metre(0),)
        self.content_end_tick = TICKS_PER_QUARTER * 32
        self.playhead_tick = 0.0
        self.loop: tuple[int, int] | None = None
        self._fits_next = True

    @property
    def end_tick(self) -> int:
        """The end of the bar in which the piece ends."""
        return bar_lines(self.metres, self.content_end_tick)[-1]

    @property
    def scroll_end_tick(self) -> float:
        """How far one may scroll: some empty bars after the end, to write into."""
        return self.end_tick + 4 * self.metres[-1].bar_ticks

    def show_score(self, score: Score) -> None:
        """Take over metres and length of a score."""
        self.metres = score.metres
        self.content_end_tick = max(score.end_tick, 4 * score.metres[0].bar_ticks)
        if self._fits_next:
            self._fits_next = False
            self.fit()
        self.changed.emit()

    @property
    def left_px(self) -> float:
        """How far the views are scrolled, in pixels from tick 0."""
        return self.scale.left_tick * self.scale.pixels_per_tick

    @property
    def look(self) -> tuple[object, ...]:
        """All that drawings along time rest on, except how far they are scrolled."""
        return (self.scale.pixels_per_tick, self.snap_ticks, self.metres, self.content_end_tick, self.loop)

    def fit(self) -> None:
        """Show the whole piece."""
        self.set_scale(self.scale.fitted(self.end_tick, self.width_px))

    def fit_next_score(self) -> None:
        """Show the whole of the next piece that comes."""
        self._fits_next = True

    def set_width(self, width_px: int) -> None:
        """Tell how wide the views are."""
        if width_px == self.width_px:
            return
        fitted = self.scale == self.scale.fitted(self.end_tick, self.width_px)
        self.width_px = width_px
        if fitted:
            self.scale = self.scale.fitted(self.end_tick, width_px)
        self.changed.emit()

    def set_scale(self, scale: TimeScale) -> None:
        """Zoom or scroll, by whole pixels, so that what was drawn can be used again."""
        furthest = max(0.0, self.scroll_end_tick - self.width_px / scale.pixels_per_tick)
        left = min(scale.left_tick, furthest)
        scale = scale.starting_at(round(left * scale.pixels_per_tick) / scale.pixels_per_tick)
        if scale != self.scale:
            self.scale = scale
            self.changed.emit()

    def set_snap(self, ticks: int) -> None:
        """The grid that notes are put on."""
        self.snap_ticks = max(1, ticks)
        self.changed.emit()

    def set_loop(self, loop: tuple[int, int] | None) -> None:
        """The looped range, or None."""
        if loop != self.loop:
            self.loop = loop
            self.changed.emit()

    def set_playhead(self, tick: float, *, follow: bool = False) -> None:
        """Move the playhead; the page turns where it has gone off the screen, with `follow` a little before."""
        before, self.playhead_tick = self.playhead_tick, tick
        jumped = tick != before and not 0 <= self.scale.x(tick) < self.width_px
        if follow or jumped:
            turned = self.scale.followed(tick, self.width_px)
            if turned is not self.scale:
                self.set_scale(turned)
        if round(self.scale.x(before)) != round(self.scale.x(tick)):  # what cannot be seen need not be painted
            self.playhead_moved.emit(before, tick)

    def snapped(self, tick: float) -> int:
        """The nearest grid line, counted from the bar that holds the tick."""
        start = self._bar_start(tick)
        return start + snapped(tick - start, self.snap_ticks)

    def cell_start(self, tick: float) -> int:
        """The grid line at or before a tick."""
        start = self._bar_start(tick)
        return start + snapped_down(tick - start, self.snap_ticks)

    def beat_at(self, tick: float) -> int:
        """The nearest beat, for seeking and loop ends."""
        start = self._bar_start(tick)
        return start + snapped(tick - start, metre_at(self.metres, start).beat_ticks)

    def bar_at(self, tick: float) -> int:
        """The nearest bar line."""
        start = self._bar_start(tick)
        return start + snapped(tick - start, metre_at(self.metres, start).bar_ticks)

    def wheel(self, event: QWheelEvent) -> bool:
        """Sideways and zooming wheel turns; false leaves the event to the caller (up and down)."""
        modifiers = event.modifiers()
        turn = event.angleDelta()
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            if modifiers & Qt.KeyboardModifier.ShiftModifier:
                return False
            self.set_scale(self.scale.zoomed(_ZOOM_STEP ** (turn.y() / 120), event.position().x()))
            return True
        sideways = turn.x() or (turn.y() if modifiers & Qt.KeyboardModifier.ShiftModifier else 0)
        if not sideways:
            return False
        moved = event.pixelDelta().x() or sideways * _WHEEL_PX / 120
        self.set_scale(self.scale.scrolled(-moved))
        return True

    def _bar_start(self, tick: float) -> int:
        at = int(max(0.0, tick))
        _bar, beat, rest = bar_beat(self.metres, at)
        return at - rest - (beat - 1) * metre_at(self.metres, at).beat_ticks
