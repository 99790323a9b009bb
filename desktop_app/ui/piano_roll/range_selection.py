"""The range of bars that is selected in the arrangement, over one or more tracks."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop_app.note_edits.bars import BarRange


class RangeSelection(QObject):
    """Holds the range, or None; whoever shows or uses it listens."""

    changed = Signal(object)  # BarRange or None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.value: BarRange | None = None

    def choose(self, value: BarRange | None) -> None:
        """Select these bars, or none."""
        if value != self.value:
            self.value = value
            self.changed.emit(value)
