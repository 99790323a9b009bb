"""How the library's rows look: headings, titles with a line below, a star at the right."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop_app.ui import icons
from desktop_app.ui.library.rows import ROW, AnyIndex, EntryRow, Heading, Hint, tags_of
from desktop_app.ui.theme import Theme, label_font

ENTRY_PX, HEADING_PX, HINT_PX = 42, 28, 38
STAR_PX = 26
"""Width of the place at the right end of a row that gives or takes the star."""


class RowPainter(QStyledItemDelegate):
    """Paints every kind of row; `heard` is the key of what is being previewed."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.heard = ""

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        del option
        row = index.data(ROW)
        return QSize(40, HEADING_PX if isinstance(row, Heading) else HINT_PX if isinstance(row, Hint) else ENTRY_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        row = index.data(ROW)
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(row, Heading):
            self._heading(painter, box, row, bool(state & QStyle.StateFlag.State_HasFocus and _is_current(state)))
        elif isinstance(row, EntryRow):
            self._entry(painter, box, row, state)
        elif isinstance(row, Hint):
            painter.setFont(label_font(11))
            painter.setPen(QColor(self._theme.palette.text_dim))
            flags = int(Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)
            painter.drawText(box.adjusted(10, 2, -10, 0), flags, row.text)
        painter.restore()

    def _heading(self, painter: QPainter, box: QRect, row: Heading, focused: bool) -> None:
        palette = self._theme.palette
        name = "chevron_right" if row.is_closed else "chevron_down"
        painter.drawPixmap(box.left() + 4, box.center().y() - 5, icons.pixmap(name, palette.text_faint, 12))
        painter.setFont(label_font(11, bold=True))
        painter.setPen(QColor(palette.accent if focused else palette.text_dim))
        text = box.adjusted(20, 0, -12, 0)
        painter.drawText(text, int(Qt.AlignmentFlag.AlignVCenter), row.title)
        painter.setFont(label_font(11))
        painter.setPen(QColor(palette.text_faint))
        right = int(Qt.AlignmentFlag.AlignVCenter) | int(Qt.AlignmentFlag.AlignRight)
        painter.drawText(text, right, str(row.count))

    def _entry(self, painter: QPainter, box: QRect, row: EntryRow, state: QStyle.StateFlag) -> None:
        palette = self._theme.palette
        entry = row.entry
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        if chosen or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.hover if chosen else palette.raised))
            painter.drawRoundedRect(box.adjusted(0, 1, -6, -1), 6, 6)
        if chosen:
            painter.setBrush(QColor(palette.accent))
            painter.drawRoundedRect(QRect(box.left(), box.top() + 10, 3, box.height() - 20), 1.5, 1.5)
        if entry.marks.starred or hovered:
            name, colour = ("star_full", palette.accent) if entry.marks.starred else ("star", palette.text_faint)
            painter.drawPixmap(box.right() - STAR_PX + 2, box.top() + 5, icons.pixmap(name, colour, 16))
        if entry.key == self.heard:
            painter.drawPixmap(
                box.right() - STAR_PX + 3, box.bottom() - 19, icons.pixmap("speaker", palette.accent, 14)
            )
        line = "  ".join(part for part in (tags_of(entry), entry.line) if part)
        text = box.adjusted(10, 4, -STAR_PX, -4)
        half = text.height() // 2
        for part, colour, pixels, top in (
            (entry.title, palette.text, 13, text.top()),
            (line, palette.text_dim, 11, text.top() + half),
        ):
            painter.setFont(label_font(pixels))
            painter.setPen(QColor(colour))
            shown = painter.fontMetrics().elidedText(part, Qt.TextElideMode.ElideRight, text.width())
            painter.drawText(QRect(text.left(), top, text.width(), half), int(Qt.AlignmentFlag.AlignVCenter), shown)


def _is_current(state: QStyle.StateFlag) -> bool:
    return bool(state & QStyle.StateFlag.State_Selected)
