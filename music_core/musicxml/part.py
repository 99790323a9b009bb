"""One part of a MusicXML score: its measures one after the other, each with what is in it counted from its start."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from music_core.harmony.chord import Chord
from music_core.musicxml.harmony import chord_of
from music_core.score import METRE_DENOMINATORS, TICKS_PER_QUARTER

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_FORTE = 90  # MusicXML gives loudness in hundredths of a forte, which is this MIDI velocity
_DEFAULT_VELOCITY = 80
_LONGEST_MEASURE = 64 * TICKS_PER_QUARTER
# Lengths of written notes in quarters, for tempo marks.
_BEATS = {"whole": 4.0, "half": 2.0, "quarter": 1.0, "eighth": 0.5, "16th": 0.25}
# A drum's place on the staff, where the file does not say which drum it is (the writer's places, turned round).
_DRUM_AT = {
    "F4": 36,
    "C5": 38,
    "G4": 43,
    "A4": 45,
    "B4": 47,
    "D5": 48,
    "E5": 50,
    "G5": 42,
    "D4": 44,
    "A5": 49,
    "F5": 51,
}
_DEFAULT_DRUM = 38


@dataclass(frozen=True, slots=True)
class Instrument:
    """What the head of the score says of a part: name, General MIDI program, and the drum each of its voices is."""

    name: str = ""
    program: int = 0
    is_drum: bool = False
    drums: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class XmlNote:
    """A written note, in ticks from the start of its measure; `begins` and `ends` tell of ties."""

    offset: int
    pitch: int
    length: int
    velocity: int
    ties_on: bool = False
    tied_back: bool = False


@dataclass(slots=True)
class XmlMeasure:
    """What one measure holds. `reached` is how far it is filled; `metre` and `fifths` are what it sets, if anything."""

    reached: int = 0
    is_broken: bool = False
    metre: tuple[int, int] | None = None
    key: tuple[int, bool] | None = None
    notes: list[XmlNote] = field(default_factory=list)
    chords: list[tuple[int, Chord | None]] = field(default_factory=list)
    tempos: list[tuple[int, float]] = field(default_factory=list)
    marks: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class Leftovers:
    """What a Score has no place for."""

    grace_notes: int = 0
    repeats: int = 0
    lyrics: int = 0


class PartReader:
    """Reads a part's measures in order; what one sets (divisions, transposition, loudness) holds for the next."""

    def __init__(self, instrument: Instrument, leftovers: Leftovers) -> None:
        self._instrument = instrument
        self._leftovers = leftovers
        self._divisions = 1.0
        self._semitones = 0
        self._velocity = _DEFAULT_VELOCITY
        self._cursor = 0.0
        self._last = 0.0
        self.has_unpitched = False

    def read(self, element: Element | None) -> XmlMeasure:
        """One measure; what goes wrong in it leaves it broken, with what was read up to there."""
        measure = XmlMeasure()
        self._cursor = self._last = 0.0
        if element is None:
            measure.is_broken = True
            return measure
        try:
            for child in element:
                self._take(child, measure)
        except (ValueError, OverflowError, ZeroDivisionError):
            measure.is_broken = True
        return measure

    def _take(self, child: Element, measure: XmlMeasure) -> None:
        match child.tag:
            case "note":
                self._note(child, measure)
            case "backup":
                self._cursor = max(0.0, self._cursor - self._ticks(child.findtext("duration")))
            case "forward":
                self._move(self._ticks(child.findtext("duration")), measure)
            case "attributes":
                self._attributes(child, measure)
            case "harmony":
                at = self._cursor + self._ticks(child.findtext("offset"), signed=True)
                measure.chords.append((max(0, round(at)), chord_of(child, self._semitones)))
            case "direction":
                self._direction(child, measure)
            case "sound":
                self._sound(child, measure)
            case "barline":
                self._leftovers.repeats += child.find("repeat") is not None

    def _note(self, element: Element, measure: XmlMeasure) -> None:
        if element.find("grace") is not None:
            self._leftovers.grace_notes += 1
            return
        if element.find("cue") is not None:
            return
        length = self._ticks(element.findtext("duration"))
        is_chord = element.find("chord") is not None
        start = self._last if is_chord else self._cursor
        if not is_chord:
            self._last = self._cursor
            self._move(length, measure)
        self._leftovers.lyrics += element.find("lyric") is not None
        pitch = self._pitch(element)
        if pitch is None or element.find("rest") is not None:
            return
        ties = {tie.get("type") for tie in element.findall("tie")}
        ticks = round(start + length) - round(start)
        if ticks > 0:
            velocity = _velocity(element.get("dynamics"), self._velocity)
            note = XmlNote(round(start), pitch, ticks, velocity, "start" in ties, "stop" in ties)
            measure.notes.append(note)

    def _pitch(self, element: Element) -> int | None:
        place = element.find("pitch")
        if place is not None:
            step = _STEPS[_known((place.findtext("step") or "").strip().upper(), _STEPS)]
            alter, octave = _number(place.findtext("alter")), _number(place.findtext("octave"), 4)
            pitch = round(12 * (octave + 1) + step + alter) + self._semitones
            return pitch if 0 <= pitch <= 127 else None
        place = element.find("unpitched")
        if place is None:
            return None
        self.has_unpitched = True
        voice = element.find("instrument")
        named = self._instrument.drums.get(voice.get("id", "")) if voice is not None else None
        shown = (place.findtext("display-step") or "") + (place.findtext("display-octave") or "")
        return named if named is not None else _DRUM_AT.get(shown, _DEFAULT_DRUM)

    def _attributes(self, element: Element, measure: XmlMeasure) -> None:
        if element.find("divisions") is not None:
            divisions = _number(element.findtext("divisions"))
            if not 0 < divisions <= 1_000_000:
                raise ValueError("impossible divisions")
            self._divisions = divisions
        transpose = element.find("transpose")
        if transpose is not None:
            octaves = _number(transpose.findtext("octave-change"))
            self._semitones = round(_number(transpose.findtext("chromatic")) + 12 * octaves)
        key = element.find("key")
        if key is not None and key.find("fifths") is not None:
            fifths = round(_number(key.findtext("fifths")))
            if -7 <= fifths <= 7:
                measure.key = (_sounding(fifths, self._semitones), (key.findtext("mode") or "").strip() == "minor")
        time = element.find("time")
        if time is not None and time.find("beats") is not None:
            measure.metre = _metre(time)

    def _direction(self, element: Element, measure: XmlMeasure) -> None:
        sound = element.find("sound")
        if sound is not None:
            self._sound(sound, measure)
        mark = element.find("direction-type/metronome")
        if mark is not None and (sound is None or sound.get("tempo") is None):
            beat = _BEATS.get((mark.findtext("beat-unit") or "").strip(), 1.0)
            beat *= 1.5 if mark.find("beat-unit-dot") is not None else 1.0
            self._tempo(_number(mark.findtext("per-minute")) * beat, measure)
        rehearsal = (element.findtext("direction-type/rehearsal") or "").strip()
        if rehearsal:
            measure.marks.append((round(self._cursor), rehearsal[:200]))

    def _sound(self, element: Element, measure: XmlMeasure) -> None:
        if element.get("tempo") is not None:
            self._tempo(_number(element.get("tempo")), measure)
        self._velocity = _velocity(element.get("dynamics"), self._velocity)

    def _tempo(self, bpm: float, measure: XmlMeasure) -> None:
        if 4 <= bpm <= 3000:
            measure.tempos.append((round(self._cursor), bpm))

    def _move(self, ticks: float, measure: XmlMeasure) -> None:
        self._cursor += ticks
        measure.reached = max(measure.reached, round(self._cursor))

    def _ticks(self, duration: str | None, *, signed: bool = False) -> float:
        ticks = _number(duration) * TICKS_PER_QUARTER / self._divisions
        if abs(ticks) > _LONGEST_MEASURE or (ticks < 0 and not signed):
            raise ValueError("an impossible duration")
        return ticks


def instruments(head: Element) -> Iterator[tuple[str, Instrument]]:
    """The parts that a score's head lists, by id."""
    for part in head.findall(".//score-part"):
        drums: dict[str, int] = {}
        program, is_drum = 0, False
        for midi in part.findall("midi-instrument"):
            program = program or _in_range(midi.findtext("midi-program"), 1, 128, 1) - 1
            is_drum |= _in_range(midi.findtext("midi-channel"), 1, 16, 1) == 10
            if midi.find("midi-unpitched") is not None:
                drums[midi.get("id", "")] = _in_range(midi.findtext("midi-unpitched"), 1, 128, _DEFAULT_DRUM + 1) - 1
        yield part.get("id", ""), Instrument((part.findtext("part-name") or "").strip()[:200], program, is_drum, drums)


def _metre(time: Element) -> tuple[int, int]:
    beats = sum(int(part) for part in (time.findtext("beats") or "").split("+"))
    unit = int(time.findtext("beat-type") or 4)
    if not 1 <= beats <= 64 or unit not in METRE_DENOMINATORS:
        raise ValueError("an impossible metre")
    return beats, unit


def _sounding(fifths: int, semitones: int) -> int:
    """The key that sounds where one is written for a transposing instrument."""
    moved = (fifths + 7 * semitones + 5) % 12 - 5
    return fifths if semitones % 12 == 0 else moved


def _velocity(percent: str | None, otherwise: int) -> int:
    return otherwise if percent is None else min(127, max(1, round(_number(percent) * _FORTE / 100)))


def _number(text: str | None, otherwise: float = 0.0) -> float:
    value = float(text) if text and text.strip() else otherwise
    if not abs(value) < 1e9:  # infinities and "not a number" too
        raise ValueError("an impossible number")
    return value


def _in_range(text: str | None, low: int, high: int, otherwise: int) -> int:
    try:
        value = round(_number(text, otherwise))
    except ValueError:
        return otherwise
    return value if low <= value <= high else otherwise


def _known(step: str, steps: dict[str, int]) -> str:
    if step not in steps:
        raise ValueError("an impossible pitch")
    return step
