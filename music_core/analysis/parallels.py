"""How much a take comes back to itself some bars later: what repeats tells where bars are as long as it takes.

Parallelism as a cue to metre is Temperley and Bartlette's (2002, "Parallelism as a factor in metrical analysis").
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from music_core.analysis.metrical import Array
from music_core.analysis.strikes import Strike
from music_core.performance import PerformedNote

# After so many bars pitches are compared, and after so many the rhythm alone.
PITCH_BARS, RHYTHM_BARS = (1, 2, 4), (1, 2)
# What repeats counts for each strike, up to so many of them.
_MOST_STRIKES = 64
# A lag that leaves less than this share of the take to compare says nothing.
_MOST_LAG = 0.75


def parallels(notes: Sequence[PerformedNote], struck: Sequence[Strike], steps: Sequence[int], bar_steps: int) -> Array:
    """How alike the take is to itself after each of `PITCH_BARS` and `RHYTHM_BARS`, in strikes, float64 (5,)."""
    first, last = steps[0], steps[-1]
    roll = np.zeros((last - first + 1, 12))
    for strike, step in zip(struck, steps, strict=True):
        top = max(notes[i].pitch for i in strike.members)
        roll[step - first, top % 12] = 1.0
    alike = [_alike(roll, bars * bar_steps) for bars in PITCH_BARS]
    alike += [_in_step(roll.max(axis=1), bars * bar_steps) for bars in RHYTHM_BARS]
    return min(len(struck), _MOST_STRIKES) * np.array(alike)


def _alike(roll: Array, lag: int) -> float:
    """Share of the onsets that come again at the same pitch class after so many sixteenths."""
    if lag >= _MOST_LAG * len(roll):
        return 0.0
    both = float((roll[lag:] * roll[:-lag]).sum())
    return both / max(1.0, 0.5 * float(roll[lag:].sum() + roll[:-lag].sum()))


def _in_step(onsets: Array, lag: int) -> float:
    """Correlation of where onsets are with where they were so many sixteenths before, -1..1: chance gives 0."""
    if lag >= _MOST_LAG * len(onsets):
        return 0.0
    later, before = onsets[lag:], onsets[:-lag]
    spread = float(later.std() * before.std())
    return float(((later - later.mean()) * (before - before.mean())).mean()) / spread if spread > 0 else 0.0
