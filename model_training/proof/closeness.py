"""How close an arranger's segments come to people's, with what two halves of people's own songs reach beside it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from model_training.proof.classifier import told_apart
from model_training.proof.measured import FloatArray, Rows
from music_core.metrics import overlap_area

HALVINGS = 20
RESAMPLES = 1000
PERMUTATIONS = 10_000


def mean_overlap(one: Rows, other: Rows) -> float:
    """The overlap area of two sets of segments, mean over features, 0..1; features without a number are left out."""
    areas = overlap_area(one.values, other.values)
    return float(np.nanmean(areas)) if not np.isnan(areas).all() else float("nan")


def split_half(human: Rows, value: Callable[[Rows, Rows], float], *, halvings: int = HALVINGS, seed: int = 0) -> float:
    """A figure between two random halves of people's own songs, mean over halvings: the most that can be asked for."""
    rng = np.random.default_rng(seed)
    figures = []
    for _ in range(halvings):
        songs = rng.permutation(human.song_numbers)
        half = len(songs) // 2
        if half:
            figures.append(value(human.of(songs[:half]), human.of(songs[half:])))
    return float(np.mean(figures)) if figures else float("nan")


def human_told_apart(human: Rows, *, seed: int = 0, halvings: int = 5) -> float:
    """How often two random halves of people's own songs are told apart: about 0.5 where all is well."""
    return split_half(human, lambda a, b: told_apart(a, b, seed=seed), halvings=halvings, seed=seed)


def interval(
    human: Rows, made: Rows, value: Callable[[Rows, Rows], float], *, resamples: int = RESAMPLES, seed: int = 0
) -> tuple[float, float]:
    """The 95 % bootstrap interval of a figure of two sets of segments: whole songs are drawn anew, for both at once.

    Songs drawn twice make histograms lumpier than new songs would, so the interval is moved by the mean difference of
    the draws from the figure itself.
    """
    rng = np.random.default_rng(seed)
    songs = human.song_numbers
    if not len(songs):
        return float("nan"), float("nan")
    places = {
        song: (np.flatnonzero(human.songs == song), np.flatnonzero(made.songs == song)) for song in songs.tolist()
    }
    figures = []
    for _ in range(resamples):
        drawn = rng.choice(songs, len(songs)).tolist()
        own, other = (np.concatenate([places[song][side] for song in drawn]) for side in (0, 1))
        figures.append(value(human.at(own), made.at(other)))
    low, high = np.nanpercentile(figures, (2.5, 97.5)) + (value(human, made) - np.nanmean(figures))
    return float(low), float(high)


def mean_interval(rows: Rows, *, resamples: int = RESAMPLES, seed: int = 0) -> tuple[FloatArray, FloatArray]:
    """The 95 % bootstrap interval of every feature's mean, whole songs drawn anew: low and high, each (features,)."""
    rng = np.random.default_rng(seed)
    songs = rows.song_numbers
    sums = np.stack([np.nansum(rows.values[rows.songs == song], axis=0) for song in songs])
    counts = np.stack([(~np.isnan(rows.values[rows.songs == song])).sum(axis=0) for song in songs])
    drawn = rng.integers(len(songs), size=(resamples, len(songs)))
    with np.errstate(invalid="ignore"):
        means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    return np.nanpercentile(means, 2.5, axis=0), np.nanpercentile(means, 97.5, axis=0)


def song_means(rows: Rows) -> dict[int, FloatArray]:
    """Each song's mean features, nan left out."""
    return {song: mean_known(rows.values[rows.songs == song]) for song in rows.song_numbers.tolist()}


def mean_known(values: FloatArray) -> FloatArray:
    """The mean of each column (rows, features) without its nans; nan where there is nothing else."""
    known = (~np.isnan(values)).sum(axis=0)
    means: FloatArray = np.where(known > 0, np.nansum(values, axis=0) / np.maximum(known, 1), np.nan)
    return means


def paired_permutation(one: FloatArray, other: FloatArray, *, count: int = PERMUTATIONS, seed: int = 0) -> float:
    """The two-sided p value of a difference in means of paired figures, one pair a song, by flipping signs.

    Pairs with a nan are left out; 1 where none is left. Never 0: the observed order counts as one of the permutations.
    """
    apart = one - other
    apart = apart[~np.isnan(apart)]
    if not len(apart):
        return 1.0
    signs = np.random.default_rng(seed).choice((-1.0, 1.0), (count, len(apart)))
    as_far = np.abs(signs @ apart) >= abs(apart.sum()) - 1e-12
    return float((as_far.sum() + 1) / (count + 1))
