"""A piece as the arranger reads it: melody, chords and bars on slots, moved to the home key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.arranger.context import (
    BAR_TOKENS,
    COMPOUND,
    DUPLE,
    EDGES,
    HYPERMETRE,
    NO_ROOT,
    REST,
    SOUNDS,
    STRUCK,
    TOKEN,
    TRIPLE,
    Context,
)
from music_core.decoding.arranger.grid import Grid
from music_core.decoding.arranger.lanes import LOW_PITCH, PITCHES, Rows, folded
from music_core.harmony.lane import ChordLane
from music_core.score import TICKS_PER_SIXTEENTH, Metre, bar_lines, metre_at

_COMMON = Metre(0)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its first slot, how many it has, its kind of metre, its number in the phrase and where it stands."""

    start: int
    slots: int
    metre: int
    number: int
    begins: bool = False
    ends: bool = False

    @property
    def span(self) -> slice[int, int, None]:
        """Its slots."""
        return slice(self.start, self.start + self.slots)


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """What is given of a whole piece, arrays as in Context without the batch axis, over `bars`."""

    bars: tuple[Bar, ...]
    melody: NDArray[np.int8]
    root: NDArray[np.int8]
    bass: NDArray[np.int8]
    tones: NDArray[np.bool_]
    known: NDArray[np.bool_]

    @property
    def slots(self) -> int:
        """Slots in all bars."""
        return len(self.root)


def bars_of(
    metres: tuple[Metre, ...], end_tick: int, first_tick: int, phrases: Sequence[tuple[int, int]]
) -> tuple[Bar, ...]:
    """The bars up to the end; numbers count from the phrase's first bar or else from the bar of `first_tick`.

    Metres whose bars are no whole number of quarters are counted in four quarters throughout. `phrases` are ranges
    of bars, [first, end).
    """
    lines = bar_lines(metres, max(end_tick, 1))
    lengths = np.diff(lines)
    if (lengths % (TOKEN * TICKS_PER_SIXTEENTH) != 0).any() or lengths.max() > BAR_TOKENS * TOKEN * TICKS_PER_SIXTEENTH:
        metres, phrases = (_COMMON,), ()
        lines = bar_lines(metres, max(end_tick, 1))
    first = int(np.searchsorted(lines, first_tick, side="right")) - 1
    starts = dict(phrases)
    bars, origin, ending = [], first, -1
    for number, (start, end) in enumerate(pairwise(lines)):
        if number in starts:
            origin, ending = number, starts[number] - 1
        kind = _kind(metre_at(metres, start))
        slots = (end - start) // TICKS_PER_SIXTEENTH
        bars.append(
            Bar(
                start // TICKS_PER_SIXTEENTH,
                slots,
                kind,
                (number - origin) % HYPERMETRE,
                number in starts,
                number == ending,
            )
        )
    return tuple(bars)


def sheet_of(melody: Rows, lane: ChordLane, bars: tuple[Bar, ...], grid: Grid, shift: int) -> Sheet:
    """The sheet of a melody of rows (n, 3) of slot, pitch, slots it lasts, and a chord lane, both `shift` higher."""
    slots = bars[-1].span.stop if bars else 0
    return Sheet(bars, melody_roll(melody, slots, shift), *chord_rows(lane, slots, grid, shift))


def melody_roll(rows: Rows, slots: int, shift: int) -> NDArray[np.int8]:
    """int8 (slots, 72) of REST, SOUNDS, STRUCK."""
    roll = np.full((slots, PITCHES), REST, np.int8)
    cells = folded(rows[:, 1] + shift) - LOW_PITCH
    for (slot, _, last), cell in zip(rows.tolist(), cells.tolist(), strict=True):
        roll[slot : slot + last, cell] = SOUNDS
    inside = rows[:, 0] < slots
    roll[rows[inside, 0], cells[inside]] = STRUCK
    return roll


def chord_rows(
    lane: ChordLane, slots: int, grid: Grid, shift: int
) -> tuple[NDArray[np.int8], NDArray[np.int8], NDArray[np.bool_], NDArray[np.bool_]]:
    """Root, bass, tones and whether the chord is known, for every slot."""
    root, bass = np.full((2, slots), NO_ROOT, np.int8)
    tones, known = np.zeros((slots, 12), np.bool_), np.zeros(slots, np.bool_)
    starts = grid.slots(np.array([change.tick for change in lane], np.int64)).tolist()
    for change, start, end in zip(lane, starts, [*starts[1:], slots], strict=False):
        known[start:end] = True
        if change.chord is not None:
            root[start:end] = (change.chord.root + shift) % 12
            bass[start:end] = (change.chord.bass + shift) % 12
        else:
            root[start:end] = bass[start:end] = NO_ROOT
        tones[start:end] = False
        if change.chord is not None:
            tones[start:end, [(tone + shift) % 12 for tone in change.chord.pitch_classes]] = True
    return root, bass, tones, known


def cut(
    sheet: Sheet, first: int, end: int, genre: int, wishes: NDArray[np.int8], present: NDArray[np.bool_]
) -> Context:
    """The bars [first, end) as a Context of batch size 1; `wishes` int8 (parts + 1, 4), `present` bool (parts + 1,)."""
    bars = sheet.bars[first:end]
    here = slice(bars[0].start, bars[-1].span.stop)
    place: list[int] = []
    number: list[int] = []
    edges: list[tuple[bool, ...]] = []
    for index, bar in enumerate(bars, first):
        tokens = bar.slots // TOKEN
        edge = (bar.begins, bar.ends, index == 0, index == len(sheet.bars) - 1)
        place += range(tokens)
        number += [bar.number] * tokens
        edges += [edge] * tokens
    return Context(
        sheet.melody[None, here], sheet.root[None, here], sheet.bass[None, here], sheet.tones[None, here],
        sheet.known[None, here], np.array([place], np.int8), np.array([bars[0].metre], np.int8),
        np.array([number], np.int8), np.array([edges], np.bool_).reshape(1, -1, len(EDGES)),
        np.array([genre], np.int8), wishes[None], present[None],
    )  # fmt: skip


def _kind(metre: Metre) -> int:
    if metre.denominator >= 8 and metre.numerator % 3 == 0 and metre.numerator > 3:
        return COMPOUND
    return TRIPLE if metre.numerator % 3 == 0 else DUPLE
