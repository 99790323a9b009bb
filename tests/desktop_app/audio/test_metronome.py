from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.audio.metronome import ACCENT, BEAT, clicks, count_in
from desktop_app.audio.synth import NoteOff, NoteOn
from music_core.score import Metre

FOUR_FOUR = (Metre(0),)
PICKUP = (Metre(0, 1, 4), Metre(480, 4, 4))


def pattern(metres, start_tick, end_tick) -> str:
    return " ".join(f"{tick}{'!' if click is ACCENT else ''}" for tick, click in strokes(metres, start_tick, end_tick))


def strokes(metres, start_tick, end_tick):
    return [(tick, click) for tick, click in clicks(metres, start_tick, end_tick) if isinstance(click, NoteOn)]


def test_the_first_beat_of_each_bar_is_accented() -> None:
    assert pattern(FOUR_FOUR, 0, 2400) == "0! 480 960 1440 1920!"


def test_six_eight_is_felt_in_two() -> None:
    assert pattern((Metre(0, 6, 8),), 0, 2880) == "0! 720 1440! 2160"


def test_bars_are_counted_anew_where_the_metre_changes() -> None:
    assert pattern((Metre(0, 3, 4), Metre(1440, 2, 4)), 0, 2880) == "0! 480 960 1440! 1920 2400!"


def test_a_pickup_is_not_accented() -> None:
    assert pattern(PICKUP, 0, 2880) == "0 480! 960 1440 1920 2400!"


@given(
    st.sampled_from([FOUR_FOUR, PICKUP, (Metre(0, 6, 8), Metre(4320, 3, 4))]),
    st.lists(st.integers(0, 9000), min_size=2, max_size=6).map(sorted),
)
def test_windows_join_without_seam(metres, cuts) -> None:
    whole = clicks(metres, cuts[0], cuts[-1])
    parts = [click for low, high in pairwise(cuts) for click in clicks(metres, low, high)]
    assert sorted(parts, key=str) == sorted(whole, key=str)


def test_every_stroke_is_released_before_the_next() -> None:
    events = sorted(clicks(PICKUP, 0, 9600), key=lambda entry: entry[0])
    assert [type(click) for _, click in events] == [NoteOn, NoteOff] * 20


def shape(intro) -> str:
    return " ".join(
        f"{ticks}{'!' if click is ACCENT else ''}" for ticks, click in intro.clicks if isinstance(click, NoteOn)
    )


@pytest.mark.parametrize(
    ("metres", "from_tick", "bars", "expected"),
    [
        (FOUR_FOUR, 0, 1, "1920! 1440 960 480"),
        (FOUR_FOUR, 0, 2, "3840! 3360 2880 2400 1920! 1440 960 480"),
        (FOUR_FOUR, 3840, 1, "1920! 1440 960 480"),
        (FOUR_FOUR, 960, 1, "2880! 2400 1920 1440 960! 480"),
        ((Metre(0, 3, 4),), 0, 1, "1440! 960 480"),
        ((Metre(0, 6, 8),), 0, 1, "1440! 720"),
        (PICKUP, 0, 1, "3360! 2880 2400 1920 1440! 960 480"),
        ((Metre(0), Metre(1920, 3, 4)), 1920, 1, "1440! 960 480"),
        (FOUR_FOUR, 0, 0, ""),
    ],
)
def test_count_in(metres, from_tick, bars, expected) -> None:
    assert shape(count_in(metres, from_tick, bars)) == expected


def test_the_count_in_fits_the_clicks_that_follow() -> None:
    assert BEAT != ACCENT
    intro = count_in(FOUR_FOUR, 960, 1)
    assert intro.length_ticks == 2880
