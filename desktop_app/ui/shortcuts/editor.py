"""Changing shortcuts: choose a command, press the new keys, and hear whose they were."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.language import tr
from desktop_app.ui.actions import COMMANDS, Command, command_text, menu_text
from desktop_app.ui.palette.matching import folded
from desktop_app.ui.shortcuts.key_map import TAKE_KEYS, KeyMap, normal, shown

_ID = Qt.ItemDataRole.UserRole


class ShortcutEditor(QDialog):
    """Every change is in force and kept at once."""

    def __init__(self, parent: QWidget, keys: KeyMap, keep: Callable[[KeyMap], None]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Change shortcuts"))
        self.resize(560, 600)
        self._keys = keys
        self._keep = keep
        self._make_table()
        self._make_fields()
        self._lay_out()
        self._fill()
        self.table.selectRow(0)

    @property
    def command(self) -> Command | None:
        """The chosen line's command."""
        item = self.table.item(self.table.currentRow(), 0)
        chosen = item.data(_ID) if item is not None else None
        return next((command for command in COMMANDS if command.id == chosen), None)

    def choose(self, command_id: str) -> None:
        """Go to a command's line."""
        for row in range(self.table.rowCount()):
            item = self.table.item(row, 0)
            if item is not None and item.data(_ID) == command_id:
                self.table.selectRow(row)

    def _make_table(self) -> None:
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search commands"))
        self.search.setAccessibleName(tr("Search commands"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _text: self._filter())
        self.table = QTableWidget(0, 2)
        self.table.setAccessibleName(tr("Commands and their keys"))
        self.table.setHorizontalHeaderLabels([tr("Command"), tr("Keys")])
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.itemSelectionChanged.connect(self._show_choice)

    def _make_fields(self) -> None:
        self.choice = QLabel()
        self.choice.setObjectName("heading")
        self.field = QKeySequenceEdit()
        self.field.setMaximumSequenceLength(1)
        self.field.setAccessibleName(tr("The new keys: press them here"))
        self.field.keySequenceChanged.connect(lambda _keys: self._show_conflict())
        self.told = QLabel()
        self.told.setObjectName("caption")
        self.told.setWordWrap(True)
        self.told.setMinimumHeight(34)
        self.use = QPushButton()
        self.use.clicked.connect(self._use)
        self.remove = QPushButton(tr("No keys"))
        self.remove.clicked.connect(self._remove)
        self.reset = QPushButton(tr("As it was"))
        self.reset.clicked.connect(self._reset)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.field, 1)
        for button in (self.use, self.remove, self.reset):
            button.setAutoDefault(False)
            row.addWidget(button)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.reset_all = buttons.addButton(tr("All as they were"), QDialogButtonBox.ButtonRole.ResetRole)
        self.reset_all.clicked.connect(lambda: self._take(KeyMap({})))
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        for widget in (self.search, self.table, self.choice):
            column.addWidget(widget)
        column.addLayout(row)
        column.addWidget(self.told)
        column.addWidget(buttons)

    def _fill(self) -> None:
        table = self._keys.table()
        self.table.setRowCount(len(COMMANDS))
        for row, command in enumerate(COMMANDS):
            place = menu_text(command.inside or command.menu)
            words = QTableWidgetItem(f"{place}  ›  {command_text(command).removesuffix('…')}")
            words.setData(_ID, command.id)
            changed = "• " if self._keys.is_changed(command.id) else ""
            keys = QTableWidgetItem(changed + "   ".join(map(shown, table[command.id])))
            self.table.setItem(row, 0, words)
            self.table.setItem(row, 1, keys)
        self._filter()

    def _filter(self) -> None:
        wanted = folded(self.search.text().strip())
        for row in range(self.table.rowCount()):
            items = (self.table.item(row, column) for column in range(self.table.columnCount()))
            line = " ".join(item.text() for item in items if item is not None)
            self.table.setRowHidden(row, wanted not in folded(line))

    def _show_choice(self) -> None:
        command = self.command
        if command is None:
            return
        self.choice.setText(tr("New keys for «{command}»", command=command_text(command).removesuffix("…")))
        self.field.clear()
        self.reset.setEnabled(self._keys.is_changed(command.id))
        self.remove.setEnabled(bool(self._keys.table()[command.id]))
        self._show_conflict()

    def _show_conflict(self) -> None:
        """Say whose keys these are before they are taken."""
        key = self._pressed()
        command = self.command
        owner = self._keys.owner(key, command.id) if key and command else None
        self.use.setEnabled(bool(key) and key not in TAKE_KEYS)
        self.use.setText(tr("Take them from there") if owner else tr("Use these keys"))
        self.told.setText(self._told(key, owner))

    def _told(self, key: str, owner: Command | None) -> str:
        if not key:
            return tr("Click into the field and press the new keys.")
        if key in TAKE_KEYS:
            return tr("{keys} chooses a take and stays so.", keys=shown(key))
        if owner is not None:
            return tr("{keys} belongs to «{owner}», which would lose it.", keys=shown(key), owner=command_text(owner))
        if len(key) == 1 and key.isalnum():
            return tr("{keys} is free. It rests while the computer keys play notes.", keys=shown(key))
        return tr("{keys} is free.", keys=shown(key))

    def _pressed(self) -> str:
        return normal(self.field.keySequence().toString(QKeySequence.SequenceFormat.PortableText))

    def _use(self) -> None:
        if self.command is not None and self._pressed():
            self._take(self._keys.with_key(self.command.id, self._pressed()))

    def _remove(self) -> None:
        if self.command is not None:
            self._take(self._keys.without_keys(self.command.id))

    def _reset(self) -> None:
        if self.command is not None:
            self._take(self._keys.reset(self.command.id))

    def _take(self, keys: KeyMap) -> None:
        self._keys = keys
        self._keep(keys)
        self._fill()
        self._show_choice()
