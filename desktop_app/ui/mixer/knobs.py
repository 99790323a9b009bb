"""Knobs of a mixer strip: pan, and the sends, which grow from nothing."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent

from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets import Knob

_TURN = 270


class SendKnob(Knob):
    """How much goes to an effect, 0..127; a double click gives its default, the wheel moves it."""

    def __init__(self, theme: Theme, label: str, default: int) -> None:
        super().__init__(theme, label)
        self._default = default
        self.setValue(default)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.setValue(self.value() + (4 if event.angleDelta().y() > 0 else -4))
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        del event
        self.setValue(self._default)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        palette = self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = QRectF(3, 3, self.width() - 6, self.height() - 6)
        share = self.value() / 127
        for colour, part in ((palette.line, 1.0), (palette.text_dim, share)):
            if part:
                painter.setPen(QPen(QColor(colour), 2.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
                painter.drawArc(ring, 225 * 16, round(-part * _TURN * 16))
        painter.translate(QPointF(self.width() / 2, self.height() / 2))
        painter.rotate(share * _TURN - _TURN / 2)
        pen = QPen(QColor(palette.accent if self.hasFocus() else palette.text), 2)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawLine(QPointF(0, -2), QPointF(0, -self.height() / 2 + 5))


class PanKnob(Knob):
    """Pan with the wheel too, as the mixer does not scroll upwards."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.setValue(self.value() + (3 if event.angleDelta().y() > 0 else -3))
        event.accept()
