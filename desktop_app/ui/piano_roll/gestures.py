"""What a hand does to notes, without a widget: each gesture maps old notes and a pointer to new notes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from music_core.score import Note

GestureKind = Literal["box", "move", "resize", "draw"]
# The last pixels of a note resize it, but never more than a third of a short one.
EDGE_PX = 7.0


@dataclass(frozen=True, slots=True)
class Edited:
    """The notes after a gesture, and which of them are selected."""

    notes: tuple[Note, ...]
    chosen: frozenset[Note]


@dataclass(frozen=True, slots=True)
class Pointer:
    """A pointer in musical terms: the exact tick, the same on the grid, and the pitch row."""

    tick: float
    snapped_tick: int
    pitch: int


@dataclass(frozen=True, slots=True)
class Gesture:
    """A press that is under way: what it began with. `grabbed` is the note under the pointer, if any."""

    kind: GestureKind
    origin: Pointer
    before: Edited
    grabbed: Note | None = None
    snap_ticks: int = 120

    def at(self, pointer: Pointer) -> Edited:
        """The notes as they are when the pointer is here; a box selects in the view instead."""
        if self.kind == "move" and self.grabbed is not None:
            by = pointer.snapped_tick - self.origin.snapped_tick
            return moved(self.before, by, pointer.pitch - self.origin.pitch)
        if self.kind == "resize" and self.grabbed is not None:
            end = max(self.grabbed.start_tick + min(self.snap_ticks, self.grabbed.duration_ticks), pointer.snapped_tick)
            return resized(self.before, end - self.grabbed.end_tick)
        if self.kind == "draw" and self.grabbed is not None:
            length = max(self.grabbed.duration_ticks, pointer.snapped_tick - self.grabbed.start_tick)
            return added(self.before.notes, replace(self.grabbed, duration_ticks=length, pitch=pointer.pitch))
        return self.before


def is_end_zone(note: Note, x: float, left_x: float, right_x: float) -> bool:
    """Whether a press at `x` on the note drawn from left_x to right_x takes its end."""
    return note.duration_ticks > 0 and right_x - x <= min(EDGE_PX, (right_x - left_x) / 3)


def moved(before: Edited, by_ticks: int, by_pitch: int) -> Edited:
    """The selected notes moved together, stopped as one at tick 0 and at the ends of the pitch range."""
    if not before.chosen:
        return before
    by_ticks = max(by_ticks, -min(note.start_tick for note in before.chosen))
    by_pitch = max(by_pitch, -min(note.pitch for note in before.chosen))
    by_pitch = min(by_pitch, 127 - max(note.pitch for note in before.chosen))
    return _exchange(
        before,
        {n: replace(n, start_tick=n.start_tick + by_ticks, pitch=n.pitch + by_pitch) for n in before.chosen},
    )


def resized(before: Edited, by_ticks: int) -> Edited:
    """The selected notes made longer or shorter by the same amount, each keeping at least a tick."""
    return _exchange(before, {n: replace(n, duration_ticks=max(1, n.duration_ticks + by_ticks)) for n in before.chosen})


def with_velocity(before: Edited, by: int) -> Edited:
    """The selected notes louder or softer by so much."""
    return _exchange(before, {n: replace(n, velocity=min(127, max(1, n.velocity + by))) for n in before.chosen})


def added(notes: tuple[Note, ...], note: Note) -> Edited:
    """One more note, selected."""
    return Edited(without_overlaps((*notes, note), {note}), frozenset({note}))


def deleted(before: Edited) -> Edited:
    """Without the selected notes."""
    return Edited(tuple(n for n in before.notes if n not in before.chosen), frozenset())


def duplicated(before: Edited, by_ticks: int) -> Edited:
    """A copy of the selected notes after themselves, which is then what is selected."""
    copies = frozenset(replace(n, start_tick=n.start_tick + by_ticks) for n in before.chosen)
    return Edited(without_overlaps((*before.notes, *copies), copies), copies)


def without_overlaps(notes: Iterable[Note], winners: Iterable[Note]) -> tuple[Note, ...]:
    """No two notes of a pitch sound at once: the earlier is cut where the later begins; winners stay whole."""
    keep = frozenset(winners)
    result: list[Note] = []
    last: dict[int, int] = {}
    for note in sorted(set(notes), key=lambda n: (n.start_tick, n.pitch, n not in keep)):
        at = last.get(note.pitch)
        previous = result[at] if at is not None else None
        if at is not None and previous is not None and previous.end_tick > note.start_tick:
            if (previous in keep and note not in keep) or previous.start_tick == note.start_tick:
                continue
            result[at] = replace(previous, duration_ticks=note.start_tick - previous.start_tick)
        last[note.pitch] = len(result)
        result.append(note)
    return tuple(sorted(result))


def _exchange(before: Edited, changes: dict[Note, Note]) -> Edited:
    chosen = frozenset(changes.values())
    notes = (changes.get(note, note) for note in before.notes)
    result = without_overlaps(notes, chosen)
    return Edited(result, chosen & frozenset(result))
