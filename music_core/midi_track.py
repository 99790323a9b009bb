"""The events of one MIDI track chunk, read as far as it is sound.

Nearly all events of a file are channel messages with two data bytes. Where each of those would end is worked out for
every byte of the chunk at once, and reading then steps from event to event; whatever else a chunk holds (names, tempos,
instruments, damage) is taken apart one by one. That is several times faster than one by one throughout.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

META, SYSEX = 0xFF, 0xF0
END_OF_TRACK = 0x2F

# Data bytes after each status byte 0x80, 0x90 ... 0xE0, and after system messages that may stray into a file.
_DATA_BYTES = {0x8: 2, 0x9: 2, 0xA: 2, 0xB: 2, 0xC: 1, 0xD: 1, 0xE: 2}
_SYSTEM_DATA_BYTES = {0xF1: 1, 0xF2: 2, 0xF3: 1, 0xF6: 0, 0xF8: 0, 0xFA: 0, 0xFB: 0, 0xFC: 0, 0xFE: 0}

ENDS_TOO_EARLY = "it ends too early"
ENDS_IN_AN_EVENT = "it ends in the middle of an event"
NO_EVENT = "it has data where an event should begin"
IMPOSSIBLE_VALUE = "it has an event with an impossible value"
UNKNOWN_EVENT = "it has an event that MIDI does not know"
ENDLESS_NUMBER = "it has a number that is too long"
DAMAGES = (ENDS_TOO_EARLY, ENDS_IN_AN_EVENT, NO_EVENT, IMPOSSIBLE_VALUE, UNKNOWN_EVENT, ENDLESS_NUMBER)
"""All that can be wrong inside a track."""

Events = NDArray[np.int64]
"""Rows of (tick, status, data1, data2)."""

_NONE: Events = np.zeros((0, 4), np.int64)
# The longest event of the common kind has four bytes of time, a status and two data bytes.
_WINDOW, _LONGEST = 1 << 16, 7
# By status byte: whether two data bytes follow it. A data byte in its place means the status before still holds.
_HAS_TWO = np.array([byte < 0x80 or _DATA_BYTES.get(byte >> 4) == 2 for byte in range(256)])


@dataclass(slots=True)
class RawTrack:
    """One track chunk, ticks in the file's own resolution.

    `metas` are (tick, type, bytes). `damage` is one of `DAMAGES` where reading stopped early, or empty; `is_cut`
    tells that the limit of events was reached. `count` is how many events of any kind were read.
    """

    events: Events = field(default_factory=lambda: _NONE)
    metas: list[tuple[int, int, bytes]] = field(default_factory=list)
    system_messages: int = 0
    count: int = 0
    end_tick: int = 0
    has_end: bool = False
    is_cut: bool = False
    damage: str = ""

    @property
    def channel_events(self) -> list[tuple[int, int, int, int]]:
        """The events as (tick, status, data1, data2)."""
        return [(tick, status, one, two) for tick, status, one, two in self.events.tolist()]


class _BrokenTrackError(Exception):
    """The track cannot be read past this point."""


def parse_track(chunk: bytes, budget: int) -> RawTrack:
    """The events of a chunk, no more than `budget`."""
    return _Reader(chunk, budget).read()


class _Reader:
    """Goes through one chunk; where each event begins is kept, and what it says is looked up for all at the end."""

    def __init__(self, chunk: bytes, budget: int) -> None:
        self._chunk = chunk
        self._budget = budget
        self._bytes = np.frombuffer(chunk + bytes(2 * _LONGEST), np.uint8)
        self._starts: list[int] = []
        self._others: list[int] = []  # which of them are no channel messages
        self._metas: list[tuple[int, int, bytes]] = []  # number of the event, type, bytes
        self._running_count = 0  # data bytes that the running status asks for; none has been given yet
        self._window = (0, 0)
        self._steps: list[int] = []
        self._late = 0  # time before an event that could not be read
        self._track = RawTrack()

    def read(self) -> RawTrack:
        """All of it, or up to damage or the limit."""
        position, end, track = 0, len(self._chunk), self._track
        try:
            while position < end and not (track.has_end or track.is_cut):
                if len(self._starts) == self._budget:
                    track.is_cut = True
                    break
                # The common kind only: without a status of its own it must follow another of its kind.
                moved = self._common(position) if self._running_count == 2 else position
                position = self._single(position) if moved == position else moved
        except IndexError:
            track.damage = ENDS_IN_AN_EVENT
        except _BrokenTrackError as broken:
            track.damage = str(broken)
        self._look_up()
        return track

    def _common(self, position: int) -> int:
        """Step over events of the common kind; returns where the first other one begins."""
        low, high = self._window
        if not low <= position < high:
            low, high = self._window = position, min(position + _WINDOW, len(self._chunk))
            self._steps = _steps(self._bytes[low : high + 2 * _LONGEST], high - low, len(self._chunk) - low)
        steps, here = self._steps, position - low
        found: list[int] = []
        keep = found.append
        while after := steps[here]:
            keep(here)
            here = after
        self._starts += found if not low else [low + place for place in found]
        if len(self._starts) > self._budget:
            del self._starts[self._budget :]
            self._track.is_cut = True
        return low + here

    def _single(self, position: int) -> int:
        """One event of any kind; returns where the next one begins."""
        chunk, start = self._chunk, position
        self._late, position = _number(chunk, position)
        status = chunk[position]
        has_status = status >= 0x80
        position += has_status
        if status >= SYSEX:
            after = self._system(position, status)
            self._others.append(len(self._starts))
        else:
            count = _DATA_BYTES.get(status >> 4) if has_status else self._running_count
            if not count:
                raise _BrokenTrackError(NO_EVENT)
            if (chunk[position] | (chunk[position + 1] if count == 2 else 0)) & 0x80:
                raise _BrokenTrackError(IMPOSSIBLE_VALUE)
            self._running_count = count  # kept across meta events, as some programs write them
            after = position + count
        self._starts.append(start)
        self._late = 0
        return after

    def _system(self, position: int, status: int) -> int:
        chunk, track = self._chunk, self._track
        if status in _SYSTEM_DATA_BYTES:
            track.system_messages += 1
            return position + _SYSTEM_DATA_BYTES[status]
        if status not in (META, SYSEX, 0xF7):
            raise _BrokenTrackError(UNKNOWN_EVENT)
        kind = -1
        if status == META:
            kind, position = chunk[position], position + 1
        length, position = _number(chunk, position)
        if position + length > len(chunk):
            raise IndexError
        if status == META:
            self._metas.append((len(self._starts), kind, chunk[position : position + length]))
        else:
            track.system_messages += 1
        track.has_end = kind == END_OF_TRACK
        return position + length

    def _look_up(self) -> None:
        """Fill the track with what stands where the events begin."""
        track, data = self._track, self._bytes
        starts = np.array(self._starts, np.int64)
        deltas, places = _numbers(data, starts)
        ticks = np.cumsum(deltas)
        track.count = len(starts)
        track.end_tick = (int(ticks[-1]) if len(ticks) else 0) + self._late
        track.metas = [(int(ticks[number]), kind, payload) for number, kind, payload in self._metas]
        if self._others:
            ticks, places = np.delete(ticks, self._others), np.delete(places, self._others)
        if not len(places):
            return
        status = data[places]
        given = status >= 0x80
        status = status[np.maximum.accumulate(np.where(given, np.arange(len(given)), 0))]
        places = places + given
        second = np.where(_HAS_TWO[status], data[places + 1], 0)
        track.events = np.stack([ticks, status, data[places], second], axis=1)


def _steps(data: NDArray[np.uint8], count: int, available: int) -> list[int]:
    """For each of `count` places: where an event of the common kind that begins there ends, or 0 if none does.

    A few more places than that follow, all 0. `available` is how many bytes there are before the chunk ends.
    """
    high = data >= 0x80
    one = high[:count]
    two = one & high[1 : count + 1]
    three = two & high[2 : count + 2]
    places = np.arange(1, count + 1, dtype=np.int32) + one + two + three
    status = data[places]
    places += status >= 0x80
    sound = _HAS_TWO[status] & ~(high[places] | high[places + 1]) & ~(three & high[3 : count + 3])
    places += 2
    places[~sound | (places > available)] = 0
    return [*places.tolist(), *[0] * (_LONGEST + 1)]


def _numbers(data: NDArray[np.uint8], starts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Variable-length numbers at many places, all of them sound, and the places after them."""
    byte = data[starts].astype(np.int64)
    values, places, more = byte & 0x7F, starts + 1, byte >= 0x80
    while more.any():
        byte = data[places].astype(np.int64)
        values = np.where(more, values << 7 | byte & 0x7F, values)
        places = places + more
        more = more & (byte >= 0x80)
    return values, places


def _number(chunk: bytes, position: int) -> tuple[int, int]:
    """A variable-length number, seven bits a byte, four bytes at most, and the position after it."""
    value = 0
    for offset in range(4):
        byte = chunk[position + offset]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, position + offset + 1
    raise _BrokenTrackError(ENDLESS_NUMBER)
