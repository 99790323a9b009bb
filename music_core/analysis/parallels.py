"""How much a take comes back to itself a bar later: what repeats tells where bars are as long as it takes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from music_core.analysis.strikes import Strike
from music_core.performance import PerformedNote

# What a take that repeats itself bar by bar is worth, in log odds for each strike, up to so many of them.
_WORTH, _MOST_STRIKES = 0.45, 64


def parallel_worth(
    notes: Sequence[PerformedNote], struck: Sequence[Strike], steps: Sequence[int], bar_steps: int
) -> float:
    """Log odds for bars of so many sixteenths, from how alike bars two and four bars apart are.

    Parallelism as a cue to metre is Temperley and Bartlette's (2002, "Parallelism as a factor in metrical analysis").
    """
    first, last = steps[0], steps[-1]
    bars = (last - first) / bar_steps
    if bars < 2:
        return 0.0
    roll = np.zeros((last - first + 1, 12))
    for strike, step in zip(struck, steps, strict=True):
        top = max(notes[i].pitch for i in strike.members)
        roll[step - first, top % 12] = 1.0
    alike = [_alike(roll, lag * bar_steps) for lag in (1, 2) if lag * bar_steps < 0.75 * len(roll)]
    return _WORTH * min(len(struck), _MOST_STRIKES) * max(alike, default=0.0)


def _alike(roll: np.ndarray[tuple[int, int], np.dtype[np.float64]], lag: int) -> float:
    """Share of the onsets that come again at the same pitch class after so many sixteenths."""
    both = float((roll[lag:] * roll[:-lag]).sum())
    return both / max(1.0, 0.5 * float(roll[lag:].sum() + roll[:-lag].sum()))
