"""Decoding for MuseGAN: phrases of four bars, under a melody of any length or from nothing but noise.

The constant noises are drawn once and kept over all phrases, so that a piece stays itself; the noises of a bar are
drawn by that bar's number, and a track's own by the track's too. A note is read from the network's answers alone
(cells.py); no musical rule touches it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from music_core.decoding.cells import read_cells
from music_core.decoding.gan import NOISE_OPTION, part_track, velocity_under
from music_core.decoding.home import semitones_home
from music_core.decoding.noise import noise_at
from music_core.decoding.predictor import (
    Cancelled,
    FloatArray,
    GenerationCancelled,
    Predictor,
    Progress,
    never_cancelled,
    no_progress,
)
from music_core.decoding.voices import REST, line_to_voice
from music_core.manifest import GridSpec, Manifest
from music_core.melody import MelodyError, MelodyLine
from music_core.roll import Roll, roll_to_notes
from music_core.score import TICKS_PER_QUARTER, Metre, Note, Score, Tempo, Track
from music_core.theory import find_key

# Log-odds added to every cell's before it is read: the same noise, with more or fewer of its doubtful notes.
FULLNESS_OPTION = "fullness"
# How long a piece from scratch is to be.
BARS_OPTION = "bars"
VELOCITY = 80
_BAR_QUARTERS = 4
_PHRASES_A_BATCH = 8
# Which noise a counter counts for.
_SHARED, _SHARED_BAR, _PRIVATE, _PRIVATE_BAR = range(4)


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
    """Write the model's parts under a melody, in the score's own ticks.

    Phrases are sixteen quarters long whatever the metre, counted from the first whole bar. Raises MelodyError where
    the model takes no melody, and GenerationCancelled when `cancelled()` says so between phrases.
    """
    if not takes_melody(manifest):
        raise MelodyError(f"The model {manifest.title} writes whole pieces of its own; choose one that accompanies.")
    grid = manifest.grid
    step_ticks = TICKS_PER_QUARTER // grid.steps_per_quarter
    end = -(-max(note.end_tick for note in melody.notes) // step_ticks)
    lead = _lead_ticks(score.metres) // step_ticks
    phrases = -(-(lead + end) // grid.window_steps)
    key = find_key(melody.notes)
    shift = semitones_home(key.tonic_pitch_class, key.minor)
    planes = melody_planes(melody.notes, phrases, lead, shift, grid)
    rolls = _written(predictor, manifest, phrases, planes, seed, options, progress, cancelled)
    velocity = velocity_under(melody.notes)
    return tuple(
        part_track(part, roll_to_notes(_cut(roll, lead, end, grid), step_ticks, velocity), -shift, manifest.id)
        for part, roll in zip(manifest.parts, rolls, strict=True)
    )


def from_scratch(
    predictor: Predictor,
    manifest: Manifest,
    *,
    seed: int,
    bars: int | None = None,
    bpm: float = 120.0,
    options: Mapping[str, float] | None = None,
    progress: Progress = no_progress,
    cancelled: Cancelled = never_cancelled,
) -> Score:
    """A piece of so many bars of 4/4, all its tracks from noise, in C major or A minor or wherever the noise leads.

    Without `bars` the model's option of that name says how many.
    """
    if takes_melody(manifest):
        raise MelodyError(f"The model {manifest.title} accompanies a melody; play or import one first.")
    if bars is None:
        bars = round(manifest.option(BARS_OPTION, options or {}))
    if bars < 1:
        raise ValueError(f"A piece needs a bar or more, not {bars}.")
    grid = manifest.grid
    step_ticks = TICKS_PER_QUARTER // grid.steps_per_quarter
    end = bars * _BAR_QUARTERS * grid.steps_per_quarter
    phrases = -(-end // grid.window_steps)
    rolls = _written(predictor, manifest, phrases, None, seed, options, progress, cancelled)
    tracks = tuple(
        part_track(part, roll_to_notes(_cut(roll, 0, end, grid), step_ticks, VELOCITY), 0, manifest.id)
        for part, roll in zip(manifest.parts, rolls, strict=True)
    )
    return Score(tracks, tempos=(Tempo(0, round(60e6 / bpm)),), metres=(Metre(0),), title=manifest.title)


def takes_melody(manifest: Manifest) -> bool:
    """Whether the model accompanies a melody; otherwise it writes all tracks itself."""
    return any(spec.name == "melody" for spec in manifest.inputs)


def melody_planes(notes: Sequence[Note], phrases: int, lead: int, shift: int, grid: GridSpec) -> FloatArray:
    """What the network sees of a melody: float32 (phrases, 2, window_steps, pitches), sounding and struck cells.

    `lead` steps of silence come first; a note that goes on from the phrase before is struck at the edge, as in
    training; pitches outside the raster are left out of it.
    """
    steps, step_ticks = phrases * grid.window_steps, TICKS_PER_QUARTER // grid.steps_per_quarter
    voice = line_to_voice(notes, steps - lead, step_ticks, shift)
    pitch = np.concatenate([np.full(lead, REST, np.int64), voice.pitch])
    struck = np.concatenate([np.zeros(lead, np.bool_), voice.onset])
    struck[:: grid.window_steps] = True
    row = pitch - grid.low_pitch
    where = np.flatnonzero((pitch != REST) & (row >= 0) & (row < grid.pitches))
    planes = np.zeros((2, steps, grid.pitches), np.float32)
    planes[0, where, row[where]] = 1
    planes[1, where, row[where]] = struck[where]
    return planes.reshape(2, phrases, grid.window_steps, grid.pitches).transpose(1, 0, 2, 3)


def noises(manifest: Manifest, seed: int, first: int, phrases: int) -> dict[str, FloatArray]:
    """The four noises of some phrases from the `first` on, named and shaped as the graph takes them."""
    tracks, bars = len(manifest.parts), _bars(manifest.grid)
    channels = next(int(spec.shape[1]) for spec in manifest.inputs if spec.name == "shared")

    def drawn(kind: int, bar: int, track: int) -> FloatArray:
        return noise_at(seed, manifest.id, (bar, kind, track), channels)

    shared = drawn(_SHARED, 0, 0)
    private = np.stack([drawn(_PRIVATE, 0, track) for track in range(tracks)])
    span = range(first * bars, (first + phrases) * bars)
    shared_bars = np.stack([drawn(_SHARED_BAR, bar, 0) for bar in span])
    private_bars = np.stack([[drawn(_PRIVATE_BAR, bar, track) for track in range(tracks)] for bar in span])
    return {
        "shared": np.repeat(shared[None], phrases, 0),
        "shared_bars": shared_bars.reshape(phrases, bars, channels).swapaxes(1, 2),
        "private": np.repeat(private[None], phrases, 0),
        "private_bars": private_bars.reshape(phrases, bars, tracks, channels).transpose(0, 2, 3, 1),
    }


def _written(
    predictor: Predictor, manifest: Manifest, phrases: int, planes: FloatArray | None, seed: int,
    options: Mapping[str, float] | None, progress: Progress, cancelled: Cancelled,
) -> Roll:  # fmt: skip
    """Rolls of all parts, int8 (parts, phrases * window_steps, pitches)."""
    named = {spec.name: manifest.option(spec.name, options or {}) for spec in manifest.options}
    variety, fullness = named.get(NOISE_OPTION, 1.0), np.float32(named.get(FULLNESS_OPTION, 0.0))
    read = []
    for first in range(0, phrases, _PHRASES_A_BATCH):
        if cancelled():
            raise GenerationCancelled
        count = min(_PHRASES_A_BATCH, phrases - first)
        drawn = noises(manifest, seed, first, count)
        inputs = {name: np.ascontiguousarray(variety * noise, np.float32) for name, noise in drawn.items()}
        if planes is not None:
            inputs["melody"] = np.ascontiguousarray(planes[first : first + count])
        out = predictor.run(inputs)
        sounding, onset = (out[name].reshape(-1, *out[name].shape[2:]) for name in ("sounding_logits", "onset_logits"))
        read.append(read_cells(sounding + fullness, onset).reshape(out["sounding_logits"].shape))
        progress(first + count, phrases)
    rolls = np.concatenate(read).swapaxes(0, 1)
    return rolls.reshape(rolls.shape[0], -1, rolls.shape[3])


def _cut(roll: Roll, lead: int, end: int, grid: GridSpec) -> Roll:
    """The piece itself, with all 128 pitches."""
    whole: Roll = np.zeros((end, 128), np.int8)
    whole[:, grid.low_pitch : grid.low_pitch + grid.pitches] = roll[lead : lead + end]
    return whole


def _bars(grid: GridSpec) -> int:
    return grid.window_steps // grid.cell_steps


def _lead_ticks(metres: tuple[Metre, ...]) -> int:
    """Ticks to put before a pickup bar, so that the bar after it begins a bar of the phrase; else none."""
    if len(metres) < 2 or metres[1].tick != metres[0].bar_ticks or metres[0].bar_ticks >= metres[1].bar_ticks:
        return 0
    return -metres[1].tick % (_BAR_QUARTERS * TICKS_PER_QUARTER)
