"""Which of some candidates become takes: those that are sound and fit the harmony, as different as they come."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from music_core.harmony.lane import chord_at
from music_core.metrics.soundness import faults
from music_core.score import TICKS_PER_SIXTEENTH, Score, Track

# Under this share of notes that begin on a tone of their chord, parts and chords do not belong together; people have
# .97 in pop and no less than .7 in jazz.
FEWEST_CHORD_TONES = 0.6


def passes(score: Score, model_id: str) -> bool:
    """Whether what the model wrote is sound (no overlap, nothing out of range, stuck or empty) and fits the chords."""
    own = tuple(track for track in score.tracks if track.generated_by == model_id or track.role == "melody")
    return not any(faults(score.with_tracks(*own)).values()) and chord_tone_share(score, own) >= FEWEST_CHORD_TONES


def chord_tone_share(score: Score, tracks: Sequence[Track]) -> float:
    """Share of the pitched accompaniment's notes that begin on a tone of the score's chord then; 1 where none does."""
    found = total = 0
    for track in tracks:
        for note in track.notes if not track.is_drum and track.role != "melody" else ():
            chord = chord_at(score.chords, note.start_tick)
            if chord is not None:
                total += 1
                found += note.pitch % 12 in chord.pitch_classes
    return found / total if total else 1.0


def apart(one: Score, other: Score) -> float:
    """How different two takes are, 0..1: the Jaccard distance of what their parts strike on which sixteenth."""
    a, b = _struck(one), _struck(other)
    return 1 - len(a & b) / len(a | b) if a | b else 0.0


def chosen(candidates: Sequence[Score], count: int) -> tuple[int, ...]:
    """Numbers of `count` candidates, rising: the first, then each time the one farthest from those chosen.

    Farthest-point sampling (Gonzalez, 1985): nothing else about a candidate matters.
    """
    if not candidates:
        return ()
    taken = [0]
    nearest = np.array([apart(candidates[0], other) for other in candidates])
    while len(taken) < min(count, len(candidates)):
        nearest[taken] = -1.0
        taken.append(int(nearest.argmax()))
        distances = [apart(candidates[taken[-1]], other) for other in candidates]
        nearest = np.minimum(nearest, distances)
    return tuple(sorted(taken))


def _struck(score: Score) -> frozenset[tuple[str, int, int]]:
    return frozenset(
        (track.role, round(note.start_tick / TICKS_PER_SIXTEENTH), note.pitch)
        for track in score.tracks
        if track.role != "melody"
        for note in track.notes
    )
