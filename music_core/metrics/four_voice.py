"""Numbers about the voices under a melody, from its first step to its last, drums left out.

Everything is counted on sixteenth steps; windows are two bars of 4/4 (32 steps).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from music_core.metrics.setting import STEPS_A_BEAT, chroma, chroma_steps, setting_of
from music_core.roll import HOLD, OFF, ONSET
from music_core.score import Score
from music_core.theory import MAJOR, NATURAL_MINOR, key_fits

WINDOW_STEPS = 32
# Pitch-class sets that a strict chord must fit into: major, minor, diminished triads and the dominant seventh.
CHORDS = ((0, 4, 7), (0, 3, 7), (0, 3, 6), (0, 4, 7, 10))


def in_key(score: Score) -> float:
    """Share of accompaniment note-steps in the best Krumhansl key of the melody, window by window.

    Major or natural minor, true chroma. An accompaniment without notes gives 0.
    """
    setting = setting_of(score)
    sung = chroma_steps(setting.melody)
    played = sum((chroma_steps(voice) for voice in setting.voices), np.zeros_like(sung))
    inside = total = 0
    for start in range(0, len(sung), WINDOW_STEPS):
        durations = sung[start : start + WINDOW_STEPS].sum(axis=0)
        if not durations.any():
            continue
        best = int(np.argmax(key_fits(durations.astype(np.float64))))
        scale = [(best + degree) % 12 for degree in (NATURAL_MINOR if best >= 12 else MAJOR)]
        counts = played[start : start + WINDOW_STEPS].sum(axis=0)
        inside += int(counts[scale].sum())
        total += int(counts.sum())
    return inside / total if total else 0.0


def strict_chord(score: Score) -> float:
    """Share of all beats with at least three pitch classes that fit one major, minor, diminished or dom7 chord.

    What sounds on the beat's first step counts, melody included. Silence and a bare melody give 0.
    """
    setting = setting_of(score)
    classes = chroma(np.concatenate([setting.melody[None], setting.voices]))[::STEPS_A_BEAT]
    if not len(classes):
        return 0.0
    fits = np.zeros(len(classes), np.bool_)
    for root in range(12):
        for chord in CHORDS:
            outside = np.ones(12, np.bool_)
            outside[[(root + degree) % 12 for degree in chord]] = False
            fits |= ~classes[:, outside].any(axis=1)
    return float((fits & (classes.sum(axis=1) >= 3)).mean())


def clash(score: Score) -> float:
    """Share of steps with two or more pitch classes that hold a pair a semitone apart; silence gives 0."""
    setting = setting_of(score)
    classes = chroma(np.concatenate([setting.melody[None], setting.voices]))
    busy = classes.sum(axis=1) >= 2
    clashing = np.any(classes & np.roll(classes, 1, axis=1), axis=1)
    return float(clashing[busy].mean()) if busy.any() else 0.0


def silent(score: Score) -> float:
    """Share of steps at which a voice has no note, in the voice where that is most; 1 without voices."""
    return max((float((counts == 0).mean()) for counts in _notes_a_step(score)), default=1.0)


def one_note(score: Score) -> float:
    """Share of steps at which a voice has exactly one note, in the voice where that is least; 0 without voices."""
    return min((float((counts == 1).mean()) for counts in _notes_a_step(score)), default=0.0)


def short_notes(score: Score) -> float:
    """Share of a voice's notes that last one sixteenth, in the voice where that is most; silence gives 0."""
    shares = []
    for roll in setting_of(score).voices:
        before, after = np.zeros_like(roll), np.zeros_like(roll)
        before[1:], after[:-1] = roll[:-1], roll[1:]
        starts = (roll == ONSET) | ((roll == HOLD) & (before == OFF))
        shares.append(float((starts & (after != HOLD)).sum() / max(1, starts.sum())))
    return max(shares, default=0.0)


def onsets_a_beat(score: Score) -> float:
    """Notes struck per voice and beat, averaged over voices; silence gives 0."""
    voices = setting_of(score).voices
    return float((voices == ONSET).sum() / max(1, voices.shape[0] * voices.shape[1] / STEPS_A_BEAT))


def _notes_a_step(score: Score) -> list[NDArray[np.int64]]:
    return [(roll != OFF).sum(axis=1) for roll in setting_of(score).voices]
