"""Features of a segment that say how its accompaniment fits the chords and the melody.

Chords are those of the lane; steps without a chord count nowhere. A segment without any chord gives nan where chords
are needed, one without accompaniment gives 0.
"""

from __future__ import annotations

from math import nan

import numpy as np
from numpy.typing import NDArray

from music_core.metrics.segment import Segment, halves
from music_core.metrics.setting import STEPS_A_BEAT, BoolArray, chroma_steps
from music_core.metrics.tonal import diatonic_scales, tonal_centroids

# What an interval above a chord note is worth to the ear: consonant 1, the fourth 0, all else -1 (Yeh et al. 2021).
CONSONANCE = np.array([1, -1, -1, 1, 1, 0, -1, 1, 1, 1, -1, -1])


def chord_tone_onsets(segment: Segment) -> float:
    """Share of the accompaniment's notes begun on a tone of the chord in force, slash bass included, 0..1."""
    return _share_inside(segment, segment.onsets)


def chord_tone_time(segment: Segment) -> float:
    """The same by sounding time."""
    return _share_inside(segment, segment.sounding)


def chord_tone_beats(segment: Segment) -> float:
    """The same of the notes begun on beats."""
    on_beats = segment.onsets.copy()
    on_beats[np.arange(len(on_beats)) % STEPS_A_BEAT != 0] = False
    return _share_inside(segment, on_beats)


def bass_on_bass(segment: Segment) -> float:
    """Share of beats whose lowest accompanying note is the bass of the beat's chord (its root, but for slash chords).

    The lowest note that sounds anywhere in the beat, against the chord at the beat's start; beats without either are
    left out. 0..1.
    """
    lowest, beats = _lowest_by_beat(segment)
    on_bass = lowest % 12 == segment.chord_basses[beats]
    return _mean(segment, on_bass)


def bass_on_chord(segment: Segment) -> float:
    """Share of beats whose lowest accompanying note is any tone of the beat's chord; else as `bass_on_bass`."""
    lowest, beats = _lowest_by_beat(segment)
    return _mean(segment, segment.chord_classes[beats, lowest % 12])


def chord_coverage(segment: Segment) -> float:
    """Share of the chord tones of a half bar that sound somewhere in it, mean over half bars with chords, 0..1."""
    chords = segment.chord_halves > 0
    sounded = (segment.played_halves > 0) & chords
    known = chords.any(axis=1)
    if not known.any():
        return nan
    return float((sounded[known].sum(axis=1) / chords[known].sum(axis=1)).mean())


def chord_distance(segment: Segment) -> float:
    """Distance of the tonal centroids of accompaniment and chord by half bar, mean where there are both."""
    return _centroid_distance(segment, segment.played_halves, segment.chord_halves)


def chord_cosine(segment: Segment) -> float:
    """Cosine of the chroma of accompaniment (by sounding time) and chord by half bar, mean where both are, 0..1."""
    played, chords = segment.played_halves, segment.chord_halves
    both = played.any(axis=1) & chords.any(axis=1)
    norms = np.linalg.norm(played[both], axis=1) * np.linalg.norm(chords[both], axis=1)
    return _mean(segment, (played[both] * chords[both]).sum(axis=1) / norms)


def melody_distance(segment: Segment) -> float:
    """Distance of the tonal centroids of accompaniment and melody by half bar, mean where both sound, else 0."""
    sung = halves(chroma_steps(segment.melody))
    both = sung.any(axis=1) & segment.played_halves.any(axis=1)
    apart = tonal_centroids(sung[both]) - tonal_centroids(segment.played_halves[both])
    return float(np.linalg.norm(apart, axis=1).mean()) if both.any() else 0.0


def consonance(segment: Segment) -> float:
    """Pitch consonance score of melody and accompaniment: 1, 0 (fourth) or -1 for each pair that sounds together.

    Mean over the pairs of all sixteenth steps, by the melody's interval above the accompanying note mod 12 (PCS of
    Yeh et al., arXiv 2001.02360, with the sounding notes for the chord). -1..1.
    """
    return consonance_of(chroma_steps(segment.melody), chroma_steps(segment.accompaniment))


def out_of_key(segment: Segment) -> float:
    """Share of the accompaniment's notes begun outside the key of melody and chords, 0..1.

    The key is the diatonic scale that holds most of the time of the melody's notes and the chords' tones.
    """
    time = chroma_steps(segment.melody).sum(axis=0) + segment.chord_classes.sum(axis=0)
    begun = np.bincount(np.nonzero(segment.onsets)[1] % 12, minlength=12)
    if not time.any() or not begun.any():
        return 0.0
    scales = diatonic_scales()
    return float(1.0 - (scales[int(np.argmax(scales @ time))] * begun).sum() / begun.sum())


def consonance_of(melody: NDArray[np.int64], chords: NDArray[np.int64]) -> float:
    """The mean worth of all intervals of melody over chord notes, counts (steps, 12) each; 0 where none meet."""
    together: NDArray[np.int64] = melody.T @ chords  # (melody class, chord class), summed over steps
    above = (np.arange(12)[:, None] - np.arange(12)[None, :]) % 12
    pairs = int(together.sum())
    return float((together * CONSONANCE[above]).sum() / pairs) if pairs else 0.0


def _share_inside(segment: Segment, cells: BoolArray) -> float:
    steps, pitches = np.nonzero(cells)
    known: BoolArray = np.logical_or.reduce(segment.chord_classes, axis=1)[steps]
    return _mean(segment, segment.chord_classes[steps[known], pitches[known] % 12])


def _lowest_by_beat(segment: Segment) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The lowest pitch of each beat that has a note and a chord, and the beat's first step."""
    beats: BoolArray = np.logical_or.reduce(segment.sounding.reshape(-1, STEPS_A_BEAT, 128), axis=1)
    starts = np.arange(0, len(segment.accompaniment), STEPS_A_BEAT)
    used: BoolArray = np.logical_and(beats.any(axis=1), segment.chord_classes[starts].any(axis=1))
    return beats[used].argmax(axis=1).astype(np.int64), starts[used].astype(np.int64)


def _centroid_distance(segment: Segment, one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    both = one.any(axis=1) & other.any(axis=1)
    return _mean(segment, np.linalg.norm(tonal_centroids(one[both]) - tonal_centroids(other[both]), axis=1))


def _mean(segment: Segment, values: NDArray[np.float64] | BoolArray) -> float:
    """The mean; 0 without values, nan where that is for want of chords."""
    if len(values):
        return float(values.mean())
    return 0.0 if segment.chord_classes.any() else nan
