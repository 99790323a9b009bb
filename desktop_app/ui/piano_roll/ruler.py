"""Bar numbers along the top: click to move the playhead, drag to loop bars."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.ui.piano_roll.axis import TimeAxis
from desktop_app.ui.piano_roll.coords import grid_lines
from desktop_app.ui.theme import Theme, label_font
from music_core.score import bar_beat

HEIGHT = 30
_DRAG_PX = 6
_LABEL_PX = 34


class Ruler(QWidget):
    """Bars from 1, the loop's brace, and the playhead's handle."""

    seek_asked = Signal(int)
    loop_asked = Signal(object)  # (start_tick, end_tick) or None

    def __init__(self, axis: TimeAxis, theme: Theme) -> None:
        super().__init__()
        self._axis = axis
        self._theme = theme
        self._press_x: float | None = None
        self._loops = False
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Ruler")
        self.setToolTip("Click to move the playhead. Drag along it to loop bars.")
        axis.changed.connect(self.update)
        axis.playhead_moved.connect(self._move_playhead)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self._theme.palette
        painter.fillRect(self.rect(), QColor(palette.panel))
        self._draw_loop(painter)
        self._draw_bars(painter)
        painter.setPen(QPen(QColor(palette.line), 1))
        painter.drawLine(QLineF(0, HEIGHT - 0.5, self.width(), HEIGHT - 0.5))
        x = self._axis.scale.x(self._axis.playhead_tick)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.playhead))
        shape = [(-6, 13), (6, 13), (6, 20), (0, 28), (-6, 20)]
        painter.drawPolygon(QPolygonF([QPointF(x + dx, dy) for dx, dy in shape]))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._press_x = event.position().x()
            self._loops = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press_x is None:
            return
        self._loops = self._loops or abs(event.position().x() - self._press_x) > _DRAG_PX
        if self._loops:
            first, last = sorted((self._press_x, event.position().x()))
            start, end = (self._axis.bar_at(max(0.0, self._axis.scale.tick(x))) for x in (first, last))
            if end > start:
                self.loop_asked.emit((start, end))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._press_x is not None and not self._loops:
            self.seek_asked.emit(self._axis.beat_at(max(0.0, self._axis.scale.tick(event.position().x()))))
        self._press_x = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        del event
        if self._axis.loop is not None:
            self.loop_asked.emit(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self._axis.wheel(event):
            self._axis.set_scale(self._axis.scale.scrolled(-event.angleDelta().y() * 0.5))
        event.accept()

    def _draw_bars(self, painter: QPainter) -> None:
        palette = self._theme.palette
        painter.setFont(label_font(11, bold=True))
        every = self._bars_a_label()
        for tick, weight in grid_lines(self._axis.metres, self._axis.scale, self.width(), self._axis.snap_ticks):
            x = round(self._axis.scale.x(tick)) + 0.5
            painter.setPen(QPen(QColor(palette.line), 1))
            painter.drawLine(QLineF(x, HEIGHT - (14, 4, 8)[(2, 0, 1).index(weight)], x, HEIGHT))
            bar = bar_beat(self._axis.metres, tick)[0] if weight == 2 else 0
            if weight == 2 and (bar - 1) % every == 0:
                painter.setPen(QColor(palette.text_dim))
                painter.drawText(QRectF(x + 5, 3, 60, 15), int(Qt.AlignmentFlag.AlignVCenter), str(bar))

    def _bars_a_label(self) -> int:
        """1, 2, 4, 8 ...: as many bars as it takes for the numbers to keep apart."""
        bar_px = self._axis.metres[-1].bar_ticks * self._axis.scale.pixels_per_tick
        every = 1
        while every * bar_px < _LABEL_PX:
            every *= 2
        return every

    def _draw_loop(self, painter: QPainter) -> None:
        if self._axis.loop is None:
            return
        left, right = (self._axis.scale.x(tick) for tick in self._axis.loop)
        colour = QColor(self._theme.palette.accent)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(QRectF(left, 0, right - left, 4), 2, 2)
        colour.setAlpha(30)
        painter.fillRect(QRectF(left, 4, right - left, HEIGHT - 4), colour)

    def _move_playhead(self, before: float, after: float) -> None:
        for tick in (before, after):
            self.update(QRect(int(self._axis.scale.x(tick)) - 8, 0, 17, HEIGHT))
