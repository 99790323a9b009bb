"""The chord lane of a score: what sounds where, and the same lane in other keys and at other places."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from music_core.harmony.chord import Chord
from music_core.score import ChordChange

# Rising ticks; each change holds until the next one or the end of the piece.
ChordLane = tuple[ChordChange, ...]


def change_at(lane: ChordLane, tick: int) -> ChordChange | None:
    """The change in force at a tick; None before the first one, where nothing is known."""
    index = bisect_right(lane, tick, key=lambda change: change.tick) - 1
    return lane[index] if index >= 0 else None


def chord_at(lane: ChordLane, tick: int) -> Chord | None:
    """The chord at a tick; None both for "no chord" and before the first change."""
    change = change_at(lane, tick)
    return change.chord if change else None


def beat_chords(lane: ChordLane, ticks: Sequence[int]) -> tuple[Chord | None, ...]:
    """The chord at each of the ticks, which may be in any order."""
    return tuple(chord_at(lane, tick) for tick in ticks)


def merged(lane: ChordLane) -> ChordLane:
    """The lane without changes that change nothing: the same chord, locked alike."""
    kept = [after for before, after in pairwise(lane) if (before.chord, before.locked) != (after.chord, after.locked)]
    return (*lane[:1], *kept)


def moved(lane: ChordLane, semitones: int) -> ChordLane:
    """The lane so many semitones higher."""
    return tuple(
        replace(change, chord=change.chord.transposed(semitones)) if change.chord else change for change in lane
    )


def shifted(lane: ChordLane, ticks: int) -> ChordLane:
    """The lane so many ticks later, or earlier where negative: then what sounds at tick 0 begins there."""
    at_start = change_at(lane, -ticks) if ticks < 0 else None
    opening = (replace(at_start, tick=0),) if at_start else ()
    later = tuple(replace(change, tick=change.tick + ticks) for change in lane if change.tick + ticks >= 0)
    return later if later and later[0].tick == 0 else (*opening, *later)


def cropped(lane: ChordLane, start_tick: int, end_tick: int) -> ChordLane:
    """The harmony of [start_tick, end_tick), its first tick moved to 0."""
    return tuple(change for change in shifted(lane, -start_tick) if change.tick < end_tick - start_tick)


def spans(lane: ChordLane, end_tick: int) -> tuple[tuple[int, int, ChordChange], ...]:
    """Each change with the range of ticks that it holds, [start, end), up to the end of the piece."""
    ends = [*(change.tick for change in lane[1:]), end_tick]
    return tuple(
        (change.tick, min(end, end_tick), change)
        for change, end in zip(lane, ends, strict=False)
        if change.tick < end_tick
    )


def locked_spans(lane: ChordLane, end_tick: int) -> tuple[tuple[int, int, Chord | None], ...]:
    """The ranges [start, end) of ticks whose chord a person gave, with that chord."""
    return tuple((start, end, change.chord) for start, end, change in spans(lane, end_tick) if change.locked)


def with_locked(lane: ChordLane, given: ChordLane) -> ChordLane:
    """The lane, unlocked, with the locked chords of another one over it, each as long as it holds there."""
    end = max((change.tick for change in (*lane, *given)), default=0) + 1
    changes = {change.tick: replace(change, locked=False) for change in lane}
    for start, stop, chord in locked_spans(given, end):
        changes = {tick: change for tick, change in changes.items() if not start <= tick < stop}
        changes[start] = ChordChange(start, chord, locked=True)
        after = change_at(lane, stop)
        if stop < end and stop not in changes and after:
            changes[stop] = ChordChange(stop, after.chord)
    return tuple(changes[tick] for tick in sorted(changes))


def with_chord(lane: ChordLane, change: ChordChange) -> ChordLane:
    """The lane with this change; one that stood on the same tick goes."""
    others = (other for other in lane if other.tick != change.tick)
    return tuple(sorted((*others, change), key=lambda one: one.tick))


def without_chord(lane: ChordLane, tick: int) -> ChordLane:
    """The lane without the change on this tick: the chord before it holds on."""
    return tuple(change for change in lane if change.tick != tick)


def all_locked(lane: Iterable[ChordChange]) -> ChordLane:
    """The lane with every chord given by a person."""
    return tuple(replace(change, locked=True) for change in lane)
