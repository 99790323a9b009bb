"""Qt's own words, on its buttons and in its file dialogs, in the language spoken."""

from __future__ import annotations

from PySide6.QtCore import QLibraryInfo, QTranslator
from PySide6.QtWidgets import QApplication

_NAME = "tutti-qt-words"


def speak_qt(qt: QApplication, code: str) -> None:
    """Let Qt speak this language, from its own catalogue; English where it has none."""
    for before in qt.findChildren(QTranslator, _NAME):
        qt.removeTranslator(before)
        before.deleteLater()
    translator = QTranslator(qt)
    translator.setObjectName(_NAME)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if code != "en" and translator.load(f"qtbase_{code}", folder):
        qt.installTranslator(translator)
