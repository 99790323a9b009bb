"""A part comes to about as many onsets as the network first meant it to have."""

from __future__ import annotations

import numpy as np
import pytest

from music_core.decoding.arranger.context import TOKEN, UNKNOWN
from music_core.decoding.arranger.steadying import Steady, onsets_expected, onsets_wished, steadied

EVEN = np.zeros((1, 2, 8, 3), np.float32)  # two parts, eight slots: two of three classes are onsets
EVERYWHERE = np.ones((1, 2, 8), np.bool_)


def test_onsets_are_expected_by_the_odds_of_the_places_asked_for() -> None:
    some = EVERYWHERE.copy()
    some[0, 1, 4:] = False
    assert onsets_expected(EVEN, some)[0].tolist() == pytest.approx([16 / 3, 8 / 3])
    assert onsets_expected(EVEN + np.array([60, 0, 0], np.float32), some)[0].tolist() == pytest.approx([0, 0], abs=1e-6)


def test_what_comes_to_about_what_was_meant_is_left_alone() -> None:
    meant = np.array([[8.0, 4.0]])
    assert steadied(EVEN, meant, np.array([[3, 1]]), np.array([[4.0, 2.0]])) is EVEN


def test_a_part_that_lacks_onsets_gets_them_and_one_that_has_too_many_loses_them() -> None:
    meant, had = np.array([[10.0, 10.0]]), np.array([[2, 12]])
    nats = steadied(EVEN, meant, had, np.array([[1.0, 8.0]]))[0, :, :, 1:]
    assert nats[0] == pytest.approx(np.log(5.0), abs=1e-5)  # seven were the least, two came, so five for one
    assert nats[1] == pytest.approx(np.log(0.25), abs=1e-5)  # fourteen are the most, twelve came, so two for eight


def test_a_part_that_fell_silent_is_asked_harder_but_not_without_end() -> None:
    turns = np.arange(8) // 4 * np.ones((1, 2, 1), np.int64)
    steady = Steady(turns)
    assert steady.moved(EVEN, np.zeros((1, 2, 8), np.int8), 0) is EVEN
    silent = np.where(np.arange(3) == 0, 9.0, 0.0).astype(np.float32) + EVEN
    counts = np.zeros((1, 2, 8), np.int8)
    counts[0, 1, :4] = 1  # the second part had four of the five onsets that it was meant to have
    moved = steady.moved(silent, counts, 1) - silent
    assert moved[0, 0, :, 1:] == pytest.approx(4.0)
    assert not moved[0, 1].any() and not moved[..., 0].any()


def test_wishes_are_onsets_of_people_with_such_wishes_and_sliders_ask_for_more() -> None:
    rates = np.array([[0.5, 2.0], [1.0, np.nan]])
    some = EVERYWHERE.copy()
    some[0, 0, 4:] = False
    none = np.zeros((2, 8))
    beats = np.array([4, 8]) / TOKEN
    wished = onsets_wished(rates, np.array([[1, 0]], np.int8), some, none)
    assert wished[0].tolist() == pytest.approx([2 * beats[0], beats[1]])
    pushed = onsets_wished(rates, np.array([[1, 0]], np.int8), some, none + np.log([[3.0], [1.0]]))
    assert pushed[0].tolist() == pytest.approx([6 * beats[0], beats[1]])
    unsaid = onsets_wished(rates, np.array([[UNKNOWN, 1]], np.int8), some, none)
    assert np.isnan(unsaid).all()  # nothing was wished of the one, and of the other no song has it


def test_a_part_is_brought_to_its_wish_and_to_the_networks_odds_where_there_is_none() -> None:
    turns = np.zeros((1, 2, 8), np.int64)
    nothing = np.zeros((1, 2, 8), np.int8)
    shy = np.where(np.arange(3) == 0, 3.0, 0.0).astype(np.float32) + EVEN
    moved = Steady(turns, np.array([[6.0, np.nan]])).moved(shy, nothing, 0)
    assert (moved[0, 0, :, 1:] > shy[0, 0, :, 1:]).all()
    assert np.array_equal(moved[0, 1], shy[0, 1])
    assert np.array_equal(Steady(turns).moved(shy, nothing, 0), shy)
