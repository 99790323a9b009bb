"""A score as MusicXML for notation programs, chord symbols included; the home of music21 outside training."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from music_core.atomic import replacing
from music_core.harmony.chart import has_pickup
from music_core.harmony.lane import ChordLane, merged
from music_core.harmony.spelling import pitch_spelling, spelled
from music_core.harmony.symbols import SUFFIXES
from music_core.notation import written
from music_core.score import TICKS_PER_QUARTER, ChordChange, KeySignature, Metre, Score, Track, bar_lines

# MusicXML's kind for each quality, and the degree (with its alteration) added where no kind says it all. An added
# degree counts from the dominant chord (MusicXML 4.0, degree-alter), so an unaltered seventh is the minor one.
_KINDS: dict[str, tuple[str, tuple[int, int] | None]] = {
    "maj": ("major", None), "min": ("minor", None), "7": ("dominant-seventh", None),
    "maj7": ("major-seventh", None), "min7": ("minor-seventh", None), "dim": ("diminished", None),
    "half-dim": ("half-diminished-seventh", None), "dim7": ("diminished-seventh", None),
    "sus4": ("suspended-fourth", None), "sus2": ("suspended-second", None),
    "7sus4": ("suspended-fourth", (7, 0)), "aug": ("augmented", None), "6": ("major-sixth", None),
    "min6": ("minor-sixth", None), "min-maj7": ("minor-major-seventh", None), "9": ("dominant-ninth", None),
    "maj9": ("major-ninth", None), "min9": ("minor-ninth", None), "7b9": ("dominant-seventh", (9, -1)),
    "add9": ("major", (9, 0)), "5": ("power", None),
}  # fmt: skip
# Where General MIDI's drums stand on a five-line staff, by custom; what is not here stands in the middle.
_DRUM_PLACES = {
    35: "F4", 36: "F4", 37: "C5", 38: "C5", 40: "C5", 41: "G4", 43: "G4", 45: "A4", 47: "B4", 48: "D5", 50: "E5",
    42: "G5", 44: "D4", 46: "G5", 49: "A5", 51: "F5", 53: "F5", 57: "A5", 59: "F5",
}  # fmt: skip
_VOICE = re.compile(rb"<voice>(\d+)</voice>")
_MEASURE = re.compile(rb'<measure implicit="no" number="(\d+)">')
_TIME = re.compile(rb"(<time>.*?</time>)", re.DOTALL)
_NATURALS = re.compile(rb"\s*<(root|bass)-alter>0</\1-alter>")
_CYMBALS = frozenset({42, 44, 46, 49, 51, 53, 55, 57, 59})
_TREBLE_FROM = 57


class NotationError(ValueError):
    """A score cannot be written as notes; the message is one sentence for the user."""


def write_musicxml(score: Score, path: Path) -> None:
    """Write uncompressed MusicXML, rhythms rounded to sixteenths and triplets; an old file stays unless that works.

    Raises NotationError without music21 or notes.
    """
    if not score.end_tick:
        raise NotationError("There are no notes to write down yet.")
    data = musicxml_bytes(score)
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def musicxml_bytes(score: Score) -> bytes:
    """The file's content; raises NotationError where music21 is not installed."""
    try:
        from music21 import metadata, stream
        from music21.musicxml.m21ToXml import GeneralObjectExporter
    except ImportError:
        raise NotationError(
            "Notation needs the library music21, which is not installed; run: pip install tutti[notation]"
        ) from None
    sheet = stream.Score()
    sheet.metadata = metadata.Metadata(title=score.title or "Untitled")
    if score.copyright:
        sheet.metadata.copyright = score.copyright
    for number, track in enumerate(score.tracks):
        sheet.insert(0, _part(score, track, score.chords if number == 0 else (), with_tempo=number == 0))
    data = _mended(bytes(GeneralObjectExporter(sheet).parse()))
    return _with_pickup(data, score.metres[1]) if has_pickup(score.metres) else data


def _mended(data: bytes) -> bytes:
    """Voices from 1, as readers expect; and what a chord's own text says (degrees, naturals) not printed twice."""
    data = _VOICE.sub(lambda match: b"<voice>%d</voice>" % (int(match[1]) + 1), data)
    return _NATURALS.sub(b"", data).replace(b"<degree>", b'<degree print-object="no">')


def _with_pickup(data: bytes, metre: Metre) -> bytes:
    """Bar 0 for the pickup, which shows the metre of the bars after it instead of its own."""
    head, *parts = data.split(b"<part id=")
    shown = b"<time><beats>%d</beats><beat-type>%d</beat-type></time>" % (metre.numerator, metre.denominator)
    return b"<part id=".join((head, *(_from_bar_0(part, shown) for part in parts)))


def _from_bar_0(part: bytes, shown: bytes) -> bytes:
    """A part with its bars counted from 0, and a time signature in place of its first two."""
    before, _own, *rest = _TIME.split(part, 2)
    between, after = (rest[0], rest[2]) if len(rest) == 3 else (rest[0], b"")  # a piece may end with its pickup
    return _MEASURE.sub(
        lambda match: (
            b'<measure implicit="%s" number="%d">' % (b"yes" if match[1] == b"1" else b"no", int(match[1]) - 1)
        ),
        before + shown + between + after,
    )


def _part(score: Score, track: Track, chords: ChordLane, *, with_tempo: bool) -> Any:
    from music21 import clef, key, meter, stream, tempo

    part = stream.Part()
    part.partName = track.name or "Part"
    part.insert(0, _instrument(track))
    part.insert(0, clef.clefFromString(_clef(track)))
    for metre in score.metres:
        part.insert(_quarters(metre.tick), meter.TimeSignature(f"{metre.numerator}/{metre.denominator}"))
    for signature in score.keys if not track.is_drum else ():
        part.insert(_quarters(signature.tick), key.KeySignature(signature.fifths))
    for mark in score.tempos if with_tempo else ():
        part.insert(_quarters(mark.tick), tempo.MetronomeMark(number=round(mark.bpm, 2)))
    for change in merged(chords):
        part.insert(_quarters(change.tick), _harmony(change, score.keys))
    for place, element in _elements(track, score.keys):
        part.insert(place, element)
    # Every part as long as the piece, in whole bars.
    end = bar_lines(score.metres, score.end_tick)[-1]
    part.makeRests(
        timeRangeFromBarDuration=False, refStreamOrTimeRange=[0, _quarters(end)], fillGaps=True, inPlace=True
    )
    return part.makeNotation()


def _clef(track: Track) -> str:
    """The clef in which most of the notes lie on the staff."""
    if track.is_drum:
        return "percussion"
    pitches = sorted(note.pitch for note in track.notes)
    return "treble" if not pitches or pitches[len(pitches) // 2] >= _TREBLE_FROM else "bass"


def _elements(track: Track, keys: tuple[KeySignature, ...]) -> Iterator[tuple[Fraction, Any]]:
    from music21 import chord, note

    for group in written(track):
        length = _quarters(group.duration_ticks)
        if track.is_drum:
            for pitch in group.pitches:
                drum = note.Unpitched(_DRUM_PLACES.get(pitch, "B4"), quarterLength=length)
                drum.notehead = "x" if pitch in _CYMBALS else "normal"
                yield _quarters(group.start_tick), drum
            continue
        names = [_name(pitch, keys, group.start_tick) for pitch in group.pitches]
        single = note.Note(names[0], quarterLength=length) if len(names) == 1 else None
        yield _quarters(group.start_tick), single or chord.Chord(names, quarterLength=length)


def _instrument(track: Track) -> Any:
    from music21 import exceptions21, instrument

    if track.is_drum:
        drums = instrument.UnpitchedPercussion()
        drums.partAbbreviation = drums.instrumentAbbreviation = _short(track.name or "Drums")
        return drums
    try:
        found = instrument.instrumentFromMidiProgram(track.program)
    except exceptions21.InstrumentException:
        found = instrument.Instrument()
        found.midiProgram = track.program
    found.partName = track.name or "Part"
    found.partAbbreviation = found.instrumentAbbreviation = _short(track.name or "Part")
    return found


def _short(name: str) -> str:
    """What stands before all systems but the first: `Mel.`, `D. B.`"""
    words = name.split()
    if len(words) == 1:
        return name if len(name) <= 5 else f"{name[:3]}."
    return " ".join(f"{word[0]}." for word in words[:3])


def _harmony(change: ChordChange, keys: tuple[KeySignature, ...]) -> Any:
    from music21 import harmony

    chord = change.chord
    if chord is None:
        return harmony.NoChord()
    kind, added = _KINDS[chord.quality]
    root, _, bass = spelled(replace(chord, quality="maj"), keys, change.tick).replace("b", "-").partition("/")
    shown = harmony.ChordSymbol(root=root, bass=bass or None, kind=kind)
    if added is not None:
        shown.addChordStepModification(harmony.ChordStepModification("add", *added))
    # The text as a lead sheet has it; root and bass are printed by the program itself.
    shown.chordKindStr = SUFFIXES[chord.quality]
    return shown


def _name(pitch: int, keys: tuple[KeySignature, ...], tick: int) -> str:
    """A pitch as music21 writes it: a flat is a minus sign."""
    name, octave = pitch_spelling(pitch, keys, tick)
    return f"{name.replace('b', '-')}{octave}"


def _quarters(tick: int) -> Fraction:
    return Fraction(tick, TICKS_PER_QUARTER)
