"""What a hand does to notes, without a widget: each gesture maps old notes and a pointer to new notes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from desktop_app.note_edits.edited import Edited
from desktop_app.note_edits.shapes import Scale, added, moved, nearest_pitch, resized
from music_core.score import Note

GestureKind = Literal["box", "move", "resize", "draw"]
# The last pixels of a note resize it, but never more than a third of a short one.
EDGE_PX = 7.0


@dataclass(frozen=True, slots=True)
class Pointer:
    """A pointer in musical terms: the exact tick, the same on the grid, and the pitch row."""

    tick: float
    snapped_tick: int
    pitch: int


@dataclass(frozen=True, slots=True)
class Gesture:
    """A press that is under way: what it began with. `grabbed` is the note under the pointer, if any.

    With a scale, notes that are drawn or moved up or down stay within it.
    """

    kind: GestureKind
    origin: Pointer
    before: Edited
    grabbed: Note | None = None
    snap_ticks: int = 120
    scale: Scale | None = None

    def at(self, pointer: Pointer) -> Edited:
        """The notes as they are when the pointer is here; a box selects in the view instead."""
        if self.kind == "move" and self.grabbed is not None:
            by = pointer.snapped_tick - self.origin.snapped_tick
            return moved(self.before, by, pointer.pitch - self.origin.pitch, self.scale)
        if self.kind == "resize" and self.grabbed is not None:
            end = max(self.grabbed.start_tick + min(self.snap_ticks, self.grabbed.duration_ticks), pointer.snapped_tick)
            return resized(self.before, end - self.grabbed.end_tick)
        if self.kind == "draw" and self.grabbed is not None:
            length = max(self.grabbed.duration_ticks, pointer.snapped_tick - self.grabbed.start_tick)
            pitch = (
                nearest_pitch(pointer.pitch, self.scale(self.grabbed.start_tick), -1) if self.scale else pointer.pitch
            )
            return added(self.before.notes, replace(self.grabbed, duration_ticks=length, pitch=pitch))
        return self.before


def is_end_zone(note: Note, x: float, left_x: float, right_x: float) -> bool:
    """Whether a press at `x` on the note drawn from left_x to right_x takes its end."""
    return note.duration_ticks > 0 and right_x - x <= min(EDGE_PX, (right_x - left_x) / 3)
