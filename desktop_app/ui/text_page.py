"""A page of text beside the window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QIcon, QTextBlockFormat, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget


class TextPage(QDialog):
    """A model card or the shortcut sheet: text to read and copy."""

    def __init__(self, parent: QWidget, title: str, text: str, *, markdown: bool) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.resize(620, 620)
        self.browser = QTextBrowser()
        self.browser.setAccessibleName(title)
        self.browser.setOpenExternalLinks(True)
        if markdown:
            self.browser.setMarkdown(text)
        else:
            self.browser.setHtml(text)
        _set_type(self.browser.document())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setIcon(QIcon())
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        column.addWidget(self.browser)
        column.addWidget(buttons)


def _set_type(document: QTextDocument) -> None:
    """Room above headings and below paragraphs, and headings in the weight that our type has."""
    cursor = QTextCursor(document)
    block = document.begin()
    while block.isValid():
        cursor.setPosition(block.position())
        heading = block.blockFormat().headingLevel()
        if not cursor.currentTable():
            spaced = QTextBlockFormat()
            spaced.setTopMargin(14 if heading > 1 else 0)
            spaced.setBottomMargin(5)
            cursor.mergeBlockFormat(spaced)
        if heading:
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
            weighted = QTextCharFormat()
            weighted.setFontWeight(QFont.Weight.DemiBold)
            weighted.setProperty(QTextCharFormat.Property.FontSizeAdjustment, 2 if heading == 1 else 1)
            cursor.mergeCharFormat(weighted)
        block = block.next()
