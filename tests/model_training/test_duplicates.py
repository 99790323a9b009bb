"""One tune is found again in another key, tempo or hand; strangers that share a scale stay strangers."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_training.data.duplicates import groups
from model_training.data.song import NoteTable

SCALE = np.array([0, 2, 4, 5, 7, 9, 11, 12, 14, 16, 17, 19, 21, 23, 24])


def song(seed: int, notes: int = 120) -> NoteTable:
    """A random walk over a major scale in a rhythm of its own."""
    rng = np.random.default_rng(seed)
    degrees = np.abs((np.cumsum(rng.integers(-3, 4, notes)) + 7) % 28 - 14)
    lengths = rng.choice([240, 480, 480, 960], notes)
    starts = np.r_[0, np.cumsum(lengths)[:-1]]
    return np.stack([starts, 60 + SCALE[degrees], lengths, np.full(notes, 90)], axis=1).astype(np.int32)


def line(pitches: Sequence[int], each: int = 480) -> NoteTable:
    return np.array([(i * each, pitch, each, 90) for i, pitch in enumerate(pitches)], np.int32).reshape(-1, 4)


def transposed(notes: NoteTable, by: int) -> NoteTable:
    return np.asarray(notes + np.array([0, by, 0, 0], np.int32))


def changed(notes: NoteTable, share: float, seed: int = 0) -> NoteTable:
    """A copy with this share of the notes on other pitches."""
    rng = np.random.default_rng(seed)
    copy = notes.copy()
    some = rng.choice(len(copy), round(share * len(copy)), replace=False)
    copy[some, 1] += rng.choice([-4, -3, -2, -1, 1, 2, 3, 4], len(some)).astype(np.int32)
    return copy


def together(first: NoteTable, second: NoteTable) -> bool:
    """Whether two lines are one tune, in the company of thirty others."""
    found = groups([first, *(song(1000 + i) for i in range(30)), second])
    assert len(set(found[1:-1])) == 30
    return found[0] == found[-1]


@pytest.mark.parametrize("by", [-12, -5, 1, 6, 11])
def test_a_transposed_copy_is_the_same_tune(by: int) -> None:
    assert together(song(1), transposed(song(1), by))


def test_half_the_tempo_is_the_same_tune() -> None:
    assert together(song(1), np.asarray(song(1) * np.array([2, 1, 2, 1], np.int32)))


def test_a_later_start_and_another_touch_are_the_same_tune() -> None:
    assert together(song(1), np.asarray(song(1) + np.array([1920, 0, -100, 20], np.int32)))


@pytest.mark.parametrize("seed", range(8))
def test_a_copy_with_a_tenth_changed_in_another_key_is_the_same_tune(seed: int) -> None:
    assert together(song(seed), transposed(changed(song(seed), 0.1, seed), 3))


def test_most_copies_with_a_fifth_changed_are_the_same_tune() -> None:
    tunes = [song(seed) for seed in range(40)]
    copies = [transposed(changed(tune, 0.2, seed), 5) for seed, tune in enumerate(tunes)]
    found = groups(tunes + copies)
    assert sum(found[i] == found[i + 40] for i in range(40)) >= 30
    assert all(found[40 + i] in (i, 40 + i) for i in range(40)), "no copy goes with another tune"


def test_swung_eighths_are_the_same_tune_as_even_ones() -> None:
    pitches = [int(pitch) for pitch in song(3)[:, 1]]
    even, swung = line(pitches, 240), line(pitches, 240)
    swung[1::2, 0] += 80
    swung[::2, 2], swung[1::2, 2] = 320, 160
    assert together(even, swung)


def test_a_chord_under_the_tune_changes_nothing() -> None:
    tune = song(1)
    under = tune[::4] - np.array([0, 7, 0, 0], np.int32)
    assert together(tune, np.concatenate([tune, under]))


def test_half_of_a_tune_belongs_to_it() -> None:
    assert together(song(1), song(1)[40:100])


def test_strangers_that_share_a_scale_run_stay_strangers() -> None:
    run = line([60, 62, 64, 65, 67, 69, 71, 72, 74, 76, 77, 79, 77, 76, 74, 72, 71, 69, 67, 65, 64, 62, 60], 240)
    whole = [np.concatenate([run, tune + np.array([len(run) * 240, 0, 0, 0], np.int32)]) for tune in (song(1), song(2))]
    assert not together(*whole)


def test_repeated_notes_and_trills_make_no_tune() -> None:
    repeated = line([60] * 200)
    trill = line([64, 65] * 100)
    scales = line([60, 62, 64, 65, 67, 69, 71, 72] * 20)
    assert groups([repeated, transposed(repeated, 5), trill, transposed(trill, 2)]) == (0, 1, 2, 3)
    assert groups([np.concatenate([repeated, song(1)]), np.concatenate([repeated, song(2)])]) == (0, 1)
    assert groups([scales, song(1)]) == (0, 1)


def test_a_figure_that_many_songs_have_does_not_join_them() -> None:
    figure = [60, 64, 67, 64, 60, 67, 72, 67, 64, 60, 65, 69]
    after = np.array([len(figure) * 480, 0, 0, 0], np.int32)
    songs = [np.concatenate([line(figure), song(seed) + after]) for seed in range(60)]
    assert groups(songs) == tuple(range(60))


def test_chains_join_and_groups_are_numbered_by_their_first() -> None:
    first, second = song(1), song(2)
    medley = np.concatenate([first, second + np.array([first[-1, 0] + 960, 0, 0, 0], np.int32)])
    assert groups([song(9), first, second, medley]) == (0, 1, 1, 1)
    assert groups([first, first, second, first]) == (0, 0, 2, 0)


def test_very_many_copies_of_one_tune_are_one_group() -> None:
    tune = song(1)
    assert set(groups([changed(tune, 0.08, seed) for seed in range(150)])) == {0}


def test_nothing_and_next_to_nothing() -> None:
    empty = np.zeros((0, 4), np.int32)
    assert groups([]) == ()
    assert groups([empty]) == (0,)
    assert groups([empty, empty, line([60]), line([60]), line([60, 64]), line([60, 64])]) == (0, 1, 2, 3, 4, 5)
    tiny = line([60, 64, 67, 65, 62, 59, 60])
    assert groups([tiny, empty, transposed(tiny, 2)]) == (0, 1, 0)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 9999), st.integers(0, 127), st.integers(1, 999), st.integers(1, 127))),
        max_size=6,
    )
)
def test_any_lines_give_a_group_each(tables: list[list[tuple[int, int, int, int]]]) -> None:
    lines = [np.array(sorted(rows), np.int32).reshape(-1, 4) for rows in tables]
    found = groups(lines)
    assert len(found) == len(lines)
    assert all(group <= i and found[group] == group for i, group in enumerate(found))
    assert found == groups(lines)


@pytest.mark.slow
def test_four_times_the_songs_do_not_take_sixteen_times_the_time() -> None:
    def seconds(count: int) -> float:
        lines = [song(seed) for seed in range(count)]
        began = time.process_time()
        groups(lines)
        return time.process_time() - began

    assert seconds(1600) < 12 * seconds(400)
