"""Slow work that its caller has to wait for: done on a thread, while the window goes on answering."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QEventLoop, QTimer

from desktop_app.right_of_way import RightOfWay

T = TypeVar("T")

# What is over so soon is simply waited for: nobody sees it, and nothing else happens in between.
_AT_ONCE_S = 0.010
_LOOK_MS = 5


class _Work(Generic[T]):
    """A function on a thread of its own, and what came of it."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._outcome: list[T] = []
        self._error: BaseException | None = None
        self.thread = threading.Thread(target=self._run, name="tutti-aside", daemon=True)

    def result(self) -> T:
        """What the function returned, or raised."""
        self.thread.join()
        if self._error is not None:
            raise self._error
        return self._outcome[0]

    def _run(self) -> None:
        try:
            self._outcome.append(self._work())
        except BaseException as error:  # the caller's to judge
            self._error = error


def aside(work: Callable[[], T], *, hands_off: bool = False, way: RightOfWay | None = None) -> T:
    """What `work` returns or raises; meanwhile the window is drawn, notes sound and the playhead moves.

    With `hands_off` keys and clicks wait until it is over: for work after which the piece is another one. Where the
    program ends meanwhile the work is still waited for, so that a file is written whole.
    """
    if way is not None:
        way.let_pass()  # what is waited for waits for nobody
    task = _Work(work)
    task.thread.start()
    task.thread.join(_AT_ONCE_S)
    if task.thread.is_alive():
        loop, timer = QEventLoop(), QTimer()
        timer.timeout.connect(lambda: None if task.thread.is_alive() else loop.quit())
        timer.start(_LOOK_MS)
        flags = QEventLoop.ProcessEventsFlag
        loop.exec(flags.ExcludeUserInputEvents if hands_off else flags.AllEvents)
        timer.stop()
    return task.result()
