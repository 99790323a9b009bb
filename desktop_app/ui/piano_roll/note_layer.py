"""Notes as arrays: what is visible, and a picture of very many notes made without drawing each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.ui.colours import Rgb
from desktop_app.ui.piano_roll.coords import PITCHES, PitchScale, TimeScale
from music_core.score import Note

IntArray = NDArray[np.int64]
# Above so many visible notes a bitmap made by numpy is quicker than one rectangle for each note.
BITMAP_FROM = 4000


@dataclass(frozen=True, slots=True)
class NoteArrays:
    """One track's notes, sorted by onset; int64 each. `longest` bounds how early a visible note may begin."""

    notes: tuple[Note, ...]
    start: IntArray
    end: IntArray
    pitch: IntArray
    velocity: IntArray
    longest: int

    @classmethod
    def of(cls, notes: tuple[Note, ...]) -> NoteArrays:
        """Arrays of a track's sorted notes."""
        table = np.array([(n.start_tick, n.end_tick, n.pitch, n.velocity) for n in notes], np.int64).reshape(-1, 4)
        longest = int((table[:, 1] - table[:, 0]).max()) if len(notes) else 0
        return cls(notes, table[:, 0].copy(), table[:, 1].copy(), table[:, 2].copy(), table[:, 3].copy(), longest)

    def between(self, first_tick: float, last_tick: float) -> slice:
        """The run of notes that may touch first..last (a few at its start may have ended before)."""
        begin = int(np.searchsorted(self.start, first_tick - self.longest, "left"))
        return slice(begin, int(np.searchsorted(self.start, last_tick, "right")))

    def sounding(self, tick: float) -> tuple[int, ...]:
        """Pitches of the notes that sound at a tick."""
        run = self.between(tick, tick)
        return tuple(self.pitch[run][self.end[run] > tick].tolist())

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


def paint_bitmap(
    layers: Sequence[tuple[NoteArrays, Sequence[Rgb]]], time: TimeScale, pitch: PitchScale, size: tuple[int, int]
) -> NDArray[np.uint32]:
    """Layers of notes (each with 128 velocity colours) as premultiplied 0xAARRGGBB, shape (height, width).

    Later layers lie on top; where nothing is, the pixel is 0. The cost is one pass over the notes
    and one over 128 rows of the width, however many notes share a pixel.
    """
    width, height = size
    image = np.zeros((height, width), np.uint32)
    row_of_y = PITCHES - 1 - np.floor((np.arange(height) + pitch.top_px) / pitch.row_px).astype(np.int64)
    inside = (row_of_y >= 0) & (row_of_y < PITCHES)
    if pitch.row_px >= 4:  # a hairline between rows, as the drawn notes have
        inside &= (np.arange(height) + pitch.top_px) % pitch.row_px >= 1
    for arrays, ramp in layers:
        rows = _rows(arrays, ramp, time, width)
        drawn = rows[np.clip(row_of_y, 0, PITCHES - 1)]
        drawn[~inside] = 0
        np.copyto(image, drawn, where=drawn != 0)
    return image


def _rows(arrays: NoteArrays, ramp: Sequence[Rgb], time: TimeScale, width: int) -> NDArray[np.uint32]:
    """Colours for each pitch and pixel column, uint32 (128, width)."""
    run = arrays.between(time.left_tick, time.tick(width))
    x0 = np.floor((arrays.start[run] - time.left_tick) * time.pixels_per_tick).astype(np.int64)
    x1 = np.ceil((arrays.end[run] - time.left_tick) * time.pixels_per_tick).astype(np.int64)
    x1 = np.maximum(x0 + 1, np.where(x1 - x0 > 3, x1 - 1, x1))
    seen = (x1 > 0) & (x0 < width)
    x0, x1 = np.clip(x0[seen], 0, width), np.clip(x1[seen], 0, width)
    row, loud = arrays.pitch[run][seen] * (width + 1), arrays.velocity[run][seen].astype(np.float64)
    cells = PITCHES * (width + 1)
    cover = np.bincount(row + x0, minlength=cells) - np.bincount(row + x1, minlength=cells)
    strength = np.bincount(row + x0, loud, cells) - np.bincount(row + x1, loud, cells)
    cover = np.cumsum(cover.reshape(PITCHES, width + 1), axis=1)[:, :width]
    strength = np.cumsum(strength.reshape(PITCHES, width + 1), axis=1)[:, :width]
    level = np.clip(np.rint(strength / np.maximum(cover, 1)), 1, 127).astype(np.int64)
    colours = np.array([0xFF000000 | red << 16 | green << 8 | blue for red, green, blue in ramp], np.uint32)
    return np.where(cover > 0, colours[level], np.uint32(0)).astype(np.uint32)
