"""When the pointer rests on a row it is previewed; when it leaves, the preview ends."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QListView

from desktop_app.library.shelf.entry import Entry
from desktop_app.ui.library.rows import ROW, AnyIndex, EntryRow

REST_MS = 400
"""How long the pointer rests on a row before it sounds: passing over the list stays silent."""

_LEAVING = (QEvent.Type.Leave, QEvent.Type.Hide, QEvent.Type.Wheel, QEvent.Type.WindowDeactivate)


class Hover(QObject):
    """Watches a list's pointer; `rests` carries the entry under it, `left` tells that it went."""

    rests = Signal(object)
    left = Signal()

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view
        self._entry: Entry | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST_MS)
        self._timer.timeout.connect(self._rested)
        view.setMouseTracking(True)
        view.entered.connect(self._entered)
        view.viewportEntered.connect(self.leave)
        view.viewport().installEventFilter(self)

    def leave(self) -> None:
        """The pointer is nowhere."""
        self._timer.stop()
        if self._entry is not None:
            self._entry = None
            self.left.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        del watched
        if event.type() in _LEAVING:
            self.leave()
        return False

    def _entered(self, index: AnyIndex) -> None:
        row = index.data(ROW)
        entry = row.entry if isinstance(row, EntryRow) else None
        if entry is not None and self._entry is not None and entry.key == self._entry.key:
            return
        self.leave()
        if entry is not None:
            self._entry = entry
            self._timer.start()

    def _rested(self) -> None:
        if self._entry is not None:
            self.rests.emit(self._entry)
