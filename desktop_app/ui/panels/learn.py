"""Teaching the studio a keyboard's buttons and knobs: choose what it shall do, then press or turn it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.events import LiveNote
from desktop_app.language import tr
from desktop_app.ui.studio import Studio
from music_core.performance import ControlMessage

# Modulation, pedals and the like belong to the playing and are never taken for a button.
_PLAYING = frozenset({1, 2, 11, 64, 65, 66, 67})


class LearnDialog(QDialog):
    """A table of what can be done; the chosen row takes the next controller that moves."""

    def __init__(self, parent: QWidget, studio: Studio) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Learn a controller"))
        self.resize(420, 430)
        self._controls = studio.controls
        self.table = QTableWidget(0, 2)
        self.table.setAccessibleName(tr("What buttons and knobs do"))
        self.table.setHorizontalHeaderLabels([tr("Does"), tr("MIDI controller")])
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        explanation = QLabel(tr("Choose a line, then press the button or turn the knob on your keyboard."))
        explanation.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        standard = buttons.addButton(tr("As on the AKM322"), QDialogButtonBox.ButtonRole.ResetRole)
        standard.clicked.connect(self._reset)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        for widget in (explanation, self.table, buttons):
            column.addWidget(widget)
        self._show()
        self.table.selectRow(0)
        unsubscribe = studio.events.subscribe(LiveNote, self._hear)
        self._controls.pause(True)
        self.finished.connect(lambda _result: unsubscribe())
        self.finished.connect(lambda _result: self._controls.pause(False))

    def _hear(self, event: LiveNote) -> None:
        message = event.message
        row = self.table.currentRow()
        if isinstance(message, ControlMessage) and message.value and message.controller not in _PLAYING and row >= 0:
            self._controls.learn(self._controls.table()[row].id, message.controller)
            self._show()

    def _reset(self) -> None:
        self._controls.reset()
        self._show()

    def _show(self) -> None:
        rows = self._controls.table()
        self.table.setRowCount(len(rows))
        for number, control in enumerate(rows):
            controller = tr("none") if control.controller is None else str(control.controller)
            for column, text in enumerate((tr(control.label), controller)):
                self.table.setItem(number, column, QTableWidgetItem(text))
