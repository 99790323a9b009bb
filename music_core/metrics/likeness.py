"""How alike two settings of one melody are: to show beside other figures, never to rank by; ears do not follow it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from music_core.metrics.segment import STEPS_A_BAR, Segment


def note_f1(one: Segment, other: Segment) -> float:
    """F1 of the notes begun, equal in sixteenth step and pitch, 0..1; 1 where both are silent."""
    total = int(one.onsets.sum()) + int(other.onsets.sum())
    return 2 * int((one.onsets & other.onsets).sum()) / total if total else 1.0


def chroma_similarity(one: Segment, other: Segment) -> float:
    """Cosine of the chroma (note-steps of each pitch class) by half bar, mean where either plays, 0..1."""
    return _mean_cosine(one.played_halves, other.played_halves)


def groove_similarity(one: Segment, other: Segment) -> float:
    """Cosine of the notes begun on each of a bar's 16 steps, mean over bars in which either plays, 0..1."""
    return _mean_cosine(_struck(one), _struck(other))


def _struck(segment: Segment) -> NDArray[np.float64]:
    counts: NDArray[np.float64] = segment.onsets.sum(axis=1).reshape(-1, STEPS_A_BAR).astype(np.float64)
    return counts


def _mean_cosine(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """The rows' cosines, mean over rows in which either is not empty; 1 where all are."""
    used = a.any(axis=1) | b.any(axis=1)
    norms = np.linalg.norm(a[used], axis=1) * np.linalg.norm(b[used], axis=1)
    dots = (a[used] * b[used]).sum(axis=1)
    cosines = np.divide(dots, norms, out=np.zeros_like(dots), where=norms > 0)
    return float(cosines.mean()) if len(cosines) else 1.0
