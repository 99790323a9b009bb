"""Where in its bar a note begins, in the 24 places that the performance tables know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from music_core.score import Metre, bar_lines, metre_at

BEATS = 4
# Places within a beat: its sixteenths, then the second and third note of a triplet.
PLACES = (0.0, 0.25, 0.5, 0.75, 1 / 3, 2 / 3)
POSITIONS = BEATS * len(PLACES)
ON_BEAT, SECOND_SIXTEENTH, HALF, FOURTH_SIXTEENTH, SECOND_TRIPLET, THIRD_TRIPLET = range(len(PLACES))

# Which of four beats a beat of a shorter bar is most like: a waltz has two weak ones, 2/4 and 6/8 a strong and a weak.
_LIKE = {1: (0,), 2: (0, 1), 3: (0, 2, 2)}

IntArray = NDArray[np.int64]


class Places(NamedTuple):
    """Where notes begin, int64 (notes,) each: the bar from 0, ticks into the bar, and the position 0..23.

    `beat_ticks` is the felt beat of the note's metre; `into_beat` the ticks since that beat began.
    """

    bar: IntArray
    in_bar: IntArray
    position: IntArray
    beat_ticks: IntArray
    into_beat: IntArray


class Bars:
    """The bar lines of a piece, looked up for many notes at once."""

    def __init__(self, metres: tuple[Metre, ...], end_tick: int) -> None:
        self.lines: IntArray = np.asarray(bar_lines(metres, end_tick + 1), np.int64)
        self._lacking = self._pickup_lack(metres)
        inside = [metre_at(metres, int(line)) for line in self.lines]
        if self._lacking:  # a pickup bar is the end of a whole one
            inside[0] = metres[1]
        self._beat_ticks = np.asarray([metre.beat_ticks for metre in inside], np.int64)
        self._like = np.stack([_beats_like(metre) for metre in inside])

    def places(self, ticks: Sequence[int] | IntArray) -> Places:
        """The place of each tick (0 or more)."""
        at = np.asarray(ticks, np.int64)
        bar = np.searchsorted(self.lines, at, side="right") - 1
        in_bar = at - self.lines[bar]
        beat_ticks = self._beat_ticks[bar]
        counted = in_bar + np.where(bar == 0, self._lacking, 0)
        beat, into = counted // beat_ticks, counted % beat_ticks
        distance = np.abs(into[:, None] / beat_ticks[:, None] - np.asarray((*PLACES, 1.0)))
        place = distance.argmin(axis=1)
        beat, place = beat + (place == len(PLACES)), place % len(PLACES)
        like = self._like[bar, beat % self._like.shape[1]]
        return Places(bar, in_bar, like * len(PLACES) + place, beat_ticks, into)

    def _pickup_lack(self, metres: tuple[Metre, ...]) -> int:
        """Ticks by which a first bar is shorter than the second one, where a metre change says so."""
        if len(metres) < 2 or len(self.lines) < 2 or metres[1].tick != self.lines[1]:
            return 0
        return max(0, metres[1].bar_ticks - int(self.lines[1]))


def _beats_like(metre: Metre, most: int = 64) -> IntArray:
    """For each beat of a bar the one of four that it resembles, repeated to a fixed length."""
    beats = max(1, metre.bar_ticks // metre.beat_ticks)
    like = _LIKE.get(beats, tuple(beat % BEATS for beat in range(beats)))
    return np.asarray([like[beat % beats] for beat in range(most)], np.int64)
