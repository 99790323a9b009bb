"""The bytes of a Standard MIDI File as tracks of plain events, as far as a damaged file lets us."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from music_core.midi_track import ENDS_TOO_EARLY, RawTrack, parse_track

__all__ = ["MAX_EVENTS", "MAX_TRACKS", "MidiError", "RawFile", "RawTrack", "is_wrapped", "parse"]

# What one file may hold; a long opera stays below, a file made to choke programs does not.
MAX_EVENTS = 500_000
MAX_TRACKS = 256
_WRAPPING = 20


class MidiError(ValueError):
    """A MIDI file cannot be read or written; the message is one sentence for the user."""


@dataclass(frozen=True, slots=True)
class RawFile:
    """The header's values and the tracks that were found, not all of them when the file `is_cut` at a limit."""

    format: int
    ticks_per_quarter: int
    announced_tracks: int
    tracks: tuple[RawTrack, ...]
    is_cut: bool

    @property
    def lacks_tracks(self) -> bool:
        """Whether the header announces tracks that are not there, for no limit of ours."""
        return len(self.tracks) < self.announced_tracks and not self.is_cut


def is_wrapped(data: bytes) -> bool:
    """Whether this is a MIDI file in a RIFF wrapping (.rmi), as old Windows programs wrote them."""
    return data[:4] == b"RIFF" and data[8:12] == b"RMID"


def parse(data: bytes) -> RawFile:
    """Split a file into its tracks and events; raises MidiError (with no subject) when there is no header to go by."""
    if is_wrapped(data):
        data = data[_WRAPPING:]
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
        track = parse_track(data[start:position], budget)
        budget -= track.count
        if position > len(data) and not (track.damage or track.has_end or track.is_cut):
            track.damage = ENDS_TOO_EARLY
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
