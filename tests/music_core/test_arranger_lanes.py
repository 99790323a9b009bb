"""Notes become lanes and come back; slots straight and swung; sheets of bars, melody and chords."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from music_core.decoding.arranger.context import COMPOUND, DUPLE, NO_ROOT, REST, SOUNDS, STRUCK, TRIPLE, UNKNOWN
from music_core.decoding.arranger.features import BINS
from music_core.decoding.arranger.grid import Grid, grid_of
from music_core.decoding.arranger.lanes import (
    LENGTHS,
    LOW_PITCH,
    MOST_NOTES,
    Lanes,
    is_bass,
    lanes_to_rows,
    rows_to_lanes,
)
from music_core.decoding.arranger.model_data import ModelData, from_plain, to_plain
from music_core.decoding.arranger.sheet import bars_of, cut, sheet_of
from music_core.decoding.arranger.wishes import binned, edges_of, measured
from music_core.harmony.chord import Chord
from music_core.score import ChordChange, Metre

SLOTS = 32


@given(
    st.sets(st.tuples(st.integers(0, SLOTS - 1), st.integers(24, 95)), max_size=30), st.sampled_from(LENGTHS.tolist())
)
@settings(max_examples=40)
def test_notes_of_one_length_come_back(places: set[tuple[int, int]], length: int) -> None:
    slots = [slot for slot, _ in places]
    rows = np.array([(s, p, length) for s, p in sorted(places) if slots.count(s) <= MOST_NOTES], np.int64).reshape(
        -1, 3
    )
    back = lanes_to_rows(*rows_to_lanes(rows, SLOTS))
    assert {(s, p) for s, p, _ in back.tolist()} == {(s, p) for s, p, _ in rows.tolist()}
    for slot, pitch, last in back.tolist():
        later = [s for s, p, _ in rows.tolist() if p == pitch and s > slot]
        assert last == min([length, *(s - slot for s in later)])


def test_of_too_many_notes_the_lowest_and_the_highest_stay() -> None:
    onsets, _ = rows_to_lanes(np.array([(0, 40 + i, 4) for i in range(9)]), 4)
    assert np.flatnonzero(onsets[0]).tolist() == [40 - LOW_PITCH] + [44 - LOW_PITCH + i for i in range(5)]


def test_each_rank_has_its_own_length() -> None:
    rows = np.array([(0, 36, 16), (0, 60, 2), (0, 64, 2), (0, 67, 8)])
    assert lanes_to_rows(*rows_to_lanes(rows, 16)).tolist() == rows.tolist()


def test_the_bass_is_low_and_lowest() -> None:
    rows = np.array([(0, 40, 8), (2, 52, 2), (4, 64, 4), (8, 43, 1), (9, 41, 1), (16, 70, 4)])
    assert is_bass(rows).tolist() == [True, False, False, False, True, False]


def test_notes_beyond_the_range_are_folded_in() -> None:
    onsets, _ = rows_to_lanes(np.array([(0, 12, 1), (1, 108, 1)]), 2)
    assert np.argwhere(onsets).tolist() == [[0, 0], [1, 84 - LOW_PITCH]]


@given(st.lists(st.integers(0, 400), max_size=20), st.booleans())
def test_slots_and_ticks_are_inverses(slots: list[int], swung: bool) -> None:
    grid = Grid(swung)
    numbers = np.array(slots, np.int64)
    assert grid.slots(grid.ticks(numbers)).tolist() == slots


def test_swing_is_heard_from_the_onsets() -> None:
    beats = np.arange(16) * 480
    assert grid_of(np.concatenate((beats, beats + 320))).swung
    assert not grid_of(np.concatenate((beats, beats + 240))).swung
    assert Grid(True).slots(np.array([320, 480 + 320])).tolist() == [2, 6]


def test_bars_of_a_pickup_and_of_a_change_of_metre() -> None:
    bars = bars_of((Metre(0, 1, 4), Metre(480, 3, 4), Metre(480 + 2 * 1440, 6, 8)), 480 + 4 * 1440, 480, ())
    assert [bar.slots for bar in bars] == [4, 12, 12, 12, 12]
    assert [bar.metre for bar in bars][1:] == [TRIPLE, TRIPLE, COMPOUND, COMPOUND]
    assert [bar.number for bar in bars] == [3, 0, 1, 2, 3]


def test_bars_of_seven_eighths_are_counted_in_four() -> None:
    bars = bars_of((Metre(0, 7, 8),), 1680 * 2, 0, ())
    assert [bar.slots for bar in bars] == [16, 16]
    assert bars[0].metre == DUPLE


def test_a_sheet_holds_melody_and_chords_at_home() -> None:
    lane = (ChordChange(0, Chord(2, "min")), ChordChange(960, None), ChordChange(1440, Chord(7, "7", 11)))
    sheet = sheet_of(np.array([(0, 62, 4), (6, 65, 2)]), lane, bars_of((Metre(0),), 1920, 0, ()), Grid(), -2)
    assert [sheet.melody[s, 60 - LOW_PITCH] for s in range(5)] == [STRUCK, SOUNDS, SOUNDS, SOUNDS, REST]
    assert sheet.melody[6, 63 - LOW_PITCH] == STRUCK
    assert sheet.root[[0, 7, 8, 11, 12]].tolist() == [0, 0, NO_ROOT, NO_ROOT, 5]
    assert sheet.bass[12] == 9
    assert np.flatnonzero(sheet.tones[0]).tolist() == [0, 3, 7]
    assert np.flatnonzero(sheet.tones[15]).tolist() == [0, 3, 5, 9]
    assert sheet.known.all()
    context = cut(sheet, 0, 1, 0, np.zeros((2, 4), np.int8), np.ones(2, np.bool_))
    assert context.place.tolist() == [[0, 1, 2, 3]]
    assert context.edges[0, :, 2:].all()


def test_wishes_are_measured_and_binned() -> None:
    onsets, lengths = rows_to_lanes(np.array([(0, 48, 4), (0, 52, 4), (3, 60, 1)]), 16)
    hits = np.zeros((16, 9), np.int8)
    hits[0, 0], hits[5, 2] = 4, 1
    values = measured(Lanes(onsets[None, None], lengths[None, None], hits[None]))
    assert values.tolist() == [[[0.5, 1.5, 160 / 3, 0.5, 3.0], [0.5, 0.5, 0.5, 0.5, 2.5]]]
    many = np.tile(np.arange(16.0)[:, None, None], (1, 2, 4))
    many[0, 0, 0] = np.nan
    bins = binned(many, edges_of(many))
    assert bins[0, 0, 0] == UNKNOWN
    assert np.bincount(bins[:, 1, 1]).tolist() == [2] * 8


def test_a_bundles_data_comes_back() -> None:
    rows = np.array([[[0, 7, -1, 3], [1, 1, 1, 1]]], np.int8)
    drummers, paces = np.array([[0, 1, 2, 3], [7, 6, 5, -1]], np.int8), np.array([80.0, 160.0])
    data = ModelData(
        1, True, 3, 2, ((0,), ()), rows, np.array([1.25]), np.array([66.5]), np.array([0.5, 0.75]), drummers, paces,
        basses=(0,),
    )  # fmt: skip
    back = from_plain(to_plain(data))
    assert np.array_equal(back.drummers, drummers)
    assert np.array_equal(back.paces, paces)
    assert (back.parts, back.drums, back.genres, back.genre, back.tracks) == (1, True, 3, 2, ((0,), ()))
    assert np.array_equal(back.rows, rows)
    assert back.basses == (0,)
    assert (back.busyness.tolist(), back.heights.tolist(), back.phrased) == ([1.25], [66.5], True)


EMPTY = ModelData(
    1, False, 1, 0, ((0,),), np.zeros((0, 2, 5), np.int8), np.zeros(0), np.zeros(0), np.zeros(2),
    np.zeros((0, 5), np.int8), np.zeros(0),
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("fills", 1.5), ("fills", "often"), ("levels", [1.0]), ("levels", [0, 0, 0, 99]),
        ("levels", [float("nan")] * 4), ("legato", [0, 0]), ("legato", ["long"]),
        ("rates", [[[1.0]]]), ("rates", [[[9.0] * BINS]] * 2), ("rates", 3),
        ("emphasis", [1.0]), ("emphasis", [0, 0, 50]),
    ],
)  # fmt: skip
def test_fills_are_a_share_and_the_other_nats_small_numbers(name: str, wrong: object) -> None:
    plain = to_plain(EMPTY)
    assert from_plain({k: v for k, v in plain.items() if k not in ("fills", "levels", "lines")}).levels == ()
    assert from_plain(plain | {"fills": 0.5, "levels": [0.5, 0, -1, 2]}).levels == (0.5, 0, -1, 2)
    told = from_plain(plain | {"legato": [0.3], "emphasis": [0, 0.5, 1]})
    assert (told.legato, told.emphasis) == ((0.3,), (0, 0.5, 1))
    before = from_plain({k: v for k, v in plain.items() if k not in ("legato", "emphasis", "rates")})
    assert (before.legato, before.emphasis, before.rates) == ((), (), None)
    with pytest.raises(ValueError, match="damaged"):
        from_plain(plain | {name: wrong})


def test_rates_are_read_back_with_their_gaps() -> None:
    rates = np.array([[[0.25, np.nan, *([0.5] * (BINS - 2))]], [[1.0] * BINS]])
    back = from_plain(json.loads(json.dumps(to_plain(replace(EMPTY, rates=rates)))))
    assert back.rates is not None
    assert np.array_equal(back.rates, rates, equal_nan=True)


def test_a_bundle_may_name_no_basses_and_none_that_are_no_parts() -> None:
    plain = to_plain(EMPTY)
    assert from_plain({name: value for name, value in plain.items() if name != "basses"}).basses == ()
    with pytest.raises(ValueError, match="damaged"):
        from_plain(plain | {"basses": [1]})


def test_a_bundle_says_how_many_wishes_its_network_knows_and_the_first_ones_knew_four() -> None:
    rows = np.arange(10, dtype=np.int8).reshape(1, 2, 5) % 8
    data = ModelData(
        1, True, 1, 0, ((0,), ()), rows, np.ones(1), np.full(1, 60.0), np.zeros(2), rows[0, 1:], np.full(1, 99.0)
    )
    assert from_plain(to_plain(data)).drawn(1.0, 60.0, 99.0, np.random.default_rng(0)).tolist() == rows[0].tolist()
    first = {name: value for name, value in to_plain(data).items() if name != "wished"}
    with pytest.raises(ValueError, match="damaged"):
        from_plain(first)
    for wished in (0, -1, 10**12):
        with pytest.raises(ValueError, match="damaged"):
            from_plain(to_plain(data) | {"wished": wished, "wishes": [], "drummers": []})
    assert from_plain(first | {"wishes": ["01234567"], "drummers": ["7654"]}).rows.shape == (1, 2, 4)


def test_the_drums_wishes_are_a_drummers_at_about_the_pieces_tempo() -> None:
    slow, fast = np.zeros((100, 4), np.int8), np.full((100, 4), 7, np.int8)
    paces = np.array([70.0] * 100 + [170.0] * 100)
    data = ModelData(
        1, True, 1, 0, ((0,), ()), np.full((1, 2, 4), 3, np.int8), np.ones(1), np.full(1, 60.0), np.zeros(2),
        np.concatenate((slow, fast)), paces,
    )  # fmt: skip
    for pace, level in ((75.0, 0), (160.0, 7)):
        drawn = data.drawn(1.0, 60.0, pace, np.random.default_rng(0))
        assert drawn.tolist() == [[3] * 4, [level] * 4]


def test_nothing_is_wished_of_parts_that_do_not_play() -> None:
    rows, drummers = np.full((1, 3, 4), 3, np.int8), np.full((1, 4), 5, np.int8)
    data = ModelData(
        2, True, 1, 0, ((1,),), rows, np.ones(1), np.full(1, 60.0), np.zeros(3), drummers, np.array([100.0])
    )
    assert data.drawn(1.0, 60.0, 100.0, np.random.default_rng(0)).tolist() == [[UNKNOWN] * 4, [3] * 4, [UNKNOWN] * 4]


def test_bins_that_hardly_any_song_has_are_no_wishes() -> None:
    rows = np.zeros((100, 2, 4), np.int8)
    rows[:20, 0, 0], rows[20, 0, 0] = 7, 3
    rows[:, 1] = UNKNOWN
    data = ModelData(
        1, True, 1, 0, ((0,), ()), rows, np.ones(100), np.full(100, 60.0), np.zeros(2), np.full((9, 4), 2, np.int8),
        np.full(9, 100.0),
    )  # fmt: skip
    assert data.bins(0, 0) == [0, 7]
    assert data.bins(1, 0) == [2]
