"""A lane answers what sounds, moves in pitch and time, and a score refuses one that cannot be."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from music_core.harmony.chord import Chord
from music_core.harmony.lane import (
    all_locked,
    beat_chords,
    change_at,
    chord_at,
    cropped,
    locked_spans,
    merged,
    moved,
    shifted,
    spans,
    with_chord,
    with_locked,
    without_chord,
)
from music_core.score import ChordChange, Score

C, F, G7 = Chord(0), Chord(5), Chord(7, "7")
LANE = (ChordChange(480, C), ChordChange(960, None), ChordChange(1920, G7, locked=True))

LANES = st.builds(
    lambda ticks, roots: tuple(
        ChordChange(tick, None if root < 0 else Chord(root)) for tick, root in zip(sorted(ticks), roots, strict=False)
    ),
    st.sets(st.integers(0, 5000), max_size=8),
    st.lists(st.integers(-1, 11), min_size=8, max_size=8),
)


def test_each_chord_holds_until_the_next() -> None:
    assert beat_chords(LANE, (0, 479, 480, 959, 960, 1919, 1920, 99999)) == (None, None, C, C, None, None, G7, G7)
    assert change_at(LANE, 0) is None
    assert change_at(LANE, 960) == LANE[1]


def test_repeats_are_dropped_but_a_change_of_lock_stays() -> None:
    lane = (ChordChange(0, C), ChordChange(480, C), ChordChange(960, C, locked=True), ChordChange(1440, F))
    assert merged(lane) == (lane[0], lane[2], lane[3])
    assert merged(()) == ()


def test_transposing_leaves_rests_alone() -> None:
    assert moved(LANE, 2) == (
        ChordChange(480, Chord(2)),
        ChordChange(960, None),
        ChordChange(1920, Chord(9, "7"), locked=True),
    )


@given(LANES, st.integers(-6000, 6000), st.integers(0, 6000))
def test_shifting_keeps_what_sounds(lane: tuple[ChordChange, ...], ticks: int, tick: int) -> None:
    if tick + ticks >= 0:
        assert chord_at(shifted(lane, ticks), tick + ticks) == chord_at(lane, tick)
    Score(chords=shifted(lane, ticks))  # valid


def test_cropping_begins_with_what_sounded_there() -> None:
    assert cropped(LANE, 600, 1920) == (ChordChange(0, C), ChordChange(360, None))


def test_spans_end_where_the_next_chord_or_the_piece_does() -> None:
    assert [(start, end) for start, end, _ in spans(LANE, 2400)] == [(480, 960), (960, 1920), (1920, 2400)]
    assert spans(LANE, 960) == ((480, 960, LANE[0]),)
    assert locked_spans(LANE, 2400) == ((1920, 2400, G7),)
    assert locked_spans(all_locked(LANE), 1000) == ((480, 960, C), (960, 1000, None))


def test_a_chord_replaces_the_one_on_its_tick() -> None:
    assert with_chord(LANE, ChordChange(960, F)) == (LANE[0], ChordChange(960, F), LANE[2])
    assert without_chord(LANE, 960) == (LANE[0], LANE[2])


@given(LANES, LANES, st.sets(st.integers(0, 7)), st.integers(0, 6000))
def test_locked_chords_lie_over_another_lane(
    lane: tuple[ChordChange, ...], other: tuple[ChordChange, ...], which: set[int], tick: int
) -> None:
    given_lane = tuple(replace(change, locked=i in which) for i, change in enumerate(other))
    result = Score(chords=with_locked(lane, given_lane)).chords
    now, wanted, below = (change_at(one, tick) for one in (result, given_lane, lane))
    if wanted and wanted.locked:
        assert now == wanted or (now and now.chord == wanted.chord and now.locked)
    elif below:
        assert now is not None
        assert (now.chord, now.locked) == (below.chord, False)


@pytest.mark.parametrize("lane", [(LANE[1], LANE[0]), (LANE[0], LANE[0])])
def test_a_score_refuses_chords_out_of_order(lane: tuple[ChordChange, ...]) -> None:
    with pytest.raises(ValueError, match="chords must have rising ticks"):
        Score(chords=lane)


def test_a_chord_begins_at_the_start_or_later() -> None:
    with pytest.raises(ValueError):
        ChordChange(-1, C)
