"""The bytes of a Standard MIDI File as plain events, reading as far as a damaged file lets us."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

# What one file may hold; a long opera stays below, a file made to choke programs does not.
MAX_EVENTS = 500_000
MAX_TRACKS = 256

META, SYSEX = 0xFF, 0xF0
END_OF_TRACK = 0x2F

# Data bytes after each status byte 0x80, 0x90 ... 0xE0, and after system messages that may stray into a file.
_DATA_BYTES = {0x8: 2, 0x9: 2, 0xA: 2, 0xB: 2, 0xC: 1, 0xD: 1, 0xE: 2}
_SYSTEM_DATA_BYTES = {0xF1: 1, 0xF2: 2, 0xF3: 1, 0xF6: 0, 0xF8: 0, 0xFA: 0, 0xFB: 0, 0xFC: 0, 0xFE: 0}


class MidiError(ValueError):
    """A MIDI file cannot be read or written; the message is one sentence for the user."""


@dataclass(slots=True)
class RawTrack:
    """One track chunk, ticks in the file's own resolution.

    `channel_events` are (tick, status, data1, data2), `metas` (tick, type, bytes). `damage` says in a few
    words why reading stopped early, or is empty; `is_cut` tells that the limit of events was reached.
    """

    channel_events: list[tuple[int, int, int, int]] = field(default_factory=list)
    metas: list[tuple[int, int, bytes]] = field(default_factory=list)
    system_messages: int = 0
    end_tick: int = 0
    has_end: bool = False
    is_cut: bool = False
    damage: str = ""


@dataclass(frozen=True, slots=True)
class RawFile:
    """The header's values and the tracks that were found, not all of them when the file `is_cut` at a limit."""

    format: int
    ticks_per_quarter: int
    announced_tracks: int
    tracks: tuple[RawTrack, ...]
    is_cut: bool

    @property
    def damage(self) -> str:
        """What is wrong with the file as a whole, or an empty text."""
        if len(self.tracks) < self.announced_tracks and not self.is_cut:
            return f"it should have {self.announced_tracks} tracks but holds {len(self.tracks)}"
        return ""


class _BrokenTrackError(Exception):
    """The track cannot be read past this point."""


def parse(data: bytes) -> RawFile:
    """Split a file into its tracks and events; raises MidiError (with no subject) when there is no header to go by."""
    format_, announced, ticks_per_quarter, position = _header(data)
    tracks: list[RawTrack] = []
    budget, is_cut = MAX_EVENTS, False
    while position + 8 <= len(data) and not is_cut:
        kind, length = data[position : position + 4], int.from_bytes(data[position + 4 : position + 8], "big")
        start, position = position + 8, position + 8 + length
        if kind != b"MTrk":
            continue  # other programs' chunks may be skipped, says the standard
        if len(tracks) == MAX_TRACKS:
            is_cut = True
            break
        track = _parse_track(data[start:position], budget)
        budget -= len(track.channel_events) + len(track.metas) + track.system_messages
        if position > len(data) and not (track.damage or track.has_end or track.is_cut):
            track.damage = "it ends too early"
        tracks.append(track)
        is_cut = track.is_cut
    return RawFile(format_, ticks_per_quarter, announced, tuple(tracks), is_cut)


def _header(data: bytes) -> tuple[int, int, int, int]:
    if not data:
        raise MidiError("is empty; export it again from the program that made it")
    if data[:4] != b"MThd":
        raise MidiError("is not a MIDI file; choose a file that ends in .mid")
    if len(data) < 14:
        raise MidiError("is cut off after a few bytes; export it again from the program that made it")
    length, format_, tracks, division = struct.unpack(">IHHH", data[4:14])
    if format_ not in (0, 1):
        raise MidiError(f"is a MIDI file of type {format_}; save it as type 1 or 0 and try again")
    if division & 0x8000:
        raise MidiError("counts time in film frames (SMPTE) rather than beats; export it again in ticks per quarter")
    if division == 0 or length < 6:
        raise MidiError("has a damaged header; export it again from the program that made it")
    return format_, tracks, division, 8 + length


def _parse_track(chunk: bytes, budget: int) -> RawTrack:
    track = RawTrack()
    position = tick = running = 0
    try:
        while position < len(chunk):
            if budget == 0:
                track.is_cut = True
                break
            budget -= 1
            delta, position = _number(chunk, position)
            tick += delta
            track.end_tick = tick
            status = running
            if chunk[position] >= 0x80:
                status = chunk[position]
                position += 1
            if status >= 0xF0:
                position = _system_event(track, chunk, position, tick, status)
                if track.has_end:
                    break
            else:
                running = status  # kept across meta events, as some programs write them
                position = _channel_event(track, chunk, position, tick, status)
    except IndexError:
        track.damage = "it ends in the middle of an event"
    except _BrokenTrackError as broken:
        track.damage = str(broken)
    return track


def _channel_event(track: RawTrack, chunk: bytes, position: int, tick: int, status: int) -> int:
    count = _DATA_BYTES.get(status >> 4)
    if count is None:
        raise _BrokenTrackError("it has data where an event should begin")
    first = chunk[position]
    second = chunk[position + 1] if count == 2 else 0
    if (first | second) & 0x80:
        raise _BrokenTrackError("it has an event with an impossible value")
    track.channel_events.append((tick, status, first, second))
    return position + count


def _system_event(track: RawTrack, chunk: bytes, position: int, tick: int, status: int) -> int:
    if status in _SYSTEM_DATA_BYTES:
        track.system_messages += 1
        return position + _SYSTEM_DATA_BYTES[status]
    if status not in (META, SYSEX, 0xF7):
        raise _BrokenTrackError("it has an event that MIDI does not know")
    kind = -1
    if status == META:
        kind, position = chunk[position], position + 1
    length, position = _number(chunk, position)
    if position + length > len(chunk):
        raise IndexError
    if status == META:
        track.metas.append((tick, kind, chunk[position : position + length]))
    else:
        track.system_messages += 1
    track.has_end = kind == END_OF_TRACK
    return position + length


def _number(chunk: bytes, position: int) -> tuple[int, int]:
    """A variable-length number, seven bits a byte, four bytes at most, and the position after it."""
    value = 0
    for offset in range(4):
        byte = chunk[position + offset]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, position + offset + 1
    raise _BrokenTrackError("it has a number that is too long")
