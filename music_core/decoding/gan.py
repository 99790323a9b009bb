"""Decoding for the U-Net GAN: melody and noise in, the accompanying parts out.

The network sees a raster of `window_steps` x `pitches` cells. It answers, for each voice and step, with
one logit a pitch plus one for silence, and one logit for "struck anew"; a part that plays chords has several
voices, from its top note down. For drums it answers with one logit a lane and step. Parts are written one after
another: the network sees those before. The likeliest line under both is
taken: no musical rule touches the result. Pieces longer than a window are decoded in overlapping windows whose
logits are cross-faded before that choice; the noise belongs to absolute cells of the piece, so two
windows that overlap see the same noise and there is no seam.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from music_core.decoding.chords import held_across_lines, voices_to_notes
from music_core.decoding.drums import lanes_to_notes, likeliest_hits
from music_core.decoding.given import Written, given_windows, writing_order
from music_core.decoding.home import semitones_home
from music_core.decoding.lines import decode_voices
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
from music_core.decoding.voices import (
    REST,
    IntArray,
    Pulse,
    Voice,
    encode,
    line_to_voice,
    pulse_of,
)
from music_core.manifest import GridSpec, Manifest, PartSpec
from music_core.melody import MelodyLine
from music_core.score import TICKS_PER_QUARTER, KeySignature, Note, Score, Track
from music_core.theory import find_key

NOISE_OPTION = "variety"

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
    """Write the model's parts under a melody; tracks come from high to low, in the score's own ticks.

    Raises GenerationCancelled when `cancelled()` says so between windows.
    """
    grid = manifest.grid
    step_ticks = TICKS_PER_QUARTER // grid.steps_per_quarter
    steps = _rounded_up(max(note.end_tick for note in melody.notes), step_ticks)
    key = find_key(melody.notes)
    shift, octaves = home_shift(key, melody.notes, manifest.melody_range)
    voice = line_to_voice(melody.notes, steps, step_ticks, shift + 12 * octaves)
    pulse = pulse_of(score.metres, steps, step_ticks)
    tonic = (key.tonic_pitch_class + shift) % 12
    variety = manifest.option(NOISE_OPTION, options or {}) if manifest.options else 1.0
    cells = -(-_padded(steps, grid) // grid.cell_steps)
    noise = variety * noise_for(seed, manifest.id, cells, noise_channels(manifest))
    windows = encode_windows(voice, pulse, tonic, key.minor, grid)
    written = write_parts(predictor, manifest, windows, noise, steps, progress, cancelled)
    velocity = velocity_under(melody.notes)
    lines = tuple(
        voices_to_notes(part, step_ticks, velocity)
        if isinstance(part, tuple)
        else lanes_to_notes(part, step_ticks, velocity / 80)
        for part in written
    )
    move = way_back(lines, shift, octaves, manifest.parts)
    return tuple(part_track(part, notes, move, manifest.id) for part, notes in zip(manifest.parts, lines, strict=True))


def write_parts(
    predictor: Predictor, manifest: Manifest, windows: FloatArray, noise: FloatArray, steps: int,
    progress: Progress = no_progress, cancelled: Cancelled = never_cancelled,
) -> tuple[Written, ...]:  # fmt: skip
    """Every part on the raster's own pitches, written one after another in `writing_order`."""
    grid, parts = manifest.grid, manifest.parts
    index = window_starts(steps, grid)[:, None] + np.arange(grid.window_steps)
    written: dict[int, Written] = {}
    if all(spec.name != "given" for spec in manifest.inputs):  # a network that writes all parts at once
        answers = predict(predictor, grid, {"melody": windows}, noise, steps, progress, cancelled)
        return tuple(read_part(answers, parts, number, grid) for number in range(len(parts)))
    for turn, number in enumerate(writing_order(parts)):
        planes = {"melody": windows, "given": given_windows(written, parts, grid, index)}

        def report(done: int, total: int, turn: int = turn) -> None:
            progress(turn * total + done, len(parts) * total)

        answers = predict(predictor, grid, planes, noise, steps, report, cancelled)
        written[number] = read_part(answers, parts, number, grid)
    return tuple(written[number] for number in range(len(parts)))


def read_part(answers: Mapping[str, FloatArray], parts: tuple[PartSpec, ...], number: int, grid: GridSpec) -> Written:
    """One part from the answers for a whole piece: the likeliest lines, or drum hits."""
    if parts[number].is_drum:
        return likeliest_hits(answers["drum_logits"], grid.cell_steps)
    first = sum(part.voices for part in parts[:number] if not part.is_drum)
    span = slice(first, first + parts[number].voices)
    voices = decode_voices(answers["pitch_logits"][span], answers["onset_logits"][span], grid)
    return held_across_lines(voices, answers["onset_logits"][span])


def home_shift(key: KeySignature, notes: Iterable[Note], melody_range: tuple[int, int]) -> tuple[int, int]:
    """Semitones (-5..6) that bring the key to C major or A minor, and octaves that bring the line to its range.

    Of all octaves in which the line's mean pitch lies where melodies do in training, the nearest to where it was is
    taken, so that the way back moves the parts as little as possible.
    """
    shift = semitones_home(key.tonic_pitch_class, key.minor)
    lengths = [(note.pitch, note.duration_ticks) for note in notes]
    low, high = melody_range
    centre = shift + sum(pitch * ticks for pitch, ticks in lengths) / sum(ticks for _, ticks in lengths)

    def effort(octaves: int) -> tuple[float, int]:
        at = centre + 12 * octaves
        return max(0.0, low - at, at - high), abs(shift + 12 * octaves)

    return shift, min(range(-9, 10), key=effort)


def window_starts(steps: int, grid: GridSpec) -> IntArray:
    """First steps of the overlapping windows that cover a piece."""
    last = max(0, _padded(steps, grid) - grid.window_steps)
    return np.arange(0, last + 1, grid.hop_steps, dtype=np.int64)


def way_back(lines: tuple[tuple[Note, ...], ...], shift: int, octaves: int, parts: tuple[PartSpec, ...]) -> int:
    """Semitones that undo the way home. The octaves are undone only while every part stays near its range."""
    move = -shift - 12 * octaves
    for part, notes in zip(parts, lines, strict=True):
        if part.is_drum:
            continue
        pitches = [note.pitch + move for note in notes]
        if pitches and (min(pitches) < max(24, part.low - 12) or max(pitches) > min(103, part.high + 12)):
            return -shift
    return move


def encode_windows(voice: Voice, pulse: Pulse, tonic: int, minor: bool, grid: GridSpec) -> FloatArray:
    """All windows of a piece, float32 (windows, 7, window_steps, pitches); steps past the end are `inside` = 0."""
    steps = len(voice.pitch)
    total = _padded(steps, grid)
    inside = np.arange(total) < steps
    lines = [
        np.concatenate([voice.pitch, np.full(total - steps, REST, np.int64)]),
        *(np.concatenate([line, np.zeros(total - steps, np.bool_)]) for line in (voice.onset, pulse.beat, pulse.bar)),
        inside,
    ]
    index = window_starts(steps, grid)[:, None] + np.arange(grid.window_steps)
    windows = len(index)
    pitch, onset, beat, bar, within = (line[index] for line in lines)
    onset[:, 0] = pitch[:, 0] != REST  # as in training: a note that goes on from before is struck at the edge
    return encode(pitch, onset, beat, bar, within, np.full(windows, tonic), np.full(windows, minor), grid)


def noise_for(seed: int, model_id: str, cells: int, channels: int) -> FloatArray:
    """Standard normal noise, float32 (channels, cells); a cell's does not depend on how many cells there are."""
    return np.stack([noise_at(seed, model_id, (cell, 0, 0), channels) for cell in range(cells)], axis=1)


def noise_channels(manifest: Manifest) -> int:
    """How many noise values the graph takes for each cell."""
    spec = next(spec for spec in manifest.inputs if spec.name == "noise")
    return int(spec.shape[1])


def predict(
    predictor: Predictor, grid: GridSpec, planes: Mapping[str, FloatArray], noise: FloatArray, steps: int,
    progress: Progress = no_progress, cancelled: Cancelled = never_cancelled,
) -> dict[str, FloatArray]:  # fmt: skip
    """Cross-faded answers for a whole piece, named as the graph names them: (voices, steps, ...) each."""
    starts = window_starts(steps, grid)
    total = _padded(steps, grid)
    cells = grid.window_steps // grid.cell_steps
    sums: dict[str, FloatArray] = {}
    weights = np.zeros(total, np.float32)
    for first in range(0, len(starts), _WINDOWS_A_BATCH):
        if cancelled():
            raise GenerationCancelled
        chosen = starts[first : first + _WINDOWS_A_BATCH]
        batch_noise = np.stack([noise[:, s // grid.cell_steps :][:, :cells] for s in chosen])
        span = slice(first, first + len(chosen))
        out = predictor.run({**{name: windows[span] for name, windows in planes.items()}, "noise": batch_noise})
        for index, start in enumerate(chosen):
            fade = _fade(start, total, grid)
            span = slice(start, start + grid.window_steps)
            weights[span] += fade
            for name, answer in out.items():
                if name not in sums:
                    sums[name] = np.zeros((answer.shape[1], total, *answer.shape[3:]), np.float32)
                sums[name][:, span] += answer[index] * _along_steps(fade, answer.ndim - 1)
        progress(first + len(chosen), len(starts))
    return {name: total[:, :steps] / _along_steps(weights[:steps], total.ndim) for name, total in sums.items()}


def _along_steps(values: FloatArray, dimensions: int) -> FloatArray:
    """One value a step, shaped to multiply (voices, steps, ...) of so many dimensions."""
    return values.reshape(1, -1, *(1,) * (dimensions - 2))


def _fade(start: int, total: int, grid: GridSpec) -> FloatArray:
    """Triangular weights of one window, flat towards the ends of the piece."""
    at = np.arange(grid.window_steps) + 0.5
    rise = at if start > 0 else np.full_like(at, grid.window_steps)
    fall = grid.window_steps - at if start + grid.window_steps < total else np.full_like(at, grid.window_steps)
    return (np.minimum(rise, fall) / grid.window_steps).astype(np.float32)


def _padded(steps: int, grid: GridSpec) -> int:
    """Steps rounded up to what whole windows cover."""
    over = max(0, steps - grid.window_steps)
    return grid.window_steps + _rounded_up(over, grid.hop_steps) * grid.hop_steps


def _rounded_up(value: int, unit: int) -> int:
    return -(-value // unit)


def velocity_under(notes: tuple[Note, ...]) -> int:
    """Accompaniment sits a little under the melody's mean velocity."""
    mean = sum(note.velocity for note in notes) / len(notes)
    return int(min(110, max(40, round(mean * 0.85))))


def part_track(part: PartSpec, notes: tuple[Note, ...], move: int, model_id: str) -> Track:
    """A part's notes as a track of the score, moved by semitones; drums stay."""
    step = 0 if part.is_drum else move
    moved = tuple(Note(n.start_tick, n.pitch + step, n.duration_ticks, n.velocity) for n in notes)
    return Track(
        part.name, moved, program=part.program, is_drum=part.is_drum, role=part.role, volume=90, generated_by=model_id
    )
