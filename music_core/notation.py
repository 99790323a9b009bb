"""A track as a printed part has it: onsets and ends on a grid that notes can be written on, chords as one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from music_core.score import TICKS_PER_QUARTER, TICKS_PER_SIXTEENTH, Note, Track

# What a quarter may be divided into: sixteenths, or triplets where these lie nearer.
STRAIGHT, TRIPLET = TICKS_PER_SIXTEENTH, TICKS_PER_QUARTER // 3
# Ends that differ by less than an eighth were meant alike; a legato overlap shorter than that is none on paper.
_RAGGED = 2 * TICKS_PER_SIXTEENTH


@dataclass(frozen=True, slots=True, order=True)
class WrittenChord:
    """Notes (pitches rising) that begin and end together, on the written grid."""

    start_tick: int
    duration_ticks: int
    pitches: tuple[int, ...]


def written(track: Track) -> tuple[WrittenChord, ...]:
    """The track's notes as they are printed, in order; they may overlap where voices do."""
    grid = _grids(note.start_tick for note in track.notes)
    at: dict[int, list[Note]] = defaultdict(list)
    for note in track.notes:
        at[_snapped(note.start_tick, grid)].append(note)
    starts = sorted(at)
    chords: list[WrittenChord] = []
    for start, following in pairwise((*starts, None)):
        assert start is not None
        if track.is_drum:
            chords.append(_stroke(start, at[start], following))
        else:
            chords.extend(_chords(start, at[start], following, grid))
    return tuple(chords)


def _stroke(start: int, notes: list[Note], following: int | None) -> WrittenChord:
    """Drums ring as they like; on paper a stroke lasts to the next one or to the next beat."""
    beat_end = (start // TICKS_PER_QUARTER + 1) * TICKS_PER_QUARTER
    end = beat_end if following is None else min(beat_end, following)
    return WrittenChord(start, end - start, tuple(sorted({note.pitch for note in notes})))


def _chords(start: int, notes: list[Note], following: int | None, grid: dict[int, int]) -> list[WrittenChord]:
    step = grid.get(start // TICKS_PER_QUARTER, STRAIGHT)
    ends: dict[int, set[int]] = {}
    for note in sorted(notes, key=lambda one: -one.end_tick):
        end = max(start + step, _snapped(note.end_tick, grid))
        if following is not None and 0 < end - following < _RAGGED:
            end = following
        alike = next((known for known in ends if known - end < _RAGGED), end)
        ends.setdefault(alike, set()).add(note.pitch)
    return [WrittenChord(start, end - start, tuple(sorted(pitches))) for end, pitches in sorted(ends.items())]


def _grids(onsets: Iterable[int]) -> dict[int, int]:
    """For each quarter with onsets in it, the step that they lie nearer to."""
    by_quarter: dict[int, list[int]] = defaultdict(list)
    for onset in onsets:
        by_quarter[onset // TICKS_PER_QUARTER].append(onset)
    return {
        quarter: min((STRAIGHT, TRIPLET), key=lambda step: sum(abs(_nearest(o, step) - o) for o in inside))
        for quarter, inside in by_quarter.items()
    }


def _snapped(tick: int, grid: dict[int, int]) -> int:
    return _nearest(tick, grid.get(tick // TICKS_PER_QUARTER, STRAIGHT))


def _nearest(tick: int, step: int) -> int:
    return (tick + step // 2) // step * step
