"""Notices when the window does not answer: the GUI thread beats, another thread looks, a long silence is logged."""

from __future__ import annotations

import faulthandler
import logging
import tempfile
import threading
import time
from collections.abc import Callable

STALL_S = 0.2
BEAT_S = 0.05

_log = logging.getLogger(__name__)


def stack_of(thread_id: int) -> str:
    """Where a thread is now, innermost first, as text.

    By faulthandler and not `sys._current_frames`: whoever holds a frame also keeps what is in it, and a painter that
    outlives its paint event crashes Qt.
    """
    with tempfile.TemporaryFile() as file:
        faulthandler.dump_traceback(file, all_threads=True)
        file.seek(0)
        parts = file.read().decode("utf-8", "replace").split("\n\n")
    mark = f"hread 0x{thread_id:016x}"
    own = next((part for part in parts if mark in part.split("\n", 1)[0]), "")
    return "\n".join(line.strip() for line in own.strip().split("\n")[1:])


class StallWatch:
    """`beat` is called on the GUI thread every `BEAT_S`; `start` begins to listen for it on a thread of its own."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, stall_s: float = STALL_S) -> None:
        self._clock = clock
        self._stall_s = stall_s
        self._last_s = clock()
        self._thread_id = threading.get_ident()
        self._seen = ""
        self._ended = threading.Event()

    def start(self) -> None:
        """Listen from now on; the calling thread is the one that is watched."""
        self._thread_id, self._last_s = threading.get_ident(), self._clock()
        threading.Thread(target=self._listen, name="stall-watch", daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        self._ended.set()

    def beat(self) -> None:
        """The GUI thread answers; what it did before, if that took too long, is written down."""
        now_s = self._clock()
        silent_s, self._last_s = now_s - self._last_s, now_s
        seen, self._seen = self._seen, ""
        if silent_s > self._stall_s:
            _log.warning("The window did not answer for %d ms:\n%s", round(silent_s * 1000), seen)

    def look(self) -> None:
        """See where the GUI thread is, where it has been silent for too long; once a silence."""
        if not self._seen and self._clock() - self._last_s > self._stall_s:
            self._seen = stack_of(self._thread_id)

    def _listen(self) -> None:
        while not self._ended.wait(BEAT_S):
            self.look()
