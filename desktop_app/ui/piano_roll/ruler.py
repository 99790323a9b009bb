"""Bar numbers along the top: click to move the playhead, drag to loop bars, Shift and drag to punch."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from desktop_app.language import tr
from desktop_app.ui.piano_roll.axis import TimeAxis
from desktop_app.ui.piano_roll.braces import LOOP_ROW, PUNCH_ROW, Grip, Row, Span, dragged, drawn, grip_at
from desktop_app.ui.piano_roll.coords import grid_lines
from desktop_app.ui.piano_roll.scrolled_picture import ScrolledPicture
from desktop_app.ui.theme import Theme, label_font
from music_core.score import bar_beat

HEIGHT = 38
_DRAG_PX = 6
_LABEL_PX = 34


class Ruler(QWidget):
    """Bars from 1, the braces of loop and punch, and the playhead's handle.

    A brace's ends and its middle can be dragged; they go to bars, with Ctrl to beats.
    """

    seek_asked = Signal(int)
    loop_asked = Signal(object)  # (start_tick, end_tick) or None
    punch_asked = Signal(object)  # the same

    def __init__(self, axis: TimeAxis, theme: Theme) -> None:
        super().__init__()
        self._axis = axis
        self._theme = theme
        self._press_x: float | None = None
        self._moved = False
        self._grip: Grip | None = None
        self._held: Span | None = None  # the brace as it was when its grip was taken
        self._punches = False
        self._punch: Span | None = None
        self._picture = ScrolledPicture(self._draw)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(tr("Ruler"))
        self.setToolTip(
            tr(
                "Click to move the playhead. Drag to loop bars, Shift+drag to mark where to record (punch).\n"
                "Drag a brace or its ends; with Ctrl by beats. Double-click removes it."
            )
        )
        axis.changed.connect(self.update)
        axis.playhead_moved.connect(self._move_playhead)
        theme.changed.connect(self.update)

    @property
    def punch(self) -> Span | None:
        """The marked range that recordings may change."""
        return self._punch

    def set_punch(self, punch: Span | None) -> None:
        """Show another range for recordings, or none."""
        if punch != self._punch:
            self._punch = punch
            self.update()

    def fill_menu(self, menu: QMenu) -> None:
        """What can be done with the braces without dragging them."""
        loop, punch = self._axis.loop, self._punch
        menu.addAction(tr("Loop where to record"), lambda: self.loop_asked.emit(punch)).setEnabled(punch is not None)
        menu.addAction(tr("Record inside the loop only"), lambda: self.punch_asked.emit(loop)).setEnabled(
            loop is not None
        )
        menu.addSeparator()
        menu.addAction(tr("Remove the loop"), lambda: self.loop_asked.emit(None)).setEnabled(loop is not None)
        menu.addAction(tr("Record everywhere"), lambda: self.punch_asked.emit(None)).setEnabled(punch is not None)

    # --- Qt events ---

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, axis = self._theme.palette, self._axis
        look = (palette, axis.scale, axis.metres, axis.snap_ticks, axis.loop, self._punch)
        painter.drawPixmap(0, 0, self._picture.shown(self.size(), self.devicePixelRatioF(), QPointF(), look))
        x = axis.scale.x(axis.playhead_tick)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.playhead))
        shape = [(-6, 25), (6, 25), (6, 30), (0, 37), (-6, 30)]
        painter.drawPolygon(QPolygonF([QPointF(x + dx, dy) for dx, dy in shape]))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._press_x, self._moved = event.position().x(), False
        self._grip, self._punches = self._grip_under(event.position())
        if self._grip is None:
            self._punches = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._held = self._punch if self._punches else self._axis.loop

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._press_x is None:
            self._show_grip(event.position())
            return
        self._moved = self._moved or abs(x - self._press_x) > _DRAG_PX
        if not self._moved:
            return
        beats = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        snap = self._axis.beat_at if beats else self._axis.bar_at
        from_tick, to_tick = (self._axis.scale.tick(at) for at in (self._press_x, x))
        if self._grip is not None and self._held is not None:
            span = dragged(self._held, self._grip, from_tick, to_tick, snap)
        else:
            span = drawn(from_tick, to_tick, snap)
        if span is not None:
            (self.punch_asked if self._punches else self.loop_asked).emit(span)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._press_x is not None and not self._moved:
            self.seek_asked.emit(self._axis.beat_at(max(0.0, self._axis.scale.tick(event.position().x()))))
        self._press_x = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        _grip, on_punch = self._grip_under(event.position())
        if on_punch:
            self.punch_asked.emit(None)
        elif self._axis.loop is not None:
            self.loop_asked.emit(None)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        self.fill_menu(menu)
        menu.exec(event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self._axis.wheel(event):
            self._axis.set_scale(self._axis.scale.scrolled(-event.angleDelta().y() * 0.5))
        event.accept()

    def _draw(self, painter: QPainter, area: QRect) -> None:
        """All but the playhead, which moves with every frame."""
        palette = self._theme.palette
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(area, QColor(palette.panel))
        self._draw_brace(painter, self._axis.loop, LOOP_ROW, palette.accent)
        self._draw_brace(painter, self._punch, PUNCH_ROW, palette.record)
        self._draw_bars(painter)
        painter.setPen(QPen(QColor(palette.line), 1))
        painter.drawLine(QLineF(0, HEIGHT - 0.5, self.width(), HEIGHT - 0.5))

    def _draw_bars(self, painter: QPainter) -> None:
        palette = self._theme.palette
        painter.setFont(label_font(11, bold=True))
        every = self._bars_a_label()
        lines = grid_lines(self._axis.metres, self._axis.scale, self.width(), self._axis.snap_ticks)
        places = [(round(self._axis.scale.x(tick)) + 0.5, tick, weight) for tick, weight in lines]
        painter.setPen(QPen(QColor(palette.line), 1))
        painter.drawLines([QLineF(x, HEIGHT - (4, 7, 12)[weight], x, HEIGHT) for x, _tick, weight in places])
        painter.setPen(QColor(palette.text_dim))
        for x, tick, weight in places:
            bar = bar_beat(self._axis.metres, tick)[0] if weight == 2 else 0
            if weight == 2 and (bar - 1) % every == 0:
                painter.drawText(QRectF(x + 5, 13, 60, 15), int(Qt.AlignmentFlag.AlignVCenter), str(bar))

    def _bars_a_label(self) -> int:
        """1, 2, 4, 8 ...: as many bars as it takes for the numbers to keep apart."""
        bar_px = self._axis.metres[-1].bar_ticks * self._axis.scale.pixels_per_tick
        every = 1
        while every * bar_px < _LABEL_PX:
            every *= 2
        return every

    def _draw_brace(self, painter: QPainter, span: Span | None, row: Row, name: str) -> None:
        """A band with feet at both ends, and a tint below it."""
        if span is None:
            return
        left, right = (self._axis.scale.x(tick) for tick in span)
        colour = QColor(name)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        top = row.top + 1.5
        painter.drawRoundedRect(QRectF(left, top, right - left, 4), 2, 2)
        for x in (left, right - 2.5):
            painter.drawRoundedRect(QRectF(x, top, 2.5, 7), 1, 1)
        colour.setAlpha(26)
        painter.fillRect(QRectF(left, row.top, right - left, HEIGHT - row.top), colour)

    def _grip_under(self, point: QPointF) -> tuple[Grip | None, bool]:
        """The grip under a point, and whether it is the punch brace's."""
        scale = self._axis.scale
        grip = grip_at(self._punch, PUNCH_ROW, scale, point.x(), point.y())
        if grip is not None:
            return grip, True
        return grip_at(self._axis.loop, LOOP_ROW, scale, point.x(), point.y()), False

    def _show_grip(self, point: QPointF) -> None:
        grip, _punches = self._grip_under(point)
        if grip is None:
            self.unsetCursor()
        else:
            shape = Qt.CursorShape.OpenHandCursor if grip == "whole" else Qt.CursorShape.SizeHorCursor
            self.setCursor(shape)

    def _move_playhead(self, before: float, after: float) -> None:
        for tick in (before, after):
            self.update(QRect(int(self._axis.scale.x(tick)) - 8, 0, 17, HEIGHT))
