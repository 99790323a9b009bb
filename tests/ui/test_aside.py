"""Work done aside: the window lives on meanwhile, and the caller gets what came of it."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from desktop_app.ui.aside import aside


def test_the_window_answers_while_its_caller_waits(qapp: QApplication) -> None:
    del qapp
    answered = threading.Event()
    QTimer.singleShot(0, answered.set)
    threads: list[int] = []

    def work() -> str:
        threads.append(threading.get_ident())
        assert answered.wait(30.0)  # only an event loop that runs can set it
        return "done"

    assert aside(work) == "done"
    assert threads != [threading.get_ident()]


@pytest.mark.parametrize("hands_off", [False, True])
def test_what_goes_wrong_is_the_callers(qapp: QApplication, hands_off: bool) -> None:
    del qapp

    def work() -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        aside(work, hands_off=hands_off)
