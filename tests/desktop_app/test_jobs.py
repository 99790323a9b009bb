from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator

import pytest

from desktop_app.jobs import Jobs
from music_core.decoding.predictor import GenerationCancelled

WAIT_S = 10.0


class Gui:
    """The thread of the test, with a queue of calls as an event loop has."""

    def __init__(self) -> None:
        self.calls: queue.Queue[Callable[[], None]] = queue.Queue()

    def turn_until(self, reached: Callable[[], bool]) -> None:
        while not reached():
            self.calls.get(timeout=WAIT_S)()


@pytest.fixture
def gui() -> Gui:
    return Gui()


@pytest.fixture
def jobs(gui: Gui) -> Iterator[Jobs]:
    jobs = Jobs(gui.calls.put)
    yield jobs
    assert jobs.shutdown(WAIT_S)


def never(_: object) -> None:
    raise AssertionError("This must not be called.")


def test_results_and_errors_come_back_on_the_calling_thread(gui: Gui, jobs: Jobs) -> None:
    seen: list[tuple[object, threading.Thread]] = []
    worker: list[threading.Thread] = []

    def work(progress: object, cancelled: object) -> int:
        worker.append(threading.current_thread())
        return 42

    def fail(progress: object, cancelled: object) -> int:
        raise ValueError("Bad luck.")

    jobs.run("one", work, lambda result: seen.append((result, threading.current_thread())), never)
    jobs.run("two", fail, never, lambda error: seen.append((str(error), threading.current_thread())))
    gui.turn_until(lambda: len(seen) == 2)
    assert seen == [(42, threading.current_thread()), ("Bad luck.", threading.current_thread())]
    assert worker[0] is not threading.current_thread()


def test_jobs_run_one_after_the_other_in_order(gui: Gui, jobs: Jobs) -> None:
    trace: list[str] = []
    done: list[str] = []

    def work(name: str) -> Callable[..., str]:
        def run(progress: object, cancelled: object) -> str:
            trace.extend((f"{name} begins", f"{name} ends"))
            return name

        return run

    for name in "abc":
        jobs.run(name, work(name), done.append, never)
    gui.turn_until(lambda: len(done) == 3)
    assert trace == [f"{name} {what}" for name in "abc" for what in ("begins", "ends")]


def test_a_cancelled_job_sees_it_and_hands_nothing_back(gui: Gui, jobs: Jobs) -> None:
    started, ended = threading.Event(), threading.Event()

    def work(progress: object, cancelled: Callable[[], bool]) -> None:
        started.set()
        while not cancelled():
            pass
        ended.set()
        raise GenerationCancelled

    handle = jobs.run("long", work, never, never)
    assert started.wait(WAIT_S)
    handle.cancel()
    assert ended.wait(WAIT_S)
    after: list[None] = []
    jobs.run("next", lambda progress, cancelled: None, after.append, never)
    gui.turn_until(lambda: bool(after))


def test_a_newer_job_of_the_same_name_overtakes(gui: Gui, jobs: Jobs) -> None:
    release = threading.Event()
    done: list[str] = []
    jobs.run("generate", lambda progress, cancelled: release.wait(WAIT_S), never, never)
    jobs.run("generate", lambda progress, cancelled: "skipped", never, never)
    jobs.run("generate", lambda progress, cancelled: "newest", done.append, never)
    release.set()
    gui.turn_until(lambda: bool(done))
    assert done == ["newest"]


def test_a_result_that_was_posted_is_dropped_when_cancelled_before_delivery(gui: Gui, jobs: Jobs) -> None:
    done: list[int] = []
    handle = jobs.run("late", lambda progress, cancelled: 1, done.append, never)
    deliver = gui.calls.get(timeout=WAIT_S)
    handle.cancel()
    deliver()
    assert done == []


def test_progress_is_passed_on_without_flooding(gui: Gui, jobs: Jobs) -> None:
    seen: list[tuple[int, int]] = []
    done: list[None] = []

    def work(progress: Callable[[int, int], None], cancelled: object) -> None:
        for part in range(1, 1001):
            progress(part, 1000)

    jobs.run("busy", work, done.append, never, lambda part, total: seen.append((part, total)))
    first = gui.calls.get(timeout=WAIT_S)
    end = gui.calls.get(timeout=WAIT_S)  # nothing else is posted while the first progress waits
    first()
    end()
    assert (seen, len(done)) == ([(1000, 1000)], 1)


def test_nothing_is_taken_after_the_end(gui: Gui) -> None:
    jobs = Jobs(gui.calls.put)
    assert jobs.shutdown()
    with pytest.raises(RuntimeError):
        jobs.run("late", lambda progress, cancelled: None, never, never)


def test_a_job_goes_on_once_what_it_hands_over_was_taken(gui: Gui, jobs: Jobs) -> None:
    order: list[str] = []

    def work(progress: object, cancelled: object) -> None:
        jobs.hand_over(lambda: order.append("taken"))
        order.append("went on")

    jobs.run("one", work, lambda _: order.append("done"), never)
    gui.turn_until(lambda: "done" in order)
    assert order == ["taken", "went on", "done"]


def test_a_job_gives_way_wherever_it_asks_whether_it_is_cancelled(gui: Gui) -> None:
    gave_way: list[threading.Thread] = []
    jobs = Jobs(gui.calls.put, lambda: gave_way.append(threading.current_thread()))
    done: list[object] = []
    jobs.run("one", lambda _progress, cancelled: [cancelled(), cancelled()], done.append, never)
    gui.turn_until(lambda: done)
    assert done == [[False, False]]
    assert len(gave_way) == 2
    assert threading.current_thread() not in gave_way
    assert jobs.shutdown(WAIT_S)
