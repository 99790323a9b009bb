"""A picture that is kept while one scrolls: what is seen again is moved, and only the new strip is drawn."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PySide6.QtCore import QPointF, QRect, QSize
from PySide6.QtGui import QPainter, QPixmap

# How far from a whole pixel a scroll may be before everything is drawn anew.
_NEAR = 0.02


class ScrolledPicture:
    """Draws through `draw(painter, area)`, which has to fill the area (in logical pixels) and nothing else."""

    def __init__(self, draw: Callable[[QPainter, QRect], None]) -> None:
        self._draw = draw
        self._pixmap: QPixmap | None = None
        self._origin = QPointF()
        self._state: tuple[QSize, float, Hashable] | None = None

    def forget(self) -> None:
        """Draw everything anew the next time."""
        self._pixmap = None

    def shown(self, size: QSize, ratio: float, origin: QPointF, look: Hashable) -> QPixmap:
        """The picture for a widget of this size scrolled to `origin` (pixels); `look` is all else that it rests on."""
        state = (size, ratio, look)
        if self._pixmap is None or state != self._state:
            self._pixmap = QPixmap(max(1, round(size.width() * ratio)), max(1, round(size.height() * ratio)))
            self._pixmap.setDevicePixelRatio(ratio)
            self._paint(self._pixmap, QRect(0, 0, size.width(), size.height()))
        elif origin != self._origin:
            self._scroll(self._pixmap, size, ratio, self._origin - origin)
        self._state, self._origin = state, origin
        return self._pixmap

    def _scroll(self, pixmap: QPixmap, size: QSize, ratio: float, by: QPointF) -> None:
        x, y = round(by.x() * ratio), round(by.y() * ratio)
        exact = abs(by.x() * ratio - x) < _NEAR and abs(by.y() * ratio - y) < _NEAR
        whole = QRect(0, 0, size.width(), size.height())
        dx, dy = round(by.x()), round(by.y())
        fits = abs(dx * ratio - x) < _NEAR and abs(dy * ratio - y) < _NEAR
        if not (exact and fits) or abs(dx) >= size.width() or abs(dy) >= size.height():
            self._paint(pixmap, whole)
            return
        pixmap.scroll(x, y, pixmap.rect())
        if dx:
            self._paint(pixmap, QRect(0 if dx > 0 else size.width() + dx, 0, abs(dx), size.height()))
        if dy:
            self._paint(pixmap, QRect(0, 0 if dy > 0 else size.height() + dy, size.width(), abs(dy)))

    def _paint(self, pixmap: QPixmap, area: QRect) -> None:
        painter = QPainter(pixmap)
        painter.setClipRect(area)
        self._draw(painter, area)
        painter.end()
