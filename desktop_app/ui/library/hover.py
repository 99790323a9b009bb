"""When the pointer rests on a row it is previewed; when it leaves, the preview ends."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QListView

from desktop_app.library.shelf.entry import Entry
from desktop_app.ui.library.rows import ROW, AnyIndex, EntryRow

REST_MS = 400
"""How long the pointer rests on a row before it sounds: passing over the list stays silent."""

_CLICKS = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease, QEvent.Type.MouseButtonDblClick)
_LEAVING = (QEvent.Type.Leave, QEvent.Type.Hide, QEvent.Type.Wheel, QEvent.Type.WindowDeactivate)


class Rows(QListView):
    """A list that tells what its pointer does before a row gets it.

    `takes_click` may keep a click for itself; a filter on the viewport would make Qt's Python side look at every kind
    of widget that there is, which takes a hundredth of the time until the window stands.
    """

    pointer_left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.takes_click: Callable[[QMouseEvent], bool] = lambda _event: False

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() in _LEAVING:
            self.pointer_left.emit()
        elif event.type() in _CLICKS and isinstance(event, QMouseEvent) and self.takes_click(event):
            return True
        return super().viewportEvent(event)


class Hover(QObject):
    """Watches a list's pointer; `rests` carries the entry under it, `left` tells that it went."""

    rests = Signal(object)
    left = Signal()

    def __init__(self, view: Rows) -> None:
        super().__init__(view)
        self._entry: Entry | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST_MS)
        self._timer.timeout.connect(self._rested)
        view.setMouseTracking(True)
        view.entered.connect(self._entered)
        view.viewportEntered.connect(self.leave)
        view.pointer_left.connect(self.leave)

    def leave(self) -> None:
        """The pointer is nowhere."""
        self._timer.stop()
        if self._entry is not None:
            self._entry = None
            self.left.emit()

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
