"""Chords for a melody by rule, without a network: what the harmoniser is measured against.

Each chord is worth what its tones cover of the beat's and the bar's melody, plus what textbooks say of its degree in
the key; chords move by fifths rather than not, and change on bar lines rather than elsewhere (template matching with
Viterbi's algorithm, as in the baselines of Yeh et al., arXiv 2001.02360).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from music_core.analysis.beats import BeatGrid, beat_grid
from music_core.decoding.home import semitones_home
from music_core.harmony.chain import Chain, best_path
from music_core.harmony.chord import Chord
from music_core.harmony.lane import ChordLane, merged
from music_core.harmony.slots import VIEWS, pitch_slots
from music_core.harmony.vocabulary import STATES, chord_of, members, state_of
from music_core.melody import MelodyLine
from music_core.score import ChordChange, KeySignature, Note, Score
from music_core.theory import find_key

Array = NDArray[np.float64]

# The triads of C major and A minor with what each is worth before anything is heard, in nats; all others are out.
_DEGREES = {
    (0, "maj"): 0.0, (7, "maj"): -0.3, (5, "maj"): -0.4, (9, "min"): -0.5, (2, "min"): -0.9, (4, "min"): -1.4,
    (4, "maj"): -2.0, (2, "maj"): -2.5, (11, "dim"): -3.0,
}  # fmt: skip
# Shares of a chord's time on its own tones; how much the beat and the bar count.
_TONES = 0.85
_BEAT, _BAR = 2.0, 2.0
_CHANGE_FIRST, _CHANGE_MIDDLE, _CHANGE_OTHER = -0.7, -2.0, -4.0
_BY_FIFTH = 0.5  # what a fall by a fifth is worth


def rule_chords(score: Score, melody: MelodyLine, key: KeySignature | None = None) -> ChordLane:
    """Plain triads from tick 0 to the end of the melody's last bar, the key found unless it is given."""
    if not melody.notes:
        return ()
    grid = beat_grid(score.metres, max(note.end_tick for note in melody.notes))
    home = key or find_key(melody.notes, score.keys[0] if score.keys else None)
    shift = semitones_home(home.tonic_pitch_class, home.minor)
    path = best_path(_chain(rule_emissions(melody.notes, grid, shift), grid))
    chords = (chord_of(int(state), shift) for state in path)
    return merged(tuple(ChordChange(tick, chord) for tick, chord in zip(grid.ticks, chords, strict=False)))


def rule_emissions(notes: Sequence[Note], grid: BeatGrid, shift: int) -> Array:
    """What each state is worth in each slot, (slots, STATES) in nats; minus infinity for all but the usual triads."""
    views = dict(zip(VIEWS, pitch_slots(notes, grid, shift).transpose(1, 0, 2).astype(np.float64), strict=True))
    beat = (views["first_half"] + views["second_half"]) / 2
    tones = members()
    size = np.maximum(tones.sum(axis=1, keepdims=True), 1.0)
    expected = np.log(np.where(tones > 0, _TONES / size, (1 - _TONES) / (12 - size)))
    worth: Array = (_BEAT * beat + _BAR * views["bar"]) @ expected.T
    allowed = np.full(STATES, -np.inf)
    for (root, quality), value in _DEGREES.items():
        allowed[state_of(Chord(root, quality))] = value
    worth += allowed
    return worth


def _chain(emissions: Array, grid: BeatGrid) -> Chain:
    places, lengths = np.array(grid.places), np.array(grid.lengths)
    middle = (lengths % 2 == 0) & (places * 2 == lengths)
    change = np.where(places == 0, _CHANGE_FIRST, np.where(middle, _CHANGE_MIDDLE, _CHANGE_OTHER))
    roots = np.array([chord.root if (chord := chord_of(state)) else 0 for state in range(STATES)])
    moves = np.where((roots[:, None] - roots) % 12 == 7, _BY_FIFTH, 0.0)
    return Chain(emissions, np.zeros(STATES), moves, np.log1p(-np.exp(change))[:, None], change[:, None])
