from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.devices.midi_bytes import arrival_times, parse
from music_core.performance import BendMessage, ControlMessage, NoteMessage


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([0x90, 60, 100], NoteMessage(1.0, 60, 100)),
        ([0x90, 60, 0], NoteMessage(1.0, 60, 0)),
        ([0x80, 60, 64], NoteMessage(1.0, 60, 0)),
        ([0x99, 36, 1], NoteMessage(1.0, 36, 1, 9)),
        ([0xB0, 105, 127], ControlMessage(1.0, 105, 127)),
        ([0xE0, 0, 64], BendMessage(1.0, 0)),
        ([0xE0, 0, 0], BendMessage(1.0, -8192)),
        ([0xE3, 127, 127], BendMessage(1.0, 8191, 3)),
        ([0xC0, 5], None),
        ([0xD0, 5], None),
        ([0xA0, 60, 5], None),
        ([0xF8], None),
        ([0xF0, 1, 2, 0xF7], None),
        ([0xF2, 1, 2], None),
        ([0x90, 60], None),
        ([60, 100, 1], None),
        ([0x90, 200, 1], None),
        ([], None),
    ],
)
def test_parse(data, message) -> None:
    assert parse(data, 1.0) == message


@given(st.lists(st.integers(0, 255), max_size=5))
def test_no_bytes_from_a_cable_can_break_it(data) -> None:
    message = parse(data, 0.0)
    if isinstance(message, NoteMessage):
        assert 0 <= message.pitch <= 127
        assert 0 <= message.velocity <= 127


def test_notes_read_together_keep_their_distances() -> None:
    assert arrival_times([0.5, 0.003, 0.002], 10.0, 9.9) == pytest.approx([9.995, 9.998, 10.0])


def test_none_is_older_than_the_look_before() -> None:
    assert arrival_times([0.0, 1.0, 0.001], 10.0, 9.99) == pytest.approx([9.99, 9.999, 10.0])


@given(st.lists(st.floats(-1.0, 5.0), max_size=20), st.floats(0.0, 10.0), st.floats(0.0, 2.0))
def test_times_never_run_backwards(deltas, now_s, ago_s) -> None:
    times = arrival_times(deltas, now_s, now_s - ago_s)
    assert len(times) == len(deltas)
    assert times == sorted(times)
    assert all(now_s - ago_s <= time_s <= now_s for time_s in times)
