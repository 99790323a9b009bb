"""Parts as bare lines of steps, cut into windows of whole bars: what copies are looked for in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from music_core.metrics.setting import DURATION, PITCH, START, IntArray, Part, raster
from music_core.score import TICKS_PER_SIXTEENTH, Score

# A window with fewer onsets a bar than this (chords count once) holds too little to be a copy of anything.
ONSETS_A_BAR = 2

# Columns of a line's notes, in sixteenth steps.
ONSET, LINE_PITCH, LENGTH = range(3)


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A part of a song: int32 notes (n, 3) of onset, pitch, length in steps, sorted, and bar lines in steps."""

    song: str
    part: str
    is_drum: bool
    notes: NDArray[np.int32]
    bar_lines: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """Some whole bars of a line from bar `bar` on (0 is the first): its notes, onsets counted from its first bar line.

    Notes begin in the window; those that reach over its end are cut there.
    """

    line: Line
    bar: int
    steps: int
    notes: NDArray[np.int32]

    def exact_key(self) -> int:
        """Equal for the same onsets, lengths and pitches from the first one on (drums: onsets and drums alone)."""
        return self._key(without=LENGTH if self.line.is_drum else None)

    def shape_key(self) -> int:
        """Equal for the same onsets and pitches from the first one on, whatever the lengths."""
        return self._key(without=LENGTH)

    def _key(self, without: int | None) -> int:
        notes = self.notes.copy()
        if not self.line.is_drum:
            notes[:, LINE_PITCH] -= notes[0, LINE_PITCH]
        if without is not None:
            notes[:, without] = 0
        head = np.array([self.steps, self.line.is_drum], "<i4").tobytes()
        return int.from_bytes(blake2b(head + notes.astype("<i4").tobytes(), digest_size=8).digest(), "little")


def lines_of(score: Score, song: str = "", *, melody: bool = False, together: bool = False) -> tuple[Line, ...]:
    """The parts with notes as lines: the accompaniment, and the melody where asked.

    `together` makes one line of all pitched parts of the accompaniment, a unison once, beside the drums.
    """
    setting = raster(score)
    parts = setting.parts if melody else setting.accompaniment
    bars = setting.lines.astype(np.int32)
    if not together:
        return tuple(Line(song, part.name, part.is_drum, _notes(part), bars) for part in parts if part.plays)
    pitched = [_notes(part) for part in parts if part.plays and not part.is_drum]
    lines = [Line(song, part.name, True, _notes(part), bars) for part in parts if part.plays and part.is_drum]
    if pitched:
        lines.insert(0, Line(song, "together", False, _sorted(np.concatenate(pitched)), bars))
    return tuple(lines)


def windows_of(line: Line, bars: int) -> Iterator[Window]:
    """Every window of so many whole bars, one from each bar line on, that holds at least two onsets a bar."""
    starts = line.bar_lines[: max(0, len(line.bar_lines) - bars)]
    ends = line.bar_lines[bars:]
    onsets = line.notes[:, ONSET]
    firsts, lasts = np.searchsorted(onsets, starts), np.searchsorted(onsets, ends)
    struck = np.unique(onsets)
    counts = np.searchsorted(struck, ends) - np.searchsorted(struck, starts)
    for bar in np.flatnonzero(counts >= ONSETS_A_BAR * bars).tolist():
        notes = line.notes[firsts[bar] : lasts[bar]].copy()
        steps = int(ends[bar] - starts[bar])
        notes[:, ONSET] -= starts[bar]
        np.minimum(notes[:, LENGTH], steps - notes[:, ONSET], out=notes[:, LENGTH])
        yield Window(line, bar, steps, notes)


def _notes(part: Part) -> NDArray[np.int32]:
    onsets = (part.notes[:, START] + TICKS_PER_SIXTEENTH // 2) // TICKS_PER_SIXTEENTH
    ends = (part.notes[:, START] + part.notes[:, DURATION] + TICKS_PER_SIXTEENTH // 2) // TICKS_PER_SIXTEENTH
    return _sorted(np.stack([onsets, part.notes[:, PITCH], np.maximum(ends - onsets, 1)], axis=1))


def _sorted(notes: IntArray | NDArray[np.int32]) -> NDArray[np.int32]:
    """Notes by onset, then pitch, the longest of those with the same onset and pitch."""
    order = np.lexsort((-notes[:, LENGTH], notes[:, LINE_PITCH], notes[:, ONSET]))
    notes = notes[order]
    again = np.zeros(len(notes), np.bool_)
    again[1:] = (notes[1:, :LENGTH] == notes[:-1, :LENGTH]).all(axis=1)
    return notes[~again].astype(np.int32)
