"""Random numbers that belong to a place: Philox 4x32-10 for whole arrays of counters at once.

Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011). NumPy's own Philox draws a stream from one
counter; a performance asks for a few numbers at each of thousands of places, and needs no two of them in order.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

_MULTIPLIERS = np.asarray([0xD2511F53, 0xCD9E8D57], np.uint64)
_WEYL = (0x9E3779B9, 0xBB67AE85)
_ROUNDS = 10
_MASK = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)


def philox(counters: NDArray[np.uint64], key: tuple[int, int]) -> NDArray[np.uint64]:
    """Four 32-bit words for every counter: uint64 (n, 4) below 2**32 in, the same out; `key` is two such words."""
    c0, c1, c2, c3 = (counters[:, i] & _MASK for i in range(4))
    k0, k1 = key
    for _ in range(_ROUNDS):
        first, second = _MULTIPLIERS[0] * c0, _MULTIPLIERS[1] * c2
        c0, c1, c2, c3 = (
            (second >> _SHIFT) ^ c1 ^ np.uint64(k0),
            second & _MASK,
            (first >> _SHIFT) ^ c3 ^ np.uint64(k1),
            first & _MASK,
        )
        k0, k1 = (k0 + _WEYL[0]) & 0xFFFFFFFF, (k1 + _WEYL[1]) & 0xFFFFFFFF
    return np.stack([c0, c1, c2, c3], axis=1)


def uniforms(seed: int, stream: str, *place: NDArray[np.int64] | int) -> NDArray[np.float64]:
    """Four numbers between 0 and 1 (neither reached) for each place, float64 (n, 4).

    A place is up to three whole numbers (arrays of n, or one for all) that may be negative; what is drawn at one
    place does not depend on which others are asked for. `stream` keeps purposes and tracks apart.
    """
    columns = np.broadcast_arrays(*(np.atleast_1d(np.asarray(part, np.int64)) for part in place))
    if not 1 <= len(columns) <= 3:
        raise ValueError(f"A place has one to three numbers, not {len(columns)}.")
    counters = np.zeros((len(columns[0]), 4), np.uint64)
    counters[:, 0] = _word(stream)
    for i, column in enumerate(columns, 1):
        counters[:, i] = column.astype(np.uint64) & _MASK
    words = philox(counters, (seed & 0xFFFFFFFF, (seed >> 32) & 0xFFFFFFFF))
    return (words.astype(np.float64) + 0.5) / 2.0**32


def normals(seed: int, stream: str, *place: NDArray[np.int64] | int) -> NDArray[np.float64]:
    """Two independent standard normal numbers for each place, float64 (n, 2), by Box and Muller (1958)."""
    drawn = uniforms(seed, stream, *place)
    radius, angle = np.sqrt(-2.0 * np.log(drawn[:, 0])), 2.0 * np.pi * drawn[:, 1]
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _word(stream: str) -> int:
    return int.from_bytes(hashlib.sha256(stream.encode()).digest()[:4], "little")
