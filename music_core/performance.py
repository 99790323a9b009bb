"""Played music: messages stamped in seconds on one monotonic clock, and the notes they make."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from music_core.controllers import SUSTAIN_PEDAL


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


@dataclass(slots=True)
class _Channel:
    """What sounds on one channel: keys held down, and notes that only the pedal holds."""

    pedal_is_down: bool = False
    held: dict[int, NoteMessage] = field(default_factory=dict)
    pedalled: dict[int, NoteMessage] = field(default_factory=dict)


def pair_notes(messages: Iterable[LiveMessage], end_s: float, *, pedal: bool = True) -> tuple[PerformedNote, ...]:
    """Notes from a stream of messages that may be broken, in order of onset.

    A key that goes down twice ends its first note there; a key that never comes up ends at `end_s`; an up
    without a down is passed over. With `pedal`, notes last until the sustain pedal (half way or more) is let
    go, or their key is struck again. Channels do not touch one another.
    """
    channels: dict[int, _Channel] = {}
    notes: list[PerformedNote] = []

    def end(struck: NoteMessage | None, offset_s: float) -> None:
        if struck is not None:
            offset_s = max(struck.time_s, offset_s)
            notes.append(PerformedNote(struck.time_s, offset_s, struck.pitch, struck.velocity))

    for message in sorted(messages, key=lambda message: message.time_s):
        channel = channels.setdefault(message.channel, _Channel())
        if isinstance(message, NoteMessage) and message.velocity:
            end(channel.held.pop(message.pitch, None), message.time_s)
            end(channel.pedalled.pop(message.pitch, None), message.time_s)
            channel.held[message.pitch] = message
        elif isinstance(message, NoteMessage):
            struck = channel.held.pop(message.pitch, None)
            if struck is not None and pedal and channel.pedal_is_down:
                channel.pedalled[message.pitch] = struck
            else:
                end(struck, message.time_s)
        elif isinstance(message, ControlMessage) and message.controller == SUSTAIN_PEDAL:
            channel.pedal_is_down = message.value >= 64
            while channel.pedalled and not channel.pedal_is_down:
                end(channel.pedalled.popitem()[1], message.time_s)
    for channel in channels.values():
        for struck in (*channel.held.values(), *channel.pedalled.values()):
            end(struck, end_s)
    return tuple(sorted(notes, key=lambda note: (note.onset_s, note.pitch)))
