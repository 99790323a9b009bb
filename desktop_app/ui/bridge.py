"""The only way from other threads to widgets: calls are queued and run on the GUI thread, in order."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot

from desktop_app.right_of_way import RightOfWay

_log = logging.getLogger(__name__)

Call = Callable[[], None]


class Bridge(QObject):
    """`post` may be called from any thread; it returns at once.

    One queued signal wakes the GUI thread for all calls that are waiting, so that a flood of notes
    costs one event and not thousands. The signal carries an object: `Signal(int)` has 32 bits.
    """

    _waiting = Signal(object)

    def __init__(self, way: RightOfWay | None = None) -> None:
        super().__init__()
        self._way = way or RightOfWay()
        self._calls: deque[Call] = deque()
        self._is_woken = False
        self._closed = False
        self._waiting.connect(self._run_calls, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Call) -> None:
        """Run `call` on the GUI thread soon."""
        if self._closed:
            return
        self._calls.append(call)
        if not self._is_woken:
            self._is_woken = True
            self._waiting.emit(None)

    def close(self) -> None:
        """Drop what is waiting and take no more: the widgets are going."""
        self._closed = True
        self._calls.clear()

    @Slot(object)
    def _run_calls(self, _nothing: object) -> None:
        # Cleared first: a call that arrives from now on wakes the GUI thread again.
        self._is_woken = False
        for _ in range(len(self._calls)):
            if self._closed or not self._calls:
                return
            call = self._calls.popleft()
            try:
                with self._way.first():
                    call()
            except Exception:
                _log.exception("A call handed to the window failed")
