"""Notes on a raster and back: 0 off, 1 hold, 2 onset, so that a repeated note is not a held one."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from music_core.score import Note

OFF, HOLD, ONSET = 0, 1, 2

Roll = NDArray[np.int8]


def notes_to_roll(notes: Iterable[Note], steps: int, step_ticks: int) -> Roll:
    """Raster notes to int8 (steps, 128) of OFF, HOLD, ONSET.

    Onsets and ends go to the nearest step; every note keeps at least one step; a later onset on the
    same pitch cuts an earlier note. Notes that start at or after `steps` are left out.
    """
    roll: Roll = np.zeros((steps, 128), np.int8)
    for note in sorted(notes):
        start = (note.start_tick + step_ticks // 2) // step_ticks
        end = max(start + 1, (note.end_tick + step_ticks // 2) // step_ticks)
        if start >= steps:
            continue
        if roll[start, note.pitch] == HOLD:  # the earlier note is cut here
            after = np.flatnonzero(roll[start:, note.pitch] != HOLD)
            roll[start : start + (after[0] if after.size else steps), note.pitch] = OFF
        roll[start:end, note.pitch] = HOLD
        roll[start, note.pitch] = ONSET
    return roll


def roll_to_notes(roll: Roll, step_ticks: int, velocity: int = 80) -> tuple[Note, ...]:
    """The inverse of `notes_to_roll` for scores on the grid; a HOLD with nothing before it starts a note."""
    steps, pitches = roll.shape
    padded = np.zeros((steps + 2, pitches), np.int8)
    padded[1:-1] = roll
    starts = (padded[1:-1] == ONSET) | ((padded[1:-1] == HOLD) & (padded[:-2] == OFF))
    notes: list[Note] = []
    for step, pitch in np.argwhere(starts):
        end = step + 1
        while end < steps and roll[end, pitch] == HOLD:
            end += 1
        notes.append(Note(int(step) * step_ticks, int(pitch), int(end - step) * step_ticks, velocity))
    return tuple(sorted(notes))
