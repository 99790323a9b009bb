"""A track as the events of one channel: columns of numbers, from which an event is made when it is handed out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

from desktop_app.audio.synth import Bend, Control, NoteOff, NoteOn, SynthEvent
from music_core.controllers import CHORUS, PAN, REVERB, VOLUME
from music_core.note_columns import columns_of
from music_core.score import Note, Track

# The mixer strip owns these; a file's own fades (volume) are heard unless the strip is muted.
_STRIP = (VOLUME, PAN, REVERB, CHORUS)
_OFF, _CONTROL, _ON = 0, 1, 2  # playing order at one tick

TickEvent = tuple[int, SynthEvent]
_Column = NDArray[np.int64]


class LaneEvents(Sequence[SynthEvent]):
    """The events in playing order, put in order when they are first played: an edit of a resting piece costs nothing.

    An event is an object only once it is asked for; as objects, those of a long track would halt the window.
    """

    def __init__(self, track: Track, channel: int, audible: bool) -> None:
        self._track = track
        self._channel = channel
        self._audible = audible

    def __len__(self) -> int:
        return len(self.ticks)

    @overload
    def __getitem__(self, index: int) -> SynthEvent: ...

    @overload
    def __getitem__(self, index: slice) -> list[SynthEvent]: ...

    def __getitem__(self, index: int | slice) -> SynthEvent | list[SynthEvent]:
        if isinstance(index, slice):
            return [self._made(source) for source in self._order[index].tolist()]
        return self._made(int(self._order[index]))

    @cached_property
    def controls(self) -> tuple[TickEvent, ...]:
        """Controllers and bends alone."""
        track, channel = self._track, self._channel
        controls: list[TickEvent] = [
            (control.tick, Control(channel, control.controller, control.value))
            for control in track.controls
            if control.controller not in _STRIP or (control.controller == VOLUME and self._audible)
        ]
        controls.extend((bend.tick, Bend(channel, bend.value)) for bend in track.bends)
        return tuple(sorted(controls, key=lambda entry: entry[0]))

    @cached_property
    def ticks(self) -> list[int]:
        """The tick of each event."""
        ticks: list[int] = self._unordered_ticks[self._order].tolist()
        return ticks

    def holds(self, pitch: int, low: int) -> bool | None:
        """Whether the first event of a pitch from number `low` on is its release; None where there is none."""
        found = np.flatnonzero(self._ordered_pitches[low:] == pitch)
        return None if not len(found) else bool(self._order[low + found[0]] >= len(self.controls) + len(self._keys[0]))

    def _made(self, source: int) -> SynthEvent:
        if source < len(self.controls):
            return self.controls[source][1]
        starts, _, pitches, velocities = self._keys
        number = source - len(self.controls)
        if number < len(starts):
            return NoteOn(self._channel, int(pitches[number]), int(velocities[number]))
        return NoteOff(self._channel, int(pitches[number - len(starts)]))

    @cached_property
    def _keys(self) -> tuple[_Column, _Column, _Column, _Column]:
        """Start, end, pitch and velocity of each key that is pressed, the last first."""
        return _keys(self._track.notes)

    @cached_property
    def _unordered_ticks(self) -> _Column:
        """Of the controls, then of all keys pressed, then of all keys released: the numbers in `_order` count these."""
        starts, ends, _, _ = self._keys
        return np.concatenate([np.array([tick for tick, _ in self.controls], np.int64), starts, ends])

    @cached_property
    def _order(self) -> _Column:
        kinds = np.repeat([_CONTROL, _ON, _OFF], [len(self.controls), *[len(self._keys[0])] * 2])
        order: _Column = np.argsort(self._unordered_ticks * 3 + kinds, kind="stable")
        return order

    @cached_property
    def _ordered_pitches(self) -> _Column:
        """The pitch of each event; -1 for controls."""
        pitches = self._keys[2]
        ordered: _Column = np.concatenate([np.full(len(self.controls), -1), pitches, pitches])[self._order]
        return ordered


def _keys(notes: tuple[Note, ...]) -> tuple[_Column, _Column, _Column, _Column]:
    """Where a pitch begins again before it ended, the first note ends there; of two at one moment one is pressed."""
    starts, pitches, lengths, velocities = columns_of(notes)
    ends = starts + lengths
    by_pitch = np.lexsort((starts, pitches))
    ordered, key = starts[by_pitch], pitches[by_pitch]
    again = np.flatnonzero(key[1:] == key[:-1])
    ends[by_pitch[again]] = np.minimum(ends[by_pitch[again]], ordered[again + 1])
    pressed = np.flatnonzero(ends > starts)[::-1]
    return starts[pressed], ends[pressed], pitches[pressed], velocities[pressed]
