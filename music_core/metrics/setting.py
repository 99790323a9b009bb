"""A score on the raster that the metrics count on: sixteenth steps, bar lines, the melody and its parts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from music_core.roll import OFF, Roll, notes_to_roll
from music_core.score import TICKS_PER_SIXTEENTH, Score, Track, bar_lines

STEPS_A_BEAT = 4

# Columns of a part's notes, in ticks.
START, PITCH, DURATION = range(3)

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One track: int64 notes (n, 3) of start tick, pitch, ticks; int8 roll (steps, 128) of OFF, HOLD, ONSET."""

    name: str
    is_drum: bool
    notes: IntArray
    roll: Roll

    @property
    def plays(self) -> bool:
        """Whether it has a note."""
        return len(self.notes) > 0


@dataclass(frozen=True, eq=False)
class Setting:
    """A score on sixteenth steps; `lines` are its bar lines in steps, whole bars up to the last note of any part.

    `melody_part` is the number of the melody, the first part with that role or, without one, the first
    pitched part with notes; -1 where no pitched part has a note.
    """

    parts: tuple[Part, ...]
    melody_part: int
    lines: IntArray

    @property
    def accompaniment(self) -> tuple[Part, ...]:
        """Every part but the melody, drums included."""
        return tuple(part for i, part in enumerate(self.parts) if i != self.melody_part)

    @property
    def pitched(self) -> tuple[Part, ...]:
        """The accompaniment without drums."""
        return tuple(part for part in self.accompaniment if not part.is_drum)

    @property
    def drums(self) -> tuple[Part, ...]:
        """The drum parts."""
        return tuple(part for part in self.parts if part.is_drum)

    @property
    def bars(self) -> int:
        """How many bars there are."""
        return len(self.lines) - 1

    @cached_property
    def melody(self) -> Roll:
        """The melody's int8 roll (steps, 128), up to the end of its last note."""
        part = self.parts[self.melody_part]
        end_tick = int((part.notes[:, START] + part.notes[:, DURATION]).max())
        return part.roll[: -(-end_tick // TICKS_PER_SIXTEENTH)]

    @cached_property
    def voices(self) -> NDArray[np.int8]:
        """The pitched accompaniment, int8 (voices, steps, 128), as long as the melody."""
        steps = len(self.melody)
        rolls = [part.roll[:steps] for part in self.pitched]
        return np.stack(rolls) if rolls else np.zeros((0, steps, 128), np.int8)

    @cached_property
    def half_bars(self) -> IntArray:
        """Steps at which half bars begin and the last one ends; a bar of odd length has the shorter half first."""
        middles = (self.lines[:-1] + self.lines[1:]) // 2
        return np.unique(np.concatenate([self.lines, middles]))


def setting_of(score: Score) -> Setting:
    """Raster a score that has a melody. Raises ValueError when no pitched track has a note."""
    setting = raster(score)
    if setting.melody_part < 0:
        raise ValueError("There is no melody to measure.")
    return setting


@lru_cache(maxsize=4)
def raster(score: Score) -> Setting:
    """Raster a score, notes or none; the last few are kept, so that many metrics of one score raster it once."""
    lines = np.array(bar_lines(score.metres, score.end_tick), np.int64)
    # Bars of odd lengths may end between two steps; a bar line goes to the nearest, as notes do.
    lines = np.unique((lines + TICKS_PER_SIXTEENTH // 2) // TICKS_PER_SIXTEENTH)
    steps = max(int(lines[-1]), -(-score.end_tick // TICKS_PER_SIXTEENTH))
    parts = tuple(_part(track, steps) for track in score.tracks)
    return Setting(parts, _melody(score.tracks), lines)


def chroma(rolls: NDArray[np.int8]) -> BoolArray:
    """Sounding pitch classes, bool (steps, 12), of rolls (tracks, steps, 128)."""
    sounding = (rolls != OFF).any(axis=0)
    return np.stack([sounding[:, pitch_class::12].any(axis=1) for pitch_class in range(12)], axis=1)


def chroma_steps(roll: Roll) -> IntArray:
    """How many notes of each pitch class sound at each step, int64 (steps, 12), of a roll (steps, 128)."""
    padded = np.zeros((len(roll), 132), np.int64)
    padded[:, :128] = roll != OFF
    counts: IntArray = padded.reshape(len(roll), 11, 12).sum(axis=1)
    return counts


def _part(track: Track, steps: int) -> Part:
    notes = np.array([(n.start_tick, n.pitch, n.duration_ticks) for n in track.notes], np.int64).reshape(-1, 3)
    roll = notes_to_roll(track.notes, steps, TICKS_PER_SIXTEENTH)
    for array in (notes, roll):
        array.setflags(write=False)  # shared by every metric
    return Part(track.name, track.is_drum, notes, roll)


def _melody(tracks: tuple[Track, ...]) -> int:
    playable = [i for i, track in enumerate(tracks) if track.notes and not track.is_drum]
    marked = [i for i in playable if tracks[i].role == "melody"]
    return next(iter(marked + playable), -1)
