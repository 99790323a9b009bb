"""Played music: messages stamped in seconds on one monotonic clock, and the notes they make."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NoteMessage:
    """A key going down (velocity 1..127) or up (velocity 0) at `time_s` on the monotonic clock."""

    time_s: float
    pitch: int
    velocity: int
    channel: int = 0


@dataclass(frozen=True, slots=True)
class ControlMessage:
    """A controller (pedal 64, modulation 1, volume 7 ...) taking a value 0..127."""

    time_s: float
    controller: int
    value: int
    channel: int = 0


@dataclass(frozen=True, slots=True)
class BendMessage:
    """The pitch wheel at -8192..8191."""

    time_s: float
    value: int
    channel: int = 0


LiveMessage = NoteMessage | ControlMessage | BendMessage


@dataclass(frozen=True, slots=True)
class PerformedNote:
    """A note as it was played; `offset_s` includes what the sustain pedal added."""

    onset_s: float
    offset_s: float
    pitch: int
    velocity: int


@dataclass(frozen=True, slots=True)
class PerformedTake:
    """A raw recording. `origin_s` is the clock time of the downbeat that the take counts from."""

    messages: tuple[LiveMessage, ...]
    origin_s: float
    end_s: float
    bpm: float
