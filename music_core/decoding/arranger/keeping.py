"""What of a piece's own parts stays, on the lanes, and where the arranger writes anew."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.arranger.context import TOKEN
from music_core.decoding.arranger.grid import Grid
from music_core.decoding.arranger.lanes import DRUM_LANES, LEVELS, SLOT, Lanes, Rows, empty, is_bass, rows_to_lanes
from music_core.decoding.arranger.model_data import ModelData
from music_core.decoding.arranger.sheet import Sheet
from music_core.decoding.arranger.tracks import line_rows
from music_core.decoding.drums import LANE_OF
from music_core.decoding.noise import philox
from music_core.decoding.redo import Redo
from music_core.manifest import PartSpec
from music_core.score import Note, Score

_LOUDEST = 128


def kept_lanes(
    score: Score, parts: Sequence[PartSpec], data: ModelData, slots: int, grid: Grid, shift: int, redo: Redo
) -> Lanes:
    """The score's own parts on the lanes, a batch of one, `shift` semitones higher; silence where there are none."""
    lanes = empty(data.parts, slots, (1,))
    for part, numbers in zip(parts, data.tracks, strict=True):
        track = redo.old(score, part)
        if track is None:
            continue
        rows = line_rows(track.notes, grid)
        if part.is_drum:
            lanes.hits[0] = hits_of(track.notes, rows, slots)
            continue
        rows[:, 1] += shift
        shares = (is_bass(rows), ~is_bass(rows)) if len(numbers) > 1 else (np.ones(len(rows), np.bool_),)
        for number, chosen in zip(numbers, shares, strict=True):
            lanes.onsets[0, number], lanes.lengths[0, number] = rows_to_lanes(rows[chosen], slots)
    return lanes


def hits_of(notes: Sequence[Note], rows: Rows, slots: int) -> NDArray[np.int8]:
    """Drum notes as hits int8 (slots, 9), levels 1 (soft) to 4 (hard); the hardest of those in one slot and lane."""
    hits = np.zeros((slots, DRUM_LANES), np.int8)
    for note, slot in zip(notes, rows[:, SLOT].tolist(), strict=True):
        lane = LANE_OF.get(note.pitch)
        if lane is not None and slot < slots:
            hits[slot, lane] = max(hits[slot, lane], 1 + note.velocity * (LEVELS - 1) // _LOUDEST)
    return hits


def wanted_slots(
    redo: Redo,
    parts: Sequence[PartSpec],
    data: ModelData,
    sheet: Sheet,
    seed: int,
    name: str,
    there: Sequence[bool] = (),
) -> NDArray[np.bool_]:
    """What is to be written, bool (parts + 1, slots); parts that are not `there` are written whole."""
    wanted = np.zeros((data.parts + 1, sheet.slots), np.bool_)
    for index, (part, numbers) in enumerate(zip(parts, data.tracks, strict=True)):
        rows = list(numbers) or [data.parts]
        if there and not there[index]:
            wanted[rows] = True
        elif redo.roles is None or part.role in redo.roles:
            draws = philox(seed, name, (index, 0, 3)).random(sheet.slots // TOKEN)
            wanted[rows] = np.repeat(draws < redo.share, TOKEN)[None]
            if redo.bars is not None:
                first, end = redo.bars
                inside = np.zeros(sheet.slots, np.bool_)
                for bar in sheet.bars[first:end]:
                    inside[bar.span] = True
                wanted[rows] &= inside
    return wanted
