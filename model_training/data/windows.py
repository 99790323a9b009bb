"""Batches of training windows: random places, random keys, encoded as the decoder will encode them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model_training.data.corpus import Corpus
from model_training.data.song import Song, notes_of
from music_core.decoding.chords import notes_to_voices
from music_core.decoding.drums import LANES, notes_to_lanes
from music_core.decoding.home import semitones_home
from music_core.decoding.predictor import FloatArray
from music_core.decoding.voices import REST, encode, line_to_voice, pulse_of
from music_core.manifest import GridSpec, PartSpec
from music_core.melody import top_line
from music_core.score import TICKS_PER_QUARTER


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows for one step: melody planes, the others' rows (rest = pitches) and onsets (batch, voices, steps).

    `hits` are the drums' (batch, lanes, steps), no lanes where the config has no drums; `inside` is (batch, steps).
    """

    melody: FloatArray
    rows: NDArray[np.int64]
    onsets: FloatArray
    hits: FloatArray
    inside: NDArray[np.bool_]

    def part(self, chosen: slice) -> Batch:
        """Some of the windows."""
        return Batch(
            self.melody[chosen], self.rows[chosen], self.onsets[chosen], self.hits[chosen], self.inside[chosen]
        )


@dataclass(frozen=True, slots=True)
class _Raster:
    """A song on the grid: pitch and onset of the melody and then every line, (1 + voices, steps); drums and pulse."""

    pitch: NDArray[np.int16]
    onset: NDArray[np.bool_]
    hits: NDArray[np.bool_]
    beat: NDArray[np.bool_]
    bar: NDArray[np.bool_]
    tonic: int
    minor: bool


class Windows:
    """Draws windows of one split with a numpy generator; the same generator state gives the same batches."""

    def __init__(
        self, corpus: Corpus, split: str, parts: tuple[PartSpec, ...], grid: GridSpec, spread: int = 1
    ) -> None:
        self._grid = grid
        self._spread = spread
        indices = corpus.songs(split)
        if not indices:
            raise ValueError(f"The prepared corpus has no songs in its {split} split; add more songs.")
        self._songs = [_raster(corpus.song(index), parts, grid) for index in indices]
        if not any((song.pitch[1:] != REST).any() or song.hits.any() for song in self._songs):
            roles = ", ".join(part.role for part in parts)
            raise ValueError(f"No song of the {split} split has a part for {roles}; name other tracks in the config.")
        self.steps = sum(len(song.beat) for song in self._songs)
        self._weights = np.array([len(song.beat) for song in self._songs], float) / self.steps

    @property
    def melody_range(self) -> tuple[int, int]:
        """Where the songs' mean melody pitches lie at home (5th to 95th percentile), the spread included."""
        lines = [(song.pitch[0][song.pitch[0] != REST], _home(song)) for song in self._songs]
        means = [float(line.mean()) + home for line, home in lines if len(line)]
        low, high = np.percentile(means, (5, 95))
        return round(low) - self._spread, round(high) + self._spread

    def draw(self, size: int, rng: np.random.Generator) -> Batch:
        """A batch from random beats of random songs.

        Each is moved to C major or A minor, as the decoder moves a melody, and up to `spread` semitones from there.
        """
        chosen = rng.choice(len(self._songs), size, p=self._weights)
        places = [(int(i), self._start(int(i), rng)) for i in chosen]
        homes = np.array([_home(self._songs[index]) for index, _ in places])
        return self.at(places, homes + rng.integers(-self._spread, self._spread + 1, size))

    def at(self, places: list[tuple[int, int]], shifts: NDArray[np.int64]) -> Batch:
        """The windows that begin at (song in the split, step in the song), each transposed by its shift."""
        grid = self._grid
        first = self._songs[0]
        size, steps = len(places), grid.window_steps
        pitch = np.full((size, len(first.pitch), steps), REST, np.int64)
        onset = np.zeros(pitch.shape, np.bool_)
        hits = np.zeros((size, len(first.hits), steps), np.float32)
        beat, bar, inside = (np.zeros((size, steps), np.bool_) for _ in range(3))
        for i, (index, start) in enumerate(places):
            song = self._songs[index]
            here = slice(start, min(len(song.beat), start + steps))
            n = here.stop - here.start
            pitch[i, :, :n], onset[i, :, :n], hits[i, :, :n] = (
                song.pitch[:, here],
                song.onset[:, here],
                song.hits[:, here],
            )
            beat[i, :n], bar[i, :n], inside[i, :n] = song.beat[here], song.bar[here], True
        tonic = np.array([self._songs[index].tonic for index, _ in places])
        minor = np.array([self._songs[index].minor for index, _ in places])
        pitch = self._folded(np.where(pitch == REST, REST, pitch + shifts[:, None, None]))
        # A window may begin inside a note: it is struck at the window's edge, as a listener would hear it.
        onset[:, :, 0] = pitch[:, :, 0] != REST
        planes = encode(pitch[:, 0], onset[:, 0], beat, bar, inside, (tonic + shifts) % 12, minor, grid)
        rows = np.where(pitch[:, 1:] == REST, grid.pitches, pitch[:, 1:] - grid.low_pitch)
        return Batch(planes, rows, onset[:, 1:].astype(np.float32), hits, inside)

    def _folded(self, pitch: NDArray[np.int64]) -> NDArray[np.int64]:
        """Notes beyond the raster's edges, moved in by octaves."""
        low, high = self._grid.low_pitch, self._grid.low_pitch + self._grid.pitches - 1
        under, over = np.maximum(low - pitch, 0), np.maximum(pitch - high, 0)
        return np.where(pitch == REST, REST, pitch + 12 * (-(-under // 12)) - 12 * (-(-over // 12)))

    def _start(self, index: int, rng: np.random.Generator) -> int:
        """A random beat (of a quarter) that leaves at least half a window of music after it."""
        per_beat = self._grid.steps_per_quarter
        room = max(0, len(self._songs[index].beat) - self._grid.window_steps // 2)
        return int(rng.integers(0, room // per_beat + 1)) * per_beat


def _home(song: _Raster) -> int:
    return semitones_home(song.tonic, song.minor)


def _raster(song: Song, parts: tuple[PartSpec, ...], grid: GridSpec) -> _Raster:
    step_ticks = TICKS_PER_QUARTER // grid.steps_per_quarter
    steps = -(-song.end_tick // step_ticks)
    melody = song.part("melody")
    line, _ = top_line(notes_of(melody)) if melody is not None else ((), False)
    voice = line_to_voice(line, steps, step_ticks)
    pitches, onsets = [voice.pitch[None]], [voice.onset[None]]
    hits = [np.zeros((0, steps), np.bool_)]
    for spec in parts:
        found = song.part(spec.role)
        notes = notes_of(found) if found is not None else ()
        if spec.is_drum:
            hits.append(notes_to_lanes(notes, steps, step_ticks))
            continue
        pitch, onset = notes_to_voices(notes, spec.voices, steps, step_ticks)
        pitches.append(pitch)
        onsets.append(onset)
    pulse = pulse_of(song.metres, steps, step_ticks)
    return _Raster(
        np.concatenate(pitches).astype(np.int16), np.concatenate(onsets), np.concatenate(hits),
        pulse.beat, pulse.bar, song.tonic, song.minor,
    )  # fmt: skip


def lanes_of(parts: tuple[PartSpec, ...]) -> int:
    """Drum lanes that a batch of these parts has."""
    return len(LANES) if any(part.is_drum for part in parts) else 0
