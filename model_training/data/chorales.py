"""The Bach chorales that music21 ships, as Scores with soprano, alto, tenor and bass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model_training.data.song import Part, Song, part_of
from music_core.score import TICKS_PER_QUARTER, Metre, Note, Score, Track
from music_core.theory import find_key

VOICES = ("soprano", "alto", "tenor", "bass")
CORPUS = "music21 Bach chorales"
# The notes are long in the public domain; music21 passes the encodings on without saying who made each.
LICENCE, TIER = "music21 corpus, encodings without a licence of their own", "amber"
# Choir, oboe, horn, bassoon: four sounds that are told apart easily.
_PROGRAMS = (52, 68, 60, 70)


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a corpus: its catalogue name and its four voices as tracks of a Score."""

    name: str
    score: Score


@dataclass(frozen=True, slots=True)
class Rejected:
    """A file that was left out, and why."""

    name: str
    reason: str


def chorale_paths() -> tuple[Path, ...]:
    """The chorale files (.mxl) inside the installed music21, sorted by name."""
    from music21 import corpus

    return tuple(sorted(Path(p) for p in corpus.getComposer("bach") if Path(p).suffix == ".mxl"))


def read_chorales(paths: tuple[Path, ...]) -> Iterator[Piece | Rejected]:
    """Parse each file to a Piece, or say in a few words why it cannot be used."""
    from music21 import converter

    for path in paths:
        try:
            yield to_piece(path.stem, converter.parse(path))
        except Exception as error:  # a corpus file may fail in any way; one bad file must not end the run
            yield Rejected(path.stem, str(error) or type(error).__name__)


def to_piece(name: str, parsed: Any) -> Piece:
    """A music21 score as a Piece; raises ValueError where it is not four monophonic voices in 2, 3 or 4 beats."""
    parts = _sung_parts([part for part in parsed.parts if len(part.flatten().notes)])
    tracks = tuple(_voice_track(role, part) for role, part in zip(VOICES, parts, strict=True))
    means = [sum(n.pitch for n in track.notes) / len(track.notes) for track in tracks]
    if means != sorted(means, reverse=True):
        raise ValueError("voices are not in order from high to low")
    metres = _metres(parts[0])
    if any(m.denominator != 4 or m.numerator not in (1, 2, 3, 4) for m in metres):
        raise ValueError("metre other than 2/4, 3/4, 4/4")
    return Piece(name, Score(tracks, metres=metres, title=name))


def to_song(piece: Piece) -> Song:
    """A piece as a song whose soprano is the melody; the key is found from the melody alone, as the app must."""
    tracks = piece.score.tracks
    parts: list[Part] = []
    for role, program, track in zip(("melody", *VOICES[1:]), _PROGRAMS, tracks, strict=True):
        parts.append(part_of(role, program, track.notes))
    key = find_key(tracks[0].notes)
    return Song(
        name=piece.name,
        source=f"{piece.name}.mxl",
        corpus=CORPUS,
        genre="baroque",
        licence=LICENCE,
        tier=TIER,
        parts=tuple(parts),
        metres=piece.score.metres,
        bpm=piece.score.bpm,
        tonic=key.tonic_pitch_class,
        minor=key.minor,
    )


def _sung_parts(parts: list[Any]) -> list[Any]:
    """The four voices; where instruments play along, the parts that carry the voices' names."""
    if len(parts) == len(VOICES):
        return parts
    named = [[part for part in parts if str(part.partName).strip().lower() == role] for role in VOICES]
    if any(len(found) != 1 for found in named):
        raise ValueError(f"has {len(parts)} parts and not one each of soprano, alto, tenor, bass")
    return [found[0] for found in named]


def _voice_track(role: str, part: Any) -> Track:
    notes: list[Note] = []
    for element in part.stripTies().flatten().notes:
        start, end = (
            round(float(at) * TICKS_PER_QUARTER) for at in (element.offset, element.offset + element.quarterLength)
        )
        if end <= start:
            continue  # grace notes
        if notes and start < notes[-1].end_tick:
            raise ValueError(f"{role} has overlapping notes")
        notes.append(Note(start, max(p.midi for p in element.pitches), end - start))
    return Track(role.capitalize(), tuple(notes), role=role)


def _metres(part: Any) -> tuple[Metre, ...]:
    """Metres with a pickup bar as a short first metre; repeats and split bars keep the count of beats right."""
    metres: list[Metre] = []
    for measure in part.getElementsByClass("Measure"):
        tick = round(float(measure.offset) * TICKS_PER_QUARTER)
        quarters = float(measure.duration.quarterLength)
        signature = measure.timeSignature or measure.getContextByClass("TimeSignature")
        numerator, denominator = signature.numerator, signature.denominator
        if quarters != numerator * 4 / denominator and quarters == int(quarters) and 1 <= quarters <= 4:
            numerator, denominator = int(quarters), 4
        if not metres or (metres[-1].numerator, metres[-1].denominator) != (numerator, denominator):
            metres.append(Metre(tick, numerator, denominator))
    if metres[0].tick != 0:
        raise ValueError("does not start with a bar")
    return tuple(metres)
