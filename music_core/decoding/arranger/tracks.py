"""Written lanes as tracks in the score's own key and ticks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.arranger.grid import Grid
from music_core.decoding.arranger.lanes import LAST, LEVELS, PITCH, SLOT, Lanes, Rows, lanes_to_rows, slots_until
from music_core.decoding.drums import LANES
from music_core.manifest import PartSpec
from music_core.score import Note, Track, without_overlaps

_VELOCITY = 76
# Velocities at which a hit's next level begins.
LEVEL_EDGES = tuple(128 * level // (LEVELS - 1) for level in range(1, LEVELS - 1))
_HIT_VELOCITIES = tuple(round(127 * (level - 0.5) / (LEVELS - 1)) for level in range(1, LEVELS))


def line_rows(notes: Iterable[Note], grid: Grid) -> Rows:
    """Rows (n, 3) of slot, pitch, slots it lasts, one at least."""
    table = np.array([(n.start_tick, n.pitch, n.end_tick) for n in notes], np.int64).reshape(-1, 3)
    starts, ends = grid.slots(table[:, 0]), grid.slots(table[:, 2])
    return np.column_stack((starts, table[:, 1], np.maximum(1, ends - starts)))


def track_of(
    part: PartSpec, numbers: tuple[int, ...], lanes: Lanes, grid: Grid, shift: int, model_id: str,
    old: Track | None, wanted: NDArray[np.bool_], *, held: bool = False,
) -> Track:  # fmt: skip
    """A part of the lanes (batch of one) as a track, moved by `shift` semitones.

    `wanted` is bool (its lanes, slots): of an `old` track the notes that begin elsewhere stay as they are, and new
    ones give way to them. Where parts are `held`, every note lasts until the part's next one.
    """
    notes = drum_notes(lanes.hits[0], grid) if part.is_drum else pitched_notes(part, numbers, lanes, grid, shift, held)
    if old is not None:
        notes = joined(old.notes, notes, grid, np.asarray(wanted.any(axis=0)))
        return replace(old, notes=notes, generated_by=model_id) if notes != old.notes else old
    return Track(part.name, notes, program=part.program, is_drum=part.is_drum, role=part.role, generated_by=model_id)


def joined(old: tuple[Note, ...], new: tuple[Note, ...], grid: Grid, wanted: NDArray[np.bool_]) -> tuple[Note, ...]:
    """Old notes that begin outside the wanted slots, bool (slots,), as they are, and new ones that begin inside."""
    kept = (note for note, inside in zip(old, _inside(old, grid, wanted), strict=True) if not inside)
    return beside(kept, (note for note, inside in zip(new, _inside(new, grid, wanted), strict=True) if inside))


def beside(kept: Iterable[Note], new: Iterable[Note]) -> tuple[Note, ...]:
    """Kept notes as they are, with new ones, which end or are left out where a kept one of their pitch sounds."""
    kept = tuple(kept)
    by_pitch: dict[int, list[Note]] = {}
    for note in kept:
        by_pitch.setdefault(note.pitch, []).append(note)
    added = []
    for note in new:
        others = by_pitch.get(note.pitch, [])
        if not any(other.start_tick <= note.start_tick < other.end_tick for other in others):
            end = min([note.end_tick, *(o.start_tick for o in others if o.start_tick > note.start_tick)])
            added.append(replace(note, duration_ticks=end - note.start_tick))
    return tuple(sorted((*kept, *added)))


def pitched_notes(
    part: PartSpec, numbers: tuple[int, ...], lanes: Lanes, grid: Grid, shift: int, held: bool = False
) -> tuple[Note, ...]:
    """Notes of one part inside its range; a pitch sounds once at a time."""
    rows = np.concatenate([lanes_to_rows(lanes.onsets[0, n], lanes.lengths[0, n]) for n in numbers])
    if held:
        struck = np.asarray(lanes.onsets[0, list(numbers)].any(axis=(0, -1)))
        rows[:, LAST] = slots_until(struck)[rows[:, SLOT]]
    pitches = rows[:, PITCH] + shift
    above, below = np.maximum(pitches - part.high, 0), np.maximum(part.low - pitches, 0)
    pitches = pitches - 12 * -(-above // 12) + 12 * -(-below // 12)  # by as many octaves as it takes
    starts, ends = grid.ticks(rows[:, 0]), grid.ticks(rows[:, 0] + rows[:, 2])
    return without_overlaps(
        Note(start, pitch, end - start, _VELOCITY)
        for start, pitch, end in zip(starts.tolist(), pitches.tolist(), ends.tolist(), strict=True)
    )


def drum_notes(hits: NDArray[np.int8], grid: Grid) -> tuple[Note, ...]:
    """A slot's notes with the velocities of their levels, int8 (slots, 9)."""
    slots, lanes = np.nonzero(hits)
    starts, ends = grid.ticks(slots), grid.ticks(slots + 1)
    levels = hits[slots, lanes]
    found = zip(starts.tolist(), ends.tolist(), lanes.tolist(), levels.tolist(), strict=True)
    return tuple(
        sorted(
            Note(start, LANES[lane][1], end - start, _HIT_VELOCITIES[level - 1]) for start, end, lane, level in found
        )
    )


def _inside(notes: tuple[Note, ...], grid: Grid, wanted: NDArray[np.bool_]) -> list[bool]:
    slots = grid.slots(np.array([note.start_tick for note in notes], np.int64))
    return [bool(slot < len(wanted) and wanted[slot]) for slot in slots.tolist()]
