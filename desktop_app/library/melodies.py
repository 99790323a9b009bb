"""The sample melodies: well-known tunes in the public domain, written as text in `resources/melodies`.

A tune is a TOML file. Its `notes` are words such as `C4/4`: a pitch name, a slash, and a length as musicians
write it (4 is a quarter, 8. a dotted eighth, 2+8 a half and an eighth); `r/4` is a rest, and `~/4` makes the
note before it longer, over a bar line too. `|` must stand where the metre has a bar line, which catches most
slips of the pen; only the last bar may be shorter, by the pickup that the first one has borrowed from it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from desktop_app.paths import resources_folder
from music_core.score import TICKS_PER_QUARTER, KeySignature, Metre, Note, Score, Tempo, Track
from music_core.theory import key_from_tonic, pitch_from_name

_WHOLE_TICKS = 4 * TICKS_PER_QUARTER
_WORD = re.compile(r"(?P<name>r|~|[A-G][#b]?\d)/(?P<lengths>[\d.+]+)")
_LENGTH = re.compile(r"(1|2|4|8|16|32)(\.{0,2})")
_KEY = re.compile(r"([A-G][#b]?) (major|minor)")
_VELOCITY, _DOWNBEAT_VELOCITY = 84, 96


class MelodyTextError(ValueError):
    """A tune's file is wrong or missing; the message says where."""


@dataclass(frozen=True, slots=True)
class SampleMelody:
    """What the library lists for one tune; `source` says where it comes from and why it is free."""

    id: str
    title: str
    composer: str
    source: str


@cache
def sample_melodies(folder: Path | None = None) -> tuple[SampleMelody, ...]:
    """Every tune in the folder of sample melodies, by title."""
    folder = folder or resources_folder() / "melodies"
    tunes = ((path.stem, _read(path)) for path in folder.glob("*.toml"))
    found = (SampleMelody(name, str(d["title"]), str(d["composer"]), str(d["source"])) for name, d in tunes)
    return tuple(sorted(found, key=lambda melody: melody.title.casefold()))


def load_sample(sample_id: str, folder: Path | None = None) -> Score:
    """One tune as a score; raises MelodyTextError, with the list of tunes for an unknown one."""
    folder = folder or resources_folder() / "melodies"
    known = sorted(path.stem for path in folder.glob("*.toml"))
    if sample_id not in known:
        raise MelodyTextError(f"There is no sample melody {sample_id!r}; there are: {', '.join(known)}.")
    return melody_score(_read(folder / f"{sample_id}.toml"))


def melody_score(tune: Mapping[str, Any]) -> Score:
    """A tune's parsed file as a score; raises MelodyTextError where notes and bar lines disagree."""
    numerator, denominator = (int(part) for part in str(tune["metre"]).split("/"))
    metre = Metre(0, numerator, denominator)
    pickup_ticks = length_ticks(str(tune["pickup"])) if "pickup" in tune else 0
    notes = _accented(tuple(_placed(str(tune["notes"]), metre.bar_ticks, pickup_ticks)), metre, pickup_ticks)
    return Score(
        tracks=(Track("Melody", notes, program=int(tune.get("program", 0)), role="melody"),),
        tempos=(Tempo(0, round(60_000_000 / float(tune["bpm"]))),),
        metres=_metres(metre, pickup_ticks),
        keys=(_key(str(tune["key"])),),
        title=str(tune["title"]),
        provenance=f"{tune['composer']}. {tune['source']}",
    )


def length_ticks(text: str) -> int:
    """Ticks of a written length: 4, 8., 2+8."""
    total = 0
    for part in text.split("+"):
        match = _LENGTH.fullmatch(part)
        if match is None:
            raise MelodyTextError(f"{text!r} is not a length such as 4, 8. or 2+8.")
        plain = _WHOLE_TICKS // int(match[1])
        total += sum(plain >> dot for dot in range(len(match[2]) + 1))
    return total


def _placed(text: str, bar_ticks: int, pickup_ticks: int) -> Iterator[Note]:
    """Notes one after the other, with every bar line checked."""
    tick, line_tick, expected, bar = 0, 0, pickup_ticks or bar_ticks, 0 if pickup_ticks else 1
    held: Note | None = None
    for word in text.split():
        if word == "|":
            if tick - line_tick != expected:
                raise MelodyTextError(f"Bar {bar} is {tick - line_tick} ticks long instead of {expected}.")
            line_tick, expected, bar = tick, bar_ticks, bar + 1
            continue
        match = _WORD.fullmatch(word)
        if match is None:
            raise MelodyTextError(f"Bar {bar} has {word!r}, which is no note; write C4/4, r/4, ~/4 or |.")
        ticks = length_ticks(match["lengths"])
        if match["name"] == "~":
            if held is None:
                raise MelodyTextError(f"Bar {bar} holds on to a note that is not there.")
            held = Note(held.start_tick, held.pitch, held.duration_ticks + ticks)
        else:
            if held is not None:
                yield held
            held = None if match["name"] == "r" else Note(tick, pitch_from_name(match["name"]), ticks)
        tick += ticks
    if held is not None:
        yield held
    if tick - line_tick not in (expected, expected - pickup_ticks):
        raise MelodyTextError(f"The last bar is {tick - line_tick} ticks long instead of {expected}.")


def _accented(notes: tuple[Note, ...], metre: Metre, pickup_ticks: int) -> tuple[Note, ...]:
    """Notes on a bar's first beat a little louder, so that the metre is heard."""
    return tuple(
        Note(
            note.start_tick,
            note.pitch,
            note.duration_ticks,
            _DOWNBEAT_VELOCITY if (note.start_tick - pickup_ticks) % metre.bar_ticks == 0 else _VELOCITY,
        )
        for note in notes
    )


def _metres(metre: Metre, pickup_ticks: int) -> tuple[Metre, ...]:
    if not pickup_ticks:
        return (metre,)
    denominator = 4 if pickup_ticks % TICKS_PER_QUARTER == 0 else 8
    if pickup_ticks % (_WHOLE_TICKS // denominator):
        denominator = 16
    short = Metre(0, pickup_ticks * denominator // _WHOLE_TICKS, denominator)
    return (short, Metre(pickup_ticks, metre.numerator, metre.denominator))


def _key(text: str) -> KeySignature:
    match = _KEY.fullmatch(text)
    if match is None:
        raise MelodyTextError(f"{text!r} is not a key such as G major or Bb minor.")
    key = key_from_tonic(pitch_from_name(f"{match[1]}4") % 12, match[2] == "minor")
    return KeySignature(0, key.fifths, key.minor)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise MelodyTextError(f"The sample melody {path.stem} cannot be read: {error}") from None
