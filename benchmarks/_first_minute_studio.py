"""The other process of `benchmarks.first_minute`: the real studio, started as a user starts it, used at once.

It prints one line of JSON: seconds since its process was asked for, and processor seconds used until then.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

gc.disable()  # as the command does before it imports the studio

from desktop_app.app import RunningStudio, shown, thread_habits  # noqa: E402
from desktop_app.paths import app_paths  # noqa: E402

_PATIENCE_S = 120.0


class FirstPaint(QObject):
    """Notices when a widget was painted."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt names it
        del watched
        self.seen = self.seen or event.type() == QEvent.Type.Paint
        return False


def wait(condition: Callable[[], object]) -> None:
    """Run the event loop until the condition holds; raises TimeoutError after two minutes."""
    until_s = time.monotonic() + _PATIENCE_S
    loop = QEventLoop()
    while not condition():
        if time.monotonic() > until_s:
            raise TimeoutError("The studio did not get there.")
        QTimer.singleShot(2, loop.quit)
        loop.exec()


class Minute:
    """The steps of the first minute and when each was done."""

    def __init__(self, asked_s: float) -> None:
        self._asked_s = asked_s
        self.steps: dict[str, dict[str, float]] = {}

    def done(self, step: str, began_s: float | None = None) -> None:
        """Write down a step: since the process was asked for, or since `began_s` (monotonic)."""
        now_s = time.monotonic()
        wall_s = now_s - (self._asked_s if began_s is None else began_s)
        self.steps[step] = {"wall_s": round(wall_s, 3), "processor_s": round(time.process_time(), 3)}


def run(asked_s: float, home: Path) -> dict[str, Any]:
    """Start, look, press a key, play, generate."""
    minute = Minute(asked_s)
    thread_habits()
    qt, paint = QApplication(["tutti"]), FirstPaint()
    studio = shown(qt, app_paths(home))
    studio.window.arrangement.roll.installEventFilter(paint)
    QTimer.singleShot(0, studio.start)
    wait(lambda: paint.seen and studio.session.score.tracks and studio.window.generate_panel.button.isEnabled())
    minute.done("window usable")
    wait(lambda: studio.sound.is_ready)
    minute.done("sound ready")
    _play(studio, minute)
    from PySide6.QtTest import QTest  # no part of the studio

    if studio.window.generate_panel.model is not None:
        began_s = time.monotonic()
        QTest.mouseClick(studio.window.generate_panel.button, Qt.MouseButton.LeftButton)
        wait(lambda: studio.session.takes and studio.session.is_playing)
        minute.done("from Generate to the band playing", began_s)
    studio.session.stop()
    studio.shutdown()
    return minute.steps


def _play(studio: RunningStudio, minute: Minute) -> None:
    """A key, then the melody."""
    from PySide6.QtTest import QTest

    heard: list[float] = []
    studio.hub.subscribe(lambda _message: heard.append(time.monotonic()))
    began_s = time.monotonic()
    QTest.keyPress(studio.window.arrangement.roll, Qt.Key.Key_Z)
    wait(lambda: heard)
    minute.done("from a key to the synth", began_s)
    QTest.keyRelease(studio.window.arrangement.roll, Qt.Key.Key_Z)
    began_s = time.monotonic()
    QTest.keyClick(studio.window.arrangement.roll, Qt.Key.Key_Space)
    wait(lambda: studio.session.is_playing and studio.session.position_tick() > 0)
    minute.done("from Space to the playhead moving", began_s)
    studio.session.stop()


if __name__ == "__main__":
    print(json.dumps(run(float(sys.argv[1]), Path(sys.argv[2]))), flush=True)
