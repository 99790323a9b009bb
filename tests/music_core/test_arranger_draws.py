"""What returns bar after bar, and that no place becomes more or less likely by it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from music_core.decoding.arranger.context import EDGES, Context
from music_core.decoding.arranger.draws import Bars, Draws, returning_bars
from music_core.decoding.arranger.pushing import pushed

SLOTS = 64  # four bars of four quarters


def context_of(roots: tuple[int, ...] = (0, 0, 0, 0), ends: tuple[bool, ...] = (False,) * 4) -> Context:
    tokens = SLOTS // 4
    edges = np.zeros((1, tokens, 4), np.bool_)
    edges[0, :, 1] = np.repeat(ends, 4)
    return Context(
        np.zeros((1, SLOTS, 72), np.int8), np.repeat(np.array(roots, np.int8), 16)[None], np.zeros((1, SLOTS), np.int8),
        np.zeros((1, SLOTS, 12), np.bool_), np.ones((1, SLOTS), np.bool_),
        np.tile(np.arange(4, dtype=np.int8), 4)[None], np.zeros(1, np.int8), np.zeros((1, tokens), np.int8), edges,
        np.zeros(1, np.int8), np.zeros((1, 3, 4), np.int8), np.ones((1, 3), np.bool_),
    )  # fmt: skip


def draws_of(context: Context, habit: float, seed: int = 1) -> Draws:
    rngs = [np.random.default_rng(seed + 7)]
    return Draws(
        np.random.default_rng(seed), habits=[np.random.default_rng(seed + 1)],
        bars=returning_bars(context, np.full(3, habit), rngs),
    )  # fmt: skip


def test_a_band_that_repeats_itself_draws_alike_in_every_bar() -> None:
    noise = draws_of(context_of(), 1.0).gumbel((1, 2, SLOTS, 5), np.array([True]))
    bars = noise.reshape(2, 4, 16, 5)
    assert (bars == bars[:, :1]).all()
    drums = draws_of(context_of(), 1.0).gumbel((1, SLOTS, 9, 6), np.array([True]), drums=True).reshape(4, 16, 9, 6)
    assert (drums == drums[:1]).all()


def test_one_without_habits_draws_anew_everywhere() -> None:
    bars = draws_of(context_of(), 0.0).gumbel((1, 2, SLOTS, 5), np.array([True])).reshape(2, 4, 16, 5)
    assert len(np.unique(bars)) == bars.size


def test_a_phrases_last_bar_is_free() -> None:
    context = context_of(ends=(False, False, False, True))
    bars = draws_of(context, 1.0).random((1, 2, SLOTS)).reshape(2, 4, 16)
    assert (bars[:, 1:3] == bars[:, :1]).all()
    assert not (bars[:, 3] == bars[:, 0]).any()


def test_pitches_move_with_the_chords_root() -> None:
    context = context_of(roots=(0, 7, 0, 0))
    bars = draws_of(context, 1.0).gumbel((1, 2, SLOTS, 72), np.array([True]), pitched=True).reshape(2, 4, 16, 72)
    assert np.array_equal(bars[:, 1], np.roll(bars[:, 0], 7, axis=-1))
    assert np.array_equal(bars[:, 2], bars[:, 0])


@pytest.mark.parametrize("habit", [0.0, 0.5, 1.0])
def test_no_place_becomes_likelier(habit: float) -> None:
    """Uniform numbers stay uniform, place by place, over many seeds."""
    found = np.concatenate([draws_of(context_of(), habit, seed).random((1, 2, SLOTS)) for seed in range(0, 4000, 10)])
    assert np.abs(found.mean(axis=0) - 0.5).max() < 0.08
    assert np.abs((found < 0.25).mean(axis=0) - 0.25).max() < 0.11


def test_who_is_not_busy_draws_nothing() -> None:
    draws = draws_of(context_of(), 1.0)
    assert not draws.gumbel((1, 2, SLOTS, 5), np.array([False])).any()


def test_a_long_bars_places_stay_within_reach() -> None:
    bars = returning_bars(context_of(), np.zeros(3), [np.random.default_rng(0)])
    assert isinstance(bars, Bars)
    assert bars.slot.max() == 15
    assert bars.returning.shape == (1, 3, SLOTS)


def test_a_drummer_fills_in_a_phrases_last_bar_and_the_others_return() -> None:
    context = context_of(ends=(False, True, False, True))
    rngs = [np.random.default_rng(0)]
    bars = returning_bars(context, np.ones(3), rngs, fills=1.0)
    assert np.flatnonzero(bars.filling[0]).tolist() == [*range(24, 32), *range(56, 64)]
    assert (bars.returning[0, -1] == ~bars.filling[0]).all()
    assert bars.returning[0, :-1].all()
    assert Draws(*rngs, habits=rngs, bars=bars).filling is bars.filling
    shares = [
        returning_bars(context, np.ones(3), [np.random.default_rng(seed)], fills=0.5).filling.mean()
        for seed in range(200)
    ]
    assert np.mean(shares) == pytest.approx(0.125, abs=0.02)  # half of the second halves of two bars in four


def test_the_end_of_the_piece_has_no_fill() -> None:
    context = context_of(ends=(False, False, False, True))
    last = context.edges.copy()
    last[:, -4:, EDGES.index("piece ends")] = True
    bars = returning_bars(replace(context, edges=last), np.ones(3), [np.random.default_rng(0)], fills=1.0)
    assert not bars.filling.any()
    assert Draws(np.random.default_rng(0), habits=[np.random.default_rng(0)], bars=bars).filling is None


def test_toms_are_likelier_where_the_drummer_fills_and_nowhere_else() -> None:
    hits = np.zeros((1, 8, 9, 5), np.float32)
    filling = np.arange(8)[None] >= 4
    after = pushed({"hits": hits}, (), filling=filling)["hits"]
    assert (after[0, 4:, 4:7, 1:] > after[0, 4:, 1:2, 1:]).all() and (after[0, 4:, 1, 1:] > 0).all()
    assert not after[0, :4].any() and not after[..., 0].any() and not after[:, :, [0, 2, 3, 7, 8]].any()
    assert pushed({"hits": hits}, ())["hits"] is hits
    assert not hits.any()


def test_levels_move_hits_by_how_hard_they_are() -> None:
    answers = {"hits": np.zeros((1, 8, 9, 5), np.float32), "counts": np.zeros((1, 2, 8, 7), np.float32)}
    after = pushed(answers, (), (0.5, 0.25, 0.0, -1.0))
    assert after["hits"][0, 3, 2].tolist() == [0, 0.5, 0.25, 0, -1]
    assert after["counts"] is answers["counts"]
    both = pushed(answers, (0.0, 1.0, 2.0), (0.5, 0.25, 0.0, -1.0))
    assert both["hits"][0, 3, 2].tolist() == [0, 2.5, 2.25, 2, 1]
    assert both["counts"][0, 1, 0].tolist() == [0, 1, 1, 1, 1, 1, 1] and not both["counts"][0, 0].any()
    assert pushed(answers, (0.0, 0.0, 0.0)) is answers
