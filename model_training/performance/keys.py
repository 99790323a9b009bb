"""The table of piano dynamics from POP909 (its own arrangers' velocities): how loud a note is beside its part's mean.

The files hold no pedal (no controller 64 at all), and their times are snapped to the beat, so loudness is all that
they teach. Of what stands around a note, its voice and its place in the bar explain a tenth of the variance; chord
degree, phrase position and the size of the chord each add 0.01 or less, and are left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model_training.data.reading import read_song
from model_training.data.song import START, VELOCITY
from model_training.performance.shrinking import quantile_table, ranks
from model_training.performance.spread import shares
from music_core.performing.positions import POSITIONS, Bars, IntArray
from music_core.performing.tables import VOICES
from music_core.performing.voices import voices

CORPUS = "pop909"
_LEVELS = ((0,), (0, 1))
_HELD_OUT_OF = 10


@dataclass(frozen=True, slots=True, eq=False)
class PianoPart:
    """A song's accompaniment: int64 (notes,) voices, bars, ticks in the bar, positions; float64 velocities."""

    name: str
    voice: IntArray
    bar: IntArray
    in_bar: IntArray
    position: IntArray
    velocity: NDArray[np.float64]

    @property
    def beside_mean(self) -> NDArray[np.float64]:
        """Velocity above the part's mean."""
        return np.asarray(self.velocity - self.velocity.mean(), np.float64)


def held_out(name: str) -> bool:
    """Whether a song is kept from the tables (one in ten, by a hash of its name), to measure them on."""
    return hashlib.sha256(name.encode()).digest()[0] % _HELD_OUT_OF == 0


def read_piano(data: Path) -> Iterator[PianoPart]:
    """The piano of every song that is beside the project and begins on a bar line, reserved songs left out."""
    folder = data / CORPUS
    if not (folder / "RESERVED.txt").is_file():
        raise ValueError(f"There is no corpus {CORPUS} in {data}; give the folder that holds it.")
    reserved = set((folder / "RESERVED.txt").read_text(encoding="utf-8").split())
    for path in sorted((folder / "midi_beat_aligned").glob("*.mid")):
        if path.stem in reserved:
            continue
        song = read_song(path.name, path.read_bytes())
        notes = next((track.notes for track in song.tracks if track.name == "PIANO"), None)
        if notes is None or not len(notes) or not song.metres or song.metres[0].tick != 0:
            continue
        starts = notes[:, START].astype(np.int64)
        places = Bars(song.metres, int(starts[-1])).places(starts)
        voice = voices(starts, notes[:, 1].astype(np.int64))
        velocity = notes[:, VELOCITY].astype(np.float64)
        yield PianoPart(path.stem, voice, places.bar, places.in_bar, places.position, velocity)


def velocity_table(parts: list[PianoPart]) -> NDArray[np.float32]:
    """Quantiles of velocity above the part's mean, float32 (voices, positions, 14)."""
    values = np.concatenate([part.beside_mean for part in parts])
    keys = [np.concatenate([part.voice for part in parts]), np.concatenate([part.position for part in parts])]
    return quantile_table(values, keys, (len(VOICES), POSITIONS), _LEVELS)


def velocity_shares(parts: list[PianoPart], table: NDArray[np.float32]) -> NDArray[np.float32]:
    """How its variation divides (tables.SHARES), a voice standing for a lane."""
    columns = [
        (np.full(len(p.voice), i), p.voice, p.bar, p.in_bar, p.position, p.beside_mean) for i, p in enumerate(parts)
    ]
    song, voice, bar, in_bar, position, values = (np.concatenate(column) for column in zip(*columns, strict=True))
    blur = np.random.default_rng(0).random(len(values))
    return shares(ranks(values, table[voice, position], blur), song, voice, bar, in_bar)
