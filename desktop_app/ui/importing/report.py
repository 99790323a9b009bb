"""What an import could not read, line by line, beside the window and not in front of the work."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.events import FileImported
from desktop_app.language import tr


class ImportReport(QDialog):
    """A list to read and to copy; everything else is in the piece."""

    def __init__(self, parent: QWidget, told: FileImported) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.setWindowTitle(tr("What was not read"))
        self.resize(560, 320)
        self._told = told
        about = QLabel(told.sentence)
        about.setWordWrap(True)
        self.lines = QListWidget()
        self.lines.setAccessibleName(tr("What was not read"))
        self.lines.setWordWrap(True)
        self.lines.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.lines.addItems(list(told.losses))
        self.lines.setCurrentRow(0)
        self.copy = QPushButton(tr("Copy"))
        self.copy.clicked.connect(self._copy)
        self.done_button = QPushButton(tr("Close"))
        self.done_button.setDefault(True)
        self.done_button.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.copy)
        buttons.addWidget(self.done_button)
        column = QVBoxLayout(self)
        column.addWidget(about)
        column.addWidget(self.lines, 1)
        column.addLayout(buttons)
        self.lines.setFocus()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join((self._told.sentence, *self._told.losses)))
