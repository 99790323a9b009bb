"""Numbers about keys and chords of an arrangement, counted in time that notes sound; drums have no say."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from music_core.metrics.setting import IntArray, Part, Setting, chroma_steps, raster
from music_core.score import Score
from music_core.theory import MAJOR

# Chords that a half bar may be: major, minor, diminished triads, dominant, major and minor sevenths.
CHORD_SHAPES = ((0, 4, 7), (0, 3, 7), (0, 3, 6), (0, 4, 7, 10), (0, 4, 7, 11), (0, 3, 7, 10))
# Radii of Harte's circles of fifths, minor thirds and major thirds.
RADII = (1.0, 1.0, 0.5)

FloatArray = NDArray[np.float64]


def in_scale(score: Score) -> float:
    """Largest share of the pitched accompaniment's note-steps in one of the twelve diatonic scales.

    True chroma, best-fit key of the accompaniment itself over the whole score, 0..1 (scale consistency of Mogren,
    arXiv 1611.09904, by time instead of notes). Natural minor is its relative major's scale. Notes spread evenly
    over all twelve classes give 7/12. Silence gives 0; nan without a pitched accompanying track.
    """
    setting = raster(score)
    if not setting.pitched:
        return float("nan")
    counts = sum((chroma_steps(part.roll).sum(axis=0) for part in setting.pitched), np.zeros(12, np.int64))
    return diatonic_share(counts)


def diatonic_share(counts: IntArray) -> float:
    """Largest share of counts of pitch classes, int64 (12,), in one of the twelve diatonic scales; 0 without any."""
    inside = diatonic_scales() @ counts
    return float(inside.max() / counts.sum()) if counts.any() else 0.0


def diatonic_scales() -> IntArray:
    """The twelve major scales as 0 and 1, int64 (12 tonics, 12 pitch classes)."""
    return _rotations((MAJOR,))


def chord_fit(score: Score) -> float:
    """Share of all sounding note-steps, melody included, in the best single chord of their half bar.

    The best of major, minor, diminished, dominant, major and minor seventh on twelve roots, 0..1; suspended chords are
    not among them. A melody alone fits easily, so silence passes. nan without an accompanying pitched track.
    """
    setting = raster(score)
    if not setting.pitched:
        return float("nan")
    counts = sum((_half_bars(setting, part) for part in setting.parts if not part.is_drum), _no_half_bars(setting))
    inside = counts @ _rotations(CHORD_SHAPES).T
    return float(inside.max(axis=1).sum() / counts.sum()) if counts.any() else 0.0


def tonal_distance(score: Score) -> float:
    """Mean distance of the tonal centroids of two pitched parts (melody included) over half bars in which both sound.

    Harte, Sandler and Gasser (2006): six dimensions, radii 1, 1, 0.5; chroma by sounding time, norm 1 (TD of
    MuseGAN, arXiv 1709.06298, averaged over all pairs of parts). 0 is the same harmony; single notes a fifth apart
    lie 1.74 and a tritone apart 2.83 (the most) from each other. nan where no two parts ever sound in one half bar,
    as in silence.
    """
    distances = tonal_distances(score)
    return float(np.mean(list(distances.values()))) if distances else float("nan")


def tonal_distances(score: Score) -> dict[tuple[int, int], float]:
    """The same for each pair of pitched tracks, by their numbers; pairs that never sound together are left out."""
    setting = raster(score)
    tracks = [i for i, part in enumerate(setting.parts) if part.plays and not part.is_drum]
    counts = {i: _half_bars(setting, setting.parts[i]) for i in tracks}
    centroids = {i: tonal_centroids(counts[i].astype(np.float64)) for i in tracks}
    distances = {}
    for a, b in combinations(tracks, 2):
        both = counts[a].any(axis=1) & counts[b].any(axis=1)
        if both.any():
            distances[a, b] = float(np.linalg.norm(centroids[a][both] - centroids[b][both], axis=1).mean())
    return distances


def tonal_centroids(chroma: FloatArray) -> FloatArray:
    """Harte's six-dimensional centroids, float64 (n, 6), of chroma (n, 12); an empty chroma lies at the origin."""
    total = chroma.sum(axis=1, keepdims=True)
    shares: FloatArray = chroma / np.where(total == 0.0, 1.0, total)
    return shares @ _tonal_basis()


def _tonal_basis() -> FloatArray:
    """Where each pitch class lies on the circles of fifths, minor thirds and major thirds, float64 (12, 6)."""
    classes = np.arange(12)
    angles = [classes * turn * np.pi for turn in (7 / 6, 3 / 2, 2 / 3)]
    circles = [radius * wave(angle) for radius, angle in zip(RADII, angles, strict=True) for wave in (np.sin, np.cos)]
    return np.stack(circles, axis=1)


def _rotations(shapes: tuple[tuple[int, ...], ...]) -> IntArray:
    """Each shape on each of twelve roots as 0 and 1, int64 (shapes * 12, 12)."""
    masks = np.zeros((len(shapes) * 12, 12), np.int64)
    for row, (shape, root) in enumerate((shape, root) for shape in shapes for root in range(12)):
        masks[row, [(root + degree) % 12 for degree in shape]] = 1
    return masks


def _half_bars(setting: Setting, part: Part) -> IntArray:
    """Note-steps of each pitch class in each half bar, int64 (half bars, 12)."""
    if not setting.bars:
        return _no_half_bars(setting)
    return np.add.reduceat(chroma_steps(part.roll), setting.half_bars[:-1], axis=0)


def _no_half_bars(setting: Setting) -> IntArray:
    return np.zeros((len(setting.half_bars) - 1, 12), np.int64)
