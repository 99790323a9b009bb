"""The two plainest baselines: notes of the key at random, and the chords in blocks."""

from __future__ import annotations

import numpy as np

from music_core.rules.bars import accompanied, bars_of, melody_of, note, part
from music_core.rules.voicing import doubled
from music_core.score import Note, Score
from music_core.theory import find_key, scale_pitch_classes

_KEYS_PROGRAM = 0
# What pop pianists play: 13.6 notes a bar of 16 steps, from C2 to C5.
_NOTES_A_STEP = 13.6 / 16
_LOW, _HIGH = 36, 72
_VELOCITY = 70


def in_key_random(score: Score, genre: str = "pop", seed: int = 0) -> Score:  # noqa: ARG001
    """Piano notes of the melody's key at random times and pitches, as many as pop pianists play; B0 of the table."""
    rng = np.random.default_rng(seed)
    scale = set(scale_pitch_classes(find_key(melody_of(score).notes)))
    pitches = [pitch for pitch in range(_LOW, _HIGH) if pitch % 12 in scale]
    notes: list[Note] = []
    for bar in bars_of(score):
        for step in range(bar.steps):
            for pitch in rng.choice(pitches, min(int(rng.poisson(_NOTES_A_STEP)), 6), replace=False).tolist():
                notes.append(note(bar, step, step + int(rng.integers(1, 9)), pitch, _VELOCITY))
    return accompanied(score, part("keys", _KEYS_PROGRAM, notes))


def block_chords(score: Score, genre: str = "pop", seed: int = 0) -> Score:  # noqa: ARG001
    """The bass and the chord's tones in two octaves, struck at half bars and changes and held; B1 of the table.

    Bars of three beats are struck whole.
    """
    notes: list[Note] = []
    for bar in bars_of(score):
        step = 0
        while step < bar.steps:
            half = bar.steps // 2 if bar.steps % 8 == 0 else bar.steps
            end = min(bar.change_after(step), (step // half + 1) * half)
            chord = bar.chords[step]
            if chord is not None:
                notes += [note(bar, step, end, pitch, _VELOCITY) for pitch in doubled(chord)]
            step = end
    return accompanied(score, part("keys", _KEYS_PROGRAM, notes))
