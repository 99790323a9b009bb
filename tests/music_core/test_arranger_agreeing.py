"""Bars that return have one rhythm, some quarters are varied, and a riff may be two bars long."""

from __future__ import annotations

import numpy as np

from music_core.decoding.arranger.agreeing import agreed
from music_core.decoding.arranger.context import Context, stacked
from music_core.decoding.arranger.draws import Bars, Draws, returning_bars
from music_core.decoding.arranger.grid import Grid
from music_core.decoding.arranger.sheet import bars_of, cut, sheet_of
from music_core.harmony.chord import Chord
from music_core.score import ChordChange, Metre

BARS, SLOTS = 4, 64


def context() -> Context:
    lane = (ChordChange(0, Chord(0)),)
    sheet = sheet_of(np.array([(0, 60, 4)]), lane, bars_of((Metre(0),), BARS * 1920, 0, ()), Grid(), 0)
    return cut(sheet, 0, BARS, 0, np.zeros((3, 4), np.int8), np.ones(3, np.bool_))


def returning(habit: float = 1.0, varied: tuple[float, ...] = (), paired: tuple[bool, ...] = (False,) * 3) -> Bars:
    rngs = [np.random.default_rng(1)]
    return returning_bars(context(), np.full(3, habit), rngs, 0.5, varied, np.array([paired]))


def logits() -> np.ndarray:
    return np.random.default_rng(2).standard_normal((1, 2, SLOTS, 4)).astype(np.float32)


def test_bars_that_return_meet_at_their_mean_by_the_parts_share() -> None:
    before, now = logits(), np.ones((1, 2, SLOTS), np.bool_)
    after = agreed(before, now, returning(), (1.0, 0.5))
    bars, moved = (each.reshape(2, BARS, 16, 4) for each in (before[0], after[0]))
    mean = bars.mean(axis=1, keepdims=True)
    assert np.allclose(moved[0], mean[0], atol=1e-5)
    assert np.allclose(moved[1], (bars[1] + mean[1]) / 2, atol=1e-5)


def test_who_does_not_return_says_nothing_and_stays_as_he_is() -> None:
    before, now = logits(), np.ones((1, 2, SLOTS), np.bool_)
    now[:, :, 16:32] = False  # known already
    after = agreed(before, now, returning(), (1.0, 1.0))
    bars, moved = (each.reshape(2, BARS, 16, 4) for each in (before[0], after[0]))
    assert np.array_equal(moved[:, 1], bars[:, 1])
    assert np.allclose(moved[:, 0], bars[:, [0, 2, 3]].mean(axis=1), atol=1e-5)
    for free in (agreed(before, now, returning(0.0), (1.0, 1.0)), agreed(before, now, None, (1.0, 1.0))):
        assert np.array_equal(free, before)
    assert agreed(before, now, returning(), ()) is before


def test_a_riff_of_two_bars_returns_in_every_second_bar() -> None:
    bars = returning(paired=(True, False, True))
    noise = Draws(np.random.default_rng(3), habits=[np.random.default_rng(4)], bars=bars)
    drawn = noise.gumbel((1, 2, SLOTS, 5), np.array([True])).reshape(2, BARS, 16, 5)
    assert (drawn[0, 2:] == drawn[0, :2]).all()
    assert not (drawn[0, 1] == drawn[0, 0]).any()
    assert (drawn[1] == drawn[1, :1]).all()
    hits = noise.random((1, SLOTS, 9), drums=True).reshape(BARS, 16, 9)
    assert (hits[2:] == hits[:2]).all()
    assert not (hits[1] == hits[0]).any()
    met = agreed(logits(), np.ones((1, 2, SLOTS), np.bool_), bars, (1.0, 1.0)).reshape(2, BARS, 16, 4)
    assert np.allclose(met[0, 2:], met[0, :2], atol=1e-5)
    assert not np.isclose(met[0, 1], met[0, 0], atol=1e-3).all()


def test_a_share_of_the_quarters_is_varied() -> None:
    bars = returning(varied=(1.0, 0.0, 0.5))
    assert not bars.returning[0, 0].any()
    assert bars.returning[0, 1].all()
    quarters = bars.returning[0, 2].reshape(-1, 4)
    assert (quarters.all(axis=1) | ~quarters.any(axis=1)).all()
    assert 0 < quarters.mean() < 1


def test_a_take_is_drawn_alike_beside_one_with_other_riffs_and_alone() -> None:
    def drawn(paired: list[tuple[bool, ...]], seeds: list[int]) -> np.ndarray:
        both = stacked([context()] * len(seeds))
        rngs = [np.random.default_rng(seed) for seed in seeds]
        bars = returning_bars(both, np.ones(3), rngs, 0.5, (), np.array(paired))
        each = [np.random.default_rng(seed + 10) for seed in seeds]
        habits = [np.random.default_rng(seed + 20) for seed in seeds]
        draws = Draws(*each, habits=habits, bars=bars)
        return draws.gumbel((len(seeds), 2, SLOTS, 5), np.ones(len(seeds), np.bool_))

    none, pairs = (False, False, False), (True, True, True)
    together = drawn([none, pairs], [1, 2])
    assert np.array_equal(together[0], drawn([none], [1])[0])
    assert np.array_equal(together[1], drawn([pairs], [2])[0])
