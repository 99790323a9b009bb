"""The window goes first: while it is being changed or painted, workers that compute in Python rest at their next stop.

Python lets one thread run at a time and shares turns evenly. A window that needs 20 ms for a picture got one turn in
three or four beside a worker, the player and whoever else, and did not answer for 100 ms.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# A dialog or a file being saved keeps a handler going for long: then nobody has to wait for it any more.
PATIENCE_S = 0.25

GiveWay = Callable[[], None]


def go_on() -> None:
    """What a worker does at its stops where there is no window."""


class RightOfWay:
    """The window's thread enters `first` for what must not wait; workers call `give_way` between pieces of work."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._free = threading.Event()
        self._free.set()
        self._since_s = 0.0
        self._holder = 0

    @contextmanager
    def first(self) -> Iterator[None]:
        """The calling thread goes first until this is left."""
        self._holder, self._since_s = threading.get_ident(), self._clock()
        self._free.clear()
        try:
            yield
        finally:
            self._free.set()

    def let_pass(self) -> None:
        """Whoever waits may go on, as the window itself waits now."""
        self._free.set()

    def give_way(self) -> None:
        """Rest while the window is busy, `PATIENCE_S` after it began at the latest; never on its own thread."""
        if self._free.is_set() or threading.get_ident() == self._holder:
            return
        left_s = self._since_s + PATIENCE_S - self._clock()
        if left_s > 0:
            self._free.wait(left_s)
