"""What an arranger's bundle says beside its graph: parts, genres, and the wishes that real music would have had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.arranger.context import UNKNOWN
from music_core.decoding.arranger.features import BINS, WISHES

_NEAREST = 24  # windows with a melody as busy and as high as the user's, of which one lends its wishes
_HEIGHT = 8.0  # semitones that count as much as one note a quarter more or less
_OPEN = "-"


@dataclass(frozen=True, slots=True, eq=False)
class ModelData:
    """`tracks` lists for each of the bundle's parts the network's parts that make it up (empty for drums).

    `parts` is how many the network has besides drums; `rows` int8 (n, parts + 1, 4) are wishes measured on the
    genre's songs, and `busyness` float (n,) how many melody notes a quarter they were found under,
    `heights` float (n,) these notes' mean pitch at home; `phrased` says
    that the network knows where phrases begin and end, `held` that every part is a voice that never rests;
    `habit` float (parts + 1,) is the share of their onsets that neighbouring bars of a
    part have in common, the drums' last.
    """

    parts: int
    drums: bool
    genres: int
    genre: int
    tracks: tuple[tuple[int, ...], ...]
    rows: NDArray[np.int8]
    busyness: NDArray[np.float64]
    heights: NDArray[np.float64]
    habit: NDArray[np.float64]
    phrased: bool = True
    held: bool = False

    @property
    def present(self) -> NDArray[np.bool_]:
        """Which of the network's parts the bundle plays, bool (parts + 1,), the drums last."""
        played = {part for track in self.tracks for part in track}
        drums = self.drums and any(not track for track in self.tracks)
        return np.array([part in played for part in range(self.parts)] + [drums], np.bool_)

    def drawn(self, busyness: float, height: float, rng: np.random.Generator) -> NDArray[np.int8]:
        """The wishes of a random window among those with a melody as busy and as high, int8 (parts + 1, 4)."""
        if not len(self.rows):
            return np.full((self.parts + 1, WISHES), UNKNOWN, np.int8)
        apart = np.abs(self.busyness - busyness) + np.abs(self.heights - height) / _HEIGHT
        nearest = np.argsort(apart, kind="stable")[:_NEAREST]
        row: NDArray[np.int8] = self.rows[int(rng.choice(nearest))].copy()
        return row


def to_plain(data: ModelData) -> dict[str, Any]:
    """Plain data for the manifest; a row of wishes is a word of digits."""
    words = ["".join(_OPEN if value == UNKNOWN else str(value) for value in row.ravel()) for row in data.rows]
    return {
        "parts": data.parts, "drums": data.drums, "genres": data.genres, "genre": data.genre,
        "tracks": [list(track) for track in data.tracks], "wishes": words,
        "phrased": data.phrased, "held": data.held,
        "habit": [round(float(value), 2) for value in data.habit],
        "busyness": [round(float(value), 2) for value in data.busyness],
        "heights": [round(float(value), 1) for value in data.heights],
    }  # fmt: skip


def from_plain(data: Mapping[str, Any]) -> ModelData:
    """The inverse of `to_plain`; raises ValueError where the data is not an arranger's."""
    try:
        parts, words = int(data["parts"]), list(data["wishes"])
        rows = np.array([_row(word, parts) for word in words], np.int8).reshape(-1, parts + 1, WISHES)
        tracks = tuple(tuple(int(part) for part in track) for track in data["tracks"])
        if any(not 0 <= part < parts for track in tracks for part in track) or not len(data["busyness"]) == len(
            data["heights"]
        ) == len(words):
            raise ValueError("numbers that do not fit together")
        return ModelData(
            parts, bool(data["drums"]), int(data["genres"]), int(data["genre"]), tracks, rows,
            np.array(data["busyness"], float), np.array(data["heights"], float),
            _habit(data.get("habit"), parts), bool(data.get("phrased", False)),
            bool(data.get("held", False)),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise ValueError(f"The arranger's data in the manifest is damaged ({error}).") from None


def _row(word: str, parts: int) -> Sequence[int]:
    row = [UNKNOWN if digit == _OPEN else int(digit) for digit in word]
    if len(row) != (parts + 1) * WISHES or max(row) >= BINS:
        raise ValueError(f"a row of wishes {word!r}")
    return row


def _habit(values: Any, parts: int) -> NDArray[np.float64]:
    """None in bundles that were made before it was measured: nothing returns."""
    habit = np.zeros(parts + 1) if values is None else np.array(values, float)
    if habit.shape != (parts + 1,) or not ((habit >= 0) & (habit <= 1)).all():
        raise ValueError("habits that are no shares of the parts")
    return habit
