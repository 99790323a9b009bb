"""Numbers about a chord lane and how it goes with its melody: the six of Yeh et al. (arXiv 2001.02360).

A score without a known chord gives nan, but for the two counts of the lane alone, which give 0. "No chord" is no chord
of the histogram, and melody over it counts nowhere.
"""

from __future__ import annotations

from itertools import pairwise
from math import nan

import numpy as np
from numpy.typing import NDArray

from music_core.harmony.chord import Chord
from music_core.harmony.lane import chord_at, merged, spans
from music_core.metrics.chord_tones import consonance_of
from music_core.metrics.segment import chord_grid
from music_core.metrics.setting import Part, chroma_steps, raster
from music_core.metrics.texture import entropy
from music_core.metrics.tonal import tonal_centroids
from music_core.score import Note, Score


def chord_histogram_entropy(score: Score) -> float:
    """CHE: entropy in nats of the chords by the time that each holds, up to the end of the score."""
    time: dict[Chord, int] = {}
    for start, end, change in spans(score.chords, score.end_tick):
        if change.chord is not None:
            time[change.chord] = time.get(change.chord, 0) + end - start
    return entropy(np.array(list(time.values()), np.int64))


def distinct_chords(score: Score) -> float:
    """CC: how many different chords (root, quality, bass) there are."""
    return float(len({change.chord for _, _, change in spans(score.chords, score.end_tick)} - {None}))


def chord_tonal_distance(score: Score) -> float:
    """CTD: mean distance of the tonal centroids of neighbouring chords, over the changes from one chord to another."""
    changes = [change.chord for _, _, change in spans(merged(score.chords), score.end_tick)]
    apart = [float(np.linalg.norm(_centroid(a) - _centroid(b))) for a, b in pairwise(changes) if a and b and a != b]
    return float(np.mean(apart)) if apart else nan


def melody_chord_tone_ratio(score: Score) -> float:
    """CTnCTR: (chord tones + proper non-chord tones) / all of the melody's notes over chords, 0..1.

    A note is judged by the chord at its onset; a non-chord note is proper where the next note is another one, at most
    two semitones away.
    """
    inside = proper = known = 0
    melody = _melody_notes(score)
    for note, following in zip(melody, [*melody[1:], None], strict=False):
        chord = chord_at(score.chords, note.start_tick)
        if chord is None:
            continue
        known += 1
        if note.pitch % 12 in chord.pitch_classes:
            inside += 1
        elif following is not None and 1 <= abs(following.pitch - note.pitch) <= 2:
            proper += 1
    return (inside + proper) / known if known else nan


def melody_consonance(score: Score) -> float:
    """PCS: 1, 0 (fourth) or -1 for each pair of melody note and chord tone, mean over all sixteenth steps; -1..1."""
    melody = _melody(score)
    if melody is None:
        return nan
    sung = chroma_steps(melody.roll)
    classes, _ = chord_grid(score.chords, 0, len(sung))
    return consonance_of(sung, classes.astype(np.int64)) if (sung.any(axis=1) & classes.any(axis=1)).any() else nan


def melody_chord_distance(score: Score) -> float:
    """MCTD: mean distance of the tonal centroids of melody note and chord, by sixteenth steps of sounding melody."""
    melody = _melody(score)
    if melody is None:
        return nan
    sung = chroma_steps(melody.roll)
    classes, _ = chord_grid(score.chords, 0, len(sung))
    both = sung.any(axis=1) & classes.any(axis=1)
    apart = tonal_centroids(sung[both].astype(np.float64)) - tonal_centroids(classes[both].astype(np.float64))
    return float(np.linalg.norm(apart, axis=1).mean()) if both.any() else nan


def _centroid(chord: Chord) -> NDArray[np.float64]:
    chroma = np.zeros((1, 12))
    chroma[0, list(chord.pitch_classes)] = 1.0
    centroid: NDArray[np.float64] = tonal_centroids(chroma)[0]
    return centroid


def _melody(score: Score) -> Part | None:
    setting = raster(score)
    return setting.parts[setting.melody_part] if setting.melody_part >= 0 else None


def _melody_notes(score: Score) -> tuple[Note, ...]:
    setting = raster(score)
    return score.tracks[setting.melody_part].notes if setting.melody_part >= 0 else ()
