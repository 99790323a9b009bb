"""Windows of whole bars as rolls: melody first, then one track a role, cut where bars begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model_training.data.song import DURATION, PITCH, START, NoteTable, Part, Song
from music_core.roll import HOLD, ONSET, Roll
from music_core.score import TICKS_PER_QUARTER, bar_lines, metre_at

if TYPE_CHECKING:
    from model_training.data.corpus import Corpus

IntArray = NDArray[np.int64]
StepArray = NDArray[np.int32]  # a search is fast only where both sides have one type

SHIFTS = (-6, 5)
_BAR_QUARTERS = 4
_METRES = ((4, 4), (2, 2))


class NoWindowsError(ValueError):
    """A split holds no window that fits; one plain sentence."""


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """One role of all songs on one long time axis of steps: notes by their start, and how far any note reached."""

    start: StepArray
    end: StepArray
    pitch: NDArray[np.int16]
    reach: StepArray  # the latest end of this note and all before it
    ends: StepArray  # the ends, sorted

    def sounding(self, first: StepArray, last: StepArray) -> NDArray[np.bool_]:
        """Whether any note sounds in each span of steps."""
        begun = np.searchsorted(self.start, last, "left")
        ended = np.searchsorted(self.ends, first, "right")
        return np.asarray(begun > ended)

    def notes(self, first: StepArray, last: StepArray) -> tuple[IntArray, IntArray]:
        """Which notes sound in which span: indices of spans and of notes, equally long."""
        low = np.searchsorted(self.reach, first, "right")
        counts = np.maximum(0, np.searchsorted(self.start, last, "left") - low)
        span = np.repeat(np.arange(len(first)), counts)
        note = np.arange(len(span)) - np.repeat(np.cumsum(counts) - counts, counts) + low[span]
        inside = self.end[note] > first[span]
        return span[inside], note[inside]


class RollWindows:
    """Draws windows of `bars` bars of 4/4 that begin at a bar line, lie in one song and have a sounding melody.

    Track 0 is the melody, then the roles; a song without a role is silent there, unless `every_role` asks that all of
    them sound. A note that began before a window is struck at its edge; a drum is one step long and is not.
    Raises NoWindowsError where nothing fits.
    """

    def __init__(
        self, corpus: Corpus, split: str, roles: Sequence[str], *, bars: int, steps_per_quarter: int,
        low_pitch: int = 0, pitches: int = 128, every_role: bool = False,
    ) -> None:  # fmt: skip
        if TICKS_PER_QUARTER % steps_per_quarter:
            raise ValueError(f"steps_per_quarter must divide {TICKS_PER_QUARTER}; {steps_per_quarter} does not.")
        self.roles = ("melody", *roles)
        self.steps = bars * _BAR_QUARTERS * steps_per_quarter
        self._low, self._pitches = low_pitch, pitches
        step_ticks = TICKS_PER_QUARTER // steps_per_quarter
        songs = corpus.songs(split)
        tables: list[list[StepArray]] = [[] for _ in self.roles]
        places: list[tuple[int, int]] = []
        offset = 0
        for index in songs:
            song = corpus.song(index)
            ticks = _window_ticks(song, bars)
            places.extend((index, offset + (tick + step_ticks // 2) // step_ticks) for tick in ticks)
            for role, table in zip(self.roles, tables, strict=True):
                table.append(_rastered(song.part(role), step_ticks, offset))
            # The gap is longer than any window, so no window hears the next song.
            offset += song.end_tick // step_ticks + 2 * self.steps
        self._lines = tuple(_line(table) for table in tables)
        where = np.array(places, np.int32).reshape(-1, 2)
        fits = self._sounding(where[:, 1], every_role)
        self._song, self._first = where[fits, 0], where[fits, 1]
        if not len(self._first):
            raise NoWindowsError(
                f"The {split} split ({len(songs)} songs) has no {bars} bars of 4/4 in a row in which "
                f"{'melody, ' + ', '.join(roles) if every_role else 'a melody'} sounds; prepare more or other music."
            )
        self._openings = np.unique(self._song, return_index=True)[1]

    @property
    def count(self) -> int:
        """Windows that can be drawn."""
        return len(self._first)

    @property
    def opening_songs(self) -> tuple[int, ...]:
        """The corpus indices of the songs in `openings()`, in its order."""
        return tuple(int(index) for index in self._song[self._openings])

    def draw(
        self, size: int, rng: np.random.Generator, *, transpose: bool = True, shifts: tuple[int, int] = SHIFTS
    ) -> Roll:
        """Random windows, int8 (size, 1 + roles, steps, pitches) of OFF, HOLD, ONSET; every window is as likely.

        With `transpose`, each is moved by whole semitones of `shifts`, as far as the raster allows; drums are not.
        """
        windows = rng.integers(0, self.count, size)
        moves = rng.integers(shifts[0], shifts[1] + 1, size) if transpose else np.zeros(size, np.int64)
        return self.at(windows, moves)

    def openings(self) -> Roll:
        """The first window of each song, as `draw` gives them, not transposed."""
        return self.at(self._openings.astype(np.int64), np.zeros(len(self._openings), np.int64))

    def at(self, windows: IntArray, shifts: IntArray) -> Roll:
        """The windows with these numbers (0 to count - 1), each moved by its semitones."""
        first = self._first[windows]
        heard = [line.notes(first, first + self.steps) for line in self._lines]
        shifts = self._fitting(heard, shifts)
        # Notes as +1 where they begin and -1 where they end; the running sum is 1 while they sound.
        changes = np.zeros((len(first), len(self.roles), self.steps + 1, self._pitches), np.int8)
        struck = []
        for track, (line, (span, note)) in enumerate(zip(self._lines, heard, strict=True)):
            moved = line.pitch[note] - self._low + (0 if self.roles[track] == "drums" else shifts[span])
            inside = (moved >= 0) & (moved < self._pitches)
            span, note, moved = span[inside], note[inside], moved[inside]
            begin = np.maximum(0, line.start[note] - first[span])
            end = np.minimum(self.steps, line.end[note] - first[span])
            changes[span, track, begin, moved] += 1
            changes[span, track, end, moved] -= 1
            struck.append((span, track, begin, moved))
        rolls: Roll = np.cumsum(changes[:, :, :-1], axis=2, dtype=np.int8)
        rolls *= HOLD
        for place in struck:
            rolls[place] = ONSET
        return rolls

    def _sounding(self, first: StepArray, every_role: bool) -> NDArray[np.bool_]:
        fits = np.ones(len(first), np.bool_)
        for line in self._lines if every_role else self._lines[:1]:
            fits &= line.sounding(first, first + self.steps)
        return fits

    def _fitting(self, heard: list[tuple[IntArray, IntArray]], shifts: IntArray) -> IntArray:
        """Shifts pulled back to where every pitch of the window stays on the raster; the low end wins."""
        low, high = np.full(len(shifts), 127), np.zeros(len(shifts), np.int64)
        for role, line, (span, note) in zip(self.roles, self._lines, heard, strict=True):
            if role != "drums":
                np.minimum.at(low, span, line.pitch[note])
                np.maximum.at(high, span, line.pitch[note])
        down, up = np.minimum(0, self._low - low), np.maximum(0, self._low + self._pitches - 1 - high)
        fitting: IntArray = np.maximum(down, np.minimum(up, shifts))
        return fitting


def _window_ticks(song: Song, bars: int) -> list[int]:
    """Ticks at which that many whole bars of 4/4 (or 2/2) begin."""
    lines = bar_lines(song.metres, song.end_tick)
    length = _BAR_QUARTERS * TICKS_PER_QUARTER
    whole = []
    for start, end in pairwise(lines):
        metre = metre_at(song.metres, start)
        whole.append(end - start == length and (metre.numerator, metre.denominator) in _METRES)
    return [lines[i] for i in range(len(whole) - bars + 1) if all(whole[i : i + bars])]


def _rastered(part: Part | None, step_ticks: int, offset: int) -> StepArray:
    """A part's notes as (n, 3): first step, step after the last, pitch; a later onset cuts its pitch's earlier note."""
    notes: NoteTable = part.notes if part is not None else np.zeros((0, 4), np.int32)
    start, pitch = notes[:, START].astype(np.int64), notes[:, PITCH].astype(np.int64)
    end = (start + notes[:, DURATION] + step_ticks // 2) // step_ticks
    start = (start + step_ticks // 2) // step_ticks
    end = start + 1 if part is not None and part.role == "drums" else np.maximum(start + 1, end)
    order = np.lexsort((-end, start, pitch))
    start, end, pitch = start[order], end[order], pitch[order]
    again = np.zeros(len(start), np.bool_)
    again[1:] = (pitch[1:] == pitch[:-1]) & (start[1:] == start[:-1])  # the longest of twins comes first
    start, end, pitch = start[~again], end[~again], pitch[~again]
    same = pitch[1:] == pitch[:-1]
    end[:-1][same] = np.minimum(end[:-1], start[1:])[same]
    return np.stack([start + offset, end + offset, pitch], axis=1).astype(np.int32)


def _line(tables: list[StepArray]) -> _Line:
    notes = np.concatenate([np.zeros((0, 3), np.int32), *tables])
    notes = notes[np.argsort(notes[:, 0], kind="stable")]
    start, end, pitch = (np.ascontiguousarray(notes[:, i]) for i in range(3))
    return _Line(start, end, pitch.astype(np.int16), np.maximum.accumulate(end), np.sort(end))
