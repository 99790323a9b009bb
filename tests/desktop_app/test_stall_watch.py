"""A window that does not answer is written down, with what it did; one that does is not."""

from __future__ import annotations

import threading

import pytest

from desktop_app.stall_watch import StallWatch, stack_of


class Clock:
    """Time as the test says."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_a_stall_is_logged_with_the_place(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    watch = StallWatch(clock, stall_s=0.2)
    clock.now_s = 0.5
    watch.look()
    watch.look()
    watch.beat()
    assert [record.getMessage().split(":")[0] for record in caplog.records] == ["The window did not answer for 500 ms"]
    assert "test_a_stall_is_logged_with_the_place" in caplog.text


def test_a_window_that_answers_is_no_news(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    watch = StallWatch(clock, stall_s=0.2)
    for _ in range(10):
        clock.now_s += 0.1
        watch.look()
        watch.beat()
    assert not caplog.records


def test_the_stack_of_another_thread_is_its_own() -> None:
    here, leave = threading.Event(), threading.Event()

    def wait_in_a_named_place() -> None:
        here.set()
        leave.wait(30.0)

    thread = threading.Thread(target=wait_in_a_named_place)
    thread.start()
    here.wait(30.0)
    assert thread.ident is not None
    seen = stack_of(thread.ident)
    leave.set()
    thread.join()
    assert "wait_in_a_named_place" in seen
    assert "test_the_stack_of_another_thread" not in seen
