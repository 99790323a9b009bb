"""The Groove recordings (Gillick et al. 2019) as hits: where in the bar, how loud, how early or late."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model_training.data.reading import read_song
from model_training.data.song import PITCH, START, VELOCITY
from music_core.decoding.drums import LANE_OF
from music_core.performing.positions import Bars
from music_core.score import TICKS_PER_QUARTER, Metre

CORPUS = "groove-drums-ccby"
TRAIN, VALIDATION = "train", "validation"

# Notes of the Roland TD-11 that General MIDI does not have: both edges of the hi-hat, the rim of the low tom.
_ROLAND_LANES = {22: 2, 26: 3, 58: 4}
_LANE = np.asarray([LANE_OF.get(pitch, _ROLAND_LANES.get(pitch, -1)) for pitch in range(128)], np.int64)

# A style's first word, and the family whose players it is counted to.
FAMILY_OF = {
    "pop": "pop", "soul": "pop", "gospel": "pop", "reggae": "pop", "country": "pop", "dance": "pop",
    "rock": "rock", "punk": "rock", "blues": "jazz", "jazz": "jazz",
    "funk": "funk", "hiphop": "funk", "neworleans": "funk",
    "latin": "latin", "afrocuban": "latin", "afrobeat": "latin", "highlife": "latin", "middleeastern": "latin",
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """One recording in 4/4: int64 (hits,) lanes, snapped start ticks, velocities; float64 offsets from the grid in ms.

    `offset_ticks` are the same offsets as the file has them; `in_phase` says that its bars begin where the clock's do.
    """

    name: str
    family: str
    split: str
    bpm: float
    swung: bool
    is_fill: bool
    in_phase: bool
    lanes: NDArray[np.int64]
    ticks: NDArray[np.int64]
    velocities: NDArray[np.int64]
    offset_ticks: NDArray[np.int64]

    @property
    def offsets_ms(self) -> NDArray[np.float64]:
        """How late (early: negative) each hit is, in milliseconds."""
        return np.asarray(self.offset_ticks * (60_000.0 / self.bpm / TICKS_PER_QUARTER), np.float64)

    def bars(self) -> Bars:
        """Its bar lines."""
        return Bars((Metre(0),), int(self.ticks.max(initial=0)) + 1)


def read_takes(data: Path, *splits: str) -> Iterator[Take]:
    """The recordings in 4/4 of these splits, in the order of the index."""
    folder = data / CORPUS
    if not (folder / "index.csv").is_file():
        raise ValueError(f"There is no corpus {CORPUS} in {data}; give the folder that holds it.")
    with (folder / "index.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] in splits and row["time_signature"] == "4/4"]
    for row in rows:
        take = _take(row, folder / "midi" / row["file"])
        if len(take.lanes):
            yield take


def _take(row: dict[str, str], path: Path) -> Take:
    song = read_song(path.name, path.read_bytes())
    notes = np.concatenate([track.notes for track in song.tracks])
    lanes = _LANE[notes[:, PITCH]]
    notes, lanes = notes[lanes >= 0], lanes[lanes >= 0]
    swung = row["swing"] == "1"
    step = TICKS_PER_QUARTER // (3 if swung else 4)
    starts = notes[:, START].astype(np.int64)
    snapped = (starts + step // 2) // step * step
    return Take(
        row["file"],
        FAMILY_OF.get(row["style"].split("/")[0], "any"),
        row["split"],
        float(row["bpm"]),
        swung,
        row["beat_type"] == "fill",
        row["phase_hint_beats"] in ("", "0", "0.0"),
        *_one_hit_a_step(lanes, snapped, notes[:, VELOCITY].astype(np.int64), starts - snapped),
    )


def _one_hit_a_step(
    lanes: NDArray[np.int64], ticks: NDArray[np.int64], velocities: NDArray[np.int64], offsets: NDArray[np.int64]
) -> tuple[NDArray[np.int64], ...]:
    """Of a drag or flam on one step only its loudest stroke, in order of time."""
    order = np.lexsort((-velocities, lanes, ticks))
    lanes, ticks, velocities, offsets = lanes[order], ticks[order], velocities[order], offsets[order]
    first = np.ones(len(ticks), np.bool_)
    first[1:] = (np.diff(ticks) != 0) | (np.diff(lanes) != 0)
    return lanes[first], ticks[first], velocities[first], offsets[first]
