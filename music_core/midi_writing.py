"""From a Score to the bytes of a Standard MIDI File: type 1, 480 to a quarter, as music programs expect it."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from music_core.controllers import CHORUS, PAN, REVERB, VOLUME
from music_core.harmony.lane import all_locked
from music_core.midi_chords import SIGN_PREFIX, as_markers, sign_for
from music_core.midi_parts import BANK_HIGH, BANK_LOW, DRUM_CHANNEL, as_a_file_holds_it, clean_text
from music_core.midi_reading import PROVENANCE_PREFIX, limit_tick, too_long
from music_core.score import TICKS_PER_QUARTER, Marker, Metre, Score, TempoMap, Track, bar_lines
from music_core.smf import MAX_TRACKS, MidiError

if TYPE_CHECKING:  # mido takes as long to import as a window to be drawn: those who write a file wait for it
    import mido

    # (tick, rank at that tick, message); equal ranks keep their order.
    _Timed = tuple[int, int, mido.Message | mido.MetaMessage]

PITCHED_CHANNELS = tuple(channel for channel in range(16) if channel != DRUM_CHANNEL)

_SETUP, _OFF, _CONTROL, _BEND, _ON = range(5)


def normalised(score: Score) -> Score:
    """The score as a MIDI file can hold it: exactly what reading the written file gives back."""
    tempo_map = TempoMap(score.tempos)
    return replace(
        score,
        tracks=tuple(as_a_file_holds_it(track, tempo_map) for track in score.tracks),
        keys=tuple(sorted({key.tick: key for key in score.keys}.values())),
        markers=tuple(
            sorted(
                {Marker(marker.tick, clean_text(marker.text)) for marker in score.markers if clean_text(marker.text)}
            )
        ),
        title=clean_text(score.title),
        copyright=clean_text(score.copyright),
        provenance=clean_text(score.provenance),
        chords=all_locked(score.chords),
    )


def encode(score: Score) -> bytes:
    """The file's bytes for a normalised score; raises MidiError when no file may hold it."""
    import mido

    last_tick = _last_tick(score)
    if last_tick > limit_tick(score.tempos, score.metres):
        raise too_long("The piece")
    end_tick = bar_lines(score.metres, max(1, last_tick))[-1]
    if len(score.tracks) >= MAX_TRACKS:
        raise MidiError(f"The piece has more than {MAX_TRACKS - 1} tracks; join or remove some.")
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_QUARTER)
    file.tracks.append(_chunk(_conductor_events(score), end_tick))
    for track, channel in zip(score.tracks, channels_for(score.tracks), strict=True):
        file.tracks.append(_chunk(_part_events(track, channel), end_tick))
    stream = io.BytesIO()
    file.save(file=stream)
    return stream.getvalue()


def channels_for(tracks: Sequence[Track]) -> tuple[int, ...]:
    """A channel for each track: drums share channel 9, up to 15 other tracks have one each.

    With more, the first track of each sound (bank and program) comes first, then the other tracks in order;
    those left over join the least used channel of their own sound, or else the least used of all. Every
    track keeps its own program change, so a program that goes by tracks plays all of them right.
    """
    pitched = [i for i, track in enumerate(tracks) if not track.is_drum]
    sounds = [(track.bank, track.program) for track in tracks]
    firsts = list({sounds[i]: i for i in reversed(pitched)}.values())
    order = sorted(firsts) + [i for i in pitched if i not in firsts]
    owners = sorted(order[: len(PITCHED_CHANNELS)])
    channels = dict(zip(owners, PITCHED_CHANNELS, strict=False))
    load = Counter(channels.values())
    for index in order[len(PITCHED_CHANNELS) :]:
        same = [channels[owner] for owner in owners if sounds[owner] == sounds[index]]
        channel = min(same or PITCHED_CHANNELS, key=lambda c: (load[c], c))
        channels[index] = channel
        load[channel] += 1
    return tuple(channels.get(i, DRUM_CHANNEL) for i in range(len(tracks)))


def _last_tick(score: Score) -> int:
    """The last tick at which anything happens."""
    ticks = [score.end_tick]
    ticks.extend(entry.tick for group in (score.tempos, score.metres, score.keys, score.markers) for entry in group)
    ticks.extend(change.tick for change in score.chords)
    for track in score.tracks:
        ticks.extend(control.tick for control in track.controls)
        ticks.extend(bend.tick for bend in track.bends)
    return max(ticks)


def _conductor_events(score: Score) -> Iterator[_Timed]:
    import mido

    if score.title:
        yield 0, _SETUP, _text_message("track_name", name=score.title)
    if score.copyright:
        yield 0, _SETUP, _text_message("copyright", text=score.copyright)
    if score.provenance:
        yield 0, _SETUP, _text_message("text", text=PROVENANCE_PREFIX + score.provenance)
    sign = sign_for(score.markers, score.chords, score.metres)
    if sign:
        yield 0, _SETUP, _text_message("text", text=SIGN_PREFIX + sign)
    for metre in score.metres:
        yield metre.tick, _SETUP, _metre_message(metre)
    for key in score.keys:
        yield key.tick, _SETUP, mido.MetaMessage("key_signature", key=_mido_key(key.fifths, key.minor))
    for tempo in score.tempos:
        yield tempo.tick, _SETUP, mido.MetaMessage("set_tempo", tempo=tempo.us_per_quarter)
    for marker in as_markers(score.markers, score.chords, score.keys):
        yield marker.tick, _SETUP, _text_message("marker", text=marker.text)


def _part_events(track: Track, channel: int) -> Iterator[_Timed]:
    import mido

    yield 0, _SETUP, _text_message("track_name", name=track.name)
    for controller, value in ((BANK_HIGH, track.bank >> 7), (BANK_LOW, track.bank & 0x7F)):
        if track.bank:
            yield 0, _SETUP, mido.Message("control_change", channel=channel, control=controller, value=value)
    yield 0, _SETUP, mido.Message("program_change", channel=channel, program=track.program)
    for controller, value in ((VOLUME, track.volume), (PAN, track.pan), (REVERB, track.reverb)):
        yield 0, _SETUP, mido.Message("control_change", channel=channel, control=controller, value=value)
    if track.chorus:  # a synth begins without any
        yield 0, _SETUP, mido.Message("control_change", channel=channel, control=CHORUS, value=track.chorus)
    yield 0, _SETUP, mido.Message("pitchwheel", channel=channel, pitch=0)
    for control in track.controls:
        message = mido.Message("control_change", channel=channel, control=control.controller, value=control.value)
        yield control.tick, _CONTROL, message
    for bend in track.bends:
        yield bend.tick, _BEND, mido.Message("pitchwheel", channel=channel, pitch=bend.value)
    for note in track.notes:
        on = mido.Message("note_on", channel=channel, note=note.pitch, velocity=note.velocity)
        yield note.start_tick, _ON, on
        yield note.end_tick, _OFF, mido.Message("note_off", channel=channel, note=note.pitch, velocity=64)


def _chunk(events: Iterable[_Timed], end_tick: int) -> mido.MidiTrack:
    """The events with times since the one before, and the end of track after them."""
    import mido

    chunk, tick = mido.MidiTrack(), 0
    for at, _, message in sorted(events, key=lambda event: event[:2]):
        message.time = at - tick
        tick = at
        chunk.append(message)
    chunk.append(mido.MetaMessage("end_of_track", time=end_tick - tick))
    return chunk


def _text_message(kind: str, **text: str) -> mido.MetaMessage:
    import mido

    # mido's character set is one global for all threads and stays at Latin-1; these characters are UTF-8's bytes.
    return mido.MetaMessage(kind, **{key: value.encode("utf-8").decode("latin-1") for key, value in text.items()})


def _metre_message(metre: Metre) -> mido.MetaMessage:
    import mido

    clocks = min(255, max(1, metre.beat_ticks * 24 // TICKS_PER_QUARTER))
    return mido.MetaMessage(
        "time_signature", numerator=metre.numerator, denominator=metre.denominator, clocks_per_click=clocks
    )


def _mido_key(fifths: int, minor: bool) -> str:
    """The key's name as mido spells it: Bb, F#m."""
    line = ("Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#", "G#", "D#", "A#")
    return f"{line[fifths + 10]}m" if minor else line[fifths + 7]
