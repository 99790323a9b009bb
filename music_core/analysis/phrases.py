"""The phrases of a melody, and which of them are the same: found by comparing the melody with itself.

Every bar is compared with every other one by what is struck when (the self-similarity of Foote, 2000, on notes); a
dynamic programme then cuts the melody where cuts save the most: phrases of four or eight bars that come again, and
that begin after a rest or a long note.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from string import ascii_uppercase

import numpy as np
from numpy.typing import NDArray

from music_core.analysis.beats import BeatGrid, beat_grid
from music_core.score import Metre, Note

Array = NDArray[np.float64]
Again = tuple[int, int, int]  # a bar, the earlier one that it repeats, semitones higher

# Steps of a slot that onsets are told apart by, and how alike two passages must be to be the same one.
_STEPS = 4
SAME = 0.72
SAME_BAR = 0.8
# What a phrase of so many bars costs; other lengths cost `_ODD` and more for each bar beyond eight.
_COSTS = {1: 2.2, 2: 1.2, 3: 1.8, 4: 0.5, 5: 1.5, 6: 1.3, 7: 1.6, 8: 0.6}
_MOST_BARS = 8
# What a bar is worth that comes again with its phrase, and a cut after a rest or a long note.
_AGAIN, _BREATH = 0.5, 0.8
_EMPTY_ALIKE = 0.5
_MOVED = 0.82
# A long movement is studied in stretches of so many bars, each with labels of its own: the work grows squared.
_STRETCH_BARS = 128


@dataclass(frozen=True, slots=True)
class Phrase:
    """Bars `start_bar` to before `end_bar`, counted as by `BeatGrid.bars`.

    Phrases with the same label are the same melody, `shift` semitones higher than the first of them; a label is empty
    where the melody rests throughout.
    """

    start_bar: int
    end_bar: int
    label: str
    shift: int = 0


def phrases(melody: Sequence[Note], metres: tuple[Metre, ...]) -> tuple[Phrase, ...]:
    """The phrases of a melody from its first bar to its last, one after the other; none of no notes.

    Bars before the first note and the rests after the last are phrases without a label.
    """
    return _study(tuple(melody), metres)[0] if melody else ()


def sung_again(melody: Sequence[Note], metres: tuple[Metre, ...]) -> tuple[tuple[int, int, int], ...]:
    """The bars that repeat an earlier one in a phrase of the same label: bar, earlier bar, semitones higher (0..11).

    Bars of such phrases that differ, as the last ones often do, are left out.
    """
    return _study(tuple(melody), metres)[1] if melody else ()


@lru_cache(maxsize=4)
def _study(melody: tuple[Note, ...], metres: tuple[Metre, ...]) -> tuple[tuple[Phrase, ...], tuple[Again, ...]]:
    """The phrases, and the bars that come again: both are asked for one melody after the other."""
    grid = beat_grid(metres, max(note.end_tick for note in melody))
    bars, breaths = bar_contents(melody, grid), _breaths(melody, grid)
    found: list[Phrase] = []
    pairs: list[Again] = []
    names = 0
    for first in range(0, len(bars), _STRETCH_BARS):
        end = min(first + _STRETCH_BARS, len(bars))
        alike = passages(similarities(bars[first:end]))
        sounding = np.array([bar.any() for bar in bars[first:end]])
        worth = {length: _worth(length, alike[length], sounding) for length in alike}
        here = _labelled(_cuts(worth, breaths[first : end + 1]), alike, sounding, names)
        names += len({phrase.label for phrase in here if phrase.label})
        pairs += [(first + bar, first + earlier, shift) for bar, earlier, shift in _again(here, alike[1])]
        found += [
            replace(phrase, start_bar=first + phrase.start_bar, end_bar=first + phrase.end_bar) for phrase in here
        ]
    return tuple(found), tuple(pairs)


def _again(found: Sequence[Phrase], alike: Array) -> list[Again]:
    firsts: dict[str, Phrase] = {}
    pairs = []
    for phrase in found:
        first = firsts.setdefault(phrase.label, phrase) if phrase.label else phrase
        for bar in range(phrase.start_bar, phrase.end_bar) if first is not phrase else ():
            earlier = first.start_bar + bar - phrase.start_bar
            if alike[phrase.shift, earlier, bar] >= SAME_BAR * (_MOVED if phrase.shift else 1.0):
                pairs.append((bar, earlier, phrase.shift))
    return pairs


def bar_contents(melody: Sequence[Note], grid: BeatGrid) -> list[Array]:
    """What is struck in each bar: shares by step and pitch class, float64 (slots of the bar * 4, 12).

    A note counts by its length in slots, at most two, so that ornaments do not hide the tune.
    """
    count = max(grid.bars, default=-1) + 1
    first = [grid.bars.index(bar) for bar in range(count)]
    bars = [np.zeros((_STEPS * grid.bars.count(bar), 12)) for bar in range(count)]
    for note in melody:
        slot = grid.slot(note.start_tick)
        length = grid.ticks[slot + 1] - grid.ticks[slot]
        step = min(_STEPS - 1, (note.start_tick - grid.ticks[slot]) * _STEPS // length)
        bar = grid.bars[slot]
        row = (slot - first[bar]) * _STEPS + step
        bars[bar][row, note.pitch % 12] += min(2.0, note.duration_ticks / length)
    return bars


def similarities(bars: Sequence[Array]) -> Array:
    """How alike every two bars are if the first is moved up by 0..11 semitones, float64 (12, bars, bars) in 0..1.

    The cosine of what is struck, blurred over neighbouring steps; a transposed likeness counts a little less, and bars
    of other lengths are not alike. Two empty bars are half alike.
    """
    alike = np.zeros((12, len(bars), len(bars)))
    for length in {len(bar) for bar in bars}:
        which = np.array([i for i, bar in enumerate(bars) if len(bar) == length])
        stack = np.stack([_blurred(bars[i]) for i in which])
        flat = stack.reshape(len(which), -1)
        norms = np.linalg.norm(flat, axis=1)
        scale = np.maximum(np.outer(norms, norms), 1e-9)
        silent = np.ix_(norms == 0, norms == 0)
        for shift in range(12):
            moved = np.roll(stack, shift, axis=2).reshape(len(which), -1)
            values = (moved @ flat.T) / scale * (_MOVED if shift else 1.0)
            values[silent] = _EMPTY_ALIKE
            alike[shift][np.ix_(which, which)] = values
    return alike


def passages(alike: Array) -> dict[int, Array]:
    """The same for passages of 1 to 8 bars: by their length, the mean over their bars in order, (12, bars, bars)."""
    found = {1: alike}
    for length in range(2, _MOST_BARS + 1):
        later = np.zeros_like(alike)
        if length <= alike.shape[1]:
            later[:, : 1 - length, : 1 - length] = alike[:, length - 1 :, length - 1 :]
        found[length] = (found[length - 1] * (length - 1) + later) / length
    return found


def _blurred(bar: Array) -> Array:
    blurred = bar.copy()
    blurred[1:] += 0.4 * bar[:-1]
    blurred[:-1] += 0.4 * bar[1:]
    return blurred


def _breaths(melody: Sequence[Note], grid: BeatGrid) -> Array:
    """How much the melody breathes before each bar line, (bars + 1,) in 0..1: by the time since the last onset."""
    count = max(grid.bars) + 1
    breaths = np.zeros(count + 1)
    starts = sorted(note.start_tick for note in melody)
    for bar in range(1, count):
        line = grid.ticks[grid.bars.index(bar)]
        slot = line - grid.ticks[grid.bars.index(bar) - 1]
        # Up to a slot of pickup may belong to what follows.
        near = starts[max(0, bisect_left(starts, line - slot) - 1) : bisect_right(starts, line + slot)]
        waits = [(b - a) / slot for a, b in pairwise(near) if a < line and line - slot <= b]
        breaths[bar] = min(1.0, max(waits, default=0.0) / 3)
    return breaths


def _cuts(worth: dict[int, Array], breaths: Array) -> list[int]:
    """Bar numbers at which phrases begin, and the number of bars; `worth` is that of phrases by length and start."""
    count = len(breaths) - 1
    best = np.full(count + 1, -np.inf)
    best[0] = 0.0
    origin = np.zeros(count + 1, np.int64)
    for end in range(1, count + 1):
        for start in range(max(0, end - _MOST_BARS), end):
            value = best[start] + worth[end - start][start] + _BREATH * breaths[start]
            if value > best[end]:
                best[end], origin[end] = value, start
    cuts = [count]
    while cuts[-1]:
        cuts.append(int(origin[cuts[-1]]))
    return cuts[::-1]


def _worth(length: int, alike: Array, sounding: NDArray[np.bool_]) -> Array:
    """What the bars from each one on are worth as a phrase of so many, (bars,)."""
    count = len(sounding)
    starts = np.arange(count)
    apart = np.abs(starts[:, None] - starts) >= length
    inside = starts <= count - length
    again = np.where(apart & inside & inside[:, None], alike.max(axis=0), 0.0).max(axis=1)
    gain = np.where(again > SAME, _AGAIN * length * (again - SAME) / (1 - SAME), 0.0) if length > 1 else 0.0
    notes = np.array([sounding[start : start + length].sum() for start in starts])
    late = np.where(sounding, 0.0, 1.5)
    worth: Array = np.where(notes > 0, gain - _COSTS[length] - late, -1.0)
    return worth


def _labelled(cuts: list[int], alike: dict[int, Array], sounding: NDArray[np.bool_], names: int) -> tuple[Phrase, ...]:
    """The phrases between the cuts; `names` labels are in use already."""
    known: list[tuple[int, int, str]] = []
    found = []
    for start, end in pairwise(cuts):
        if not sounding[start:end].any():
            found.append(Phrase(start, end, ""))
            continue
        earlier = [(first, name) for first, length, name in known if length == end - start]
        likeness = [alike[end - start][:, first, start] for first, _ in earlier]
        best = max(range(len(earlier)), key=lambda i: likeness[i].max(), default=-1)
        if best >= 0 and likeness[best].max() >= SAME:
            # Sung again where it was, unless elsewhere it is clearly more like itself.
            values = likeness[best]
            shift = 0 if values[0] >= max(SAME, values.max() - 0.05) else int(values.argmax())
            found.append(Phrase(start, end, earlier[best][1], shift))
        else:
            known.append((start, end - start, _name(names + len(known))))
            found.append(Phrase(start, end, known[-1][2]))
    return tuple(found)


def _name(number: int) -> str:
    """A, B, ... Z, AA, AB and so on."""
    return ascii_uppercase[number] if number < 26 else _name(number // 26 - 1) + ascii_uppercase[number % 26]
