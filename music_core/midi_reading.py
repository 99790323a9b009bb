"""From the events of a MIDI file to a Score: a track for each channel that plays, every tick at 480 to a quarter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import TypeVar

import numpy as np

from music_core import salvage
from music_core.midi_chords import SIGN_PREFIX, sorted_out
from music_core.midi_notes import NOTE_ON
from music_core.midi_parts import DRUM_CHANNEL, clean_text, part_from_events, shown_name
from music_core.midi_track import Events
from music_core.salvage import Loss, Salvaged, TrackFault, lost
from music_core.score import TICKS_PER_QUARTER, KeySignature, Marker, Metre, Score, Tempo, TempoMap, Track, bar_beat
from music_core.smf import MAX_EVENTS, MAX_TRACKS, MidiError, RawFile, RawTrack, parse

# What one piece may be: both keep a few hostile bytes from filling the memory with bar lines.
MAX_HOURS = 2
MAX_BARS = 20_000
PROVENANCE_PREFIX = "Provenance: "
TEXT, COPYRIGHT, NAME, INSTRUMENT, LYRIC, MARKER, TEMPO, METRE, KEY = 1, 2, 3, 4, 5, 6, 0x51, 0x58, 0x59

_PRESSURES = (0xA, 0xD)
_Timed = TypeVar("_Timed", Tempo, Metre, KeySignature)


@dataclass(slots=True)
class Findings:
    """What went wrong so far. Strict reading stops at the first damage; salvaging writes it down."""

    name: str
    strict: bool
    losses: dict[Loss, None] = field(default_factory=dict)  # in order, each once
    faults: list[TrackFault] = field(default_factory=list)

    @property
    def lost(self) -> list[str]:
        """A sentence for each loss."""
        return [str(loss) for loss in self.losses]

    def damage(self, loss: Loss) -> None:
        """The file is not as it should be."""
        if self.strict:
            what = str(loss).rstrip(".")
            raise MidiError(
                f"{self.name} is damaged: {what[0].lower()}{what[1:]}; "
                "export it again, or use the studio's Import, which keeps what can be read."
            )
        self.losses[loss] = None

    def left_out(self, loss: Loss) -> None:
        """Something that a Score has no place for; never stops the reading."""
        self.losses[loss] = None


def decode(data: bytes, findings: Findings) -> Score:
    """The score in the bytes of a file; raises MidiError when there is nothing to read or damage forbids it."""
    try:
        raw = parse(data)
    except MidiError as error:
        raise MidiError(f"{findings.name} {error}.") from None
    return _decoded(raw, findings)


def salvaged(data: bytes, name: str) -> Salvaged:
    """What can be read of a file's bytes; raises MidiError, calling the file `name`, when no note can be."""
    try:
        raw = parse(data)
    except MidiError as error:
        raise MidiError(f"{name} {error}.") from None
    findings = Findings(name, strict=False)
    score = _decoded(raw, findings)
    if not score.end_tick:
        if findings.faults:
            raise MidiError(f"{name} is damaged and holds no notes that can be read; export it again.")
        raise MidiError(f"{name} holds no notes; choose another file.")
    tracks = max(len(raw.tracks), raw.announced_tracks) - _has_conductor(raw)
    return Salvaged(score, tracks, tuple(findings.faults), tuple(findings.losses))


def _decoded(raw: RawFile, findings: Findings) -> Score:
    if raw.is_cut:
        if findings.strict:
            what = f"has more than {MAX_EVENTS:,} events or {MAX_TRACKS} tracks, which is all Tutti reads"
            raise MidiError(f"{findings.name} {what}; cut it into smaller pieces.")
        findings.left_out(lost(salvage.TOO_MUCH, events=MAX_EVENTS, tracks=MAX_TRACKS))
    if raw.lacks_tracks:
        findings.damage(lost(salvage.TRACKS_MISSING, announced=raw.announced_tracks, count=len(raw.tracks)))
        missing = range(len(raw.tracks) + 1, raw.announced_tracks + 1)
        findings.faults += [TrackFault(number - _has_conductor(raw), 0, "it is missing") for number in missing]
    score = _assemble(raw, findings)
    limit = limit_tick(score.tempos, score.metres)
    _list_damage(raw, score, limit, findings)
    score = _within_limit(score, limit, raw, findings)
    _list_leftovers(raw, findings)
    return score


def _list_damage(raw: RawFile, score: Score, limit: int, findings: Findings) -> None:
    for number, track in enumerate(raw.tracks, 1 - _has_conductor(raw)):
        if not track.damage:
            continue
        bar, _, _ = bar_beat(score.metres, min(limit, rescaled(track.end_tick, raw.ticks_per_quarter)))
        name = shown_name(_first_text([track], NAME))
        findings.faults.append(TrackFault(number, bar, track.damage, name))
        if number == 0:
            findings.damage(lost(salvage.TEMPO_TRACK_BROKEN, bar=bar, why=track.damage))
        elif name:
            findings.damage(lost(salvage.TRACK_BROKEN_NAMED, track=number, name=name, bar=bar, why=track.damage))
        else:
            findings.damage(lost(salvage.TRACK_BROKEN, track=number, bar=bar, why=track.damage))


def rescaled(tick: int, ticks_per_quarter: int) -> int:
    """A file's tick at 480 to a quarter, to the nearest; exact wherever the two resolutions allow it."""
    return (2 * tick * TICKS_PER_QUARTER + ticks_per_quarter) // (2 * ticks_per_quarter)


def limit_tick(tempos: tuple[Tempo, ...], metres: tuple[Metre, ...]) -> int:
    """The tick at which a piece becomes too long: after so many hours or so many bars, whichever comes first."""
    limit = int(TempoMap(tempos).tick(MAX_HOURS * 3600.0))
    bars_left = MAX_BARS
    for metre, following in zip_longest(metres, metres[1:]):
        end = limit if following is None else following.tick
        if bars_left * metre.bar_ticks < end - metre.tick:
            return min(limit, metre.tick + bars_left * metre.bar_ticks)
        bars_left -= -((metre.tick - end) // metre.bar_ticks)  # rounded up
    return limit


def too_long(subject: str) -> MidiError:
    """The error for a piece beyond the limit."""
    return MidiError(
        f"{subject} is longer than {MAX_HOURS} hours or {MAX_BARS:,} bars, which is all Tutti reads; "
        "cut it into shorter pieces."
    )


def _assemble(raw: RawFile, findings: Findings) -> Score:
    has_conductor = _has_conductor(raw)
    conductor = raw.tracks[:1] if has_conductor else ()
    parts: list[Track] = []
    for number, track in enumerate(raw.tracks, 1 - has_conductor):
        if len(track.events) and number:
            parts.extend(_parts(track, raw, number, findings))
    names_the_piece = raw.tracks if raw.format == 0 and len(parts) > 1 else conductor
    tempos = _timed(raw, TEMPO, _tempo, {0: Tempo(0)}, findings.damage)
    metres = _timed(raw, METRE, _metre, {0: Metre(0)}, findings.damage)
    markers, chords = sorted_out(_markers(raw), metres, _first_text(conductor, TEXT, SIGN_PREFIX))
    return Score(
        tracks=tuple(parts),
        tempos=tempos,
        metres=metres,
        keys=_timed(raw, KEY, _key, {}, findings.left_out),
        markers=markers,
        title=_first_text(names_the_piece, NAME),
        copyright=_first_text(raw.tracks, COPYRIGHT),
        provenance=_first_text(conductor, TEXT, PROVENANCE_PREFIX),
        chords=chords,
    )


def _has_conductor(raw: RawFile) -> bool:
    """Whether the first track holds no notes but what counts for all: tempos, metres, keys, markers."""
    return raw.format == 1 and bool(raw.tracks) and not _note_channels(raw.tracks[0])


def _parts(track: RawTrack, raw: RawFile, number: int, findings: Findings) -> Iterator[Track]:
    """The parts in one chunk: one for each channel that plays, or a silent one for the first channel it names."""
    channels = _note_channels(track) or [int(track.events[0, 1]) & 0xF]
    name = _first_text([track], NAME) or _first_text([track], INSTRUMENT)
    ppq = raw.ticks_per_quarter
    for channel in channels:
        own_name = name
        if len(channels) > 1:
            place = "Drums" if channel == DRUM_CHANNEL else f"Channel {channel + 1}"
            own_name = f"{name} ({place})" if name and raw.format == 1 else place
        events = track.events[track.events[:, 1] & 0xF == channel]
        events[:, 0] = _rescaled_column(events, ppq)
        events[:, 1] >>= 4
        part, changes = part_from_events(events, rescaled(track.end_tick, ppq), own_name, channel == DRUM_CHANNEL)
        if changes:
            findings.left_out(lost(salvage.INSTRUMENT_CHANGES, track=number))
        yield part


def _rescaled_column(events: Events, ticks_per_quarter: int) -> Events:
    """`rescaled` for all events; a file's ticks stay far below what 64 bits hold."""
    return (2 * TICKS_PER_QUARTER * events[:, 0] + ticks_per_quarter) // (2 * ticks_per_quarter)


def _note_channels(track: RawTrack) -> list[int]:
    events = track.events
    struck = (events[:, 1] >> 4 == NOTE_ON) & (events[:, 3] > 0)
    return [int(channel) for channel in np.unique(events[struck, 1] & 0xF)]


def _timed(
    raw: RawFile,
    kind: int,
    build: Callable[[int, bytes], _Timed],
    entries: dict[int, _Timed],
    complain: Callable[[Loss], None],
) -> tuple[_Timed, ...]:
    """The entries of one kind from all tracks; where two tracks disagree on a tick, the first one is right."""
    for track in reversed(raw.tracks):
        for tick, meta, payload in track.metas:
            if meta == kind:
                at = rescaled(tick, raw.ticks_per_quarter)
                try:
                    entries[at] = build(at, payload)
                except (ValueError, IndexError):
                    complain(lost(_SENSELESS[kind]))
    return tuple(entries[tick] for tick in sorted(entries))


_SENSELESS = {TEMPO: salvage.BAD_TEMPO, METRE: salvage.BAD_METRE, KEY: salvage.BAD_KEY}


def _tempo(tick: int, payload: bytes) -> Tempo:
    if len(payload) < 3:
        raise ValueError
    return Tempo(tick, int.from_bytes(payload[:3], "big"))


def _metre(tick: int, payload: bytes) -> Metre:
    if payload[1] > 7:
        raise ValueError
    return Metre(tick, payload[0], 2 ** payload[1])


def _key(tick: int, payload: bytes) -> KeySignature:
    return KeySignature(tick, int.from_bytes(payload[:1], "big", signed=True), payload[1] == 1)


def _markers(raw: RawFile) -> tuple[Marker, ...]:
    found = {
        Marker(rescaled(tick, raw.ticks_per_quarter), _text(payload))
        for track in raw.tracks
        for tick, kind, payload in track.metas
        if kind == MARKER
    }
    return tuple(sorted(marker for marker in found if marker.text))


def _first_text(tracks: Iterable[RawTrack], wanted: int, prefix: str = "") -> str:
    texts = (_text(payload) for track in tracks for _, kind, payload in track.metas if kind == wanted)
    return next((text.removeprefix(prefix).strip() for text in texts if text and text.startswith(prefix)), "")


def _text(payload: bytes) -> str:
    try:
        return clean_text(payload.decode("utf-8"))
    except UnicodeDecodeError:
        return clean_text(payload.decode("latin-1"))  # never fails, and right for most old files


def _within_limit(score: Score, limit: int, raw: RawFile, findings: Findings) -> Score:
    """Refuse, or cut, what is longer than Tutti reads; empty time at the end counts for the strict."""
    end = max((rescaled(track.end_tick, raw.ticks_per_quarter) for track in raw.tracks), default=0)
    if end <= limit:
        return score
    if findings.strict:
        raise too_long(findings.name)
    findings.left_out(lost(salvage.TOO_LONG, hours=MAX_HOURS, bars=MAX_BARS))
    return replace(
        score,
        tracks=tuple(_until(track, limit) for track in score.tracks),
        tempos=tuple(tempo for tempo in score.tempos if tempo.tick < limit),
        metres=tuple(metre for metre in score.metres if metre.tick < limit),
        keys=tuple(key for key in score.keys if key.tick < limit),
        markers=tuple(marker for marker in score.markers if marker.tick < limit),
        chords=tuple(change for change in score.chords if change.tick < limit),
    )


def _until(track: Track, limit: int) -> Track:
    return replace(
        track,
        notes=tuple(
            replace(note, duration_ticks=min(note.duration_ticks, limit - note.start_tick))
            for note in track.notes
            if note.start_tick < limit
        ),
        controls=tuple(control for control in track.controls if control.tick < limit),
        bends=tuple(bend for bend in track.bends if bend.tick < limit),
    )


def _list_leftovers(raw: RawFile, findings: Findings) -> None:
    counts: Counter[str] = Counter()
    for track in raw.tracks:
        counts[salvage.SYSTEM_MESSAGES] += track.system_messages
        counts[salvage.PRESSURES] += int(np.isin(track.events[:, 1] >> 4, _PRESSURES).sum())
        counts[salvage.LYRICS] += sum(kind == LYRIC for _, kind, _ in track.metas)
    for text, count in counts.items():
        if count:
            findings.left_out(lost(text, count=count))
