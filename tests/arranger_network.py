"""A network small enough to have fixed random weights, for the arranger's decoding: two parts and drums, one genre."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from music_core.decoding.arranger.context import TOKEN, Context
from music_core.decoding.arranger.features import slot_width, token_width
from music_core.decoding.arranger.grid import Grid
from music_core.decoding.arranger.lanes import COUNTS, DRUM_LANES, LENGTHS, LEVELS, PITCHES, RANKS
from music_core.decoding.arranger.model_data import ModelData
from music_core.decoding.arranger.sheet import bars_of, cut, sheet_of
from music_core.decoding.predictor import FloatArray
from music_core.score import ChordChange, Metre

PARTS, GENRES = 2, 1
DATA = ModelData(
    PARTS, True, GENRES, 0, ((0,), (1,), ()), np.zeros((0, 3, 4), np.int8), np.zeros(0), np.zeros(0), np.zeros(3),
    np.zeros((0, 4), np.int8), np.zeros(0),
)  # fmt: skip


class Weights:
    """Answers that depend on every input, from fixed random weights: a network small enough to have none."""

    def __init__(self) -> None:
        rng = np.random.default_rng(3)
        self._slots = rng.standard_normal((slot_width(PARTS, True), 40)).astype(np.float32) / 4
        self._tokens = rng.standard_normal((token_width(PARTS, GENRES, DATA.rows.shape[-1]), 40)).astype(np.float32) / 4
        sizes = (PARTS * COUNTS, PARTS * PITCHES, PARTS * RANKS * len(LENGTHS), DRUM_LANES * LEVELS)
        self._heads = [rng.standard_normal((40, size)).astype(np.float32) for size in sizes]
        self.calls = 0

    def run(self, inputs: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        self.calls += 1
        slots, tokens = inputs["slots"], inputs["tokens"]
        hidden = np.tanh(slots @ self._slots + (tokens @ self._tokens)[:, :, None] + inputs["root"].mean() / 12)
        batch, count = tokens.shape[:2]
        flat = hidden.reshape(batch, count * TOKEN, -1)
        counts, pitches, lengths, hits = (flat @ head for head in self._heads)
        time = (batch, count * TOKEN)
        return {
            "counts": counts.reshape(*time, PARTS, COUNTS).swapaxes(1, 2),
            "pitches": pitches.reshape(*time, PARTS, PITCHES).swapaxes(1, 2),
            "lengths": lengths.reshape(*time, PARTS, RANKS, len(LENGTHS)).swapaxes(1, 2),
            "hits": hits.reshape(*time, DRUM_LANES, LEVELS),
        }


def everything(slots: int = 64) -> np.ndarray:
    """All of a batch of one wanted."""
    return np.ones((1, PARTS + 1, slots), np.bool_)


def two_bars(*chords: ChordChange, first: int = 4) -> Context:
    """Two bars of 4/4 with these chords under one note of the melody, in the slot `first`; a wish of bin 3 for all."""
    sheet = sheet_of(np.array([(first, 60, 4)]), chords, bars_of((Metre(0),), 2 * 1920, 0, []), Grid(), 0)
    return cut(sheet, 0, 2, 0, np.full((PARTS + 1, 5), 3, np.int8), np.ones(PARTS + 1, np.bool_))
