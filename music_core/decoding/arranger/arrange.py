"""From a melody with chords to its parts: the arranger's decoding of a whole piece, some bars at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.arranger.context import REST, STRUCK, TOKEN, UNKNOWN
from music_core.decoding.arranger.features import BINS
from music_core.decoding.arranger.filling import Filler, Taste
from music_core.decoding.arranger.grid import Grid, grid_of
from music_core.decoding.arranger.lanes import DRUM_LANES, LEVELS, PITCH, Lanes, Rows, empty, lanes_to_rows
from music_core.decoding.arranger.model_data import ModelData, from_plain
from music_core.decoding.arranger.sheet import Sheet, bars_of, cut, sheet_of
from music_core.decoding.arranger.wishes import BUSY
from music_core.decoding.drums import LANES
from music_core.decoding.home import semitones_home
from music_core.decoding.noise import philox
from music_core.decoding.predictor import Cancelled, Predictor, Progress, never_cancelled, no_progress
from music_core.manifest import Manifest, PartSpec
from music_core.melody import MelodyLine
from music_core.score import Note, Score, Track
from music_core.theory import find_key

WILD_OPTION, ENERGY_OPTION, BUSY_OPTION = "wild", "energy", "busy_{role}"

WINDOW_BARS, KNOWN_BARS = 8, 2  # bars that are written together, and those before them that are kept in sight
_VELOCITY = 76
_HIT_VELOCITIES = tuple(round(127 * (level - 0.5) / (LEVELS - 1)) for level in range(1, LEVELS))


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
    """Write the model's parts under a melody and the score's chords; raises GenerationCancelled."""
    data = from_plain(manifest.data)
    given = dict(options or {})
    grid = grid_of(np.array([note.start_tick for note in melody.notes], np.int64))
    key = find_key(melody.notes)
    shift = semitones_home(key.tonic_pitch_class, key.minor)
    end = max(note.end_tick for note in melody.notes)
    bars = bars_of(score.metres, end, melody.notes[0].start_tick, ())
    sheet = sheet_of(line_rows(melody.notes, grid), score.chords, bars, grid, shift)
    lanes = empty(data.parts, sheet.slots, (1,))
    wanted = np.ones((data.parts + 1, sheet.slots), np.bool_)
    wishes = wishes_for(data, manifest, sheet, given, seed)
    filler = Filler(predictor, data.genres, drums=data.drums, cancelled=cancelled)
    taste = taste_for(manifest.option(WILD_OPTION, given))
    lanes = write(filler, data, sheet, lanes, wanted, wishes, seed, manifest.id, taste, progress)
    return tuple(
        track_of(part, numbers, lanes, grid, -shift, manifest.id)
        for part, numbers in zip(manifest.parts, data.tracks, strict=True)
    )


def write(
    filler: Filler, data: ModelData, sheet: Sheet, lanes: Lanes, wanted: NDArray[np.bool_], wishes: NDArray[np.int8],
    seed: int, name: str, taste: Taste, progress: Progress = no_progress,
) -> Lanes:  # fmt: skip
    """The lanes (batch of one) with all that is `wanted`, bool (parts + 1, slots), written; the rest stays as it is.

    Bars are written eight at a time, each time with two bars before in sight, by noise that belongs to their place.
    """
    present = np.append(np.ones(data.parts, np.bool_), data.drums)
    firsts = range(0, len(sheet.bars), WINDOW_BARS - KNOWN_BARS)
    open_ = wanted.copy()
    for done, first in enumerate(firsts):
        end = min(first + WINDOW_BARS, len(sheet.bars))
        here = slice(sheet.bars[first].start, sheet.bars[end - 1].start + sheet.bars[end - 1].slots)
        if open_[:, here].any():
            context = cut(sheet, first, end, data.genre, wishes, present)
            rng = philox(seed, name, (first, 0, 0))
            filled = filler.fill(context, _part(lanes, here), open_[None, :, here], rng, taste)
            lanes = _with(lanes, here, filled)
            open_[:, here] = False
        progress(done + 1, len(firsts))
        if end == len(sheet.bars):
            break
    return lanes


def wishes_for(
    data: ModelData, manifest: Manifest, sheet: Sheet, options: Mapping[str, float], seed: int
) -> NDArray[np.int8]:
    """Wishes drawn from real music with a melody as busy, then moved as the user wishes; int8 (parts + 1, 4)."""
    sounding = np.flatnonzero((sheet.melody != REST).any(axis=-1))
    quarters = max(1.0, (sounding[-1] - sounding[0] + 1) / TOKEN) if len(sounding) else 1.0
    busyness = float((sheet.melody == STRUCK).sum()) / quarters
    wishes = data.drawn(busyness, philox(seed, manifest.id, (0, 0, 1)))
    energy = manifest.option(ENERGY_OPTION, options)
    for part, numbers in zip(manifest.parts, data.tracks, strict=True):
        busy = manifest.option(BUSY_OPTION.format(role=part.role), options)
        for number in numbers or (data.parts,):
            wishes[number, BUSY] = leaned(leaned(int(wishes[number, BUSY]), busy), energy)
    return wishes


def leaned(bin_: int, towards: float) -> int:
    """A bin moved towards the lowest (0) or the highest (1); 0.5 leaves it."""
    lean = 2 * towards - 1
    if lean == 0:
        return bin_
    start = (BINS - 1) / 2 if bin_ == UNKNOWN else bin_
    return round(start + abs(lean) * ((BINS - 1 if lean > 0 else 0) - start))


def taste_for(wild: float) -> Taste:
    """Temperatures from safe (0) over the usual (0.5) to wild (1)."""
    usual, factor = Taste(), 0.5 + wild
    return replace(
        usual, rhythm=usual.rhythm * factor, drums=usual.drums * factor, pitches=usual.pitches * factor,
        lengths=usual.lengths * factor,
    )  # fmt: skip


def line_rows(notes: tuple[Note, ...], grid: Grid) -> Rows:
    """Rows (n, 3) of slot, pitch, slots it lasts."""
    starts = grid.slots(np.array([note.start_tick for note in notes], np.int64))
    ends = grid.slots(np.array([note.end_tick for note in notes], np.int64))
    return np.column_stack((starts, np.array([note.pitch for note in notes]), np.maximum(1, ends - starts)))


def track_of(part: PartSpec, numbers: tuple[int, ...], lanes: Lanes, grid: Grid, shift: int, model_id: str) -> Track:
    """A written part as a track in the score's own key and ticks; equal notes of its lanes are one."""
    notes = drum_notes(lanes.hits[0], grid) if part.is_drum else pitched_notes(part, numbers, lanes, grid, shift)
    return Track(part.name, notes, program=part.program, is_drum=part.is_drum, role=part.role, generated_by=model_id)


def pitched_notes(part: PartSpec, numbers: tuple[int, ...], lanes: Lanes, grid: Grid, shift: int) -> tuple[Note, ...]:
    """Notes of one part inside its range; a pitch sounds once at a time."""
    rows = np.concatenate([lanes_to_rows(lanes.onsets[0, n], lanes.lengths[0, n]) for n in numbers])
    pitches = rows[:, PITCH] + shift
    pitches = pitches + 12 * (pitches < part.low) - 12 * (pitches > part.high)
    starts, ends = grid.ticks(rows[:, 0]), grid.ticks(rows[:, 0] + rows[:, 2])
    found: dict[int, Note] = {}
    notes: list[Note] = []
    order = np.lexsort((-ends, pitches, starts))
    for start, pitch, end in zip(starts[order].tolist(), pitches[order].tolist(), ends[order].tolist(), strict=True):
        before = found.get(pitch)
        if before is not None and before.end_tick > start:
            if before.start_tick == start:
                continue
            notes.remove(before)
            notes.append(replace(before, duration_ticks=start - before.start_tick))
        found[pitch] = Note(start, pitch, end - start, _VELOCITY)
        notes.append(found[pitch])
    return tuple(sorted(notes))


def drum_notes(hits: NDArray[np.int8], grid: Grid) -> tuple[Note, ...]:
    """A slot's notes with the velocities of their levels, int8 (slots, 9)."""
    slots, lanes = np.nonzero(hits[:, :DRUM_LANES])
    starts, ends = grid.ticks(slots), grid.ticks(slots + 1)
    levels = hits[slots, lanes]
    return tuple(
        sorted(
            Note(start, LANES[lane][1], end - start, _HIT_VELOCITIES[level - 1])
            for start, end, lane, level in zip(
                starts.tolist(), ends.tolist(), lanes.tolist(), levels.tolist(), strict=True
            )
        )
    )


def _part(lanes: Lanes, here: slice) -> Lanes:
    return Lanes(lanes.onsets[:, :, here], lanes.lengths[:, :, here], lanes.hits[:, here])


def _with(lanes: Lanes, here: slice, filled: Lanes) -> Lanes:
    onsets, lengths, hits = lanes.onsets.copy(), lanes.lengths.copy(), lanes.hits.copy()
    onsets[:, :, here], lengths[:, :, here], hits[:, here] = filled.onsets, filled.lengths, filled.hits
    return Lanes(onsets, lengths, hits)
