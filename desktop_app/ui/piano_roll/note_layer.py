"""Notes as arrays: what is visible, and a picture of very many notes made without drawing each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf

import numpy as np
from numpy.typing import NDArray

from desktop_app.note_edits.edited import difference
from desktop_app.ui.colours import Rgb
from desktop_app.ui.piano_roll.coords import PITCHES, PitchScale, TimeScale
from music_core.note_columns import columns_of
from music_core.score import Note

IntArray = NDArray[np.int64]
# Above so many visible notes a bitmap made by numpy is quicker than one rectangle for each note.
BITMAP_FROM = 1500
# Layers are painted in one go up to so many cells: in a strip their number costs more than their notes, while what
# does not fit the processor's cache costs more than going over it again.
_CELLS = 60_000


@dataclass(frozen=True, slots=True)
class NoteArrays:
    """One track's notes, sorted by onset; int64 each. `longest` bounds how early a visible note may begin.

    `lowest` and `highest` are the ends of the pitch range.
    """

    notes: tuple[Note, ...]
    start: IntArray
    end: IntArray
    pitch: IntArray
    velocity: IntArray
    longest: int
    lowest: int = 60
    highest: int = 60

    @classmethod
    def of(cls, notes: tuple[Note, ...]) -> NoteArrays:
        """Arrays of a track's sorted notes."""
        start, pitch, length, velocity = columns_of(notes)
        longest = int(length.max()) if len(notes) else 0
        return cls(notes, start, start + length, pitch, velocity, longest, *_reach(pitch))

    def following(self, notes: tuple[Note, ...]) -> NoteArrays:
        """Arrays of the notes after an edit: only what differs from these is looked at."""
        head, tail = difference(self.notes, notes)
        middle = NoteArrays.of(notes[head : len(notes) - tail])
        rest = len(self.notes) - tail

        def joined(name: str) -> IntArray:
            mine: IntArray = getattr(self, name)
            return np.concatenate([mine[:head], getattr(middle, name), mine[rest:]])

        start, end, pitch, velocity = (joined(name) for name in ("start", "end", "pitch", "velocity"))
        return NoteArrays(notes, start, end, pitch, velocity, max(self.longest, middle.longest), *_reach(pitch))

    def between(self, first_tick: float, last_tick: float) -> slice:
        """The run of notes that may touch first..last (a few at its start may have ended before)."""
        begin = int(np.searchsorted(self.start, first_tick - self.longest, "left"))
        return slice(begin, int(np.searchsorted(self.start, last_tick, "right")))

    def sounding(self, tick: float) -> tuple[int, ...]:
        """Pitches of the notes that sound at a tick."""
        run = self.between(tick, tick)
        return tuple(self.pitch[run][self.end[run] > tick].tolist())

    def steady_until(self, tick: float) -> float:
        """The tick before which no note begins or ends after `tick`; infinite after the last."""
        run = self.between(tick, tick)
        ends = self.end[run]
        ends = ends[ends > tick]
        begins = float(self.start[run.stop]) if run.stop < len(self.start) else inf
        return min(begins, float(ends.min())) if ends.size else begins

    def at(self, tick: float, pitch: int) -> Note | None:
        """The note under a point: the latest to begin, as it is drawn on top."""
        run = self.between(tick, tick)
        hits = np.flatnonzero((self.pitch[run] == pitch) & (self.end[run] > tick)) + run.start
        return self.notes[int(hits[-1])] if hits.size else None

    def within(self, first_tick: float, last_tick: float, low: int, high: int) -> frozenset[Note]:
        """The notes that a box touches."""
        run = self.between(first_tick, last_tick)
        inside = (self.end[run] > first_tick) & (self.pitch[run] >= low) & (self.pitch[run] <= high)
        return frozenset(self.notes[int(i) + run.start] for i in np.flatnonzero(inside))


def _reach(pitch: IntArray) -> tuple[int, int]:
    return (int(pitch.min()), int(pitch.max())) if pitch.size else (60, 60)


def paint_bitmap(
    layers: Sequence[tuple[NoteArrays, Sequence[Rgb]]], time: TimeScale, pitch: PitchScale, size: tuple[int, int]
) -> NDArray[np.uint32]:
    """Layers of notes (each with 128 velocity colours) as premultiplied 0xAARRGGBB, shape (height, width).

    Later layers lie on top; where nothing is, the pixel is 0. The cost is one pass over the visible notes
    and a few over the visible rows, however many notes share a pixel.
    """
    width, height = size
    below_top = np.arange(height) + pitch.top_px
    pitch_of_y = PITCHES - 1 - np.floor(below_top / pitch.row_px).astype(np.int64)
    inside = (pitch_of_y >= 0) & (pitch_of_y < PITCHES)
    if not inside.any():
        return np.zeros((height, width), np.uint32)
    low, high = int(pitch_of_y[inside].min()), int(pitch_of_y[inside].max())
    rows = np.zeros((high - low + 1, width + 1), np.uint32)  # a cell more in each row, where what is cut off ends
    at_once = max(1, _CELLS // rows.size)
    for number in range(0, len(layers), at_once):
        _add_layers(rows, low, layers[number : number + at_once], time)
    rows = rows[:, :width]
    image = rows[np.clip(pitch_of_y, low, high) - low]
    if pitch.row_px >= 4:  # a hairline between rows, as the drawn notes have
        inside &= below_top % pitch.row_px >= 1
    image[~inside] = 0
    return image


def _add_layers(
    rows: NDArray[np.uint32], low: int, layers: Sequence[tuple[NoteArrays, Sequence[Rgb]]], time: TimeScale
) -> None:
    """Paint the layers' notes over `rows`, uint32 (pitches from `low` up, width + 1), all of them in one go."""
    count, width = rows.shape[0], rows.shape[1] - 1
    runs = [arrays.between(time.left_tick, time.tick(width)) for arrays, _ramp in layers]

    def of_all(name: str) -> IntArray:
        return np.concatenate([getattr(arrays, name)[run] for (arrays, _ramp), run in zip(layers, runs, strict=True)])

    x0 = np.floor((of_all("start") - time.left_tick) * time.pixels_per_tick).astype(np.int64)
    x1 = np.ceil((of_all("end") - time.left_tick) * time.pixels_per_tick).astype(np.int64)
    x1 = np.maximum(x0 + 1, np.where(x1 - x0 > 3, x1 - 1, x1))
    row = of_all("pitch") - low
    seen = np.flatnonzero((x1 > 0) & (x0 < width) & (row >= 0) & (row < count))
    layer = np.repeat(np.arange(len(layers)), [run.stop - run.start for run in runs])
    begin = (layer[seen] * count + row[seen]) * (width + 1)
    first, after = begin + np.maximum(x0[seen], 0), begin + np.minimum(x1[seen], width)
    # How many notes cover a cell, and their summed velocity, as running sums along each row.
    cells, loud = len(layers) * count * (width + 1), of_all("velocity")[seen].astype(np.float64)
    cover = np.cumsum(np.bincount(first, minlength=cells) - np.bincount(after, minlength=cells))
    covered = np.flatnonzero(cover)
    strength = np.cumsum(np.bincount(first, loud, cells) - np.bincount(after, loud, cells))[covered]
    level = np.clip(np.rint(strength / cover[covered]), 1, 127).astype(np.int64)
    painted, cell = np.divmod(covered, count * (width + 1))
    colours = np.stack([_colours(tuple(ramp)) for _arrays, ramp in layers])
    rows.reshape(-1)[cell] = colours[painted, level]  # of several layers the last one stays


@lru_cache(maxsize=64)
def _colours(ramp: tuple[Rgb, ...]) -> NDArray[np.uint32]:
    """A ramp as opaque pixels, uint32 (128,)."""
    return np.array([0xFF000000 | red << 16 | green << 8 | blue for red, green, blue in ramp], np.uint32)
