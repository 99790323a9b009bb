"""Numbers about how voices under a melody move, from high to low: parallels, crossings, ranges.

A voice is what its part sounds highest on each sixteenth step; drums are left out.
"""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from music_core.metrics.setting import setting_of
from music_core.roll import OFF
from music_core.score import Score

# What singers of alto, tenor and bass reach with ease; Bach's own voices go beyond it now and then.
VOICE_RANGES = ((55, 74), (48, 69), (40, 62))
_PERFECT = (0, 7)
_SILENT = -1

IntArray = NDArray[np.int64]


def parallels(score: Score) -> float:
    """Share of moves of two voices together, melody included, that go from a perfect fifth or octave to the same one.

    Both voices change their pitch on the same step, in the same direction. No such move gives 0.
    """
    lines = _lines(score)
    found = moves = 0
    for upper, lower in combinations(lines, 2):
        sounding = (upper != _SILENT) & (lower != _SILENT)
        together = sounding[1:] & sounding[:-1] & (np.diff(upper) != 0) & (np.diff(lower) != 0)
        interval = (upper - lower) % 12
        alike = (interval[1:] == interval[:-1]) & np.isin(interval[1:], _PERFECT)
        moves += int(together.sum())
        found += int((together & alike & (np.sign(np.diff(upper)) == np.sign(np.diff(lower)))).sum())
    return found / moves if moves else 0.0


def crossing(score: Score) -> float:
    """Share of steps on which a voice sounds above its upper neighbour, melody included; silence gives 0."""
    lines = _lines(score)
    crossed = both = 0
    for upper, lower in pairwise(lines):
        sounding = (upper != _SILENT) & (lower != _SILENT)
        crossed += int((sounding & (lower > upper)).sum())
        both += int(sounding.sum())
    return crossed / both if both else 0.0


def beyond_range(score: Score) -> float:
    """Share of sounding steps of the first three voices that lie outside VOICE_RANGES; silence gives 0."""
    outside = total = 0
    for line, (low, high) in zip(_lines(score)[1:], VOICE_RANGES, strict=False):
        sounding = line[line != _SILENT]
        outside += int(((sounding < low) | (sounding > high)).sum())
        total += len(sounding)
    return outside / total if total else 0.0


def _lines(score: Score) -> list[IntArray]:
    """The melody and the voices, int64 (steps,) each, _SILENT where nothing sounds."""
    setting = setting_of(score)
    return [_highest(setting.melody), *(_highest(voice) for voice in setting.voices)]


def _highest(roll: NDArray[np.int8]) -> IntArray:
    sounding = roll != OFF
    highest = roll.shape[1] - 1 - sounding[:, ::-1].argmax(axis=1)
    return np.where(sounding.any(axis=1), highest, _SILENT).astype(np.int64)
