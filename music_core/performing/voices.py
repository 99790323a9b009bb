"""What each note is in the chord struck with it: the bass, the top, between, or alone."""

from __future__ import annotations

import numpy as np

from music_core.performing.positions import IntArray
from music_core.performing.tables import BASS_BELOW, VOICES

_BASS, _INNER, _TOP, _ALONE = range(len(VOICES))


def voices(starts: IntArray, pitches: IntArray) -> IntArray:
    """Places in `tables.VOICES` for notes by their start ticks and pitches, int64 (notes,) each."""
    if not len(starts):
        return np.zeros(0, np.int64)
    _, chord, count = np.unique(starts, return_inverse=True, return_counts=True)
    lowest = np.full(len(count), 128)
    highest = np.full(len(count), -1)
    np.minimum.at(lowest, chord, pitches)
    np.maximum.at(highest, chord, pitches)
    low = (pitches == lowest[chord]) & (pitches < BASS_BELOW)
    alone = count[chord] == 1
    return np.select([low, alone, pitches == highest[chord]], [_BASS, _ALONE, _TOP], _INNER).astype(np.int64)
