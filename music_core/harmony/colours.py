"""What follows the root in a chord symbol, folded into the nearest quality of the vocabulary."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

# In the order in which they are tried: "maj" before "m", "sus2" before a bare "2".
_WORDS: tuple[tuple[str, str], ...] = (
    ("major", r"major|maj|Maj|MAJ|ma(?!j)|Ma(?!j)|M(?![Iia])|[Δ△∆^]"),
    ("half", r"half-?dim(?:inished)?|[øØ]"),
    ("diminished", r"diminished|dim|DIM|°|º|o(?=7|$|\(|b|#)"),
    ("augmented", r"augmented|aug|AUG"),
    ("minor", r"minor|min|Min|MIN|mi|MI|m"),
    ("sus2", r"sus\s?2"),
    ("sus4", r"sus\s?4?"),
    ("without", r"(?:no|omit)\s?[35]"),
    ("altered", r"alt(?:ered)?"),
    ("added", r"add\s?(?:[#♯b♭]?(?:9|2|11|4|13|6))"),
    ("six-nine", r"6/?9"),
    ("changed", r"[#♯b♭+\-−](?:13|11|9|6|5)"),
    ("number", r"13|11|9|7|6|5|4|2"),
    ("plus", r"\+"),
    ("minus", r"[-−–]"),
    ("dominant", r"dom(?:inant)?"),
)
_WORD = re.compile("|".join(f"(?P<w{i}>{pattern})" for i, (_, pattern) in enumerate(_WORDS)))
_SEPARATORS = str.maketrans("", "", "()[], \t")
# music21 and MusicXML write some colours out.
_SPELT_OUT = {"augmented-ninth": "9#5", "dominant-ninth": "9", "suspended-fourth": "sus4", "suspended-second": "sus2"}


class ChordColourError(ValueError):
    """What follows the root is no chord colour."""


@dataclass(slots=True)
class _Colour:
    """What the words of a symbol add up to."""

    words: set[str] = field(default_factory=set)
    numbers: set[int] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)
    added: set[str] = field(default_factory=set)

    @property
    def has_seventh(self) -> bool:
        """Whether a seventh belongs to it, said or implied by a ninth or more."""
        return bool(self.numbers & {7, 9, 11, 13})


def quality_of(colour: str) -> str:
    """The key of QUALITIES nearest to a colour like "m7b5"; raises ChordColourError.

    What the vocabulary lacks goes by function: a dominant stays a dominant (13, 7#9, 7#5 become 9, 7, 7), and
    tensions beyond the ninth are left out.
    """
    found = _read(_SPELT_OUT.get(colour.strip(), colour))
    if "half" in found.words:
        return "half-dim"
    if "diminished" in found.words:
        return "dim7" if found.has_seventh and "major" not in found.words else "dim"
    if found.words & {"sus2", "sus4"}:
        return _suspended(found)
    if "minor" in found.words:
        return _minor(found)
    if "b5" in found.changes and not found.has_seventh and "major" not in found.words and not found.numbers:
        return "maj"
    return _major(found)


def _suspended(found: _Colour) -> str:
    if "sus4" in found.words:
        return "7sus4" if found.has_seventh and "major" not in found.words else "sus4"
    return "sus2"


def _minor(found: _Colour) -> str:
    if "b5" in found.changes:
        return "half-dim" if found.has_seventh else "dim"
    if "major" in found.words:
        return "min-maj7"
    if found.numbers & {9, 11, 13}:
        return "min9"
    if 7 in found.numbers:
        return "min7"
    return "min6" if 6 in found.numbers else "min"


def _major(found: _Colour) -> str:
    if "major" in found.words:
        return "maj9" if found.numbers & {9, 11, 13} else "maj7" if 7 in found.numbers else _plain(found)
    if "b9" in found.changes or "altered" in found.words:
        return "7b9"
    if 11 in found.numbers:  # an eleventh chord is played without its third
        return "7sus4"
    if found.numbers & {9, 13}:
        return "9"
    if 7 in found.numbers or "dominant" in found.words:
        return "7"
    return _plain(found)


def _plain(found: _Colour) -> str:
    """A chord without a seventh."""
    if 5 in found.numbers or "no3" in found.words:
        return "5"
    if 6 in found.numbers:
        return "6"
    if "#5" in found.changes or "augmented" in found.words:
        return "aug"
    return "add9" if found.added & {"9", "2"} else "maj"


def _read(colour: str) -> _Colour:
    text, position, found = colour.translate(_SEPARATORS), 0, _Colour()
    while position < len(text):
        match = _WORD.match(text, position)
        if match is None:
            raise ChordColourError(colour)
        kind = _WORDS[int((match.lastgroup or "w0")[1:])][0]
        # At the front a sign before a figure is the triad ("C-9", "C+7"); further on it changes that figure.
        if kind == "changed" and position == 0 and match.group()[0] in "+-−":
            kind, length = ("plus" if match.group()[0] == "+" else "minus"), 1
        else:
            length = len(match.group())
        _add(found, kind, match.group()[:length])
        position += length
    _check(found, colour)
    return found


def _add(found: _Colour, kind: str, text: str) -> None:
    match kind:
        case "number":
            _add_number(found, int(text))
        case "six-nine":
            found.numbers.add(6)
        case "changed":
            found.changes.add(("#" if text[0] in "#♯+" else "b") + text[1:])
        case "added":
            found.added.add(text.removeprefix("add").strip())
        case "plus":
            found.words.add("augmented")
        case "minus":
            found.words.add("minor")
        case "without":
            found.words.add("no3" if text.endswith("3") else "no5")
        case "major" if text in "Δ△∆^":  # the triangle says the seventh by itself
            found.words.add("major")
            found.numbers.add(7)
        case _:
            found.words.add(kind)


def _add_number(found: _Colour, number: int) -> None:
    if number == 2:
        found.added.add("2")
    elif number == 4:
        found.words.add("sus4")
    else:
        found.numbers.add(number)


def _check(found: _Colour, colour: str) -> None:
    """Refuse colours that contradict themselves."""
    triads = found.words & {"minor", "half", "diminished", "augmented", "sus2", "sus4"}
    contradicts = len(triads) > 1 and not triads <= {"sus2", "sus4"}
    if contradicts or (5 in found.numbers and (len(found.numbers) > 1 or found.words - {"no3"})):
        raise ChordColourError(colour)
