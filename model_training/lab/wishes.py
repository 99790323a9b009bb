"""What is asked of a training that runs: to stop (Ctrl+C, a polite kill, its time is up) or to pause (a file)."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

PAUSE_FILE = "pause"


class Wish(IntEnum):
    """Sent to all processes as a number."""

    GO = 0
    PAUSE = 1
    STOP = 2


class Wishes:
    """A context that turns SIGINT and SIGTERM into a wish to stop; a second one stops at once, unsaved.

    A file called `pause` in the run's folder is a wish to pause for as long as it lies there.
    """

    def __init__(self, folder: Path, max_minutes: float = 0.0, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._pause = folder / PAUSE_FILE
        self._clock = clock
        self._ends = clock() + 60 * max_minutes if max_minutes else float("inf")
        self._before: dict[int, Any] = {}
        self._stop = False

    def __enter__(self) -> Wishes:
        self._before = {number: signal.signal(number, self._ask) for number in (signal.SIGINT, signal.SIGTERM)}
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._put_back()

    def stop(self) -> None:
        """Wish to stop, from inside the program."""
        self._stop = True

    def now(self) -> Wish:
        """What is wished at this moment; stopping goes before pausing."""
        if self._stop or self._clock() >= self._ends:
            return Wish.STOP
        return Wish.PAUSE if self._pause.exists() else Wish.GO

    def forget_pause(self) -> None:
        """Take the file away: whoever starts or resumes a run wants it to go on."""
        self._pause.unlink(missing_ok=True)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self._stop = True
        self._put_back()

    def _put_back(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}
