"""«How this was made»: the chosen take's page, with the model's card and its settings at hand."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from desktop_app.language import tr


class StoryDialog(QDialog):
    """A page in Markdown. «Use these settings» puts the take's model, verb, seed and options into the panel."""

    def __init__(
        self, parent: QWidget, page: str, use: Callable[[], None], show_card: Callable[[], None] | None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("How this was made"))
        self.resize(520, 600)
        self.page = QTextBrowser()
        self.page.setMarkdown(page)
        self.page.setAccessibleName(tr("How this take was made"))
        self.card = QPushButton(tr("Model card"))
        self.card.setEnabled(show_card is not None)
        if show_card is not None:
            self.card.clicked.connect(show_card)
        self.copy = QPushButton(tr("Copy"))
        self.copy.setToolTip(tr("Copy this page as text"))
        self.copy.clicked.connect(lambda: QApplication.clipboard().setText(self.page.toPlainText()))
        self.use = QPushButton(tr("Use these settings"))
        self.use.setToolTip(tr("Set the panel to what made this take; Generate then writes it again"))
        self.use.setEnabled(show_card is not None)
        self.use.clicked.connect(use)
        self.use.clicked.connect(self.close)
        close = QPushButton(tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.close)
        row = QHBoxLayout()
        for button in (self.card, self.copy, self.use):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.addWidget(self.page)
        column.addLayout(row)
