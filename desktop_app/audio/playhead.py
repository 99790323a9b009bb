"""Walks through a plan in time: which events are due, and which tick is heard when."""

from __future__ import annotations

import math
from dataclasses import dataclass

from desktop_app.audio.scheduler import Plan
from desktop_app.audio.synth import NoteOff, NoteOn, SynthEvent
from music_core.score import TempoMap

# How long a stretch is remembered after it was left, so that its ticks can be told while they are still heard.
_MEMORY_S = 10.0
# A note shorter than the synth's own raster could be released before it began, and then for ever sound.
_SHORTEST_NOTE_S = 0.003

TimedEvent = tuple[float, SynthEvent]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of time without jumps: from `start_s` at `start_tick` on, at this tempo."""

    start_s: float
    start_tick: int
    tempo: TempoMap

    @property
    def zero_s(self) -> float:
        """When tick 0 was, or would have been, had it always gone like this."""
        return self.start_s - self.tempo.seconds(self.start_tick)

    def tick(self, at_s: float) -> float:
        """The tick reached at a time, also before the start."""
        if at_s < self.start_s:  # a count-in goes at the speed of the music that it leads to
            return self.start_tick - (self.start_s - at_s) / self.seconds_a_tick
        return self.tempo.tick(self.tempo.seconds(self.start_tick) + at_s - self.start_s)

    def at_s(self, tick: int) -> float:
        """The time at which a tick from the start on is reached."""
        return self.zero_s + self.tempo.seconds(tick)

    @property
    def seconds_a_tick(self) -> float:
        """Speed at the start."""
        return self.tempo.seconds(self.start_tick + 1) - self.tempo.seconds(self.start_tick)


class Playhead:
    """Goes once through a plan, or round its loop, on a synth's clock. No thread, no clock of its own."""

    def __init__(self, plan: Plan, start_tick: int, start_s: float) -> None:
        self._plan = plan
        self._stretches = [Stretch(start_s, start_tick, plan.tempo)]
        self._next_tick = start_tick
        self._sounding: dict[tuple[int, int], float] = {}

    @property
    def finished(self) -> bool:
        """Whether everything has been handed out."""
        plan = self._plan
        return not plan.endless and not self._loops and self._next_tick > plan.end_tick

    @property
    def end_s(self) -> float:
        """When the last note ends, if nothing changes."""
        return self._stretches[-1].at_s(max(self._plan.end_tick, self._stretches[-1].start_tick))

    def stretch_at(self, at_s: float) -> Stretch:
        """The stretch heard at a time."""
        for stretch in reversed(self._stretches):
            if stretch.start_s <= at_s:
                return stretch
        return self._stretches[0]

    def tick_at(self, at_s: float) -> float:
        """The tick heard at a time; below the starting tick during a count-in, and never past the end."""
        tick = self.stretch_at(at_s).tick(at_s)
        return tick if self._plan.endless or self._loops else min(tick, max(self._plan.end_tick, self._first_tick))

    @property
    def next_s(self) -> float:
        """When the next event is to sound that was not handed out yet, the loop turns, or the music has ended."""
        stretch = self._stretches[-1]
        if self.finished:
            return self.end_s
        tick = self._plan.next_tick(self._next_tick)
        if self._plan.loop is not None and self._loops:
            tick = self._plan.loop[1] if tick is None else min(tick, self._plan.loop[1])
        return math.inf if tick is None else stretch.at_s(tick)

    def due(self, until_s: float) -> list[TimedEvent]:
        """Hand out, once, every event before `until_s`."""
        found: list[TimedEvent] = []
        while True:
            stretch = self._stretches[-1]
            reach_tick = max(self._next_tick, math.ceil(stretch.tick(until_s) - 1e-6))
            loop = self._plan.loop if self._loops else None
            if loop is None or reach_tick < loop[1]:
                self._hand_out(stretch, reach_tick, found)
                break
            self._hand_out(stretch, loop[1], found)
            self._turn_round(stretch, loop, found)
        self._forget(until_s)
        return found

    def replan(self, plan: Plan) -> list[TimedEvent]:
        """Go on with another plan from the first tick not yet handed out; returns releases that it makes due."""
        last = self._stretches[-1]
        turn_s = max(last.start_s, last.at_s(self._next_tick))
        stretch = Stretch(turn_s, self._next_tick, plan.tempo)
        if turn_s <= last.start_s:
            self._stretches[-1] = stretch
        elif plan.tempo is not self._plan.tempo:
            self._stretches.append(stretch)
        self._plan = plan
        orphans = [key for key in self._sounding if not plan.holds(*key, self._next_tick)]
        return [self._release(key, turn_s) for key in orphans]

    @property
    def _first_tick(self) -> int:
        return self._stretches[0].start_tick

    @property
    def _loops(self) -> bool:
        return self._plan.loop is not None and self._next_tick < self._plan.loop[1]

    def _hand_out(self, stretch: Stretch, reach_tick: int, found: list[TimedEvent]) -> None:
        for tick, event in self._plan.between(self._next_tick, reach_tick):
            at_s = stretch.at_s(tick)
            if isinstance(event, NoteOff):
                if (event.channel, event.pitch) in self._sounding:
                    found.append(self._release((event.channel, event.pitch), at_s))
            elif isinstance(event, NoteOn):
                key = (event.channel, event.pitch)
                if key in self._sounding:
                    found.append(self._release(key, at_s))
                self._sounding[key] = at_s
                found.append((at_s, event))
            else:
                found.append((at_s, event))
        self._next_tick = reach_tick

    def _turn_round(self, stretch: Stretch, loop: tuple[int, int], found: list[TimedEvent]) -> None:
        turn_s = stretch.at_s(loop[1])
        found.extend(self._release(key, turn_s) for key in list(self._sounding))
        if any(lane.controls for lane in self._plan.lanes):
            found.extend((turn_s, event) for event in self._plan.state_at(loop[0]))
        self._stretches.append(Stretch(turn_s, loop[0], self._plan.tempo))
        self._next_tick = loop[0]

    def _release(self, key: tuple[int, int], at_s: float) -> TimedEvent:
        return max(at_s, self._sounding.pop(key) + _SHORTEST_NOTE_S), NoteOff(*key)

    def _forget(self, until_s: float) -> None:
        while len(self._stretches) > 1 and self._stretches[1].start_s < until_s - _MEMORY_S:
            del self._stretches[0]
