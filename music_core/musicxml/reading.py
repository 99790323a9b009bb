"""A MusicXML file as a Score, as far as it can be read, and what could not be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from xml.etree.ElementTree import Element, SubElement, tostring

from music_core import salvage
from music_core.harmony.chord import Chord
from music_core.harmony.lane import merged
from music_core.midi_parts import role_of, shown_name
from music_core.musicxml.container import MusicXmlError, score_text
from music_core.musicxml.lenient import BrokenXmlError, PartText, head_elements, measures, split_score, tree
from music_core.musicxml.part import Instrument, Leftovers, PartReader, XmlMeasure, instruments
from music_core.salvage import Loss, Salvaged, TrackFault, lost
from music_core.score import (
    MAX_US_PER_QUARTER,
    MIN_US_PER_QUARTER,
    TICKS_PER_QUARTER,
    ChordChange,
    KeySignature,
    Marker,
    Metre,
    Note,
    Score,
    Tempo,
    Track,
    without_overlaps,
)

MAX_PARTS = 256
MAX_NOTES = 300_000
_ROUNDING_TICKS = 2
_DAMAGED, _MISSING = "its notation is damaged there", "it is missing"


@dataclass(slots=True)
class _Part:
    instrument: Instrument
    measures: list[XmlMeasure]
    is_drum: bool


def read_musicxml(data: bytes, name: str = "The file") -> Salvaged:
    """The score in a file's bytes, compressed or not; raises MusicXmlError where there is nothing to read."""
    text = score_text(data, name)
    head_text, texts, are_more = split_score(_by_part(text), MAX_PARTS)
    head = head_elements(head_text)
    known = dict(instruments(head))
    left = Leftovers()
    parts = [_read(known.get(part.id, Instrument()), part, left) for part in texts]
    if sum(len(m.notes) for part in parts for m in part.measures) > MAX_NOTES:
        raise MusicXmlError(f"{name} has more than {MAX_NOTES:,} notes; cut it into shorter pieces.")
    score, faults = _score(parts), _faults(parts, tuple(known.values()))
    if not score.end_tick:
        why = "is damaged and holds no notes that can be read" if faults else "holds no notes"
        raise MusicXmlError(f"{name} {why}; export it again from the program that made it.")
    losses = [*map(_told, faults), *_lost(left)]
    if are_more:
        losses.append(lost(salvage.TOO_MANY_PARTS, parts=MAX_PARTS))
    score = _with_texts(score, head)
    return Salvaged(score, max(len(known), len(parts)), faults, tuple(losses))


def _read(instrument: Instrument, part: PartText, left: Leftovers) -> _Part:
    reader = PartReader(instrument, left)
    read = [reader.read(element) for element in measures(part.text)]
    if "</part>" not in part.text and read:  # it breaks off
        read[-1].is_broken = True
    return _Part(instrument, read, instrument.is_drum or reader.has_unpitched)


def _score(parts: Sequence[_Part]) -> Score:
    lines = _lines(parts)
    metres = _metres(parts, lines)
    chords = dict(_placed_chords(parts, lines))
    tempos = {0: Tempo(0)}
    keys: dict[int, KeySignature] = {}
    markers: set[Marker] = set()
    for part in reversed(parts):
        for line, measure in zip(lines, part.measures, strict=False):
            tempos |= {line + at: Tempo(line + at, _us(bpm)) for at, bpm in measure.tempos}
            markers |= {Marker(line + at, text) for at, text in measure.marks}
            if measure.key is not None and not part.is_drum:
                keys[line] = KeySignature(line, *measure.key)
    lane = tuple(ChordChange(tick, chords[tick], locked=True) for tick in sorted(chords))
    return Score(
        tracks=tuple(_track(part, number, lines) for number, part in enumerate(parts, 1)),
        tempos=tuple(tempos[tick] for tick in sorted(tempos)),
        metres=metres,
        keys=tuple(keys[tick] for tick in sorted(keys)),
        markers=tuple(sorted(markers)),
        chords=merged(lane),
    )


def _lines(parts: Sequence[_Part]) -> list[int]:
    """The tick at which each measure begins; every part has it at the same place."""
    lines, tick, nominal = [], 0, 4 * TICKS_PER_QUARTER
    for number in range(max((len(part.measures) for part in parts), default=0)):
        here = [part.measures[number] for part in parts if number < len(part.measures)]
        metre = next((measure.metre for measure in here if measure.metre is not None), None)
        if metre is not None:
            nominal = Metre(0, *metre).bar_ticks
        reached = max(measure.reached for measure in here)
        # What is not full is meant so: a pickup, or the end of a repeat before one. Rounding makes a tick or two.
        as_written = reached and abs(reached - nominal) > _ROUNDING_TICKS
        lines.append(tick)
        is_broken = any(measure.is_broken for measure in here)
        tick += reached if as_written and not (is_broken and reached < nominal) else nominal
    return [*lines, tick]


def _metres(parts: Sequence[_Part], lines: list[int]) -> tuple[Metre, ...]:
    """The metre of each measure; one that is shorter or longer than its metre has one of its own."""
    metres: list[Metre] = []
    current = (4, 4)
    for number, (start, end) in enumerate(pairwise(lines)):
        here = (part.measures[number].metre for part in parts if number < len(part.measures))
        current = next((metre for metre in here if metre is not None), current)
        shape = current if Metre(0, *current).bar_ticks == end - start else _own_metre(end - start, current)
        if not metres or shape != (metres[-1].numerator, metres[-1].denominator):
            metres.append(Metre(start, *shape))
    return tuple(metres) or (Metre(0),)


def _own_metre(ticks: int, otherwise: tuple[int, int]) -> tuple[int, int]:
    for denominator in (otherwise[1], 4, 8, 16, 32, 64, 128):
        unit = 4 * TICKS_PER_QUARTER // denominator
        if ticks % unit == 0 and 1 <= ticks // unit <= 255:
            return ticks // unit, denominator
    return otherwise


def _placed_chords(parts: Sequence[_Part], lines: list[int]) -> Iterator[tuple[int, Chord | None]]:
    for part in reversed(parts):
        for line, measure in zip(lines, part.measures, strict=False):
            yield from ((line + at, chord) for at, chord in measure.chords)


def _track(part: _Part, number: int, lines: list[int]) -> Track:
    notes: list[Note] = []
    held: dict[int, Note] = {}
    for line, measure in zip(lines, part.measures, strict=False):
        for written in measure.notes:
            note = Note(line + written.offset, written.pitch, written.length, written.velocity)
            before = held.pop(written.pitch, None)
            if before is not None and written.tied_back and abs(before.end_tick - note.start_tick) <= _ROUNDING_TICKS:
                length = note.end_tick - before.start_tick
                note = Note(before.start_tick, before.pitch, length, before.velocity)
            elif before is not None:
                notes.append(before)
            if written.ties_on:
                held[written.pitch] = note
            else:
                notes.append(note)
    name = part.instrument.name or f"Part {number}"
    role = role_of(name, part.is_drum)
    program = 0 if part.is_drum else part.instrument.program
    every = without_overlaps((*notes, *held.values()))
    return Track(name, every, program=program, is_drum=part.is_drum, role=role)


def _faults(parts: Sequence[_Part], known: Sequence[Instrument]) -> tuple[TrackFault, ...]:
    faults = []
    for number, part in enumerate(parts, 1):
        bars = [bar for bar, measure in enumerate(part.measures, 1) if measure.is_broken]
        if bars:
            faults.append(TrackFault(number, bars[0], _DAMAGED, shown_name(part.instrument.name), len(bars)))
    missing = enumerate(known[len(parts) :], len(parts) + 1)
    return (*faults, *(TrackFault(number, 0, _MISSING, shown_name(part.name)) for number, part in missing))


def _told(fault: TrackFault) -> Loss:
    """A fault as a sentence."""
    if not fault.bar:
        texts = salvage.TRACK_MISSING_NAMED, salvage.TRACK_MISSING
    elif fault.bars > 1:
        texts = salvage.BARS_BROKEN_NAMED, salvage.BARS_BROKEN
    else:
        texts = salvage.BAR_BROKEN_NAMED, salvage.BAR_BROKEN
    text = texts[0] if fault.name else texts[1]
    values = {"track": fault.track, "name": fault.name, "bar": fault.bar, "count": fault.bars}
    return lost(text, **{name: value for name, value in values.items() if f"{{{name}}}" in text})


def _lost(left: Leftovers) -> Iterator[Loss]:
    if left.grace_notes:
        yield lost(salvage.GRACE_NOTES, count=left.grace_notes)
    if left.repeats:
        yield lost(salvage.REPEATS)
    if left.lyrics:
        yield lost(salvage.LYRICS, count=left.lyrics)


def _with_texts(score: Score, head: Element) -> Score:
    title = head.findtext(".//work-title") or head.findtext(".//movement-title") or ""
    composer = next((e.text for e in head.findall(".//creator") if e.get("type") == "composer" and e.text), "")
    rights = head.findtext(".//rights") or ""
    return replace(
        score, title=title.strip()[:500], copyright=rights.strip()[:1000], provenance=composer.strip()[:1000]
    )


def _by_part(text: str) -> str:
    """A score written measure by measure, turned into one written part by part."""
    start = text.find("<score-timewise")
    if start < 0:
        return text
    try:
        root = tree(text[start:], whole=False)
    except BrokenXmlError:
        return text
    turned: dict[str, Element] = {}
    for measure in root.findall("measure"):
        for part in measure.findall("part"):
            home = turned.setdefault(part.get("id", ""), Element("part", part.attrib))
            SubElement(home, "measure", measure.attrib).extend(part)
        root.remove(measure)
    root.tag = "score-partwise"
    root.extend(turned.values())
    return tostring(root, encoding="unicode")


def _us(bpm: float) -> int:
    return min(MAX_US_PER_QUARTER, max(MIN_US_PER_QUARTER, round(60_000_000 / bpm)))
