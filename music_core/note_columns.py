"""Very many notes at once, from columns of numbers: checked together, put in order together, made together."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from itertools import repeat
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from music_core.score import InOrder, Note

T = TypeVar("T")
Column = NDArray[np.int64]
_FIELDS = ("start_tick", "pitch", "duration_ticks", "velocity")


def notes_of(starts: Column, pitches: Column, lengths: Column, velocities: Column) -> InOrder:
    """Notes in order; no two may start together at one pitch. Raises ValueError as `Note` does."""
    if not len(starts):
        return InOrder()
    if starts.min() < 0 or lengths.min() < 1:
        raise ValueError("A note needs start >= 0 and a length of a tick or more")
    if not (pitches.min() >= 0 and pitches.max() <= 127 and velocities.min() >= 1 and velocities.max() <= 127):
        raise ValueError("Pitch must be 0..127 and velocity 1..127")
    order = np.lexsort((pitches, starts))
    columns = (column[order] for column in (starts, pitches, lengths, velocities))
    end, longest = int((starts + lengths).max()), int(lengths.max())
    return InOrder(made(Note, dict(zip(_FIELDS, columns, strict=True))), end, longest)


def columns_of(notes: tuple[Note, ...]) -> tuple[Column, Column, Column, Column]:
    """The inverse: starts, pitches, lengths and velocities."""
    rows = [(note.start_tick, note.pitch, note.duration_ticks, note.velocity) for note in notes]
    starts, pitches, lengths, velocities = np.array(rows, np.int64).reshape(-1, 4).T
    return starts, pitches, lengths, velocities


def made(kind: type[T], columns: Mapping[str, Column]) -> list[T]:
    """Frozen values with slots, filled field by field: a third of the time that calling `kind` takes.

    Nothing is checked: the caller knows that the columns hold what `kind` allows.
    """
    lists = {name: column.tolist() for name, column in columns.items()}
    values: list[T] = list(map(object.__new__, repeat(kind, len(next(iter(lists.values()))))))
    for name, column in lists.items():
        fill: Any = vars(kind)[name].__set__
        deque(map(fill, values, column), maxlen=0)
    return values
