from __future__ import annotations

import threading
import time

from desktop_app.library.project import Project
from desktop_app.library.project_json import project_from_bytes, project_to_bytes
from desktop_app.right_of_way import PATIENCE_S, RightOfWay
from music_core.score import Note, Score, Track

LONG = Project("long", Score((Track("Melody", tuple(Note(i * 10, 60, 5, 90) for i in range(5000))),)))


def rested_s(way: RightOfWay) -> float:
    """How long a worker rests at a stop."""
    spent: list[float] = []

    def stop() -> None:
        began_s = time.perf_counter()
        way.give_way()
        spent.append(time.perf_counter() - began_s)

    worker = threading.Thread(target=stop)
    worker.start()
    worker.join()
    return spent[0]


def test_a_worker_rests_while_the_window_is_busy_and_goes_on_at_once_after() -> None:
    way = RightOfWay()
    gone_on = threading.Event()
    worker = threading.Thread(target=lambda: (way.give_way(), gone_on.set()))
    with way.first():
        worker.start()
        assert not gone_on.wait(PATIENCE_S / 4)
    assert gone_on.wait(PATIENCE_S / 2)
    worker.join()
    assert rested_s(way) < PATIENCE_S / 4


def test_nobody_rests_for_a_dialog_that_stays_open() -> None:
    now = [0.0]
    way = RightOfWay(lambda: now[0])
    with way.first():
        now[0] = PATIENCE_S
        assert rested_s(way) < PATIENCE_S / 4


def test_what_the_window_itself_waits_for_does_not_rest() -> None:
    way = RightOfWay()
    with way.first():
        began_s = time.perf_counter()
        way.give_way()  # on the window's own thread
        way.let_pass()
        assert rested_s(way) < PATIENCE_S / 4
        assert time.perf_counter() - began_s < PATIENCE_S / 2


def test_writing_and_reading_a_long_piece_stop_many_times() -> None:
    stops: list[int] = []
    data = project_to_bytes(LONG, lambda: stops.append(1))
    written = len(stops)
    assert project_from_bytes(data, "long", lambda: stops.append(1)) == LONG
    assert written > 5
    assert len(stops) - written > 5
