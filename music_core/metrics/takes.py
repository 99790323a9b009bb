"""Numbers about several settings of one melody: how much they differ, and whether they left it alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from music_core.metrics.setting import BoolArray, setting_of
from music_core.roll import OFF
from music_core.score import Score


def melody_kept(score: Score, melody: Score) -> float:
    """Share of the given melody's notes that the score's melody holds with the same onset, pitch and velocity."""
    given = melody.tracks[0].notes
    kept = {(n.start_tick, n.pitch, n.velocity) for n in score.tracks[0].notes}
    return sum((n.start_tick, n.pitch, n.velocity) in kept for n in given) / len(given) if given else 1.0


def jaccard_distance(scores: Sequence[Score]) -> float:
    """Mean Jaccard distance between the accompaniments' sounding cells (part, step, pitch) over all pairs of takes.

    0..1, drums included, up to the end of the melody; 0 means all alike, which silent takes are too.
    Raises ValueError when the takes are not of one melody with the same tracks.
    """
    cells = [_cells(score) for score in scores]
    if len({take.shape for take in cells}) > 1:
        raise ValueError("Takes can only be compared over the same melody with the same tracks.")
    distances = []
    for a, b in combinations(cells, 2):
        union = (a | b).sum()
        distances.append(1 - (a & b).sum() / union if union else 0.0)
    return float(np.mean(distances)) if distances else 0.0


def _cells(score: Score) -> BoolArray:
    setting = setting_of(score)
    steps = len(setting.melody)
    rolls = [part.roll[:steps] != OFF for part in setting.accompaniment]
    return np.stack(rolls) if rolls else np.zeros((0, steps, 128), np.bool_)
