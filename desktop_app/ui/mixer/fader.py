"""A vertical fader with a scale in dB, and its value to read and to type."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QSlider

from desktop_app.decibels import FULL, typed_volume, volume_text
from desktop_app.ui.theme import Theme, label_font
from music_core.performing.loudness import volume_for

_MARKS_DB = (0, -6, -12, -24, -40)
_CAP_HEIGHT, _CAP_WIDTH = 18, 24
_SCALE_PX = 20


class Fader(QSlider):
    """0..127 as MIDI's volume; the wheel and the arrow keys move it by one, a double click to its default."""

    def __init__(self, theme: Theme, default: int = 100) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._theme = theme
        self._default = default
        self._grip = 0.0
        self.setRange(0, FULL)
        self.setPageStep(6)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedWidth(_SCALE_PX + _CAP_WIDTH + 4)
        self.setMinimumHeight(72)
        theme.changed.connect(self.update)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        cap = self._y_of(self.value())
        near = abs(event.position().y() - cap) <= _CAP_HEIGHT / 2
        self._grip = event.position().y() - cap if near else 0.0
        self.setSliderDown(True)
        if not near:
            self._go_to(event.position().y())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._go_to(event.position().y() - self._grip)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        del event
        self.setSliderDown(False)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        del event
        self.setValue(self._default)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if turned:
            self.setValue(self.value() + (1 if turned > 0 else -1))
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        palette = self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = _SCALE_PX + _CAP_WIDTH / 2 + 2
        painter.setFont(label_font(9))
        for mark in _MARKS_DB:
            y = self._y_of(volume_for(mark))
            painter.setPen(QColor(palette.text_faint))
            box = QRectF(0, y - 6, _SCALE_PX - 4, 12)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(abs(mark)))
            painter.setPen(QPen(QColor(palette.line), 1))
            painter.drawLine(QPointF(_SCALE_PX, y), QPointF(middle - 4, y))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.sunken))
        painter.drawRoundedRect(QRectF(middle - 2, 4, 4, self.height() - 8), 2, 2)
        self._paint_cap(painter, middle)

    def sizeHint(self) -> QSize:
        return QSize(self.width(), 120)

    def _paint_cap(self, painter: QPainter, middle: float) -> None:
        palette = self._theme.palette
        y = self._y_of(self.value())
        cap = QRectF(middle - _CAP_WIDTH / 2, y - _CAP_HEIGHT / 2, _CAP_WIDTH, _CAP_HEIGHT)
        painter.setPen(QPen(QColor(palette.accent if self.hasFocus() else palette.line), 1.5))
        painter.setBrush(QColor(palette.hover if self.isSliderDown() else palette.raised))
        painter.drawRoundedRect(cap, 4, 4)
        painter.setPen(QPen(QColor(palette.text), 1.6))
        painter.drawLine(QPointF(cap.left() + 4, y), QPointF(cap.right() - 4, y))

    def _y_of(self, value: int) -> float:
        room = self.height() - _CAP_HEIGHT - 2
        return 1 + _CAP_HEIGHT / 2 + room * (1 - value / FULL)

    def _go_to(self, y: float) -> None:
        room = max(1.0, self.height() - _CAP_HEIGHT - 2)
        self.setValue(round(FULL * (1 - (y - 1 - _CAP_HEIGHT / 2) / room)))


class DbField(QLineEdit):
    """A fader's level in dB; double-click to type one. `volume_typed` carries 0..127."""

    volume_typed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("dbField")
        self.setFont(label_font(11))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setReadOnly(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._volume = 0
        self.returnPressed.connect(self._take)

    def show_volume(self, volume: int) -> None:
        """Show a level, unless one is being typed."""
        self._volume = volume
        if self.isReadOnly():
            self.setText(volume_text(volume))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        del event
        self.setReadOnly(False)
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._rest()

    def _take(self) -> None:
        if self.isReadOnly():  # reached by Tab: Enter begins
            self.setReadOnly(False)
            self.selectAll()
            return
        volume = typed_volume(self.text())
        self._rest()
        if volume is not None:
            self.volume_typed.emit(volume)

    def _rest(self) -> None:
        self.setReadOnly(True)
        self.deselect()
        self.setText(volume_text(self._volume))
