"""Monophonic lines on a step raster, and the planes that a network sees of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.predictor import FloatArray
from music_core.manifest import GridSpec
from music_core.score import Metre, Note, bar_lines, metre_at
from music_core.theory import HARMONIC_MINOR, MAJOR, NATURAL_MINOR

REST = -1
CHANNELS = ("melody", "melody_onset", "beat", "bar", "inside", "register", "scale")

_MINOR = tuple(sorted({*NATURAL_MINOR, *HARMONIC_MINOR}))  # natural plus the leading note

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Voice:
    """One monophonic line on the grid: pitch (REST for silence) and whether it is struck, each (steps,)."""

    pitch: IntArray
    onset: BoolArray


@dataclass(frozen=True, slots=True)
class Pulse:
    """Where beats and bars begin, each bool (steps,)."""

    beat: BoolArray
    bar: BoolArray


def line_to_voice(notes: Iterable[Note], steps: int, step_ticks: int, transpose: int = 0) -> Voice:
    """Raster a monophonic line; every note keeps at least the step nearest to its onset."""
    pitch = np.full(steps, REST, np.int64)
    onset = np.zeros(steps, np.bool_)
    for note in sorted(notes):
        start = min(steps - 1, (note.start_tick + step_ticks // 2) // step_ticks)
        end = max(start + 1, (note.end_tick + step_ticks // 2) // step_ticks)
        pitch[start:end] = note.pitch + transpose
        onset[start:end] = False
        onset[start] = True
    return Voice(pitch, onset)


def voice_to_notes(voice: Voice, step_ticks: int, velocity: int) -> tuple[Note, ...]:
    """The inverse of `line_to_voice` for lines on the grid."""
    change = np.ones(len(voice.pitch), np.bool_)
    change[1:] = (voice.pitch[1:] != voice.pitch[:-1]) | voice.onset[1:]
    starts = np.flatnonzero(change)
    ends = np.append(starts[1:], len(voice.pitch))
    return tuple(
        Note(int(start) * step_ticks, int(voice.pitch[start]), int(end - start) * step_ticks, velocity)
        for start, end in zip(starts, ends, strict=True)
        if voice.pitch[start] != REST
    )


def pulse_of(metres: tuple[Metre, ...], steps: int, step_ticks: int) -> Pulse:
    """Beat and bar starts on the grid for any sequence of metres; a pickup bar starts with its own line."""
    pulse = Pulse(np.zeros(steps, np.bool_), np.zeros(steps, np.bool_))
    lines = bar_lines(metres, steps * step_ticks)
    for start, end in pairwise(lines):
        pulse.bar[min(steps - 1, start // step_ticks)] = True
        beat = metre_at(metres, start).beat_ticks
        # In a pickup bar the beats are counted back from the bar line that follows.
        offset = (end - start) % beat
        for tick in range(start + offset, end, beat):
            if tick // step_ticks < steps:
                pulse.beat[tick // step_ticks] = True
    return pulse


def encode(
    pitch: IntArray, onset: BoolArray, beat: BoolArray, bar: BoolArray, inside: BoolArray,
    tonic: IntArray, minor: BoolArray, grid: GridSpec,
) -> FloatArray:  # fmt: skip
    """The network's view of melodies: float32 (batch, 7, steps, pitches) of 0..1, planes as in CHANNELS.

    `pitch`, `onset`, `beat`, `bar`, `inside` are (batch, steps); `tonic` (pitch class) and `minor` are (batch,).
    Melody pitches outside the raster are left out of it.
    """
    batch, steps = pitch.shape
    planes = np.zeros((batch, len(CHANNELS), steps, grid.pitches), np.float32)
    row = pitch - grid.low_pitch
    where = np.nonzero((pitch != REST) & (row >= 0) & (row < grid.pitches))
    planes[where[0], 0, where[1], row[where]] = 1
    planes[where[0], 1, where[1], row[where]] = onset[where]
    planes[:, 2] = beat[:, :, None]
    planes[:, 3] = bar[:, :, None]
    planes[:, 4] = inside[:, :, None]
    planes[:, 5] = np.linspace(0, 1, grid.pitches, dtype=np.float32)
    classes = (np.arange(grid.pitches) + grid.low_pitch - tonic[:, None]) % 12
    degrees = np.where(minor[:, None], np.isin(classes, _MINOR), np.isin(classes, MAJOR))
    planes[:, 6] = (0.5 * degrees + 0.5 * (classes == 0))[:, None, :]
    return planes
