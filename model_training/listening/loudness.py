"""Clips brought to one loudness (ITU-R BS.1770-4), so that nothing is preferred for being louder."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyloudnorm
from numpy.typing import NDArray

Samples = NDArray[np.float32]

TARGET_LUFS = -20.0
PEAK = 0.89
# Less than the standard's shortest block cannot be measured.
SHORTEST_S = 0.4


def loudness(samples: Samples, sample_rate: int) -> float:
    """Integrated loudness in LUFS of float32 (frames,) or (frames, channels); -inf for silence.

    Raises ValueError for a clip shorter than 0.4 s.
    """
    if len(samples) < SHORTEST_S * sample_rate:
        raise ValueError(f"A clip of {len(samples) / sample_rate:.2f} s is too short to measure its loudness.")
    return float(pyloudnorm.Meter(sample_rate).integrated_loudness(samples.astype(np.float64)))


def matched(clips: Sequence[Samples], sample_rate: int, target_lufs: float = TARGET_LUFS) -> list[Samples]:
    """The clips at one loudness: the target, or as much less as the one with the highest peaks needs not to clip.

    Raises ValueError where one of them is silent.
    """
    levels = [loudness(clip, sample_rate) for clip in clips]
    if any(np.isinf(level) for level in levels):
        raise ValueError("A clip is silent, so its loudness cannot be matched; leave that arrangement out.")
    peaks = [float(np.abs(clip).max()) for clip in clips]
    # The loudest that every clip may be made without a sample above the peak.
    room = [level + 20 * np.log10(PEAK / peak) for level, peak in zip(levels, peaks, strict=True)]
    goal = min([target_lufs, *room])
    gains = [10 ** ((goal - level) / 20) for level in levels]
    return [(clip * np.float32(gain)).astype(np.float32) for clip, gain in zip(clips, gains, strict=True)]
