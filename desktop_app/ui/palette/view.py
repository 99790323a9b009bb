"""The palette itself: a field and a list over the window; Enter does it, Esc leaves."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListView, QVBoxLayout, QWidget

from desktop_app.language import tr
from desktop_app.ui import icons
from desktop_app.ui.palette.entries import Entry, Found, search
from desktop_app.ui.palette.row import FOUND, PaletteRow
from desktop_app.ui.theme import Theme

_SIZE = QSize(560, 404)
_TOP_PX = 84
_RECENT = 6
_MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8, Qt.Key.Key_PageDown: 8}
AnyIndex = QModelIndex | QPersistentModelIndex


class FoundList(QAbstractListModel):
    """What was found, for the list and for a screen reader."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: list[Found] = []

    def show(self, rows: list[Found]) -> None:
        """Take over other rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not 0 <= index.row() < len(self.rows):
            return None
        found = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return found.entry.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join((found.entry.text, found.entry.place, *found.entry.keys))
        return found if role == FOUND else None


class CommandPalette(QFrame):
    """Built once; `ask` opens it with what can be done now."""

    def __init__(self, window: QWidget, theme: Theme, entries: Callable[[], list[Entry]]) -> None:
        super().__init__(window, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("palette")
        self.setAccessibleName(tr("Find a command"))
        self._window = window
        self._offered = entries
        self._entries: list[Entry] = []
        self._recent: list[str] = []
        self.field = QLineEdit()
        self.field.setObjectName("paletteField")
        self.field.setPlaceholderText(tr("What do you want to do?"))
        self.field.setAccessibleName(tr("What do you want to do?"))
        self.field.addAction(icons.icon("search", theme.palette), QLineEdit.ActionPosition.LeadingPosition)
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self._found = FoundList(self)
        self.list = QListView()
        self.list.setModel(self._found)
        self.list.setItemDelegate(PaletteRow(theme, self.list))
        self.list.setAccessibleName(tr("Commands found"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self.list.clicked.connect(lambda _index: self._do())
        self._nothing = QLabel(tr("Nothing matches. Fewer letters find more."))
        self._nothing.setObjectName("paletteNothing")
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.setSpacing(8)
        for widget in (self.field, self._nothing, self.list):
            column.addWidget(widget)
        column.setStretch(2, 1)

    def ask(self) -> None:
        """Open over the window's upper middle."""
        self._entries = self._offered()
        self.field.clear()
        self._search("")
        width = min(_SIZE.width(), self._window.width() - 40)
        self.resize(width, min(_SIZE.height(), self._window.height() - _TOP_PX - 20))
        self.move(self._window.mapToGlobal(QPoint((self._window.width() - width) // 2, _TOP_PX)))
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            if key in _MOVES:
                self._move(_MOVES[key])
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._do()
                return True
        return False

    def _search(self, typed: str) -> None:
        rows = search(self._entries, typed, self._recent)
        self._found.show(rows)
        self._nothing.setVisible(not rows)
        if rows:
            self.list.setCurrentIndex(self._found.index(0))

    def _move(self, by: int) -> None:
        rows = self._found.rowCount()
        if rows:
            row = self.list.currentIndex().row() + by
            row = row % rows if abs(by) == 1 else max(0, min(rows - 1, row))
            self.list.setCurrentIndex(self._found.index(row))

    def _do(self) -> None:
        row = self.list.currentIndex().row()
        if not 0 <= row < len(self._found.rows):
            return
        entry = self._found.rows[row].entry
        self._recent = [entry.id, *(other for other in self._recent if other != entry.id)][:_RECENT]
        self.hide()  # first: a command may open a dialog
        entry.act()
