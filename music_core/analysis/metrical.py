"""How music sits in its bars: how likely a note begins at each sixteenth, and how strong each of them is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Chances that a sixteenth has an onset, by its place: bar line, half bar or beat, eighth, sixteenth.
_CHANCES = (0.8, 0.66, 0.62, 0.17, 0.059)
# Where pieces begin: most on a bar line, some a beat before one.
_ON_THE_BAR, _A_BEAT_BEFORE, _ELSEWHERE = 0.6, 0.2, 0.2
# Silence within a held note says less than silence before one could have begun: from a quarter on it counts so much.
_HELD = 0.31


@dataclass(frozen=True, slots=True)
class BarShape:
    """A metre in sixteenths: `levels` says of each what it is (0 bar line ... 4 off-beat sixteenth)."""

    numerator: int
    denominator: int
    levels: tuple[int, ...]

    @property
    def steps(self) -> int:
        """Sixteenths in a bar."""
        return len(self.levels)

    @property
    def chances(self) -> Array:
        """Chance of an onset at each sixteenth of the bar, float64 (steps,) in 0..1."""
        return np.array(_CHANCES)[list(self.levels)]

    @property
    def first_chances(self) -> Array:
        """Chance that a piece begins at each sixteenth, float64 (steps,), sum 1: with a bar, or a beat before one."""
        chances = _ELSEWHERE * self.chances / self.chances.sum()
        chances[0] += _ON_THE_BAR
        chances[-self.beat_steps] += _A_BEAT_BEFORE
        return np.asarray(chances / chances.sum())

    @property
    def beat_steps(self) -> int:
        """Sixteenths in a beat: six where eighths go in threes."""
        return 6 if self.denominator == 8 and self.numerator % 3 == 0 else 16 // self.denominator

    @property
    def strengths(self) -> Array:
        """How strong each sixteenth is, float64 (steps,): 1 at the bar line, 0 at off-beat sixteenths."""
        return np.array([1.0, 0.66, 0.45, 0.15, 0.0])[list(self.levels)]


def bar_shape(numerator: int, denominator: int) -> BarShape:
    """The shape of a metre in quarters or eighths (2/4, 3/4, 4/4, 5/4, 6/8, 9/8, 12/8, 3/8)."""
    unit = 16 // denominator
    steps = numerator * unit
    compound = denominator == 8 and numerator % 3 == 0
    beat = 3 * unit if compound else unit
    half = steps // 2 if steps % 2 == 0 and (steps // 2) % beat == 0 and steps // beat in (2, 4) else 0
    levels = []
    for step in range(steps):
        if step == 0:
            levels.append(0)
        elif half and step == half and steps // beat == 4:
            levels.append(1)
        elif step % beat == 0:
            levels.append(2)
        else:
            levels.append(3 if step % 2 == 0 else 4)
    return BarShape(numerator, denominator, tuple(levels))


def distance_worth(shape: BarShape, longest: int) -> Array:
    """Log chance that after an onset at each place the next one is so many sixteenths on, (longest + 1, steps).

    Every sixteenth passed over had none, the one arrived at has one (Temperley, 2007: a grid that generates onsets).
    Row 0 is impossible.
    """
    chances = shape.chances
    none, some = np.log1p(-chances), np.log(chances)
    worth = np.full((longest + 1, shape.steps), -np.inf)
    for place in range(shape.steps):
        passed = 0.0
        for distance in range(1, longest + 1):
            at = (place + distance) % shape.steps
            worth[distance, place] = passed + some[at]
            passed += none[at] * (1.0 if distance < 4 else _HELD)
    return worth
