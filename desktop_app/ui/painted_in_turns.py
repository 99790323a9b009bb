"""A window that shows another piece answers in between: one part of it is painted at a turn of the event loop."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget


class PaintedInTurns:
    """`hold` once much has changed: these parts show it one after the other, instead of all in one go.

    A part may lie within one that comes before it.
    """

    def __init__(self, *parts: QWidget) -> None:
        self._parts = parts
        self._left: list[QWidget] = []
        self._turn = QTimer(parts[0])
        self._turn.setSingleShot(True)
        self._turn.timeout.connect(self._paint_next)

    def hold(self) -> None:
        """Nothing of the parts is painted now; the first is at the next turn."""
        for part in self._parts:
            part.setUpdatesEnabled(False)
        self._left = list(self._parts)
        self._turn.start(0)

    def _paint_next(self) -> None:
        self._left.pop(0).setUpdatesEnabled(True)
        if self._left:
            self._turn.start(0)
