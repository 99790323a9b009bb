"""When each unknown place has its turn: at random, or no note beside its neighbour."""

from __future__ import annotations

import numpy as np
import pytest

from music_core.decoding.arranger.draws import Draws
from music_core.decoding.arranger.turns import NEVER, at_random, by_halves, strong_first


def test_at_random_few_come_first_and_each_has_one_turn() -> None:
    places = np.random.default_rng(0).random((2, 3, 400)) < 0.5
    turns = at_random(places, 8, Draws(np.random.default_rng(1), np.random.default_rng(2)))
    assert ((turns == NEVER) == ~places).all()
    counts = np.bincount(turns[places], minlength=8)
    assert len(counts) == 8 and counts[0] < counts[-1] / 3


@pytest.mark.parametrize("steps", [1, 3, 5])
def test_by_halves_no_note_of_a_line_has_its_turn_beside_the_next(steps: int) -> None:
    places = (np.random.default_rng(3).random((2, 2, 64, 1)) < 0.4) & (np.arange(6) < 2)
    turns = by_halves(places, steps)
    assert ((turns == NEVER) == ~places).all()
    for row in turns[..., 0].reshape(4, 64):
        line = row[row != NEVER]
        assert set(line.tolist()) == set(range(steps))
        if steps > 1:
            late = line > 0
            assert not (late[1:] & (line[1:] == line[:-1])).any()
            assert (line[1::2] == steps - 1).all() and (line[::2] < steps - 1).all()


def test_by_halves_counts_the_notes_of_each_line_alone() -> None:
    places = np.zeros((1, 2, 8, 1), np.bool_)
    places[0, 0, ::2] = places[0, 1, 1::3] = True
    turns = by_halves(places, 3)[0, :, :, 0]
    assert turns[0, ::2].tolist() == [0, 2, 1, 2]
    assert turns[1, 1::3].tolist() == [0, 2, 1]


def test_strong_first_a_bar_goes_from_its_halves_to_its_sixteenths() -> None:
    place = np.array([[0, 1, 2, 3, 0, 1, 2]], np.int8)  # a bar of four quarters, one of three
    draws = Draws(np.random.default_rng(1))
    turns = strong_first(np.ones((1, 2, 28), np.bool_), 16, draws, place)
    four, three = turns[..., :16], turns[..., 16:]
    for stronger, weaker in ((0, 8), (8, 4), (4, 2), (2, 1), (12, 15)):
        assert (four[..., stronger] < four[..., weaker]).all()
    assert (four[..., [0, 4, 8, 12]].max() < four[..., 1::2].min()).all()
    assert (three[..., [0, 4, 8]].max() <= three[..., 1::2].min()).all()
    assert (np.diff(four, axis=-1) != 0).all()


def test_strong_first_a_stretch_may_begin_within_a_bar() -> None:
    place = np.array([[2, 3, 0, 1, 2, 3]], np.int8)
    wanted = np.ones((1, 1, 24), np.bool_)
    wanted[..., :4] = False
    turns = strong_first(wanted, 8, Draws(np.random.default_rng(3)), place)[0, 0]
    assert (turns[:4] == NEVER).all()
    assert turns[8] < turns[4] < turns[5]
    assert turns.max() == 7
