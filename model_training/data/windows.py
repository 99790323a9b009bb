"""Batches of training windows: random places, random keys, encoded as the decoder will encode them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model_training.data.prepared import Corpus
from music_core.decoding.predictor import FloatArray
from music_core.decoding.voices import REST, encode
from music_core.manifest import GridSpec

LOWEST_SHIFT, HIGHEST_SHIFT = -6, 5


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows for one step: melody planes, and the others' rows (rest = pitches) and onsets (batch, voices, steps)."""

    melody: FloatArray
    rows: NDArray[np.int64]
    onsets: FloatArray
    inside: NDArray[np.bool_]


class Windows:
    """Draws windows of one split with a numpy generator; the same generator state gives the same batches."""

    def __init__(self, corpus: Corpus, split: str, grid: GridSpec) -> None:
        self._corpus = corpus
        self._grid = grid
        self.pieces = corpus.pieces(split)
        if not self.pieces:
            raise ValueError(f"The prepared corpus has no pieces in its {split} split; add more pieces.")
        spans = [corpus.span(piece) for piece in self.pieces]
        self.steps = sum(end - start for start, end in spans)
        self._weights = np.array([end - start for start, end in spans], float) / self.steps

    def draw(self, size: int, rng: np.random.Generator, *, transpose: bool = True) -> Batch:
        """A batch from random beats of random pieces, each moved by -6..+5 semitones as far as the raster allows."""
        chosen = rng.choice(len(self.pieces), size, p=self._weights)
        places = [(self.pieces[i], self._start(self.pieces[i], rng)) for i in chosen]
        shifts = rng.integers(LOWEST_SHIFT, HIGHEST_SHIFT + 1, size) if transpose else np.zeros(size, np.int64)
        return self.at(places, shifts)

    def at(self, places: list[tuple[int, int]], shifts: NDArray[np.int64]) -> Batch:
        """The windows that begin at (piece, step in the piece), each transposed by its shift."""
        grid, corpus = self._grid, self._corpus
        size, steps, voices = len(places), grid.window_steps, len(corpus.spec.voices)
        pitch = np.full((size, voices, steps), REST, np.int64)
        onset = np.zeros((size, voices, steps), np.bool_)
        beat, bar, inside = (np.zeros((size, steps), np.bool_) for _ in range(3))
        for i, (piece, start) in enumerate(places):
            first, last = corpus.span(piece)
            here = slice(first + start, min(last, first + start + steps))
            n = here.stop - here.start
            pitch[i, :, :n], onset[i, :, :n] = corpus.pitch[:, here], corpus.onset[:, here]
            beat[i, :n], bar[i, :n], inside[i, :n] = corpus.beat[here], corpus.bar[here], True
        tonic = np.array([corpus.spec.tonics[piece] for piece, _ in places])
        minor = np.array([corpus.spec.minors[piece] for piece, _ in places])
        shifts = self._fitting(pitch, shifts)
        pitch = np.where(pitch == REST, REST, pitch + shifts[:, None, None])
        # A window may begin inside a note: it is struck at the window's edge, as a listener would hear it.
        onset[:, :, 0] = pitch[:, :, 0] != REST
        planes = encode(pitch[:, 0], onset[:, 0], beat, bar, inside, (tonic + shifts) % 12, minor, grid)
        others = pitch[:, 1:]
        rows = np.where(others == REST, grid.pitches, others - grid.low_pitch)
        return Batch(planes, rows, onset[:, 1:].astype(np.float32), inside)

    def _start(self, piece: int, rng: np.random.Generator) -> int:
        first, last = self._corpus.span(piece)
        room = max(0, (last - first) - self._grid.window_steps // 2)
        return int(rng.integers(0, room // 4 + 1)) * 4

    def _fitting(self, pitch: NDArray[np.int64], shifts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Shifts pulled back to where the window's lowest and highest notes stay on the raster."""
        low = np.where(pitch == REST, 127, pitch).min(axis=(1, 2))
        high = pitch.max(axis=(1, 2))
        top = self._grid.low_pitch + self._grid.pitches - 1
        return np.clip(shifts, self._grid.low_pitch - low, np.maximum(top - high, self._grid.low_pitch - low))
