"""From seconds to ticks: played notes on a grid, by as much as wanted, with the pedal kept between its notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from music_core.controllers import PERFORMING
from music_core.performance import BendMessage, ControlMessage, LiveMessage, PerformedNote, PerformedTake, pair_notes
from music_core.score import TICKS_PER_QUARTER, ControlChange, Note, PitchBend, Track, without_overlaps

Steps = NDArray[np.int64]
Ticks = NDArray[np.float64]


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

    def places(self, steps: Steps) -> Ticks:
        """As `place`, float64 of the same shape."""
        delays = np.where(steps % 2, self.swing / 3.0, 0.0).astype(np.float64)
        return (delays + steps) * self.step_ticks

    def nearest_steps(self, ticks: Ticks) -> Steps:
        """As `nearest`, int64 (N,); of two steps as near, the earlier."""
        guesses = np.floor_divide(ticks, self.step_ticks).astype(np.int64)
        around = np.maximum(0, guesses + np.array([[-1], [0], [1]]))
        nearest: Steps = around[np.abs(self.places(around) - ticks).argmin(axis=0), np.arange(len(ticks))]
        return nearest


def quantize(notes: Sequence[PerformedNote], *, origin_s: float, bpm: float, grid: Grid) -> tuple[Note, ...]:
    """Written notes: onsets and ends drawn to the grid; what was played before the origin starts at tick 0.

    At full strength a note lasts a step or more. Where notes of a pitch fall together, the later cuts the
    earlier and twins become one.
    """
    return without_overlaps(_drawn(notes, origin_s, bpm, grid))


def take_to_track(take: PerformedTake, grid: Grid | None, name: str = "Melody") -> Track:
    """A take as the melody track, as played (to the tick) without a grid.

    Notes are as long as their keys were down; pedal, modulation and bends stay beside them, moved as the
    notes around them were.
    """
    grid = grid or Grid(1)
    played = pair_notes(take.messages, take.end_s, pedal=False)
    drawn = _drawn(played, take.origin_s, take.bpm, grid)
    raw_onsets = _ticks((note.onset_s for note in played), take.origin_s, take.bpm)
    new_onsets = np.array([note.start_tick for note in drawn], np.float64)

    def moved(events: Sequence[LiveMessage]) -> list[int]:
        ticks = _ticks((event.time_s for event in events), take.origin_s, take.bpm)
        if len(raw_onsets):
            inside = np.clip(ticks, raw_onsets[0], raw_onsets[-1])
            ticks = ticks + (np.interp(inside, raw_onsets, new_onsets) - inside)
        return _whole(ticks)

    messages = sorted(take.messages, key=lambda message: message.time_s)
    controls = [m for m in messages if isinstance(m, ControlMessage) and m.controller in PERFORMING]
    bends = [m for m in messages if isinstance(m, BendMessage)]
    return Track(
        name=name,
        notes=without_overlaps(drawn),
        role="melody",
        controls=tuple(
            ControlChange(tick, m.controller, m.value) for tick, m in zip(moved(controls), controls, strict=True)
        ),
        bends=tuple(PitchBend(tick, m.value) for tick, m in zip(moved(bends), bends, strict=True)),
    )


def _drawn(notes: Sequence[PerformedNote], origin_s: float, bpm: float, grid: Grid) -> list[Note]:
    """Each note where the grid draws it; all in one go, as the window waits for a long take when it ends."""
    starts = _ticks((note.onset_s for note in notes), origin_s, bpm)
    ends = _ticks((note.offset_s for note in notes), origin_s, bpm)
    first = grid.nearest_steps(starts)
    last = np.maximum(first + 1, grid.nearest_steps(ends))
    new_starts = _whole(starts + grid.strength * (grid.places(first) - starts))
    new_ends = _whole(ends + grid.strength * (grid.places(last) - ends))
    return [
        Note(start, note.pitch, max(1, end - start), note.velocity)
        for note, start, end in zip(notes, new_starts, new_ends, strict=True)
    ]


def _ticks(times_s: Iterable[float], origin_s: float, bpm: float) -> Ticks:
    """Fractional ticks from the origin; negative before it."""
    return (np.fromiter(times_s, np.float64) - origin_s) * bpm / 60.0 * TICKS_PER_QUARTER


def _whole(ticks: Ticks) -> list[int]:
    """Rounded, and none before the origin."""
    whole: list[int] = np.maximum(0, np.rint(ticks)).astype(np.int64).tolist()
    return whole
