"""Chords one after the other as a chain whose best path, and whose paths by their probability, are found exactly.

A path's score is the sum of what each slot says of its chord, of what each change from one chord to another says, and
of what staying or changing says at that slot after so many slots of the same chord (explicit durations, Ferguson
1980). Everything is in nats; minus infinity forbids.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_NEVER = -np.inf


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """What a path costs.

    `emissions` (slots, states); `first` (states,) for the chord of the first slot; `moves` (states, states) from a
    chord to another one, its diagonal unused; `stay` and `change` (slots, ages): by how many slots the chord has
    lasted before this one, 1 being age 0, and the last age standing for all longer ones.
    """

    emissions: Array
    first: Array
    moves: Array
    stay: Array
    change: Array

    def __post_init__(self) -> None:
        slots, states = self.emissions.shape
        if self.first.shape != (states,) or self.moves.shape != (states, states):
            raise ValueError("A chain's moves do not fit its emissions.")
        if self.stay.shape != self.change.shape or len(self.stay) != slots or not self.stay.shape[1]:
            raise ValueError("A chain's durations do not fit its emissions.")

    def tempered(self, temperature: float) -> Chain:
        """The chain whose paths differ less in score: above 1 unlikely paths become likelier."""
        t = float(temperature)
        return Chain(self.emissions / t, self.first / t, self.moves / t, self.stay / t, self.change / t)


def score(chain: Chain, path: NDArray[np.int64]) -> float:
    """The score of one path, int64 (slots,)."""
    total, age = 0.0, 0
    for slot, state in enumerate(path):
        total += chain.emissions[slot, state]
        if slot == 0:
            total += chain.first[state]
        elif state == path[slot - 1]:
            total += chain.stay[slot, age]
            age = min(age + 1, chain.stay.shape[1] - 1)
        else:
            total += chain.change[slot, age] + chain.moves[path[slot - 1], state]
            age = 0
    return float(total)


def best_path(chain: Chain) -> NDArray[np.int64]:
    """The path with the highest score, int64 (slots,), by Viterbi's algorithm over chord and age."""
    slots, states = chain.emissions.shape
    if not slots:
        return np.zeros(0, np.int64)
    moves = _without_diagonal(chain.moves)
    ages = chain.stay.shape[1]
    reached = np.full((ages, states), _NEVER)
    reached[0] = chain.first + chain.emissions[0]
    origins = np.zeros((slots, states), np.int64)
    left_at = np.zeros((slots, states), np.int64)
    held_from = np.zeros((slots, states), np.bool_)
    for slot in range(1, slots):
        leaving = reached + chain.change[slot][:, None]
        left_at[slot] = leaving.argmax(axis=0)
        arriving = leaving.max(axis=0)[:, None] + moves
        origins[slot] = arriving.argmax(axis=0)
        held = reached + chain.stay[slot][:, None]
        reached = np.full((ages, states), _NEVER)
        reached[0] = arriving.max(axis=0)
        reached[1:] = held[:-1]
        if ages == 1:
            held_from[slot] = held[0] > reached[0]
            reached[0] = np.maximum(reached[0], held[0])
        else:
            held_from[slot] = held[-1] > reached[-1]
            reached[-1] = np.maximum(reached[-1], held[-1])
        reached += chain.emissions[slot]
    age, state = np.unravel_index(int(reached.argmax()), reached.shape)
    return _traced(int(age), int(state), ages, origins, left_at, held_from)


def _traced(
    age: int,
    state: int,
    ages: int,
    origins: NDArray[np.int64],
    left_at: NDArray[np.int64],
    held_from: NDArray[np.bool_],
) -> NDArray[np.int64]:
    path = np.zeros(len(origins), np.int64)
    for slot in range(len(origins) - 1, 0, -1):
        path[slot] = state
        if age == ages - 1 and held_from[slot, state]:
            continue
        if age:
            age -= 1
        else:
            state = int(origins[slot, state])
            age = int(left_at[slot, state])
    path[0] = state
    return path


def forward(chain: Chain) -> list[Array]:
    """Log of the summed weight of all paths to each age and state, one (ages, states) array a slot."""
    slots, states = chain.emissions.shape
    moves = _without_diagonal(chain.moves)
    peak = max(float(moves.max()), -700.0)
    weights = np.exp(moves - peak)
    ages = chain.stay.shape[1]
    reached = np.full((ages, states), _NEVER)
    if not slots:
        return []
    reached[0] = chain.first + chain.emissions[0]
    found = [reached]
    for slot in range(1, slots):
        leaving = _log_sum(reached + chain.change[slot][:, None])
        top = leaving.max()
        with np.errstate(divide="ignore"):
            arriving = np.log(np.exp(leaving - top) @ weights) + top + peak if np.isfinite(top) else leaving
        held = reached + chain.stay[slot][:, None]
        reached = np.full((ages, states), _NEVER)
        reached[0] = arriving
        reached[1:] = held[:-1]
        reached[-1] = np.logaddexp(reached[-1], held[-1])
        reached += chain.emissions[slot]
        found.append(reached)
    return found


def sampled_path(chain: Chain, rng: np.random.Generator) -> NDArray[np.int64]:
    """A path drawn by the probability that the chain gives it (forward filter, backward draws), int64 (slots,)."""
    found = forward(chain)
    path = np.zeros(len(found), np.int64)
    if not len(found):
        return path
    moves, ages = _without_diagonal(chain.moves), chain.stay.shape[1]
    age, state = divmod(_drawn(found[-1].ravel(), rng), len(moves))
    for slot in range(len(found) - 1, 0, -1):
        path[slot] = state
        before = found[slot - 1]
        options = np.full((2, ages, len(moves)), _NEVER)
        if age == 0:
            options[0] = before + chain.change[slot][:, None] + moves[:, state]
        if age or ages == 1:
            options[1, max(0, age - 1), state] = before[age - 1, state] + chain.stay[slot, age - 1]
        if age == ages - 1:
            options[1, age, state] = before[age, state] + chain.stay[slot, age]
        age, state = divmod(_drawn(options.ravel(), rng) % (ages * len(moves)), len(moves))
    path[0] = state
    return path


def _without_diagonal(moves: Array) -> Array:
    changed = moves.copy()
    np.fill_diagonal(changed, _NEVER)
    return changed


def _log_sum(values: Array) -> Array:
    """Log of the sum of exponentials over the first axis."""
    top = values.max(axis=0)
    safe = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        summed: Array = np.log(np.exp(values - safe).sum(axis=0)) + safe
    return summed


def _drawn(scores: Array, rng: np.random.Generator) -> int:
    """An index by its weight; the best one where nothing is possible."""
    top = scores.max()
    if not np.isfinite(top):
        return int(scores.argmax())
    # Rounded, so that another computer's last digits draw the same index.
    weights = np.exp(np.round(scores - top, 6))
    return int(np.searchsorted(np.cumsum(weights), rng.random() * weights.sum(), "right"))
