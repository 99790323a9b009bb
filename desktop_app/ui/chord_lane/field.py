"""The little field in which a chord symbol is typed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QToolTip, QWidget

from desktop_app.language import tr
from music_core.harmony.symbols import MAX_SYMBOL_LENGTH

WIDTH = 92
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_OWN_KEYS = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, *_STEPS)


class SymbolField(QLineEdit):
    """Enter takes the text, Tab takes it and goes on to the next bar, Esc or a click elsewhere leaves things alone."""

    entered = Signal(str, bool)  # what was typed, and whether to go on
    left = Signal()
    stepped = Signal(int)  # to the next suggestion, or to the one before

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._lane = parent
        self.setObjectName("chordField")
        self.setMaxLength(MAX_SYMBOL_LENGTH)
        self.setAccessibleName(tr("Chord symbol"))
        self.setPlaceholderText("Am7")
        self.hide()
        self.textEdited.connect(lambda _text: QToolTip.hideText())

    def open_at(self, x: int, text: str) -> None:
        """Show the field over the lane, its text selected."""
        self.setGeometry(max(0, min(x, self._lane.width() - WIDTH)), 1, WIDTH, self._lane.height() - 2)
        self.setText(text)
        self.selectAll()
        self.show()
        self.raise_()
        self.setFocus()

    def refuse(self, sentence: str) -> None:
        """Say why the text is no chord; it stays to be mended."""
        self.selectAll()
        QToolTip.showText(self.mapToGlobal(QPoint(0, self.height())), sentence, self)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() in _OWN_KEYS:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self._own_key(event.key())
                return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.isVisible() and event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()

    def _own_key(self, key: int) -> None:
        QToolTip.hideText()
        if key in _STEPS:
            self.stepped.emit(_STEPS[Qt.Key(key)])
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            self.entered.emit(self.text(), key == Qt.Key.Key_Tab)
