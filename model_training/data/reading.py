"""Bytes of a MIDI or MusicXML file as a RawSong; what cannot be read is refused in a few plain words."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath
from typing import Any
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from model_training.data.raw import RawSong, RawTrack
from model_training.data.song import DURATION, PITCH, START, VELOCITY, NoteTable
from model_training.data.sources import MIDI, MOST_FILE_BYTES
from music_core.score import METRE_DENOMINATORS, TICKS_PER_QUARTER, Metre

MOST_NOTES = 200_000
MOST_TRACKS = 1024
# Eleven hours at 120 quarters a minute; beyond it a clock has run wild.
MOST_TICKS = 40_000_000
_NAME_LETTERS = 80
_DRUM_CHANNEL = 9


class UnfitError(ValueError):
    """A file that cannot be used; a few plain words without a full stop."""


def read_song(name: str, data: bytes) -> RawSong:
    """The tracks, metres and tempos of a file; raises UnfitError."""
    if not data:
        raise UnfitError("the file is empty")
    title = PurePosixPath(name).stem
    raw = _midi(title, data) if name.lower().endswith(MIDI) else _musicxml(title, data)
    notes = sum(len(track.notes) for track in raw.tracks)
    if notes > MOST_NOTES:
        raise UnfitError(f"more than {MOST_NOTES:,} notes")
    if not notes:
        raise UnfitError("there are no notes in it")
    return raw


def _midi(title: str, data: bytes) -> RawSong:
    import symusic

    if data[:4] == b"RIFF" and data[8:12] == b"RMID":
        data = data[20:]
    if data[:4] != b"MThd":
        raise UnfitError("no MIDI file, whatever its name says")
    try:
        score: Any = symusic.Score.from_midi(data)
    except RuntimeError as error:
        seconds = "ticks per quarter" in str(error)
        raise UnfitError("its clock counts seconds, not beats" if seconds else "a damaged MIDI file") from None
    per_quarter = int(score.ticks_per_quarter)
    if per_quarter <= 0:
        raise UnfitError("its clock has no ticks")
    if len(score.tracks) > MOST_TRACKS:
        raise UnfitError(f"more than {MOST_TRACKS:,} tracks")
    metres = [_metre(_scaled(m.time, per_quarter), m.numerator, m.denominator) for m in score.time_signatures]
    return RawSong(
        title,
        tuple(_midi_track(track, per_quarter) for track in score.tracks),
        tuple(metre for metre in metres if metre is not None),
        tuple((_scaled(tempo.time, per_quarter), float(tempo.qpm)) for tempo in score.tempos),
    )


def _midi_track(track: Any, per_quarter: int) -> RawTrack:
    columns = track.notes.numpy()
    starts = columns["time"].astype(np.int64)
    ends = starts + columns["duration"]
    if len(starts) and (starts.min() < 0 or ends.max() * TICKS_PER_QUARTER // per_quarter > MOST_TICKS):
        raise UnfitError("it lasts longer than any piece of music")
    start_ticks, end_ticks = (_scaled(at, per_quarter) for at in (starts, ends))
    table = np.stack([start_ticks, columns["pitch"], end_ticks - start_ticks, columns["velocity"]], axis=1)
    try:
        name = str(track.name)
    except UnicodeDecodeError:
        name = ""
    return RawTrack(name[:_NAME_LETTERS], int(track.program) & 127, bool(track.is_drum), _in_order(table))


def _scaled(ticks: Any, per_quarter: int) -> Any:
    """Ticks of the file's clock as ticks of ours, rounded; a number or an array of them."""
    return (ticks * TICKS_PER_QUARTER + per_quarter // 2) // per_quarter


def _metre(tick: int, numerator: int, denominator: int) -> Metre | None:
    """The metre, or None where a file asks for one that cannot be."""
    if not 1 <= numerator <= 32 or denominator not in METRE_DENOMINATORS[:6] or not 0 <= tick <= MOST_TICKS:
        return None
    return Metre(int(tick), int(numerator), int(denominator))


def _in_order(table: NDArray[np.int64]) -> NoteTable:
    """Sorted by start, then pitch; lengths of at least a tick, velocities 1..127, pitches that MIDI knows."""
    table = table[(table[:, PITCH] >= 0) & (table[:, PITCH] <= 127)]
    table[:, DURATION] = np.maximum(table[:, DURATION], 1)
    table[:, VELOCITY] = np.clip(table[:, VELOCITY], 1, 127)
    return np.ascontiguousarray(table[np.lexsort((table[:, PITCH], table[:, START]))].astype(np.int32))


def _musicxml(title: str, data: bytes) -> RawSong:
    from music21 import converter

    text = _unpacked(data) if data[:2] == b"PK" else data
    # Entities are never needed for music, and can be made to fill the memory.
    if b"<!ENTITY" in text or b"<\0!\0E\0N\0T\0I\0T\0Y\0" in text:
        raise UnfitError("it defines XML entities, which music does not need")
    if b"score-partwise" not in text and b"score-timewise" not in text:
        raise UnfitError("no MusicXML file, whatever its name says")
    try:
        # Sounding pitch: a clarinet's part is written a tone too high.
        score: Any = converter.parseData(text, format="musicxml").toSoundingPitch()
        parts = list(score.parts)
        return RawSong(title, tuple(map(_xml_track, parts)), _xml_metres(parts), _xml_tempos(score))
    except UnfitError:
        raise
    except Exception as error:  # a stranger's score may fail in any way inside the reader
        raise UnfitError(f"a damaged MusicXML file ({type(error).__name__})") from None


def _unpacked(data: bytes) -> bytes:
    """The score inside a compressed MusicXML file."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            container = archive.getinfo("META-INF/container.xml")
            if container.file_size > 65536 or b"<!ENTITY" in (listing := archive.read(container)):
                raise UnfitError("a damaged MusicXML file (container)")
            root = ElementTree.fromstring(listing).find(".//{*}rootfile")
            member = archive.getinfo(root.attrib["full-path"] if root is not None else "")
            if member.file_size > MOST_FILE_BYTES:
                raise UnfitError(f"it unpacks to more than {MOST_FILE_BYTES >> 20} MB")
            with archive.open(member) as file:
                return file.read(member.file_size)
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, NotImplementedError, RuntimeError, EOFError):
        raise UnfitError("a damaged MusicXML file (container)") from None


def _xml_track(part: Any) -> RawTrack:
    rows = []
    instrument = part.getInstrument(returnDefault=True)
    is_drum = instrument.midiChannel == _DRUM_CHANNEL
    for element in part.stripTies().flatten().notes:
        start = round(float(element.offset) * TICKS_PER_QUARTER)
        length = round(float(element.quarterLength) * TICKS_PER_QUARTER)
        is_drum = is_drum or "Unpitched" in element.classes or "PercussionChord" in element.classes
        velocity = element.volume.velocity or 80
        if length > 0:  # else a grace note or a chord symbol
            rows += [(start, pitch.midi, length, velocity) for pitch in getattr(element, "pitches", ())]
    name = str(part.partName or instrument.instrumentName or "")[:_NAME_LETTERS]
    return RawTrack(name, (instrument.midiProgram or 0) & 127, is_drum, _in_order(np.array(rows).reshape(-1, 4)))


def _xml_metres(parts: list[Any]) -> tuple[Metre, ...]:
    """Metres bar by bar, so that a pickup or a short bar before a repeat is a metre of its own."""
    metres: list[Metre] = []
    for measure in parts[0].getElementsByClass("Measure") if parts else ():
        signature = measure.timeSignature or measure.getContextByClass("TimeSignature")
        if signature is None:
            continue
        numerator, denominator = signature.numerator, signature.denominator
        written = float(measure.duration.quarterLength) * denominator / 4
        if written != numerator and written == int(written) and 1 <= written < numerator:
            numerator = int(written)
        metre = _metre(round(float(measure.offset) * TICKS_PER_QUARTER), numerator, denominator)
        if metre is not None and (not metres or _meaning(metres[-1]) != _meaning(metre)):
            metres.append(metre)
    return tuple(metres)


def _meaning(metre: Metre) -> tuple[int, int]:
    return metre.numerator, metre.denominator


def _xml_tempos(score: Any) -> tuple[tuple[int, float], ...]:
    marks = score.metronomeMarkBoundaries()
    return tuple(
        (round(float(start) * TICKS_PER_QUARTER), float(mark.getQuarterBPM() or 0)) for start, _, mark in marks
    )
