"""What other music programs expect of a MIDI file, checked on its bytes, apart from the code that wrote them."""

from __future__ import annotations

from collections.abc import Iterator

from music_core.controllers import PAN, REVERB, VOLUME
from music_core.midi_notes import NOTE_OFF, NOTE_ON
from music_core.midi_parts import BANK_HIGH, BANK_LOW, BEND, CONTROL, PROGRAM
from music_core.score import TICKS_PER_QUARTER
from music_core.smf import MidiError, RawTrack, parse

_NAME = 3
# In this order at tick 0; None is a controller that need not be there (chorus comes after reverb).
_ORDER = (BANK_HIGH, BANK_LOW, "program", VOLUME, PAN, REVERB, "bend")
_REQUIRED = ("program", VOLUME, PAN, REVERB, "bend")


def broken_rules(data: bytes) -> tuple[str, ...]:
    """The rules that a file breaks, each as a sentence; empty for one that every DAW opens as it was meant.

    Type 1 at 480 ticks; track 0 conducts only; each part has its name, one channel,
    instrument and mix before its first note; no pitch sounds twice; releases come before strokes; names are UTF-8.
    """
    try:
        raw = parse(data)
    except MidiError as error:
        return (f"The file {error}.",)
    found: list[str] = []
    if (raw.format, raw.ticks_per_quarter) != (1, TICKS_PER_QUARTER):
        found.append(
            f"The file is type {raw.format} at {raw.ticks_per_quarter} ticks a quarter, "
            f"not type 1 at {TICKS_PER_QUARTER}."
        )
    if raw.lacks_tracks or any(track.damage for track in raw.tracks):
        found.append("The file is damaged.")
    if not raw.tracks or len(raw.tracks[0].events):
        found.append("The first track holds more than tempo, metre and key.")
    for number, track in enumerate(raw.tracks[1:], 1):
        found.extend(f"Track {number} {what}." for what in _broken_in_part(track))
        if track.end_tick != raw.tracks[0].end_tick:
            found.append(f"Track {number} ends elsewhere than the piece.")
    return tuple(found)


def _broken_in_part(track: RawTrack) -> Iterator[str]:
    names = [payload for tick, meta, payload in track.metas if meta == _NAME and tick == 0]
    if len(names) != 1:
        yield "has no name of its own"
    elif not _is_utf8(names[0]):
        yield "has a name that is not UTF-8"
    channels = {status & 0xF for _, status, _, _ in track.channel_events}
    if len(channels) > 1:
        yield f"uses {len(channels)} channels"
    if not _is_set_up(track):
        yield "does not set instrument, volume, pan, reverb and pitch wheel in order before its first note"
    yield from _broken_notes(track)


def _is_set_up(track: RawTrack) -> bool:
    places: list[object] = []
    for tick, status, one, two in track.channel_events:
        kind = status >> 4
        if tick or (kind == NOTE_ON and two):
            break
        place: object = {PROGRAM: "program", BEND: "bend"}.get(kind, one if kind == CONTROL else None)
        if place in _ORDER and place not in places:
            places.append(place)
    return places == [place for place in _ORDER if place in places] and all(place in places for place in _REQUIRED)


def _broken_notes(track: RawTrack) -> Iterator[str]:
    sounding: dict[int, int] = {}
    struck_at = -1
    for tick, status, pitch, velocity in track.channel_events:
        kind = status >> 4
        if kind == NOTE_ON and velocity:
            if pitch in sounding:
                yield f"strikes {pitch} while it sounds"
            sounding[pitch], struck_at = tick, tick
        elif kind in (NOTE_ON, NOTE_OFF):
            if tick == struck_at:
                yield f"releases {pitch} after a stroke at the same tick"
            if sounding.pop(pitch, tick) == tick:
                yield f"has a note {pitch} without length"
    if sounding:
        yield "leaves notes hanging"


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
