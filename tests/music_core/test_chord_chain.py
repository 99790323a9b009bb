"""The chain's best path against every path, and its drawn paths against their exact probabilities."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from music_core.harmony.chain import Chain, best_path, forward, sampled_path, score


def chain(seed: int, slots: int = 5, states: int = 3, ages: int = 3) -> Chain:
    rng = np.random.default_rng(seed)
    shapes = ((slots, states), (states,), (states, states), (slots, ages), (slots, ages))
    return Chain(*(rng.normal(0, 1.5, shape) for shape in shapes))


def paths(one: Chain) -> list[np.ndarray]:
    slots, states = one.emissions.shape
    return [np.array(path) for path in product(range(states), repeat=slots)]


@pytest.mark.parametrize("ages", [1, 2, 3, 6])
@given(seed=st.integers(0, 10_000))
def test_the_best_path_is_the_best_of_all(seed: int, ages: int) -> None:
    one = chain(seed, ages=ages)
    assert score(one, best_path(one)) == pytest.approx(max(score(one, path) for path in paths(one)))


@pytest.mark.parametrize("ages", [1, 2, 4])
def test_the_forward_sum_is_the_sum_of_all_paths(ages: int) -> None:
    one = chain(7, ages=ages)
    total = np.logaddexp.reduce([score(one, path) for path in paths(one)])
    assert np.logaddexp.reduce(forward(one)[-1].ravel()) == pytest.approx(total)


@pytest.mark.parametrize("ages", [1, 2, 4])
def test_paths_are_drawn_as_often_as_they_are_likely(ages: int) -> None:
    one = chain(3, slots=4, states=2, ages=ages)
    every = paths(one)
    logs = np.array([score(one, path) for path in every])
    wanted = np.exp(logs - np.logaddexp.reduce(logs))
    rng = np.random.default_rng(0)
    drawn = np.array([sampled_path(one, rng) for _ in range(4000)])
    counts = np.array([(drawn == path).all(axis=1).mean() for path in every])
    # Four standard errors of a share of 4,000 draws.
    assert np.abs(counts - wanted).max() < 4 * np.sqrt(0.25 / 4000)
    # The marginals of each slot, which are exact sums over paths.
    for slot in range(4):
        exact = sum(wanted[i] for i, path in enumerate(every) if path[slot] == 1)
        assert (drawn[:, slot] == 1).mean() == pytest.approx(exact, abs=4 * np.sqrt(0.25 / 4000))


@given(seed=st.integers(0, 1000), slot=st.integers(0, 7), state=st.integers(0, 3))
def test_what_is_forbidden_is_never_chosen(seed: int, slot: int, state: int) -> None:
    free = chain(seed, slots=8, states=4)
    emissions = free.emissions.copy()
    emissions[slot, np.arange(4) != state] = -np.inf
    bound = Chain(emissions, free.first, free.moves, free.stay, free.change)
    assert best_path(bound)[slot] == state
    assert sampled_path(bound, np.random.default_rng(seed))[slot] == state


def test_a_low_temperature_draws_the_best_path() -> None:
    one = chain(5)
    cold = one.tempered(0.01)
    assert (sampled_path(cold, np.random.default_rng(1)) == best_path(one)).all()


def test_a_chain_may_be_empty_and_must_fit() -> None:
    empty = Chain(np.zeros((0, 2)), np.zeros(2), np.zeros((2, 2)), np.zeros((0, 1)), np.zeros((0, 1)))
    assert len(best_path(empty)) == len(sampled_path(empty, np.random.default_rng(0))) == 0
    with pytest.raises(ValueError, match="fit"):
        Chain(np.zeros((2, 3)), np.zeros(2), np.zeros((3, 3)), np.zeros((2, 1)), np.zeros((2, 1)))
