"""Numbers about a setting of a melody, each a function of a Score, each on binarised rolls.

The first track with notes is the melody, all other pitched tracks are the voices. Everything is counted on
sixteenth steps; windows are two bars of 4/4 (32 steps). None of these is a score to push up: what matters
is how close a value comes to human music, with silence and shuffled voices beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from music_core.roll import OFF, ONSET, Roll, notes_to_roll, roll_to_notes
from music_core.score import TICKS_PER_SIXTEENTH, Score
from music_core.theory import MAJOR, NATURAL_MINOR, key_correlations

STEPS_A_BEAT = 4
WINDOW_STEPS = 32
# Pitch-class sets that a strict chord must fit into: major, minor, diminished triads and the dominant seventh.
CHORDS = ((0, 4, 7), (0, 3, 7), (0, 3, 6), (0, 4, 7, 10))

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Setting:
    """A melody and its voices on sixteenth steps: int8 rolls (steps, 128) and (voices, steps, 128)."""

    melody: Roll
    voices: NDArray[np.int8]


def setting_of(score: Score) -> Setting:
    """Raster a score. Raises ValueError when it has no melody."""
    tracks = [track for track in score.tracks if not track.is_drum]
    melody = next((i for i, track in enumerate(tracks) if track.notes), None)
    if melody is None:
        raise ValueError("There is no melody to measure.")
    steps = -(-tracks[melody].end_tick // TICKS_PER_SIXTEENTH)
    rolls = [notes_to_roll(track.notes, steps, TICKS_PER_SIXTEENTH) for track in tracks]
    others = [roll for i, roll in enumerate(rolls) if i != melody]
    return Setting(rolls[melody], np.stack(others) if others else np.zeros((0, steps, 128), np.int8))


def in_key(score: Score) -> float:
    """Share of accompaniment note-steps in the best Krumhansl key of the melody, window by window.

    Major or natural minor, true chroma. An accompaniment without notes gives 0.
    """
    setting = setting_of(score)
    inside = total = 0
    for start in range(0, len(setting.melody), WINDOW_STEPS):
        span = slice(start, start + WINDOW_STEPS)
        notes = roll_to_notes(setting.melody[span], TICKS_PER_SIXTEENTH)
        if not notes:
            continue
        best = int(np.argmax(key_correlations(notes)))
        scale = [(best + degree) % 12 for degree in (NATURAL_MINOR if best >= 12 else MAJOR)]
        counts = (setting.voices[:, span] != OFF).sum(axis=(0, 1))
        inside += int(sum(counts[pitch] for pitch in range(128) if pitch % 12 in scale))
        total += int(counts.sum())
    return inside / total if total else 0.0


def strict_chord(score: Score) -> float:
    """Share of all beats with at least three pitch classes that fit one major, minor, diminished or dom7 chord.

    What sounds on the beat's first step counts, melody included. Silence and a bare melody give 0.
    """
    setting = setting_of(score)
    chroma = _chroma(np.concatenate([setting.melody[None], setting.voices]))[::STEPS_A_BEAT]
    if not len(chroma):
        return 0.0
    fits = np.zeros(len(chroma), np.bool_)
    for root in range(12):
        for chord in CHORDS:
            outside = np.ones(12, np.bool_)
            outside[[(root + degree) % 12 for degree in chord]] = False
            fits |= ~chroma[:, outside].any(axis=1)
    return float((fits & (chroma.sum(axis=1) >= 3)).mean())


def clash(score: Score) -> float:
    """Share of steps with two or more pitch classes that hold a pair a semitone apart; silence gives 0."""
    setting = setting_of(score)
    chroma = _chroma(np.concatenate([setting.melody[None], setting.voices]))
    busy = chroma.sum(axis=1) >= 2
    clashing = np.any(chroma & np.roll(chroma, 1, axis=1), axis=1)
    return float(clashing[busy].mean()) if busy.any() else 0.0


def silent(score: Score) -> float:
    """Share of steps at which a voice has no note, in the voice where that is most; 1 without voices."""
    return max((float((counts == 0).mean()) for counts in _notes_a_step(score)), default=1.0)


def one_note(score: Score) -> float:
    """Share of steps at which a voice has exactly one note, in the voice where that is least; 0 without voices."""
    return min((float((counts == 1).mean()) for counts in _notes_a_step(score)), default=0.0)


def short_notes(score: Score) -> float:
    """Share of a voice's notes that last one sixteenth, in the voice where that is most; silence gives 0."""
    setting = setting_of(score)
    shares = []
    for roll in setting.voices:
        notes = roll_to_notes(roll, 1)
        shares.append(sum(note.duration_ticks == 1 for note in notes) / len(notes) if notes else 0.0)
    return max(shares, default=0.0)


def onsets_a_beat(score: Score) -> float:
    """Notes struck per voice and beat, averaged over voices; silence gives 0."""
    voices = setting_of(score).voices
    return float((voices == ONSET).sum() / max(1, voices.shape[0] * voices.shape[1] / STEPS_A_BEAT))


def melody_kept(score: Score, melody: Score) -> float:
    """Share of the given melody's notes that the score's melody holds with the same onset, pitch and velocity."""
    given = melody.tracks[0].notes
    kept = {(n.start_tick, n.pitch, n.velocity) for n in score.tracks[0].notes}
    return sum((n.start_tick, n.pitch, n.velocity) in kept for n in given) / len(given) if given else 1.0


def jaccard_distance(scores: Sequence[Score]) -> float:
    """Mean Jaccard distance between the voices' cells (voice, step, pitch) over all pairs; 0 means all alike."""
    cells = [setting_of(score).voices != OFF for score in scores]
    distances = []
    for i, a in enumerate(cells):
        for b in cells[i + 1 :]:
            union = (a | b).sum()
            distances.append(1 - (a & b).sum() / union if union else 0.0)
    return float(np.mean(distances)) if distances else 0.0


METRICS: dict[str, Callable[[Score], float]] = {
    "in_key": in_key,
    "strict_chord": strict_chord,
    "clash": clash,
    "silent": silent,
    "one_note": one_note,
    "short_notes": short_notes,
    "onsets_a_beat": onsets_a_beat,
}

# Silence gets a perfect value on these, so they mean nothing without `silent` beside them.
PASSED_BY_SILENCE = ("clash", "short_notes")


def _notes_a_step(score: Score) -> list[NDArray[np.int64]]:
    return [(roll != OFF).sum(axis=1) for roll in setting_of(score).voices]


def _chroma(rolls: NDArray[np.int8]) -> BoolArray:
    """Sounding pitch classes, bool (steps, 12), of rolls (tracks, steps, 128)."""
    sounding = (rolls != OFF).any(axis=0)
    return np.stack([sounding[:, pitch_class::12].any(axis=1) for pitch_class in range(12)], axis=1)
