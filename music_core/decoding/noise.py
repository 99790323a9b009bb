"""Noise that belongs to a place in a piece: the same seed, model and place always give the same numbers."""

from __future__ import annotations

import hashlib

import numpy as np

from music_core.decoding.predictor import FloatArray


def noise_at(seed: int, name: str, place: tuple[int, int, int], channels: int) -> FloatArray:
    """Standard normal noise, float32 (channels,), drawn by a counter (Philox, Salmon et al. 2011).

    Keyed by seed and name (a model's id), counted by place: what stands elsewhere, and how much of it, does not
    matter.
    """
    return philox(seed, name, place).standard_normal(channels, dtype=np.float32)


def philox(seed: int, name: str, place: tuple[int, int, int]) -> np.random.Generator:
    """Randomness of its own for each seed, name and place."""
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little")
    return np.random.Generator(np.random.Philox(key=[seed & 0xFFFFFFFFFFFFFFFF, key], counter=[0, *place]))
