"""The Groove recordings as songs of the arranger that have drums and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from model_training.data.arranger_songs import LaidSong
from model_training.performance.groove import TRAIN, VALIDATION, Take, read_takes
from music_core.decoding.arranger.grid import Grid
from music_core.decoding.arranger.lanes import LEVELS, Lanes, empty
from music_core.decoding.arranger.sheet import bars_of, sheet_of
from music_core.score import Metre

_SPLITS = {"train": TRAIN, "valid": VALIDATION}
_LOUDEST = 128


def drum_songs(data: Path, split: str, genres: Mapping[str, int], parts: int) -> list[LaidSong]:
    """The takes of a split in the genres that are told apart; `parts` is how many silent parts they have."""
    if split not in _SPLITS:
        return []
    takes = read_takes(data, _SPLITS[split])
    return [_song(take, genres[take.family], parts) for take in takes if take.in_phase and take.family in genres]


def _song(take: Take, genre: int, parts: int) -> LaidSong:
    grid = Grid(take.swung)
    bars = bars_of((Metre(0),), int(take.ticks.max()) + 1, 0, ())
    sheet = sheet_of(np.zeros((0, 3), np.int64), (), bars, grid, 0)
    lanes = empty(parts, sheet.slots)
    hits = lanes.hits
    slots = grid.slots(take.ticks)
    levels = (1 + take.velocities * (LEVELS - 1) // _LOUDEST).astype(np.int8)
    inside = slots < sheet.slots
    np.maximum.at(hits, (slots[inside], take.lanes[inside]), levels[inside])
    present = np.append(np.zeros(parts, np.bool_), True)
    return LaidSong(take.name, genre, sheet, Lanes(lanes.onsets, lanes.lengths, hits), present, take.bpm)
