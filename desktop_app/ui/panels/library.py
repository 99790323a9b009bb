"""The library at the left: sample melodies to search and load with a click."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, QSortFilterProxyModel, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui import icons
from desktop_app.ui.studio import MelodyEntry
from desktop_app.ui.theme import Theme, label_font

_ID, _COMPOSER = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_ROW_PX = 42
AnyIndex = QModelIndex | QPersistentModelIndex


class LibraryPanel(QWidget):
    """A list with a search field; `melody_chosen` carries the melody's id."""

    melody_chosen = Signal(str)
    import_asked = Signal()

    def __init__(self, melodies: tuple[MelodyEntry, ...], theme: Theme) -> None:
        super().__init__()
        self.setObjectName("library")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        model = QStandardItemModel(self)
        for entry in melodies:
            item = QStandardItem(entry.title)
            item.setData(entry.id, _ID)
            item.setData(entry.composer, _COMPOSER)
            item.setData(f"{entry.title}, {entry.composer}", Qt.ItemDataRole.AccessibleTextRole)
            item.setEditable(False)
            model.appendRow(item)
        self._filter = _Search(self)
        self._filter.setSourceModel(model)
        self._make_list()
        self._make_search()
        self._lay_out()

    def show_loaded(self, title: str) -> None:
        """Mark the melody that is open, if it is one of these."""
        for row in range(self._filter.rowCount()):
            index = self._filter.index(row, 0)
            if index.data() == title:
                self.list.setCurrentIndex(index)
                # Later: before the first layout the list does not know its height.
                QTimer.singleShot(0, self._show_current)
                return
        self.list.clearSelection()
        self.list.setCurrentIndex(QModelIndex())

    def _show_current(self) -> None:
        self.list.scrollTo(self.list.currentIndex(), QListView.ScrollHint.PositionAtCenter)

    def _make_list(self) -> None:
        self.list = QListView()
        self.list.setModel(self._filter)
        self.list.setItemDelegate(_Row(self._theme, self.list))
        self.list.setAccessibleName("Sample melodies")
        self.list.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self._choose)
        self.list.activated.connect(self._choose)
        self._theme.changed.connect(self.list.viewport().update)

    def _make_search(self) -> None:
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search melodies")
        self.search.setAccessibleName("Search melodies")
        self.search.setClearButtonEnabled(True)
        self.search.setFocusPolicy(Qt.FocusPolicy.ClickFocus | Qt.FocusPolicy.TabFocus)
        self._search_icon = self.search.addAction(
            icons.icon("search", self._theme.palette), QLineEdit.ActionPosition.LeadingPosition
        )
        self._theme.changed.connect(lambda: self._search_icon.setIcon(icons.icon("search", self._theme.palette)))
        self.search.textChanged.connect(self._search)
        self._nothing = QPushButton("Nothing matches. Clear")
        self._nothing.setObjectName("flat")
        self._nothing.clicked.connect(self.search.clear)
        self._nothing.hide()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 6, 8)
        column.setSpacing(8)
        heading = QLabel("Melodies")
        heading.setObjectName("heading")
        column.addWidget(heading)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 4, 0)
        row.addWidget(self.search)
        column.addLayout(row)
        column.addWidget(self._nothing)
        column.addWidget(self.list, 1)
        load = QPushButton("Import a MIDI file…")
        load.setToolTip("Open a melody from a MIDI file (Ctrl+I)")
        load.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        load.clicked.connect(self.import_asked)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 4, 0)
        row.addWidget(load)
        column.addLayout(row)

    def _search(self, text: str) -> None:
        self._filter.set_words(text)
        self._nothing.setVisible(self._filter.rowCount() == 0)

    def _choose(self, index: QModelIndex) -> None:
        self.melody_chosen.emit(index.data(_ID))


class _Search(QSortFilterProxyModel):
    """Keeps rows whose title and composer hold every word."""

    _words: tuple[str, ...] = ()

    def set_words(self, text: str) -> None:
        """Filter by the words of a search text."""
        self._words = tuple(text.casefold().split())
        self.invalidate()

    def filterAcceptsRow(self, source_row: int, source_parent: AnyIndex) -> bool:
        index = self.sourceModel().index(source_row, 0, source_parent)
        text = f"{index.data()} {index.data(_COMPOSER)}".casefold()
        return all(word in text for word in self._words)


class _Row(QStyledItemDelegate):
    """Title above, composer below."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        del option, index
        return QSize(40, _ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        palette = self._theme.palette
        state = option.state
        box: QRect = option.rect
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.hover if chosen else palette.raised))
            painter.drawRoundedRect(box.adjusted(0, 1, -6, -1), 6, 6)
        if chosen:
            painter.setBrush(QColor(palette.accent))
            painter.drawRoundedRect(QRect(box.left(), box.top() + 10, 3, box.height() - 20), 1.5, 1.5)
        text = box.adjusted(10, 4, -10, -4)
        half = text.height() // 2
        for part, colour, font, top in (
            (str(index.data()), palette.text, label_font(13), text.top()),
            (str(index.data(_COMPOSER)), palette.text_dim, label_font(11), text.top() + half),
        ):
            painter.setFont(font)
            painter.setPen(QColor(colour))
            shown = painter.fontMetrics().elidedText(part, Qt.TextElideMode.ElideRight, text.width())
            painter.drawText(QRect(text.left(), top, text.width(), half), int(Qt.AlignmentFlag.AlignVCenter), shown)
        painter.restore()
