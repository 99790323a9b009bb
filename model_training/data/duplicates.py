"""Which songs are one tune: copies, transposed copies and near copies, found in seconds among ten thousand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from model_training.data.melody_cues import top_onsets
from model_training.data.song import START, NoteTable

# A gram is so many notes in a row, as the intervals and changes of pace between them: the same in any key and tempo.
GRAM_NOTES = 6
# Two lines are one tune when the weight of the grams that they share is so much of the (geometric) mean of the two
# lines' weights: the longer a line, the more it shares with anything by chance ...
SHARED = 0.15
# ... and at least so many different grams: twelve notes that agree in a row. With five, phrases that hymns have in
# common joined a sixth of the Bach chorales to one tune.
FEWEST_GRAMS = 7

_WIDEST = 24  # semitones; a wider leap counts as this
# A note counts as slower or faster than the one before only from this many octaves of tempo on: swung eighths, twice as
# long and half as long in turn, are then the same as even ones.
_CHANGE_OF_PACE = 1.25
_PACES = 2  # steps of that size which are told apart
_NEIGHBOURS = 8  # songs after it in the list of a gram that a song is compared with
_BLOCK = 1024  # lines that are taken apart in one go
_LEAST_COLLECTION = 1000  # in a small collection nothing is common, so rarity is measured as if it had so many songs

_Grams = NDArray[np.int64]


def groups(lines: Sequence[NoteTable]) -> tuple[int, ...]:
    """A group number for each melody: the number of the first line that is the same tune.

    Lines are one tune when they are the same in any key and tempo, or share enough grams, weighed by how rare
    each is. Scales, repeated notes and trills weigh nothing. Chains join: if a is like b and b like c, all are one.
    """
    parent = list(range(len(lines)))
    grams: list[_Grams] = []
    seen: dict[bytes, int] = {}
    for first in range(0, len(lines), _BLOCK):
        block = _moves(lines[first : first + _BLOCK])
        for index, whole in enumerate(_whole(block), first):
            parent[index] = seen.setdefault(whole, index) if whole else index
        grams += _grams(block)
    firsts = [i for i in range(len(lines)) if parent[i] == i]
    for a, b in _alike([grams[i] for i in firsts]):
        low, high = sorted((_root(parent, firsts[a]), _root(parent, firsts[b])))
        parent[high] = low
    return tuple(_root(parent, i) for i in range(len(lines)))


def _root(parent: list[int], i: int) -> int:
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


@dataclass(frozen=True, slots=True, eq=False)
class _Moves:
    """Lines laid end to end: the line of each onset (n,), its interval and its change of pace to the next (int64).

    An interval is in semitones, a change of pace in steps of `_CHANGE_OF_PACE`; where a line ends they mean nothing.
    """

    lines: int
    owner: NDArray[np.int64]
    interval: NDArray[np.int64]
    pace: NDArray[np.int64]


def _moves(lines: Sequence[NoteTable]) -> _Moves:
    owner = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    notes = np.concatenate([*lines, np.zeros((0, 4), np.int32)]).astype(np.int64)
    # Each line in a time of its own, far from the others'.
    notes[:, START] += owner << 32
    starts, top, _ = top_onsets(notes[np.argsort(notes[:, START], kind="stable")])
    owner = starts >> 32
    interval = np.clip(np.diff(top, append=0), -_WIDEST, _WIDEST)
    gaps = np.log2(np.diff(starts, append=starts[-1:] + 1).astype(np.float64))
    pace = np.clip(np.trunc(np.diff(gaps, append=0.0) / _CHANGE_OF_PACE), -_PACES, _PACES).astype(np.int64)
    return _Moves(len(lines), owner, interval, pace)


def _whole(moves: _Moves) -> Iterator[bytes]:
    """Each line's moves from first to last, to tell copies by; empty where there are too few to tell."""
    bounds = np.searchsorted(moves.owner, np.arange(moves.lines + 1))
    for first, last in pairwise(bounds.tolist()):
        steps, turns = moves.interval[None, first : last - 1], moves.pace[None, first : last - 2]
        enough = last - first > GRAM_NOTES and not _figures(steps, turns)[0]
        yield steps.tobytes() + turns.tobytes() if enough else b""


def _grams(moves: _Moves) -> list[_Grams]:
    """The different grams of each line, sorted; figures that every tune has are left out."""
    count = max(0, len(moves.owner) - GRAM_NOTES + 1)
    steps = np.stack([moves.interval[i : i + count] for i in range(GRAM_NOTES - 1)], axis=1)
    turns = np.stack([moves.pace[i : i + count] for i in range(GRAM_NOTES - 2)], axis=1)
    owner = moves.owner[:count]
    told = (owner == moves.owner[len(moves.owner) - count :]) & ~_figures(steps, turns)
    codes = np.zeros(count, np.int64)
    for column in steps.T:
        codes = codes * (2 * _WIDEST + 1) + column + _WIDEST
    for column in turns.T:
        codes = codes * (2 * _PACES + 1) + column + _PACES
    codes, owner = codes[told], owner[told]
    bounds = np.searchsorted(owner, np.arange(moves.lines + 1))
    return [np.unique(codes[first:last]) for first, last in pairwise(bounds)]


def _figures(steps: _Grams, turns: _Grams) -> NDArray[np.bool_]:
    """Which rows of intervals and changes of pace are a repeated note, a trill, or a scale at one pace."""
    pitches = np.sort(np.cumsum(np.pad(steps, ((0, 0), (1, 0))), axis=1), axis=1)
    different = 1 + (np.diff(pitches, axis=1) > 0).sum(axis=1)
    one_way = (steps > 0).all(axis=1) | (steps < 0).all(axis=1)
    scale = one_way & (np.abs(steps) <= 2).all(axis=1) & ~turns.any(axis=1)
    return np.asarray((different <= 2) | scale)


def _alike(grams: Sequence[_Grams]) -> Iterator[tuple[int, int]]:
    """Pairs of lines that are one tune."""
    weights = _rarity(grams)
    totals = [float(own.sum()) for own in weights]
    for a, b in _candidates(grams):
        few, many = (a, b) if len(grams[a]) < len(grams[b]) else (b, a)
        at = np.minimum(np.searchsorted(grams[many], grams[few]), len(grams[many]) - 1)
        common = grams[many][at] == grams[few]
        if common.sum() >= FEWEST_GRAMS and weights[few][common].sum() ** 2 >= SHARED**2 * totals[a] * totals[b]:
            yield a, b


def _rarity(grams: Sequence[_Grams]) -> list[NDArray[np.float64]]:
    """For each line the weights of its grams: the logarithm of how rarely a line has the gram."""
    if not grams:
        return []
    _, where, lines = np.unique(np.concatenate(grams), return_inverse=True, return_counts=True)
    weight = np.log((1 + max(len(grams), _LEAST_COLLECTION)) / lines)
    bounds = np.cumsum([0, *(len(own) for own in grams)])
    return [weight[where[first:last]] for first, last in pairwise(bounds)]


def _candidates(grams: Sequence[_Grams]) -> Iterator[tuple[int, int]]:
    """Pairs of lines that share several grams, those that share the most first.

    In the list of the lines that have a gram each is paired with the next few only: a gram that thousands have costs
    no more than thousands of steps, and copies of one tune still form a chain.
    """
    codes = np.concatenate([*grams, np.zeros(0, np.int64)])
    owner = np.repeat(np.arange(len(grams)), [len(own) for own in grams])
    order = np.lexsort((owner, codes))
    codes, owner = codes[order], owner[order]
    pairs = [np.zeros(0, np.int64)]
    for ahead in range(1, _NEIGHBOURS + 1):
        same = codes[ahead:] == codes[:-ahead]
        pairs.append(owner[:-ahead][same] * len(grams) + owner[ahead:][same])
    found, shared = np.unique(np.concatenate(pairs), return_counts=True)
    enough = shared >= FEWEST_GRAMS
    for pair in found[enough][np.argsort(-shared[enough], kind="stable")].tolist():
        yield divmod(pair, len(grams))
