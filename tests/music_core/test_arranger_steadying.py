"""A part comes to about as many onsets as it is wished to have, at changes of the harmony and elsewhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from music_core.decoding.arranger.context import UNKNOWN, changes
from music_core.decoding.arranger.features import BINS
from music_core.decoding.arranger.steadying import (
    AT_CHANGES,
    ELSEWHERE,
    Meant,
    Steady,
    meant_for,
    onsets_expected,
    onsets_wished,
    steadied,
)
from music_core.harmony.chord import Chord
from music_core.score import ChordChange
from tests.arranger_network import two_bars

EVEN = np.zeros((1, 2, 8, 3), np.float32)  # two parts, eight slots: two of three classes are onsets
SHY = np.where(np.arange(3) == 0, 9.0, 0.0).astype(np.float32) + EVEN  # hardly any onset
EVERYWHERE = np.ones((1, 2, 8), np.bool_)
NOBODY = np.zeros((1, 2), np.bool_)
AT_ONCE = np.zeros((1, 2, 8), np.int64)
NOTHING_YET = np.zeros((1, 2, 8), np.int8)


def _meant(*onsets: float, places: NDArray[np.bool_] = EVERYWHERE, within: tuple[float, float] = (0.7, 1.4)) -> Meant:
    return Meant(places, np.array([onsets]), within)


def test_onsets_are_expected_by_the_odds_of_the_places_asked_for() -> None:
    some = EVERYWHERE.copy()
    some[0, 1, 4:] = False
    assert onsets_expected(EVEN, some)[0].tolist() == pytest.approx([16 / 3, 8 / 3])
    assert onsets_expected(EVEN + np.array([60, 0, 0], np.float32), some)[0].tolist() == pytest.approx([0, 0], abs=1e-6)


def test_steadied_logits_expect_what_is_wanted_in_the_places_and_change_no_other() -> None:
    some = EVERYWHERE.copy()
    some[..., 5:] = False
    moved = steadied(EVEN, some, np.array([[4.5, 0.5]]), NOBODY)
    assert onsets_expected(moved, some)[0].tolist() == pytest.approx([4.5, 0.5], abs=0.01)
    assert np.array_equal(moved[..., 5:, :], EVEN[..., 5:, :])
    assert np.array_equal(moved[..., 0], EVEN[..., 0])
    assert steadied(EVEN, some, np.array([[4.5, 0.5]]), ~NOBODY) is EVEN
    assert np.array_equal(steadied(EVEN, some, np.array([[4.5, 0.5]]), np.array([[True, False]]))[:, 0], EVEN[:, 0])


def test_what_comes_to_about_what_was_meant_is_left_alone() -> None:
    assert Steady(AT_ONCE, [_meant(7.0, 4.0)]).moved(EVEN, NOTHING_YET, 0) is EVEN


def test_a_part_that_lacks_onsets_gets_them_and_one_that_has_too_many_loses_them() -> None:
    turns = np.arange(8) // 4 * np.ones((1, 2, 1), np.int64)
    counts = NOTHING_YET.copy()
    counts[0, 0, 0] = 1
    counts[0, 1, :4] = 1
    moved = Steady(turns, [_meant(6.0, 3.5)]).moved(EVEN, counts, 1)
    left = EVERYWHERE & (turns == 1)
    # Of six seven tenths have to come, one came; of three and a half five at most may come, four came.
    assert onsets_expected(moved, left)[0].tolist() == pytest.approx([4.2 - 1, 4.9 - 4], abs=0.01)


def test_a_part_that_fell_silent_is_asked_harder_but_not_without_end() -> None:
    turns = np.arange(8) // 4 * np.ones((1, 2, 1), np.int64)
    steady = Steady(turns, [_meant(np.nan, np.nan)])
    assert steady.moved(EVEN, NOTHING_YET, 0) is EVEN  # what the network says is what is meant
    counts = NOTHING_YET.copy()
    counts[0, 1, :4] = 1  # the second part had four of the five onsets that it was meant to have
    moved = steady.moved(SHY, counts, 1) - SHY
    assert moved[0, 0, 4:, 1:] == pytest.approx(4.0, abs=0.01)
    assert not moved[0, 0, :4].any()
    assert not moved[0, 1].any() and not moved[..., 0].any()


def test_wishes_are_the_shares_of_people_with_such_wishes_and_sliders_move_their_odds() -> None:
    rates = np.zeros((2, BINS)) + np.nan
    rates[0, :2], rates[1, 0] = (0.1, 0.5), 0.25
    some = EVERYWHERE.copy()
    some[0, 0, 4:] = False
    none = np.zeros((2, 8))
    assert onsets_wished(rates, np.array([[1, 0]], np.int8), some, none)[0].tolist() == pytest.approx([2, 2])
    pushed = onsets_wished(rates, np.array([[1, 0]], np.int8), some, none + np.log([[3.0], [1.0]]))
    assert pushed[0].tolist() == pytest.approx([3, 2])  # odds of one become odds of three
    unsaid = onsets_wished(rates, np.array([[UNKNOWN, 1]], np.int8), some, none)
    assert np.isnan(unsaid).all()  # nothing was wished of the one, and of the other no song has it


def test_changes_of_the_harmony_have_shares_of_their_own() -> None:
    context = two_bars(ChordChange(0, Chord(0)), ChordChange(960, Chord(7)), ChordChange(2880, Chord(5)))
    assert np.flatnonzero(changes(context)[0]).tolist() == [8, 24]
    rates = np.full((2, 2, BINS), 0.25)
    rates[AT_CHANGES] = 0.75
    groups = meant_for(context, np.ones((1, 2, 32), np.bool_), rates, np.zeros((2, 32)))
    assert [group.places.sum() for group in groups] == [2 * 2, 2 * 30]
    assert not (groups[AT_CHANGES].places & groups[ELSEWHERE].places).any()
    assert groups[AT_CHANGES].onsets == pytest.approx(2 * 0.75)
    assert groups[ELSEWHERE].onsets == pytest.approx(30 * 0.25)


def test_where_the_melody_begins_the_piece_its_first_chord_is_a_change() -> None:
    context = two_bars(ChordChange(0, Chord(0)), first=0)
    assert np.flatnonzero(changes(context)[0]).tolist() == [0]
    assert not changes(replace(context, edges=np.zeros_like(context.edges))).any()  # not where a passage begins
    assert not changes(two_bars(ChordChange(0, Chord(0)))).any()  # nor under a pickup


def test_without_rates_the_network_says_how_many() -> None:
    (group,) = meant_for(two_bars(), np.ones((1, 2, 32), np.bool_), None, np.zeros((2, 32)))
    assert group.places.all()
    assert np.isnan(group.onsets).all()


def test_no_chord_is_no_change_and_another_bass_is_one() -> None:
    context = two_bars(ChordChange(0, Chord(0)), ChordChange(960, Chord(0, bass=4)), ChordChange(1920, None))
    assert np.flatnonzero(changes(context)[0]).tolist() == [8]
    assert not changes(replace(context, known=np.zeros((1, 32), np.bool_))).any()
