"""One row of the palette: the words with the letters that answered, where it belongs, its keys as caps."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop_app.ui.key_caps import caps_width, paint_caps
from desktop_app.ui.palette.entries import Found
from desktop_app.ui.theme import Theme, label_font

FOUND = Qt.ItemDataRole.UserRole
_ROW_PX = 34


class PaletteRow(QStyledItemDelegate):
    """Paints what was found."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        del option, index
        return QSize(200, _ROW_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        found = index.data(FOUND)
        if not isinstance(found, Found):
            return
        palette = self._theme.palette
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.hover))
            painter.drawRoundedRect(box.adjusted(0, 1, -1, -1), 6, 6)
            painter.setBrush(QColor(palette.accent))
            painter.drawRoundedRect(QRect(box.left(), box.top() + 9, 3, box.height() - 18), 1.5, 1.5)
        right = box.right() - 12.0
        keys = found.entry.keys[:1]
        if keys:
            right -= caps_width(keys)
            paint_caps(painter, right, box.center().y() + 0.5, keys, palette)
            right -= 12
        left = self._words(painter, box.left() + 14.0, box, found)
        painter.setFont(label_font(12))
        painter.setPen(QColor(palette.text_faint))
        place = QRect(round(left) + 10, box.top(), max(0, round(right - left) - 10), box.height())
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), found.entry.place)
        painter.restore()

    def _words(self, painter: QPainter, left: float, box: QRect, found: Found) -> float:
        """Draw the text, its matching letters in the accent; returns where it ends."""
        palette = self._theme.palette
        painter.setFont(label_font(13))
        metrics = QFontMetricsF(painter.font())
        text = found.entry.text + ("  ✓" if found.entry.is_checked else "")
        baseline = box.center().y() + metrics.capHeight() / 2 + 0.5
        for answered, run in groupby(range(len(text)), lambda number: number in found.places):
            part = list(run)
            painter.setPen(QColor(palette.accent if answered else palette.text))
            # Measured from the start, so that kerning stays where it was.
            start = left + metrics.horizontalAdvance(text[: part[0]])
            painter.drawText(QPointF(start, baseline), text[part[0] : part[-1] + 1])
        return left + float(metrics.horizontalAdvance(text))
