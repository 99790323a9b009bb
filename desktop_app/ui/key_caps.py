"""Keys drawn as caps, for lists of commands."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.ui.colours import Palette
from desktop_app.ui.theme import Theme, label_font

CAP_HEIGHT = 18.0
_FONT_PIXELS = 11
_PADDING, _GAP, _BETWEEN = 6.0, 3.0, 10.0


def caps_of(key: str) -> list[str]:
    """`Ctrl+Shift+Z` as its three caps; the plus of `Ctrl++` is a cap too."""
    names = key.split("+")
    if key.endswith("+"):
        return [*(name for name in names if name), "+"]
    return [name for name in names if name]


def caps_width(keys: Iterable[str]) -> float:
    """How wide `paint_caps` draws, in logical pixels."""
    metrics = QFontMetricsF(label_font(_FONT_PIXELS))
    each = [sum(_cap_width(metrics, cap) + _GAP for cap in caps_of(key)) - _GAP for key in keys]
    return sum(each) + _BETWEEN * max(0, len(each) - 1)


def paint_caps(painter: QPainter, left: float, middle: float, keys: Iterable[str], palette: Palette) -> None:
    """Draw keys from `left` on, centred on the height `middle`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(label_font(_FONT_PIXELS))
    metrics = QFontMetricsF(painter.font())
    for key in keys:
        for cap in caps_of(key):
            box = QRectF(left, middle - CAP_HEIGHT / 2, _cap_width(metrics, cap), CAP_HEIGHT)
            _paint_cap(painter, box, cap, palette)
            left = box.right() + _GAP
        left += _BETWEEN - _GAP
    painter.restore()


class KeyCaps(QWidget):
    """A command's keys, drawn."""

    def __init__(self, theme: Theme, keys: tuple[str, ...]) -> None:
        super().__init__()
        self._theme = theme
        self.keys = keys
        self.setAccessibleName(", ".join(keys))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(round(caps_width(self.keys)) + 2, round(CAP_HEIGHT) + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        left = self.width() - caps_width(self.keys) - 1
        paint_caps(QPainter(self), left, self.height() / 2, self.keys, self._theme.palette)


def _cap_width(metrics: QFontMetricsF, cap: str) -> float:
    return float(max(CAP_HEIGHT, metrics.horizontalAdvance(cap) + 2 * _PADDING))


def _paint_cap(painter: QPainter, box: QRectF, cap: str, palette: Palette) -> None:
    box = box.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.setPen(QPen(QColor(palette.line), 1))
    painter.setBrush(QColor(palette.sunken))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(QColor(palette.text_dim))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), cap)
