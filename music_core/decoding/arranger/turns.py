"""In which step each place that is unknown has its turn to be written."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.arranger.draws import Draws

NEVER = -1


def at_random(places: NDArray[np.bool_], steps: int, draws: Draws, *, drums: bool = False) -> NDArray[np.int64]:
    """The step in which each place has its turn, NEVER where there is none: few places in the first steps."""
    late = np.floor(np.arccos(1 - draws.random(places.shape, drums=drums)) / (np.pi / 2) * steps)
    return np.where(places, np.minimum(late, steps - 1), NEVER).astype(np.int64)


def by_halves(places: NDArray[np.bool_], steps: int) -> NDArray[np.int64]:
    """The same for lines, bool (..., T, n): no note in the step of the note beside it.

    The last step has every second note of a line, the one before every second of the others, and so on; what is drawn
    side by side knows nothing of one another, and a bass that walks is all about the note before.
    """
    notes = places.any(axis=-1)
    number = np.where(notes, notes.cumsum(axis=-1) - 1, 0)
    halvings = sum((number % 2**k == 0).astype(np.int64) for k in range(1, steps))
    return np.where(places, (steps - 1 - np.asarray(halvings))[..., None], NEVER).astype(np.int64)
