"""From seconds to ticks: played notes on a grid, by as much as wanted, with the pedal kept between its notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from music_core.controllers import PERFORMING
from music_core.performance import BendMessage, ControlMessage, PerformedNote, PerformedTake, pair_notes
from music_core.score import TICKS_PER_QUARTER, ControlChange, Note, PitchBend, Track, without_overlaps


@dataclass(frozen=True, slots=True)
class Grid:
    """Steps that notes are drawn to.

    `strength` 0..1 is how far of the way they go; `swing` 0..1 delays every second step, at 1 by a third of a
    step, so that pairs of eighths become triplets.
    """

    step_ticks: int
    strength: float = 1.0
    swing: float = 0.0

    def __post_init__(self) -> None:
        if self.step_ticks < 1 or not (0.0 <= self.strength <= 1.0 and 0.0 <= self.swing <= 1.0):
            raise ValueError(f"A grid has steps of a tick or more, and strength and swing between 0 and 1: {self}")

    def place(self, step: int) -> float:
        """Tick of a step, swing included."""
        return self.step_ticks * (step + (self.swing / 3.0 if step % 2 else 0.0))

    def nearest(self, tick: float) -> int:
        """The number (0 or more) of the step nearest to a tick."""
        guess = int(tick // self.step_ticks)
        return min((max(0, guess + around) for around in (-1, 0, 1)), key=lambda step: abs(self.place(step) - tick))


def quantize(notes: Sequence[PerformedNote], *, origin_s: float, bpm: float, grid: Grid) -> tuple[Note, ...]:
    """Written notes: onsets and ends drawn to the grid; what was played before the origin starts at tick 0.

    At full strength a note lasts a step or more. Where notes of a pitch fall together, the later cuts the
    earlier and twins become one.
    """
    return without_overlaps(_drawn(note, origin_s, bpm, grid) for note in notes)


def take_to_track(take: PerformedTake, grid: Grid | None, name: str = "Melody") -> Track:
    """A take as the melody track, as played (to the tick) without a grid.

    Notes are as long as their keys were down; pedal, modulation and bends stay beside them, moved as the
    notes around them were.
    """
    grid = grid or Grid(1)
    played = pair_notes(take.messages, take.end_s, pedal=False)
    drawn = [_drawn(note, take.origin_s, take.bpm, grid) for note in played]
    raw_onsets = [_tick(note.onset_s, take.origin_s, take.bpm) for note in played]
    new_onsets = [note.start_tick for note in drawn]

    def moved(time_s: float) -> int:
        tick = _tick(time_s, take.origin_s, take.bpm)
        if raw_onsets:
            inside = min(max(tick, raw_onsets[0]), raw_onsets[-1])
            tick += float(np.interp(inside, raw_onsets, new_onsets)) - inside
        return max(0, round(tick))

    messages = sorted(take.messages, key=lambda message: message.time_s)
    controls = [m for m in messages if isinstance(m, ControlMessage) and m.controller in PERFORMING]
    bends = [m for m in messages if isinstance(m, BendMessage)]
    return Track(
        name=name,
        notes=without_overlaps(drawn),
        role="melody",
        controls=tuple(ControlChange(moved(m.time_s), m.controller, m.value) for m in controls),
        bends=tuple(PitchBend(moved(m.time_s), m.value) for m in bends),
    )


def _drawn(note: PerformedNote, origin_s: float, bpm: float, grid: Grid) -> Note:
    start, end = (_tick(time_s, origin_s, bpm) for time_s in (note.onset_s, note.offset_s))
    first = grid.nearest(start)
    last = max(first + 1, grid.nearest(end))
    new_start = max(0, round(start + grid.strength * (grid.place(first) - start)))
    new_end = round(end + grid.strength * (grid.place(last) - end))
    return Note(new_start, note.pitch, max(1, new_end - new_start), note.velocity)


def _tick(time_s: float, origin_s: float, bpm: float) -> float:
    """Fractional ticks from the origin; negative before it."""
    return (time_s - origin_s) * bpm / 60.0 * TICKS_PER_QUARTER
