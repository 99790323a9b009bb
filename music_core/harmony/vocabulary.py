"""Chords as numbers: what a network scores and a decoder chooses among."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from music_core.harmony.chord import QUALITIES, TRIADS, Chord

NAMES = tuple(QUALITIES)
# State 0 is "no chord"; then the qualities on C, those on C sharp, and so on.
NO_CHORD = 0
STATES = 1 + 12 * len(NAMES)


def state_of(chord: Chord | None, shift: int = 0) -> int:
    """The state of a chord moved up by `shift` semitones, whatever its bass."""
    if chord is None:
        return NO_CHORD
    return 1 + (chord.root + shift) % 12 * len(NAMES) + NAMES.index(chord.quality)


def chord_of(state: int, shift: int = 0) -> Chord | None:
    """The chord of a state, moved back: the inverse of `state_of` for chords over their root."""
    if state == NO_CHORD:
        return None
    root, quality = divmod(state - 1, len(NAMES))
    return Chord((root - shift) % 12, NAMES[quality])


def states_of(chords: Sequence[Chord | None], shift: int = 0) -> NDArray[np.int64]:
    """The same for many chords, int64 (n,)."""
    return np.array([state_of(chord, shift) for chord in chords], np.int64)


def members() -> NDArray[np.float64]:
    """The pitch classes of each state as 1 and 0, float64 (STATES, 12); no chord has none."""
    table = np.zeros((STATES, 12))
    for state in range(1, STATES):
        chord = chord_of(state)
        assert chord is not None
        table[state, list(chord.pitch_classes)] = 1.0
    return table


def roots() -> NDArray[np.int64]:
    """The root of each state, int64 (STATES,); -1 for no chord."""
    return np.concatenate([[-1], np.repeat(np.arange(12), len(NAMES))])


def majmin() -> NDArray[np.int64]:
    """The class of each state when only root and major or minor are asked, int64 (STATES,).

    0 to 11 are major, 12 to 23 minor, -1 is everything else: no chord, diminished, augmented, suspended.
    """
    classes = np.full(STATES, -1, np.int64)
    for state in range(1, STATES):
        root, quality = divmod(state - 1, len(NAMES))
        triad = TRIADS.get(NAMES[quality], NAMES[quality])
        if triad in ("maj", "min"):
            classes[state] = root + (12 if triad == "min" else 0)
    return classes
