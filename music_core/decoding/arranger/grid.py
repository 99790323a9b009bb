"""From ticks to slots and back. In swung music the off-beat eighth falls on the third triplet: slots are uneven."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from music_core.score import TICKS_PER_QUARTER, TICKS_PER_SIXTEENTH

Ticks = NDArray[np.int64]

_EIGHTH, _SWUNG = TICKS_PER_QUARTER // 2, TICKS_PER_QUARTER * 2 // 3
_NEAR = TICKS_PER_QUARTER // 16  # an onset this near an eighth, straight or swung, speaks for it
_FEWEST = 8  # onsets off the beat that a verdict needs


@dataclass(frozen=True, slots=True)
class Grid:
    """Slots of a sixteenth, straight or swung."""

    swung: bool = False

    def slots(self, ticks: Ticks) -> Ticks:
        """The nearest slot to each tick."""
        if self.swung:
            beats, rest = ticks // TICKS_PER_QUARTER, ticks % TICKS_PER_QUARTER
            late = _EIGHTH + (rest - _SWUNG) * _EIGHTH / (TICKS_PER_QUARTER - _SWUNG)
            straight = np.where(rest < _SWUNG, rest * _EIGHTH / _SWUNG, late)
            ticks = beats * TICKS_PER_QUARTER + np.round(straight).astype(np.int64)
        return (ticks + TICKS_PER_SIXTEENTH // 2) // TICKS_PER_SIXTEENTH

    def ticks(self, slots: Ticks) -> Ticks:
        """The tick of each slot, the inverse of `slots`."""
        if not self.swung:
            return slots * TICKS_PER_SIXTEENTH
        beats, rest = slots // 4, slots % 4
        ticks: Ticks = (
            beats * TICKS_PER_QUARTER + np.array((0, _SWUNG // 2, _SWUNG, (_SWUNG + TICKS_PER_QUARTER) // 2))[rest]
        )
        return ticks


def grid_of(onsets: Ticks) -> Grid:
    """The grid that the onsets speak for: swung when more of them lie on a third triplet than on a straight eighth."""
    rest = onsets % TICKS_PER_QUARTER
    swung = int((np.abs(rest - _SWUNG) <= _NEAR).sum())
    straight = int((np.abs(rest - _EIGHTH) <= _NEAR).sum())
    return Grid(swung > straight and swung >= _FEWEST)
