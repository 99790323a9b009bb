"""A walking bass: the cheapest line of quarter notes through chord tones and approaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from music_core.harmony.chord import QUALITIES, Chord

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

LOW, HIGH = 28, 52
_FIRST_BEAT_OFF_ROOT, _OUTSIDE_CHORD, _REPEATED = 6.0, 2.5, 4.0
_APPROACH_BY_STEP, _FAR = -2.0, 0.35
_WHIM = 1.2


@dataclass(frozen=True, slots=True)
class Beat:
    """One beat to walk on: its chord, whether the chord is new here, and whether the next beat's chord is."""

    chord: Chord
    is_new: bool
    leads: bool


def walk(beats: Sequence[Beat], rng: np.random.Generator) -> tuple[int, ...]:
    """One pitch (28..52) for each beat, of the least total cost (dynamic programming); `rng` breaks near ties.

    New chords begin on their bass; other beats have chord tones or, before a new chord, a note a step from it; small
    steps are cheaper than leaps and no pitch is struck twice in a row where that can be helped.
    """
    if not beats:
        return ()
    pitches = np.arange(LOW, HIGH + 1)
    own = np.stack([_own_cost(beat, pitches) for beat in beats]) + rng.uniform(0, _WHIM, (len(beats), len(pitches)))
    moves = _move_cost(pitches)
    approach = np.where((abs(pitches[:, None] - pitches) <= 2) & (pitches[:, None] != pitches), _APPROACH_BY_STEP, 0.0)
    total, back = own[0], []
    for before, costs in zip(beats, own[1:], strict=False):
        step = total[:, None] + moves + (approach if before.leads else 0.0)
        back.append(step.argmin(axis=0))
        total = step.min(axis=0) + costs
    path = [int(total.argmin())]
    for choices in reversed(back):
        path.append(int(choices[path[-1]]))
    return tuple(int(pitches[index]) for index in reversed(path))


def _own_cost(beat: Beat, pitches: IntArray) -> FloatArray:
    classes = pitches % 12
    tones = [(beat.chord.root + step) % 12 for step in QUALITIES[beat.chord.quality]]
    cost = np.where(np.isin(classes, tones), 0.0, 0.5 * _OUTSIDE_CHORD if beat.leads else _OUTSIDE_CHORD)
    if beat.is_new:
        cost = np.where(classes == beat.chord.bass, 0.0, _FIRST_BEAT_OFF_ROOT)
    costs: FloatArray = cost + 0.08 * abs(pitches - 40)
    return costs


def _move_cost(pitches: IntArray) -> FloatArray:
    leap = abs(pitches[:, None] - pitches)
    costs: FloatArray = np.where(leap == 0, _REPEATED, _FAR * leap)
    return costs
