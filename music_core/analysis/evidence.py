"""What a whole take says for one reading of its bars, beside the likelihood of its steps: weighed evidence.

A search from strike to strike sees no phrase. Of a short take, or one whose keys are all equally loud, the phrase says
most: that it takes whole bars, two or four of them; that its last, long note lies on a strong place; that it comes back
to itself after some bars. And where little is said, the metre that most songs have is the safest guess.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from music_core.analysis.beat_search import Parse
from music_core.analysis.metrical import Array, BarShape
from music_core.analysis.parallels import parallels
from music_core.analysis.strikes import Strike
from music_core.performance import PerformedNote

# Log odds for each unit of evidence, by benchmarks/rhythm_fit.py.
WEIGHTS: dict[str, float] = {
    "steps": 1.20,
    "three in a bar": -1.19,
    "threes of eighths": -3.85,
    "pitches after 1 bar": 0.35,
    "pitches after 2 bars": 0.41,
    "pitches after 4 bars": 0.13,
    "rhythm after 1 bar": 0.16,
    "rhythm after 2 bars": 0.06,
    "ends on a bar line": 1.59,
    "ends at half a bar": 1.78,
    "ends long on a bar line": 0.71,
    "begins on a bar line": -0.16,
    "by twos": 0.90,
    "by fours": 0.94,
    "bars begun by twos": 0.58,
}
PRIORS = ("three in a bar", "threes of eighths")

# A key is let go before its note is over: the share of the note that it was held for.
_HELD_SHARE = 0.85
# A take with such a share of strikes of several notes is no single line.
_CHORDS = 0.25


def worth(evidence: Array, use_priors: bool) -> float:
    """Log odds of a reading; without the metres' priors where somebody said which metres may be."""
    weights = [0.0 if name in PRIORS and not use_priors else weight for name, weight in WEIGHTS.items()]
    return float(evidence @ np.array(weights))


def evidence_of(notes: Sequence[PerformedNote], struck: Sequence[Strike], parse: Parse, shape: BarShape) -> Array:
    """The evidence for a parse in the order of `WEIGHTS`, float64 (weights,)."""
    # Where two hands play, the last strike may be either's, and is not the end of the tune.
    alone = sum(len(strike.members) > 1 for strike in struck) < _CHORDS * len(struck)
    level = shape.levels[parse.steps[-1] % shape.steps]
    held = _held_steps(notes, struck[-1], parse)
    unit = 2 if shape.denominator == 8 else 4
    length = parse.steps[-1] - parse.steps[0] + max(1, round(held / unit)) * unit
    # How long the last note was held is anyone's choice; how many bars were begun does not hang on it.
    begun = (parse.steps[-1] - parse.steps[0]) // shape.steps + 1
    longer = float(np.clip(np.log2(held / float(np.median(np.diff(parse.steps)))), 0.0, 2.0))
    return np.array(
        [
            parse.log_likelihood,
            (shape.numerator, shape.denominator) == (3, 4),
            shape.denominator == 8,
            *parallels(notes, struck, parse.steps, shape.steps),
            alone and level == 0,
            alone and level == 1,
            alone * longer * (level == 0),
            parse.steps[0] % shape.steps == 0,
            *(length % (bars * shape.steps) == 0 for bars in (2, 4)),
            begun % 2 == 0,
        ],
        np.float64,
    )


def _held_steps(notes: Sequence[PerformedNote], last: Strike, parse: Parse) -> float:
    """How long the last note seems to be, in sixteenths, at least one: nothing comes after it to tell."""
    held_s = max(notes[i].offset_s - notes[i].onset_s for i in last.members)
    return max(1.0, held_s / _HELD_SHARE / parse.sixteenths_s[-1])
