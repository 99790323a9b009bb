from __future__ import annotations

import threading

import pytest

from desktop_app.devices.recorder import Recorder
from tests.desktop_app.playing import Clock, played


def record(text: str, *, origin_s: float = 102.0, end_s: float = 110.0, bpm: float = 120.0):
    """Start at 100 s with the first beat at `origin_s`, play (times from 100 s), stop."""
    clock = Clock(100.0)
    recorder = Recorder(clock)
    recorder.start(origin_s, bpm)
    for message in played(text, 100.0):
        recorder.feed(message)
    clock.now_s = end_s
    return recorder.stop()


def test_everything_of_the_playing_is_kept_raw() -> None:
    text = "@2 +60v33 p127 @2.4 m50 b-300 @2.5 -60 b0 @3 p0 m0"
    take = record(text)
    assert list(take.messages) == played(text, 100.0)
    assert (take.origin_s, take.end_s, take.bpm) == (102.0, 110.0, 120.0)


def test_an_early_first_note_is_kept_and_warming_up_is_not() -> None:
    take = record("@0.5 +50 @0.7 -50 @1.89 +60 @2.4 -60")  # a sixteenth is 0.125 s
    assert list(take.messages) == played("@1.89 +60 @2.4 -60", 100.0)
    assert list(record("@1.87 +60").messages) == []


def test_a_pedal_or_wheel_held_since_before_opens_the_take() -> None:
    take = record("@0.5 p127 b900 m20 @1 m0 @2 +60")
    assert list(take.messages) == played("@1.875 p127 b900 @2 +60", 100.0)


def test_knobs_and_buttons_are_no_music() -> None:
    assert record("@3 c107=127 c7=90 c21=5 c105=127 c91=9").messages == ()


def test_recording_may_start_in_the_middle_of_the_piece() -> None:
    take = record("@0.1 +60 @0.2 -60", origin_s=40.0)
    assert len(take.messages) == 2
    assert take.origin_s == 40.0


def test_messages_of_two_instruments_come_out_in_order() -> None:
    clock = Clock(100.0)
    recorder = Recorder(clock)
    recorder.start(100.0, 120.0)
    for text in ("@2 +60 @4 -60", "@1 +48 @3 -48"):
        for message in played(text, 100.0):
            recorder.feed(message)
    assert [m.time_s for m in recorder.stop().messages] == [101.0, 102.0, 103.0, 104.0]


def test_nothing_is_kept_before_start_or_after_stop() -> None:
    recorder = Recorder(Clock())
    recorder.feed(played("+60", 100.0)[0])
    assert not recorder.is_recording
    recorder.start(100.0, 120.0)
    assert recorder.is_recording
    first = recorder.stop()
    recorder.feed(played("+60", 101.0)[0])
    recorder.start(100.0, 120.0)
    assert first.messages == recorder.stop().messages == ()


def test_the_growing_take_can_be_looked_at() -> None:
    recorder = Recorder(Clock(100.0))
    recorder.start(100.0, 120.0)
    recorder.feed(played("+60", 100.5)[0])
    assert list(recorder.messages) == played("+60", 100.5)


def test_a_take_that_ended_in_its_count_in_ends_at_its_origin() -> None:
    assert record("", end_s=101.0).end_s == 102.0


@pytest.mark.slow
def test_no_note_is_lost_between_threads() -> None:
    recorder = Recorder(Clock(0.0))
    recorder.start(0.0, 120.0)
    texts = [f"+{p} -{p}" for p in range(20, 60)]

    def play(text: str) -> None:
        for _ in range(50):
            for message in played(text):
                recorder.feed(message)

    threads = [threading.Thread(target=play, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(recorder.stop().messages) == 40 * 50 * 2
