"""What chords usually do in a genre: which follow which, how long they last, where they begin and where they end.

Counts from corpora, smoothed by what all genres do and by what chords do in every key (Witten and Bell's idea: the
more often something was seen, the more it is believed). Chords are states of `vocabulary.py` with the key at C major
or A minor.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from music_core.analysis.beats import BeatGrid
from music_core.harmony.vocabulary import NAMES, STATES

Array = NDArray[np.float64]

AGES = 16  # slots after which a chord's age no longer matters
PLACES = 8  # places in a bar that are told apart
LENGTHS = 8  # numbers of slots in a bar that are told apart
_FORMAT = "chord-priors-v1"
_MOST_COUNT = 1e9
_LEAST_REACHED, _LEAST_GAIN = 1e-5, -4.0
# How many sightings a coarser guess is worth beside the finer count.
_BELIEF = {"moves": 20.0, "all_moves": 20.0, "single": 30.0, "rhythm": 10.0, "ages": 8.0}


class PriorsError(ValueError):
    """The table of priors cannot be used; one sentence."""


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """What was counted in one genre, all float64.

    `moves` (STATES, STATES) from chord to chord; `beats`, `first`, `last` and `closing` (STATES,): all slots, the first
    chords, the last ones, and those in the last slots of phrases; `rhythm` (LENGTHS, PLACES, AGES, 2): how often a
    chord stayed and changed at a place of a bar of so many slots, after so many slots.
    """

    moves: Array = field(default_factory=lambda: np.zeros((STATES, STATES)))
    beats: Array = field(default_factory=lambda: np.zeros(STATES))
    first: Array = field(default_factory=lambda: np.zeros(STATES))
    last: Array = field(default_factory=lambda: np.zeros(STATES))
    closing: Array = field(default_factory=lambda: np.zeros(STATES))
    rhythm: Array = field(default_factory=lambda: np.zeros((LENGTHS, PLACES, AGES, 2)))

    def add(self, path: NDArray[np.int64], grid: BeatGrid, closing: NDArray[np.bool_]) -> None:
        """Count one song's chords, int64 (slots,), -1 where unknown; `closing` tells the slots that end phrases."""
        known = path >= 0
        np.add.at(self.beats, path[known], 1.0)
        np.add.at(self.closing, path[known & closing], 1.0)
        chords = path[known]
        if len(chords):
            self.first[chords[0]] += 1
            self.last[chords[-1]] += 1
        age = 0
        for slot in range(1, len(path)):
            before, now = path[slot - 1], path[slot]
            if before < 0 or now < 0:
                age = 0
                continue
            changed = int(before != now)
            self.rhythm[rhythm_cell(grid, slot)][min(age, AGES - 1), changed] += 1
            if changed:
                self.moves[before, now] += 1
            age = 0 if changed else age + 1

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, name) + getattr(other, name) for name in _TABLES))


_TABLES = ("moves", "beats", "first", "last", "closing", "rhythm")


def rhythm_cell(grid: BeatGrid, slot: int) -> tuple[int, int]:
    """The row of `Counts.rhythm` of a slot: the bar's length and the place in it, from 0."""
    return min(grid.lengths[slot], LENGTHS) - 1, min(grid.places[slot], PLACES - 1)


@dataclass(frozen=True, slots=True, eq=False)
class Habits:
    """One genre's habits as logs of probabilities, in nats.

    `moves` (STATES, STATES), diagonal minus infinity; `gains` the same over how often its second chord is moved to at
    all, at least -4: what a move tells that the chord itself does not. `first`, `beats` (STATES,); `last` and
    `closing` (STATES,) are gains over `beats`; `change` (LENGTHS, PLACES, AGES) is the log-odds that a chord changes,
    `usual_change` (LENGTHS, PLACES) the same whatever its age.
    """

    moves: Array
    first: Array
    beats: Array
    last: Array
    closing: Array
    change: Array
    usual_change: Array
    gains: Array


class Priors:
    """The counts of several genres, and the habits that they make."""

    def __init__(self, counts: Mapping[str, Counts]) -> None:
        self.counts = dict(counts)
        self.habits = lru_cache(maxsize=8)(self._habits)

    @property
    def genres(self) -> tuple[str, ...]:
        """Names of the genres that were counted."""
        return tuple(self.counts)

    def _habits(self, genre: str) -> Habits:
        """The habits of a genre; one that was never counted has those of all together."""
        everything = sum(self.counts.values(), Counts())
        own = self.counts.get(genre, Counts())
        every_move = _smoothed_rows(everything.moves, _in_every_key(everything.moves), _BELIEF["all_moves"])
        moves = _smoothed_rows(own.moves, every_move, _BELIEF["moves"])
        np.fill_diagonal(moves, 0.0)
        with np.errstate(divide="ignore"):
            logs = np.log(moves / moves.sum(axis=1, keepdims=True))
        flat = np.full(STATES, 1.0 / STATES)
        beats = _mixed(own.beats, _mixed(everything.beats, flat, _BELIEF["single"]), _BELIEF["single"])
        gains = [np.log(_mixed(getattr(own, name), beats, _BELIEF["single"]) / beats) for name in ("last", "closing")]
        first = np.log(_mixed(own.first, beats, _BELIEF["single"]))
        reached = np.log(np.maximum(beats @ np.exp(logs), _LEAST_REACHED))
        told = np.maximum(logs - reached, _LEAST_GAIN)
        return Habits(logs, first, np.log(beats), gains[0], gains[1], *_rhythms(own.rhythm, everything.rhythm), told)


def _mixed(counts: Array, guess: Array, belief: float) -> Array:
    """Probabilities from counts, with a guess worth so many sightings."""
    found: Array = (counts + belief * guess) / (counts.sum() + belief)
    return found


def _smoothed_rows(counts: Array, guess: Array, belief: float) -> Array:
    found: Array = (counts + belief * guess) / (counts.sum(axis=1, keepdims=True) + belief)
    return found


def _in_every_key(moves: Array) -> Array:
    """Probabilities of moves by interval and qualities alone; nothing is impossible."""
    size = len(NAMES)
    inner = moves[1:, 1:].reshape(12, size, 12, size)
    by_interval = np.zeros((size, 12, size))
    for root in range(12):
        by_interval += np.roll(inner[root], -root, axis=1)
    table = np.full((STATES, STATES), 0.02)
    table[0, 1:] += moves[0, 1:]
    table[1:, 0] += moves[1:, 0].mean()
    for root in range(12):
        rows = slice(1 + root * size, 1 + (root + 1) * size)
        table[rows, 1:] += np.roll(by_interval, root, axis=1).reshape(size, 12 * size) / 12
    np.fill_diagonal(table, 0.0)
    rates: Array = table / table.sum(axis=1, keepdims=True)
    return rates


def _rhythms(own: Array, everything: Array) -> tuple[Array, Array]:
    """Log-odds of change by length, place and age, and by length and place."""

    def rate(counts: Array, guess: Array | float, belief: float) -> Array:
        found: Array = (counts[..., 1] + belief * guess) / (counts.sum(axis=-1) + belief)
        return found

    anywhere = rate(everything.sum(axis=(0, 1, 2)), 0.3, 1.0)
    place = rate(everything.sum(axis=2), anywhere, _BELIEF["rhythm"])
    place = rate(own.sum(axis=2), place, _BELIEF["rhythm"])
    aged = rate(everything, place[..., None], _BELIEF["ages"])
    # Own counts first, then all genres' by age, moved to the own genre's usual rate at that place.
    usual = rate(everything.sum(axis=2), anywhere, _BELIEF["rhythm"])
    guess = 1 / (1 + np.exp(-(_log_odds(aged) - _log_odds(usual)[..., None] + _log_odds(place)[..., None])))
    return _log_odds(rate(own, guess, _BELIEF["ages"])), _log_odds(place)


def _log_odds(rate: Array) -> Array:
    clipped = np.clip(rate, 1e-4, 1 - 1e-4)
    odds: Array = np.log(clipped / (1 - clipped))
    return odds


def priors_to_json(priors: Priors) -> str:
    """The counts as plain text: each table as lists of indices and a count, zeros left out."""
    genres = {
        genre: {name: _sparse(getattr(counts, name)) for name in _TABLES} for genre, counts in priors.counts.items()
    }
    return json.dumps({"format": _FORMAT, "genres": genres}, separators=(",", ":")) + "\n"


def priors_from_json(text: str) -> Priors:
    """The inverse; raises PriorsError where the text is no such table."""
    try:
        data = json.loads(text)
        if data["format"] != _FORMAT:
            raise ValueError("another format")
        return Priors({str(genre): _counts(tables) for genre, tables in data["genres"].items()})
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, RecursionError) as error:
        raise PriorsError(f"The table of chord habits is damaged ({error}); install the model again.") from None


def _counts(tables: Mapping[str, Any]) -> Counts:
    counts = Counts()
    for name in _TABLES:
        table: Array = getattr(counts, name)
        for *index, count in tables[name]:
            cell = tuple(int(i) for i in index)
            if len(cell) != table.ndim or min(cell) < 0 or not 0 <= float(count) < _MOST_COUNT:
                raise ValueError(f"{name} has {[*index, count]}")
            table[cell] = float(count)
    return counts


def _sparse(table: Array) -> list[list[float]]:
    return [[*map(int, cell), round(float(table[tuple(cell)]), 2)] for cell in np.argwhere(table > 0)]
