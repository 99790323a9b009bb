"""What varies in a performance, drawn by place: for a whole part, its bars, the moments the band shares, each note."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from music_core.performing.counter import normals
from music_core.performing.positions import PLACES, IntArray, Places
from music_core.score import Score

# A part that is soft or loud throughout is human; one that is so beyond this is a fault.
_MOST_LINE = 1.0
# Abramowitz and Stegun 26.2.17, to 7.5e-8.
_NORMAL = (0.2316419, 0.319381530, -0.356563782, 1.781477937, -1.821255978, 1.330274429)

Floats = NDArray[np.float64]


def track_keys(score: Score) -> Iterator[str]:
    """A name for each track that holds when other tracks come and go: role, name, and rank among equals."""
    seen: dict[str, int] = {}
    for track in score.tracks:
        name = f"{track.role}/{track.name}"
        seen[name] = seen.get(name, 0) + 1
        yield f"{name}/{seen[name]}"


def variation(
    seed: int,
    purpose: str,
    part: str,
    band: str,
    shares: NDArray[np.float32],
    places: Places,
    line: IntArray,
    each: IntArray,
) -> Floats:
    """A standard normal value for each note, float64 (n,), that hangs together as `shares` (tables.SHARES) say.

    `part` names who plays and `band` who shares bars and moments with it (may be the same); `line` (n,) is a lane or
    voice of the part, `each` (n,) what tells the notes of one moment apart. Every piece is drawn by its place alone.
    """
    weights = np.sqrt(shares.astype(np.float64))
    bar, tick = places.bar, places.in_bar
    # Few lines, places and bars: each is drawn once and looked up.
    most, beat_places = int(line.max(initial=0)) + 1, len(PLACES)
    lines = np.clip(normals(seed, _stream(purpose, part, "line"), np.arange(most))[:, 0], -_MOST_LINE, _MOST_LINE)[line]
    pairs = np.arange(most * beat_places)
    accents = normals(seed, _stream(purpose, part, "place"), pairs // beat_places, pairs % beat_places)[:, 0]
    place = accents[line * beat_places + places.position % beat_places]
    in_bar = normals(seed, _stream(purpose, band, "bar"), np.arange(int(bar.max(initial=0)) + 1))[:, 0][bar]
    moment = normals(seed, _stream(purpose, band, "step"), bar, tick)[:, 0]
    own = normals(seed, _stream(purpose, part, "hit"), bar, tick, each)[:, 0]
    pieces = np.stack([lines, place, in_bar, moment, own])
    return np.asarray(weights @ pieces, np.float64)


def rank(value: Floats) -> Floats:
    """The share of standard normal values below each value, 0..1."""
    p, *b = _NORMAL
    t = 1.0 / (1.0 + p * np.abs(value))
    tail = np.exp(-0.5 * value**2) / np.sqrt(2 * np.pi) * t * (b[0] + t * (b[1] + t * (b[2] + t * (b[3] + t * b[4]))))
    return np.asarray(np.where(value < 0, tail, 1.0 - tail), np.float64)


def _stream(purpose: str, who: str, what: str) -> str:
    return hashlib.sha256(f"{purpose}/{what}/{who}".encode()).hexdigest()
