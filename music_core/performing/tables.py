"""What recordings taught about playing, as arrays: read from one small file, checked, shared by all performances."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.drums import LANES
from music_core.performing.positions import POSITIONS

FILE_NAME = "tables.npz"
FORMAT_VERSION = 2
MOST_BYTES = 8 * 1024 * 1024

# Whose drumming a genre follows; the families are styles of the Groove recordings, `any` is all of them.
FAMILIES = ("any", "pop", "rock", "jazz", "funk", "latin")
FAMILY_OF_GENRE: Mapping[str, str] = {
    "pop": "pop", "singer-songwriter": "pop", "pop-piano": "pop", "folk": "pop", "rock": "rock", "metal": "rock",
    "jazz": "jazz", "swing": "jazz", "blues": "jazz", "funk": "funk", "hiphop": "funk", "soul": "funk",
    "latin": "latin",
}  # fmt: skip

# Shares of the distribution that a row of quantiles gives the values of; close together where many hits are as loud as
# a pad can say.
QUANTILES = (0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.98)
# A hit's surroundings in its own bar: the same lane a sixteenth (a triplet) before and after, how often the lane is
# hit in the bar, whether the kick and the snare are hit with it.
BUSY_FROM = (3, 5, 9)
DRUM_CONTEXT = (2, 2, len(BUSY_FROM) + 1, 2, 2)
# What a note does in the chord struck with it: a low lowest, one between, the highest, or alone above the bass.
VOICES = ("bass", "inner", "top", "alone")
BASS_BELOW = 55
# How much of a hit's variation belongs to its lane in the whole take, to its lane at this place of every beat (accents
# come back), to its bar, its moment, and the hit alone; shares of 1.
SHARES = ("line", "place", "bar", "step", "hit")

_SHAPES = {
    "drum_velocity": (len(FAMILIES), len(LANES), POSITIONS, *DRUM_CONTEXT, len(QUANTILES)),
    "drum_offset_ms": (len(FAMILIES), len(LANES), POSITIONS, len(QUANTILES)),
    "key_velocity": (len(VOICES), POSITIONS, len(QUANTILES)),
    "velocity_shares": (len(SHARES),),
    "offset_shares": (len(SHARES),),
    "key_shares": (len(SHARES),),
    "swing": (2,),
}


class TablesError(ValueError):
    """The performance tables cannot be used; the message is one sentence for the user."""


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """Quantiles (last axis, at QUANTILES) of what people play, and how their variation hangs together.

    `drum_velocity` float32 1..127 by family, lane, position and DRUM_CONTEXT; `drum_offset_ms` float32 milliseconds
    after the grid by family, lane, position; `key_velocity` float32, added to a part's mean velocity, by voice and
    position. `swing` (a, b): a swung off-beat lies at a + b * bpm of its beat. `about` has sources and licences.
    """

    drum_velocity: NDArray[np.float32]
    drum_offset_ms: NDArray[np.float32]
    key_velocity: NDArray[np.float32]
    velocity_shares: NDArray[np.float32]
    offset_shares: NDArray[np.float32]
    key_shares: NDArray[np.float32]
    swing: NDArray[np.float32]
    about: Mapping[str, Any]

    def __post_init__(self) -> None:
        for name, shape in _SHAPES.items():
            array = getattr(self, name)
            if array.shape != shape or not np.isfinite(array).all():
                raise TablesError(f"The performance table {name} is damaged; install Tutti again.")


def family_of(genre: str) -> int:
    """The place in FAMILIES whose drummers a genre follows; all of them for a genre that is not listed."""
    return FAMILIES.index(FAMILY_OF_GENRE.get(genre.lower(), "any"))


def at_rank(quantiles: NDArray[np.float32], rank: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values at ranks (n,) in 0..1 from rows of quantiles (n, 14), straight lines between; ends are held."""
    points = np.asarray(QUANTILES)
    right = np.clip(np.searchsorted(points, rank), 1, len(points) - 1)
    share = np.clip((rank - points[right - 1]) / (points[right] - points[right - 1]), 0.0, 1.0)
    rows = np.arange(len(rank))
    low, high = quantiles[rows, right - 1], quantiles[rows, right]
    return np.asarray(low + (high - low) * share, np.float64)


def write_tables(path: Path, tables: Tables) -> None:
    """Write the file that `read_tables` reads: small integers, compressed; velocities are kept to a whole number."""
    arrays = {name: getattr(tables, name) for name in _SHAPES}
    arrays["drum_velocity"] = np.round(tables.drum_velocity).astype(np.uint8)
    arrays["drum_offset_ms"] = np.round(tables.drum_offset_ms * 4).astype(np.int16)
    arrays["key_velocity"] = np.round(tables.key_velocity * 4).astype(np.int16)
    about = np.frombuffer(json.dumps({**tables.about, "format": FORMAT_VERSION}).encode(), np.uint8)
    with path.open("wb") as file:  # given a name, NumPy would put .npz behind it
        np.savez_compressed(file, about=about, **arrays)


@lru_cache(maxsize=4)
def read_tables(folder: Path) -> Tables:
    """The tables in a folder (resources/performance); raises TablesError with one plain sentence."""
    path = folder / FILE_NAME
    try:
        _check_size(path)
        with np.load(path, allow_pickle=False) as file:
            about = json.loads(bytes(file["about"].astype(np.uint8)).decode())
            arrays = {name: file[name].astype(np.float32) for name in _SHAPES}
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        raise TablesError(
            f"The performance tables in {folder.name} are missing or damaged; install Tutti again."
        ) from None
    if not isinstance(about, dict) or about.get("format") != FORMAT_VERSION:
        raise TablesError(f"The performance tables in {folder.name} have a format that this Tutti does not read.")
    arrays["drum_offset_ms"] /= 4
    arrays["key_velocity"] /= 4
    return Tables(about=about, **arrays)


def _check_size(path: Path) -> None:
    """A file that unpacks to far more than the tables need was made to fill a memory."""
    with zipfile.ZipFile(path) as archive:
        if sum(member.file_size for member in archive.infolist()) > MOST_BYTES:
            raise ValueError("too large")
