"""Which chords one might want at a place: those that fit the tune over it and lie near their neighbours to the ear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from music_core.harmony.chord import Chord
from music_core.harmony.distance import chord_distance
from music_core.score import KeySignature, Note

# What people write in lead sheets, and what each costs beside a plain triad, in steps of `chord_distance`.
_OFFERED = {
    "maj": 0.0, "min": 0.0, "7": 0.5, "min7": 0.5, "maj7": 1.0, "6": 3.0,
    "dim": 1.0, "half-dim": 1.5, "sus4": 3.0, "dim7": 3.0,
}  # fmt: skip
# A tune wholly beside the chord weighs as much as the way to a far key: the ear forgives a leap sooner than a clash.
_MELODY_WEIGHT = 24.0
_PASSING, _AVOIDED = 0.35, 0.0
_PER_ROOT = 2
_SAME_ROOT = 5.0  # another colour of the chord before is hardly the change that was asked for


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A chord that might stand at a place; `fit` 0..1 is how well the tune goes with it."""

    chord: Chord
    fit: float
    distance: float
    """The mean of Lerdahl's distances to the neighbours."""


def suggestions(
    tune: Sequence[Note],
    span: tuple[int, int],
    neighbours: tuple[Chord | None, Chord | None],
    key: KeySignature,
) -> tuple[Suggestion, ...]:
    """Chords for the ticks [start, end), the best first: every root, each with its two best colours at most.

    Ordered by `melody_fit` and by the mean of `chord_distance` from the chord before and to the chord after; where
    there is no neighbour the key's own triad stands for it. The chord before is left out: it would be no change, and
    other colours of it go behind.
    """
    weights = sounding(tune, span)
    tonic = Chord(key.tonic_pitch_class, "min" if key.minor else "maj")
    before, after = (neighbour or tonic for neighbour in neighbours)
    ranked = []
    for root in range(12):
        for quality, cost in _OFFERED.items():
            chord = Chord(root, quality)
            fit = melody_fit(chord, weights)
            distance = (chord_distance(before, chord, key) + chord_distance(chord, after, key)) / 2
            stays = neighbours[0] is not None and neighbours[0].root == root
            weight = distance + cost + _MELODY_WEIGHT * (1 - fit) + (_SAME_ROOT if stays else 0.0)
            ranked.append((weight, Suggestion(chord, fit, distance)))
    ranked.sort(key=lambda entry: entry[0])
    return tuple(_thinned([one for _, one in ranked if one.chord != neighbours[0]]))


def melody_fit(chord: Chord, weights: NDArray[np.float64]) -> float:
    """The share of the sounding time, float64 (12,), that goes with a chord; 1 where nothing sounds.

    A chord's own note counts whole and a note a semitone above one not at all (the "avoid note" of jazz teaching);
    any other note is passing and counts a third.
    """
    total = float(weights.sum())
    if not total:
        return 1.0
    own = chord.pitch_classes
    worth = [1.0 if pc in own else _AVOIDED if (pc - 1) % 12 in own else _PASSING for pc in range(12)]
    return float(weights @ np.array(worth)) / total


def sounding(tune: Sequence[Note], span: tuple[int, int]) -> NDArray[np.float64]:
    """Ticks that each pitch class sounds for within the ticks [start, end), float64 (12,)."""
    weights = np.zeros(12)
    for note in tune:
        weights[note.pitch % 12] += max(0, min(note.end_tick, span[1]) - max(note.start_tick, span[0]))
    return weights


def _thinned(ranked: Sequence[Suggestion]) -> list[Suggestion]:
    """Without the third and further chords on one root."""
    seen: dict[int, int] = {}
    kept = []
    for one in ranked:
        seen[one.chord.root] = seen.get(one.chord.root, 0) + 1
        if seen[one.chord.root] <= _PER_ROOT:
            kept.append(one)
    return kept
