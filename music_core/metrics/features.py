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
    return np.array([_overlap(a, b) for a, b in zip(one.T, other.T, strict=True)])


def divergence(one: FloatArray, other: FloatArray) -> FloatArray:
    """Kullback-Leibler divergence in nats of each column of `one` from `other`, 20 bins, one added to each count."""
    values = []
    for a, b in zip(one.T, other.T, strict=True):
        counts = _histograms(a, b)
        if counts is None:
            values.append(float("nan"))
            continue
        p, q = ((count + 1) / (count + 1).sum() for count in counts)
        values.append(float((p * np.log(p / q)).sum()))
    return np.array(values)


def _overlap(a: FloatArray, b: FloatArray) -> float:
    counts = _histograms(a, b)
    if counts is None:
        return float("nan")
    return float(np.minimum(counts[0] / counts[0].sum(), counts[1] / counts[1].sum()).sum())


def _histograms(a: FloatArray, b: FloatArray) -> tuple[FloatArray, FloatArray] | None:
    a, b = a[~np.isnan(a)], b[~np.isnan(b)]
    if not len(a) or not len(b):
        return None
    low, high = min(a.min(), b.min()), max(a.max(), b.max())
    if low == high:
        high = low + 1.0
    return tuple(np.histogram(x, BINS, (low, high))[0].astype(np.float64) for x in (a, b))  # type: ignore[return-value]
