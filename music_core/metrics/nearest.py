"""Where in a corpus a window lies verbatim, by its hash, or what is most like it, by its (onset, pitch) cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from music_core.metrics.lines import LINE_PITCH, ONSET, Line, Window, windows_of

# Copies are looked for up to an octave higher and lower.
SHIFTS = range(-12, 13)


class Place(NamedTuple):
    """Where in a corpus a window lies: line by number, bar from 0."""

    line: int
    bar: int


class VerbatimIndex:
    """Hashes of all windows of so many bars of some lines, 16 bytes each."""

    def __init__(self, lines: Sequence[Line], bars: int) -> None:
        windows = [
            (window.exact_key(), number, window.bar)
            for number, line in enumerate(lines)
            for window in windows_of(line, bars)
        ]
        keys = np.array([key for key, _, _ in windows], np.uint64)
        places = np.array([place for _, *place in windows], np.int32).reshape(-1, 2)
        self._keys, first = np.unique(keys, return_index=True)
        self._places = places[first]

    def find(self, window: Window) -> Place | None:
        """The first window of the corpus that is the same, or None."""
        key = np.uint64(window.exact_key())
        at = int(np.searchsorted(self._keys, key))
        found = at < len(self._keys) and self._keys[at] == key
        return Place(*self._places[at].tolist()) if found else None


class SimilarityIndex:
    """All windows of so many bars of some lines, drums apart from pitched parts, each shape once.

    Similarity is F1 of the sets of (onset, pitch) of two windows, 2 |A and B| / (|A| + |B|), at the best transposition
    by up to an octave (drums: none); lengths have no say.
    """

    def __init__(self, lines: Sequence[Line], bars: int) -> None:
        places: list[Place] = []
        seen: set[int] = set()
        cells: list[NDArray[np.int64]] = []
        for number, line in enumerate(lines):
            for window in windows_of(line, bars):
                key = window.shape_key()
                if key not in seen:
                    seen.add(key)
                    places.append(Place(number, window.bar))
                    cells.append(_cells(window))
        self._places = np.array(places, np.int32).reshape(-1, 2)
        self._sizes = np.array([len(cell) for cell in cells], np.int32)
        joined = np.concatenate([np.zeros(0, np.int64), *cells])
        order = np.argsort(joined, kind="stable")
        self._cells, first = np.unique(joined[order], return_index=True)
        self._bounds = np.append(first, len(joined))
        self._windows = np.repeat(np.arange(len(cells), dtype=np.int32), self._sizes)[order]

    def best(self, window: Window) -> tuple[float, Place | None]:
        """The highest similarity, 0..1, and the first window that has it; 0 and None where nothing is shared."""
        if not len(self._places):
            return 0.0, None
        cells = _cells(window)
        shared: NDArray[np.int64] = np.zeros(len(self._places), np.int64)
        for shift in (0,) if window.line.is_drum else SHIFTS:
            hits = self._postings(cells + shift)
            if hits:
                np.maximum(shared, np.bincount(np.concatenate(hits), minlength=len(shared)), out=shared)
        similarity = 2 * shared / (self._sizes + len(cells))
        best = int(np.argmax(similarity))
        return (float(similarity[best]), Place(*self._places[best].tolist())) if shared[best] else (0.0, None)

    def _postings(self, cells: NDArray[np.int64]) -> list[NDArray[np.int32]]:
        """The windows that hold each cell."""
        at = np.searchsorted(self._cells, cells)
        known = at < len(self._cells)
        known[known] = self._cells[at[known]] == cells[known]
        return [self._windows[self._bounds[i] : self._bounds[i + 1]] for i in at[known].tolist()]


def _cells(window: Window) -> NDArray[np.int64]:
    """A number for each (onset, pitch), drums apart from pitches; transposing adds to it without carrying over."""
    kind = int(window.line.is_drum)
    onset, pitch = window.notes[:, ONSET].astype(np.int64), window.notes[:, LINE_PITCH].astype(np.int64)
    return ((onset * 2 + kind) * 256) + pitch + 64
