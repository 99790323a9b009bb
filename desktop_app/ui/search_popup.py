"""A list to type into: a few letters narrow it, the arrow keys go through it and tell what they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListView, QVBoxLayout, QWidget

from desktop_app.language import tr
from desktop_app.ui.theme import label_font

_VALUE = Qt.ItemDataRole.UserRole
_TO_LIST = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_WIDTH, _HEIGHT = 250, 380
_REST_MS = 120


@dataclass(frozen=True, slots=True)
class Row:
    """Something to choose: its words, the heading it stands under, and what it stands for."""

    text: str
    value: object
    heading: str = ""


class SearchPopup(QFrame):
    """`rested` tells what the selection has come to rest on, `chosen` what was taken, `cancelled` that nothing was."""

    rested = Signal(object)
    chosen = Signal(object)
    cancelled = Signal()

    def __init__(self, parent: QWidget, rows: Sequence[Row], present: object, label: str, hint: str) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("searchPopup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(label)
        self._rows = tuple(rows)
        self._taken = False
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search"))
        self.search.setAccessibleName(label)
        self.search.setClearButtonEnabled(True)
        self.search.installEventFilter(self)
        self.list = QListView()
        self.list.setAccessibleName(label)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self._model = QStandardItemModel()
        self.list.setModel(self._model)
        self._nothing = QLabel(tr("Nothing matches."))
        self._nothing.setObjectName("dim")
        below = QLabel(hint)
        below.setObjectName("tiny")
        below.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        for widget in (self.search, self.list, self._nothing, below):
            column.addWidget(widget)
        self.resize(_WIDTH, _HEIGHT)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._tell_rested)
        self._fill("", present)
        self.search.textChanged.connect(lambda text: self._fill(text, self._present()))
        self.list.selectionModel().currentChanged.connect(lambda _now, _before: self._rest.start())
        self.list.clicked.connect(self._take)

    def open_below(self, widget: QWidget) -> None:
        """Show the list under a widget, or above it where the screen ends."""
        below = widget.mapToGlobal(QPoint(0, widget.height() + 2))
        screen = QGuiApplication.screenAt(below) or widget.screen()
        room = screen.availableGeometry()
        y = below.y() if below.y() + self.height() <= room.bottom() else below.y() - self.height() - widget.height() - 4
        self.move(min(below.x(), room.right() - self.width()), max(room.top(), y))
        self.show()
        self.search.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in _TO_LIST:
                self._step(event)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take(self.list.currentIndex())
                return True
        return super().eventFilter(watched, event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._rest.stop()
        if not self._taken:
            self._taken = True
            self.cancelled.emit()

    def _step(self, event: QKeyEvent) -> None:
        """Up and down over headings, to the next row that can be chosen."""
        by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8, Qt.Key.Key_PageDown: 8}[Qt.Key(event.key())]
        places = [row for row in range(self._model.rowCount()) if self._model.item(row).isEnabled()]
        if not places:
            return
        present = self.list.currentIndex().row()
        at = places.index(present) if present in places else -1 if by > 0 else len(places)
        self._select(places[max(0, min(len(places) - 1, at + by))])

    def _present(self) -> object:
        index = self.list.currentIndex()
        return index.data(_VALUE) if index.isValid() else None

    def _fill(self, text: str, present: object) -> None:
        words = text.lower().split()
        self._model.clear()
        heading = ""
        selected = -1
        for row in self._rows:
            if not all(word in f"{row.text} {row.heading}".lower() for word in words):
                continue
            if row.heading != heading:
                heading = row.heading
                self._model.appendRow(_heading(heading))
            item = QStandardItem(row.text)
            item.setData(row.value, _VALUE)
            self._model.appendRow(item)
            if selected < 0 and row.value == present:
                selected = self._model.rowCount() - 1
        self._nothing.setVisible(not self._model.rowCount())
        first = next((row for row in range(self._model.rowCount()) if self._model.item(row).isEnabled()), -1)
        self._rest.stop()
        if selected >= 0 or first >= 0:
            self._select(selected if selected >= 0 else first)
            if not text:
                self._rest.stop()  # opening tells nothing: it is what was there

    def _select(self, row: int) -> None:
        index = self._model.index(row, 0)
        self.list.setCurrentIndex(index)
        self.list.scrollTo(index)
        self._rest.start()

    def _tell_rested(self) -> None:
        value = self._present()
        if value is not None:
            self.rested.emit(value)

    def _take(self, index: QModelIndex) -> None:
        value = index.data(_VALUE) if index.isValid() else None
        if value is not None:
            self._taken = True
            self.chosen.emit(value)
            self.close()


def _heading(text: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    item.setFont(label_font(11, bold=True))
    return item
