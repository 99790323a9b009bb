"""Decoding for the reference U-Net GAN: the network's signs are the notes, cell by cell.

The network hears two bars at a time and draws all tracks, the melody among them. A cell sounds where its value is
above zero; cells that follow one another on a pitch are one note, for the rolls know no onsets. What was
taught played the first two bars and ignored the rest; here a melody of any length is cut into windows that
follow one another, each with noise of its own and none knowing the others. The melody is heard at its own pitch.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.gan import part_track, velocity_under
from music_core.decoding.predictor import (
    Cancelled,
    FloatArray,
    GenerationCancelled,
    Predictor,
    Progress,
    never_cancelled,
    no_progress,
)
from music_core.manifest import GridSpec, Manifest
from music_core.melody import MelodyLine
from music_core.roll import HOLD, OFF, notes_to_roll, roll_to_notes
from music_core.score import TICKS_PER_QUARTER, Metre, Note, Score, Track, bar_lines

# The noise is normal with deviation 1 and drawn anew beyond this.
NOISE_CUT = 2.0
_WINDOWS_A_BATCH = 8


def arrange(
    predictor: Predictor,
    manifest: Manifest,
    score: Score,
    melody: MelodyLine,
    *,
    seed: int,
    options: Mapping[str, float] | None = None,
    progress: Progress = no_progress,
    cancelled: Cancelled = never_cancelled,
) -> tuple[Track, ...]:
    """Write the model's parts under a melody, in the score's own ticks; the redrawn melody is dropped.

    Raises GenerationCancelled when `cancelled()` says so between windows.
    """
    tracks = redrawn(
        predictor, manifest, score, melody, seed=seed, options=options, progress=progress, cancelled=cancelled
    )
    return tracks[1:]


def redrawn(
    predictor: Predictor,
    manifest: Manifest,
    score: Score,
    melody: MelodyLine,
    *,
    seed: int,
    options: Mapping[str, float] | None = None,
    progress: Progress = no_progress,
    cancelled: Cancelled = never_cancelled,
) -> tuple[Track, ...]:
    """Every track that the network draws: first the melody as it came back, then the parts."""
    del options  # the reference has none
    grid = manifest.grid
    step_ticks = TICKS_PER_QUARTER // grid.steps_per_quarter
    end = max(note.end_tick for note in melody.notes)
    first = _first_tick(score.metres, min(note.start_tick for note in melody.notes), grid.window_steps * step_ticks)
    windows = melody_windows(melody.notes, first, end, grid)
    spec = next(spec for spec in manifest.inputs if spec.name == "noise")
    noise = window_noise(seed, manifest.id, len(windows), tuple(int(size) for size in spec.shape[1:]))
    sounding = np.concatenate(_drawn(predictor, windows, noise, progress, cancelled), axis=1)
    steps = -(-(end - first) // step_ticks)  # nothing sounds longer than the melody
    velocity = velocity_under(melody.notes)
    lines = [_notes(track[:steps], first, step_ticks, grid.low_pitch, velocity) for track in sounding]
    back = Track("Melody", lines[0], role="melody", generated_by=manifest.id)
    parts = (part_track(part, line, 0, manifest.id) for part, line in zip(manifest.parts, lines[1:], strict=True))
    return (back, *parts)


def melody_windows(notes: tuple[Note, ...], first_tick: int, end_tick: int, grid: GridSpec) -> FloatArray:
    """What the network hears: float32 (windows, 1, window_steps, pitches), 1 where the melody sounds, else -1.

    `first_tick` may lie before the score; pitches outside the raster are left out.
    """
    step_ticks = TICKS_PER_QUARTER // grid.steps_per_quarter
    count = -(-(end_tick - first_tick) // (grid.window_steps * step_ticks))
    moved = [Note(note.start_tick - first_tick, note.pitch, note.duration_ticks) for note in notes]
    roll = notes_to_roll(moved, count * grid.window_steps, step_ticks)
    cells = roll[:, grid.low_pitch : grid.low_pitch + grid.pitches].reshape(count, 1, grid.window_steps, grid.pitches)
    return np.where(cells != OFF, 1, -1).astype(np.float32)


def window_noise(seed: int, model_id: str, windows: int, shape: tuple[int, ...]) -> FloatArray:
    """Truncated normal noise, float32 (windows, *shape) within -2..2; a window's noise depends on its number alone.

    Philox (Salmon et al. 2011) keyed by seed and model, counted by window.
    """
    name = int.from_bytes(hashlib.sha256(model_id.encode()).digest()[:8], "little")
    noise = np.empty((windows, *shape), np.float32)
    for window in range(windows):
        counter = [0, window, 0, 0]
        rng = np.random.Generator(np.random.Philox(key=[seed & 0xFFFFFFFFFFFFFFFF, name], counter=counter))
        drawn = rng.standard_normal(shape, dtype=np.float32)
        while (beyond := np.abs(drawn) > NOISE_CUT).any():
            drawn[beyond] = rng.standard_normal(int(beyond.sum()), dtype=np.float32)
        noise[window] = drawn
    return noise


def _first_tick(metres: tuple[Metre, ...], start_tick: int, window_ticks: int) -> int:
    """Where the first window begins: windows start with a whole bar, so it may lie before a pickup bar."""
    lines = bar_lines(metres, max(start_tick, window_ticks) + 1)
    pickup = len(lines) > 2 and lines[1] < lines[2] - lines[1]
    anchor = lines[1] if pickup else 0
    return anchor + (start_tick - anchor) // window_ticks * window_ticks


def _drawn(
    predictor: Predictor, windows: FloatArray, noise: FloatArray, progress: Progress, cancelled: Cancelled
) -> list[NDArray[np.bool_]]:
    """Which cells sound: one (tracks, steps, pitches) a window."""
    sounding: list[NDArray[np.bool_]] = []
    for first in range(0, len(windows), _WINDOWS_A_BATCH):
        if cancelled():
            raise GenerationCancelled
        batch = slice(first, first + _WINDOWS_A_BATCH)
        sounding.extend(predictor.run({"melody": windows[batch], "noise": noise[batch]})["rolls"] > 0)
        progress(len(sounding), len(windows))
    return sounding


def _notes(
    sounding: NDArray[np.bool_], first_tick: int, step_ticks: int, low_pitch: int, velocity: int
) -> tuple[Note, ...]:
    """Cells that follow one another as one note; what would sound before the score begins is left out."""
    before = max(0, -(first_tick // step_ticks))
    roll = np.where(sounding[before:], HOLD, OFF).astype(np.int8)
    shift = first_tick + before * step_ticks
    return tuple(
        Note(note.start_tick + shift, note.pitch + low_pitch, note.duration_ticks, velocity)
        for note in roll_to_notes(roll, step_ticks, velocity)
    )
