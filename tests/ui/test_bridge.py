"""Calls from other threads reach the GUI thread, in order, and do not flood it."""

from __future__ import annotations

import threading

from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.ui.bridge import Bridge

FLOOD = 5000


def test_calls_run_on_the_gui_thread_in_order(qapp: QApplication, qtbot: QtBot) -> None:
    bridge = Bridge()
    seen: list[tuple[int, bool]] = []

    def post_all() -> None:
        for number in range(FLOOD):
            bridge.post(lambda number=number: seen.append((number, QThread.currentThread() is qapp.thread())))

    thread = threading.Thread(target=post_all)
    thread.start()
    thread.join()
    assert seen == []  # nothing ran on the other thread
    qtbot.waitUntil(lambda: len(seen) == FLOOD)
    assert [number for number, _ in seen] == list(range(FLOOD))
    assert all(on_gui for _, on_gui in seen)


def test_what_is_posted_while_running_comes_later(qtbot: QtBot) -> None:
    bridge = Bridge()
    seen: list[str] = []
    bridge.post(lambda: (seen.append("first"), bridge.post(lambda: seen.append("third"))))
    bridge.post(lambda: seen.append("second"))
    qtbot.waitUntil(lambda: len(seen) == 3)
    assert seen == ["first", "second", "third"]


def test_a_failing_call_does_not_stop_the_next(qtbot: QtBot) -> None:
    bridge = Bridge()
    seen: list[str] = []

    def fail() -> None:
        raise RuntimeError("made to fail")

    bridge.post(fail)
    bridge.post(lambda: seen.append("after"))
    qtbot.waitUntil(lambda: seen == ["after"])


def test_a_closed_bridge_drops_everything(qapp: QApplication) -> None:
    bridge = Bridge()
    seen: list[str] = []
    bridge.post(lambda: seen.append("waiting"))
    bridge.close()
    bridge.post(lambda: seen.append("late"))
    qapp.processEvents()
    assert seen == []
