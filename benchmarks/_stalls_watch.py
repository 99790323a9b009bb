"""How long the GUI thread does not answer: a heartbeat on it, and another thread that looks what it does meanwhile."""

from __future__ import annotations

import gc
import threading
import time
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, QTimer

from desktop_app.stall_watch import stack_of

BEAT_S = 0.005
LIMIT_S = 0.050
_LOOK_AFTER_S = 0.020
_FRAMES_SHOWN = 14


@dataclass(frozen=True, slots=True)
class Gap:
    """A time between two beats: by the clock, of it the process's and the GUI thread's own processor time."""

    wall_s: float
    process_s: float
    gui_s: float
    collecting_s: float
    stack: tuple[str, ...] = ()

    @property
    def own_s(self) -> float:
        """What this program kept the GUI thread from answering: time in which the machine ran others is not its own."""
        return min(self.wall_s, max(self.process_s, self.gui_s))


class Watchdog:
    """Beats on the thread that makes it, a GUI thread; `take` hands over the gaps since it was asked last."""

    def __init__(self) -> None:
        self._gaps: list[Gap] = []
        self._stacks: dict[int, tuple[str, ...]] = {}
        self._number = 0
        self._collected_s = 0.0
        self._collecting_since = 0.0
        self._thread_id = threading.get_ident()
        self._last = self._now()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(round(BEAT_S * 1000))
        self._ended = threading.Event()
        gc.callbacks.append(self._collecting)
        threading.Thread(target=self._look, name="watchdog", daemon=True).start()

    def take(self) -> list[Gap]:
        """The gaps so far, from the first full one on."""
        gaps, self._gaps = self._gaps, []
        return gaps

    def close(self) -> None:
        """Stop beating."""
        self._ended.set()
        self._timer.stop()
        gc.callbacks.remove(self._collecting)

    def _now(self) -> tuple[float, float, float, float]:
        return time.perf_counter(), time.process_time(), time.thread_time(), self._collected_s

    def _beat(self) -> None:
        now = self._now()
        spent = [after - before for after, before in zip(now, self._last, strict=True)]
        self._gaps.append(Gap(spent[0], spent[1], spent[2], spent[3], self._stacks.pop(self._number, ())))
        self._number += 1
        self._last = now

    def _look(self) -> None:
        """Every few milliseconds: where a beat is late, a look at the GUI thread's stack; the last look stays."""
        while not self._ended.wait(BEAT_S):
            number = self._number
            if time.perf_counter() - self._last[0] > _LOOK_AFTER_S:
                seen = stack_of(self._thread_id)
                if number == self._number:
                    self._stacks[number] = tuple(seen.split("\n")[:_FRAMES_SHOWN])

    def _collecting(self, phase: str, _facts: dict[str, Any]) -> None:
        if phase == "start":
            self._collecting_since = time.perf_counter()
        else:
            self._collected_s += time.perf_counter() - self._collecting_since


def figures(gaps: list[Gap]) -> dict[str, Any]:
    """One scenario's row: by the clock and of the program's own; how many over the limit; the culprit."""
    if not gaps:
        return {}
    walls, owns = sorted(gap.wall_s for gap in gaps), sorted(gap.own_s for gap in gaps)
    worst = max(gaps, key=lambda gap: gap.own_s)
    return {
        "seconds": round(sum(walls), 1),
        "longest_ms": _ms(walls[-1]),
        "p99_ms": _ms(_at(walls, 0.99)),
        "over_limit": sum(wall > LIMIT_S for wall in walls),
        "own_longest_ms": _ms(owns[-1]),
        "own_p99_ms": _ms(_at(owns, 0.99)),
        "gui_longest_ms": _ms(max(gap.gui_s for gap in gaps)),
        "own_over_limit": sum(own > LIMIT_S for own in owns),
        "collecting_ms": _ms(max(gap.collecting_s for gap in gaps)),
        "culprit": worst.stack,
    }


def _at(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
