"""Segments of eight bars of many songs as rows of features, each row with the song that it is of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from music_core.metrics import FEATURES, Segment, feature_vector, segments_at, segments_of
from music_core.score import Score

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Features float64 (rows, features), song numbers int64 (rows,), and the start tick of each row's segment."""

    values: FloatArray
    songs: IntArray
    starts: IntArray

    def of(self, songs: IntArray) -> Rows:
        """The rows of some songs; a song named twice has its rows twice."""
        index = np.concatenate([np.flatnonzero(self.songs == song) for song in songs] or [np.zeros(0, np.int64)])
        return self.at(index)

    def at(self, index: IntArray) -> Rows:
        """The rows with these numbers."""
        return Rows(self.values[index], self.songs[index], self.starts[index])

    @property
    def song_numbers(self) -> IntArray:
        """Every song that has a row, once."""
        return np.unique(self.songs)


def human_rows(scores: Sequence[Score], vector: Callable[[Segment], FloatArray] = feature_vector) -> Rows:
    """The rows of the segments that are worth measuring, of people's own arrangements."""
    found = [(number, segment) for number, score in enumerate(scores) for segment in segments_of(score)]
    return _rows((number, segment.start_tick, vector(segment)) for number, segment in found)


def rows_like(human: Rows, takes: Sequence[Score], vector: Callable[[Segment], FloatArray] = feature_vector) -> Rows:
    """The rows of the same segments in other arrangements of the same songs, whatever is in them."""
    found: list[tuple[int, int, FloatArray]] = []
    for song in human.song_numbers.tolist():
        starts = human.starts[human.songs == song].tolist()
        cut = segments_at(takes[song], starts)
        found += [(song, start, vector(segment)) for start, segment in zip(starts, cut, strict=True)]
    return _rows(found)


def column(rows: Rows, name: str) -> FloatArray:
    """One feature of the frozen vector, by its name."""
    found: FloatArray = rows.values[:, list(FEATURES).index(name)]
    return found


def stacked(parts: Sequence[Rows]) -> Rows:
    """The rows of several takes of the same songs as one."""
    return Rows(
        np.concatenate([rows.values for rows in parts]),
        np.concatenate([rows.songs for rows in parts]),
        np.concatenate([rows.starts for rows in parts]),
    )


def _rows(found: Iterable[tuple[int, int, FloatArray]]) -> Rows:
    songs, starts, values = [], [], []
    for song, start, vector in found:
        songs.append(song)
        starts.append(start)
        values.append(vector)
    table = np.stack(values) if values else np.zeros((0, len(FEATURES)))
    return Rows(table, np.array(songs, np.int64), np.array(starts, np.int64))
