"""Charts are read as a musician would play them, and what is written is read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from music_core.harmony.chart import ChartError, read_chart, write_chart
from music_core.harmony.chord import Chord
from music_core.harmony.lane import ChordLane, all_locked, merged
from music_core.score import ChordChange, KeySignature, Metre

FOUR = (Metre(0),)
PICKUP = (Metre(0, 1, 4), Metre(480, 4, 4))
C, F, G7, AM_G = Chord(0), Chord(5), Chord(7, "7"), Chord(9, "min", 7)


def at(lane: ChordLane) -> list[tuple[int, Chord | None]]:
    return [(change.tick, change.chord) for change in lane]


def test_chords_share_their_bar_evenly_and_dots_hold() -> None:
    lane = read_chart("| C . Am/G . | F G7 | N.C. |", FOUR)
    assert at(lane) == [(0, C), (960, AM_G), (1920, F), (2880, G7), (3840, None)]
    assert all(change.locked for change in lane)


def test_lines_remarks_double_bars_and_same_bars() -> None:
    text = "# verse\n| C G7 | % ||\n\n| F | . |\nC"
    assert at(read_chart(text, FOUR)) == [(0, C), (960, G7), (1920, C), (2880, G7), (3840, F), (7680, C)]


def test_a_bar_that_only_holds_leaves_the_start_unknown() -> None:
    assert at(read_chart("| . | C |", FOUR)) == [(1920, C)]


def test_a_chart_begins_with_the_first_full_bar_and_repeats_from_there() -> None:
    assert at(read_chart("| C | F |", PICKUP, 480 + 3 * 1920)) == [(480, C), (2400, F), (4320, C)]
    assert at(read_chart("G7 | C | F |", PICKUP)) == [(0, G7), (480, C), (2400, F)]
    assert at(read_chart("G7 | C | F |", FOUR)) == [(0, G7), (1920, C), (3840, F)]


def test_a_chart_longer_than_the_piece_is_kept_whole() -> None:
    assert at(read_chart("| C | F |", FOUR, 100)) == [(0, C), (1920, F)]


def test_bars_follow_the_metres() -> None:
    assert at(read_chart("| C F | C F |", (Metre(0, 3, 4), Metre(1440, 6, 8)))) == [
        (0, C),
        (720, F),
        (1440, C),
        (2160, F),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no bars"),
        ("# only a remark", "has no bars"),
        ("| C |\n| F | Bogus |", "line 2, bar 3: «Bogus» is not a chord"),
        ("| C | | F |", "line 1, bar 2: the bar is empty"),
        ("| % |", "line 1, bar 1: % repeats the bar before"),
        ("Bogus | C |", "line 1, pickup: «Bogus»"),
        ("| " + "C " * 65 + "|", "more than a bar can hold"),
        ("| C |\n" * 50_000, "too long"),
    ],
)
def test_errors_name_the_line_and_the_bar(text: str, message: str) -> None:
    with pytest.raises(ChartError, match=message):
        read_chart(text, FOUR)


@st.composite
def lanes_on_a_grid(draw: st.DrawFn) -> tuple[ChordLane, tuple[Metre, ...], int]:
    metres = draw(st.sampled_from([FOUR, PICKUP, (Metre(0, 6, 8),), (Metre(0, 3, 4), Metre(2880, 2, 4))]))
    steps = draw(st.sets(st.integers(0, 60), min_size=1, max_size=12))
    chords = st.none() | st.builds(Chord, st.integers(0, 11), st.sampled_from(["maj", "min7", "half-dim", "6"]))
    lane = tuple(ChordChange(120 * step, draw(chords)) for step in sorted(steps))
    return lane, metres, 120 * max(steps) + 1


@given(lanes_on_a_grid(), st.integers(-7, 7))
def test_a_written_chart_is_read_back(piece: tuple[ChordLane, tuple[Metre, ...], int], fifths: int) -> None:
    lane, metres, end = piece
    assert read_chart(write_chart(lane, metres, end, (KeySignature(0, fifths),)), metres) == merged(all_locked(lane))


def test_four_bars_a_line() -> None:
    lane = tuple(ChordChange(1920 * bar, C if bar % 2 else F) for bar in range(5))
    assert write_chart(lane, FOUR, 5 * 1920) == "| F | C | F | C |\n| F |\n"


def test_chords_off_every_grid_move_to_the_nearest_sixteenth() -> None:
    assert read_chart(write_chart((ChordChange(0, C), ChordChange(477, F)), FOUR, 1000), FOUR)[1].tick == 480
