"""Classifier, overlap, intervals and permutation tests on numbers whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from model_training.proof.classifier import balanced, fitted, recognised, told_apart
from model_training.proof.closeness import (
    interval,
    mean_interval,
    mean_overlap,
    paired_permutation,
    song_means,
    split_half,
)
from model_training.proof.measured import Rows, human_rows, rows_like, stacked
from music_core.metrics import FEATURES
from music_core.rules import block_chords
from music_core.score import TICKS_PER_QUARTER as Q
from music_core.score import Note, Score, Track


def rows(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]], songs: int = 10) -> Rows:
    numbers = np.arange(len(values)) % songs
    return Rows(values, numbers.astype(np.int64), np.zeros(len(values), np.int64))


def test_equal_music_cannot_be_told_apart_and_other_music_can() -> None:
    rng = np.random.default_rng(0)
    one, alike = rows(rng.normal(size=(200, 3))), rows(rng.normal(size=(200, 3)))
    assert told_apart(one, alike) == pytest.approx(0.5, abs=0.1)
    assert told_apart(one, rows(rng.normal(size=(200, 3)) + np.array([4, 0, 0]))) > 0.95
    # The same mean and another spread: only the squares tell.
    assert told_apart(one, rows(5 * rng.normal(size=(200, 3)))) > 0.75


def test_songs_are_never_on_both_sides() -> None:
    # Every song has a value of its own; a classifier that saw the song's other rows would know its kind.
    songs = np.arange(40)
    kinds = (songs * 7 % 2).astype(np.int64)
    values = np.stack([np.random.default_rng(song).normal(size=8) for song in songs])
    repeated = np.repeat(values, 5, axis=0)
    assert balanced(*recognised(repeated, np.repeat(kinds, 5), np.repeat(songs, 5))) < 0.75


def test_a_kind_that_is_rare_counts_as_much() -> None:
    values = np.concatenate([np.zeros((90, 1)), np.zeros((10, 1))])
    kinds = np.repeat([0, 1], [90, 10])
    assert balanced(*recognised(values, kinds, np.arange(100))) == 0.5


def test_what_is_not_known_counts_as_the_mean() -> None:
    values = np.array([[0.0, np.nan], [0.0, 1.0], [9.0, np.nan], [9.0, 3.0]])
    model = fitted(values, np.array(["a", "a", "b", "b"]))
    assert model.predicted(np.array([[0.0, np.nan], [9.0, 2.0]])).tolist() == ["a", "b"]


def test_too_few_songs_give_no_figure() -> None:
    assert np.isnan(told_apart(rows(np.ones((6, 1)), 3), rows(np.zeros((6, 1)), 3)))


def test_overlap_and_its_ceiling() -> None:
    rng = np.random.default_rng(1)
    human, far = rows(rng.normal(size=(400, 2))), rows(rng.normal(size=(400, 2)) + 9.0)
    assert mean_overlap(human, human) == 1.0
    assert mean_overlap(human, far) < 0.05
    assert 0.7 < split_half(human, mean_overlap) < 1.0


def test_intervals_hold_the_truth_and_narrow_with_more_songs() -> None:
    rng = np.random.default_rng(2)
    few, many = rows(rng.normal(5.0, 1.0, (20, 1)), 20), rows(rng.normal(5.0, 1.0, (500, 1)), 500)
    (low,), (high,) = mean_interval(few)
    assert low < 5.0 < high
    (lower,), (upper,) = mean_interval(many)
    assert upper - lower < (high - low) / 2
    low_overlap, high_overlap = interval(many, many, mean_overlap, resamples=20)
    assert low_overlap == high_overlap == 1.0  # the same songs are drawn on both sides


def test_a_paired_difference_is_tested_by_flipping_signs() -> None:
    one = np.arange(10.0)
    assert paired_permutation(one + 1.0, one, count=2000) < 0.01
    assert paired_permutation(one, one) == 1.0
    # Three pairs that all point one way: 2 of 8 sign patterns are as far off.
    assert paired_permutation(np.ones(3), np.zeros(3), count=4000) == pytest.approx(0.25, abs=0.04)
    assert paired_permutation(np.array([np.nan]), np.array([1.0])) == 1.0


def test_rows_are_the_same_segments_of_other_arrangements() -> None:
    def song(bars: int) -> Score:
        notes = tuple(Note(beat * Q, 60, Q) for beat in range(4 * bars))
        return Score((Track("Melody", notes, role="melody"), Track("Keys", notes, role="keys")))

    scores = [song(16), song(8)]
    human = human_rows(scores)
    assert human.songs.tolist() == [0, 0, 1]
    assert human.starts.tolist() == [0, 32 * Q, 0]
    made = rows_like(human, [block_chords(score) for score in scores])
    assert made.starts.tolist() == human.starts.tolist()
    assert made.values.shape == (3, len(FEATURES))
    notes = list(FEATURES).index("notes_a_bar")
    assert human.values[:, notes].tolist() == [4.0, 4.0, 4.0]
    assert made.values[:, notes].tolist() == [0.0, 0.0, 0.0]  # no chords, no blocks
    assert song_means(stacked([human, human]))[1][notes] == 4.0
    assert human.of(np.array([1, 1])).songs.tolist() == [1, 1]
