"""How far two people, or a person and a model, hear the same chords."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

import numpy as np
from numpy.typing import NDArray

from music_core.harmony.lane import ChordLane, beat_chords
from music_core.harmony.vocabulary import majmin, states_of


def root_agreement(lane: ChordLane, reference: ChordLane, ticks: Sequence[int]) -> float:
    """Share of beats, given by their ticks, with the reference's root and its major or minor, 0..1 or nan.

    As MIREX's "majmin": sevenths and basses do not matter; beats whose reference is neither major nor minor (no chord,
    diminished, augmented, suspended) are not counted.
    """
    hits = agreeing(lane, reference, ticks)
    counted = hits[hits >= 0]
    return float(counted.mean()) if len(counted) else nan


def agreeing(lane: ChordLane, reference: ChordLane, ticks: Sequence[int]) -> NDArray[np.int64]:
    """For each beat 1 where the two agree, 0 where they do not, -1 where it is not counted, int64 (beats,)."""
    classes = majmin()
    ours, theirs = (classes[states_of(beat_chords(one, ticks))] for one in (lane, reference))
    return np.where(theirs < 0, -1, (ours == theirs).astype(np.int64))
