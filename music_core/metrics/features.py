"""The frozen feature vector of eight bars, and how far two sets of vectors overlap.

Never change a feature, its order or the number of bins: figures would no longer compare with earlier ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from music_core.metrics import chord_tones, texture
from music_core.metrics.segment import Segment

FloatArray = NDArray[np.float64]

BINS = 20

FEATURES: Mapping[str, Callable[[Segment], float]] = MappingProxyType(
    {
        "notes_a_bar": texture.notes_a_bar,
        "polyphony": texture.polyphony,
        "silent_steps": texture.silent_steps,
        "pitch_class_entropy": texture.pitch_class_entropy,
        "scale_share": texture.scale_share,
        "out_of_key": chord_tones.out_of_key,
        "groove_adjacent": texture.groove_adjacent,
        "groove_all": texture.groove_all,
        "distinct_rhythms": texture.distinct_rhythms,
        "odd_onsets": texture.odd_onsets,
        "beat_onsets": texture.beat_onsets,
        "pitch_range": texture.pitch_range,
        "mean_pitch": texture.mean_pitch,
        "chord_tone_time": chord_tones.chord_tone_time,
        "chord_tone_onsets": chord_tones.chord_tone_onsets,
        "chord_tone_beats": chord_tones.chord_tone_beats,
        "chord_distance": chord_tones.chord_distance,
        "chord_cosine": chord_tones.chord_cosine,
        "chord_coverage": chord_tones.chord_coverage,
        "bass_on_bass": chord_tones.bass_on_bass,
        "bass_on_chord": chord_tones.bass_on_chord,
        "consonance": chord_tones.consonance,
        "melody_distance": chord_tones.melody_distance,
        "semitone_pairs": texture.semitone_pairs,
        "bar_likeness": texture.bar_likeness,
        "above_melody": texture.above_melody,
    }
)


def feature_vector(segment: Segment) -> FloatArray:
    """All features of a segment in their order, float64 (26,); nan where chords are needed and there are none."""
    return np.array([feature(segment) for feature in FEATURES.values()])


def overlap_area(one: FloatArray, other: FloatArray) -> FloatArray:
    """For each column of two sets of rows (n, features) and (m, features): how far their histograms overlap, 0..1.

    The sum of the smaller shares of 20 equal bins over the joint range (Yang and Lerch 2020 with histograms); 1 where
    all values of both are equal, nan where one set has no number.
    """
    counts = _histograms(one, other)
    totals = counts.sum(axis=2, keepdims=True)
    shares = counts / np.where(totals > 0, totals, np.nan)
    overlap: FloatArray = np.minimum(shares[0], shares[1]).sum(axis=1)
    return overlap


def divergence(one: FloatArray, other: FloatArray) -> FloatArray:
    """Kullback-Leibler divergence in nats of each column of `one` from `other`, 20 bins, one added to each count.

    nan where one set has no number.
    """
    counts = _histograms(one, other)
    p, q = (counts + 1.0) / (counts + 1.0).sum(axis=2, keepdims=True)
    apart: FloatArray = np.where((counts.sum(axis=2) > 0).all(axis=0), (p * np.log(p / q)).sum(axis=1), np.nan)
    return apart


def _histograms(one: FloatArray, other: FloatArray) -> FloatArray:
    """Counts in 20 equal bins from the lowest to the highest number of both, float64 (2, features, 20)."""
    both = np.concatenate([one, other])
    known = ~np.isnan(both)
    low = np.where(known, both, np.inf).min(axis=0)
    high = np.where(known, both, -np.inf).max(axis=0)
    # Without any number the limits are infinite and no row counts; where all are equal, the first bin has them.
    width = np.where(high > low, high - low, 1.0)
    low = np.where(np.isfinite(low), low, 0.0)
    bins = np.clip((np.where(known, both - low, 0.0) / width * BINS).astype(np.int64), 0, BINS - 1)
    features = both.shape[1]
    side = (np.arange(len(both)) >= len(one)).astype(np.int64)[:, None]
    cells = (side * features + np.arange(features)) * BINS + bins
    counts = np.bincount(cells[known], minlength=2 * features * BINS)
    return counts.reshape(2, features, BINS).astype(np.float64)
