"""What Tutti puts on the clipboard beside text: notes, and files to paste elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QApplication

_OURS = "tutti"


def put(data: QMimeData) -> None:
    """Offer something to whoever pastes."""
    data.setObjectName(_OURS)
    QApplication.clipboard().setMimeData(data)


def let_go() -> None:
    """Take what is ours away as the program ends: Qt would free it after Python has gone, and crash."""
    data = QApplication.clipboard().mimeData()
    if data is not None and data.objectName() == _OURS:
        QApplication.clipboard().clear()
