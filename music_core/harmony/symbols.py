"""Chord symbols as people write them: lead sheets, jazz shorthand, German note names, and the Harte syntax."""

from __future__ import annotations

import re

from music_core.harmony.chord import Chord
from music_core.harmony.colours import ChordColourError, quality_of

NO_CHORD = "N.C."
MAX_SYMBOL_LENGTH = 40

SHARP_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
FLAT_NAMES = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11, "H": 11}
_ACCIDENTALS = {"#": 1, "♯": 1, "is": 1, "b": -1, "♭": -1, "es": -1, "s": -1, "x": 2, "𝄪": 2, "𝄫": -2, "♮": 0}

# German names: Cis, Des, Es, As; an "s" that begins "sus" belongs to the colour. A flat right after the letter is the
# note's own, as on every lead sheet: "Cb5" is C flat, five.
_NOTE = r"(?P<letter>[A-H])(?P<accidental>bb|##|[#♯b♭♮x𝄪𝄫]|is(?!us)|(?<=[CDFGH])es|(?<=[EA])s(?!us))?"
_ROOT = re.compile(_NOTE)
_NO_CHORD = re.compile(r"(?i)n\.?\s?c\.?|no chord")
_HARTE = re.compile(r"(?P<root>[A-G][b#]*)(?::(?P<kind>[a-z0-9]*)(?:\((?P<extra>[^()]*)\))?)?(?:/(?P<bass>[b#]*\d+))?")

SUFFIXES = {
    "maj": "", "min": "m", "7": "7", "maj7": "maj7", "min7": "m7", "dim": "dim", "half-dim": "m7b5", "dim7": "dim7",
    "sus4": "sus4", "sus2": "sus2", "7sus4": "7sus4", "aug": "aug", "6": "6", "min6": "m6", "min-maj7": "m(maj7)",
    "9": "9", "maj9": "maj9", "min9": "m9", "7b9": "7b9", "add9": "add9", "5": "5",
}  # fmt: skip
_HARTE_KINDS = {"": "", "maj": "", "maj6": "6", "hdim7": "m7b5", "minmaj7": "mmaj7", "hdim": "m7b5"}
_MAJOR_DEGREES = (0, 2, 4, 5, 7, 9, 11)


class ChordSymbolError(ValueError):
    """A text is not a chord; the message is one sentence for the user."""

    def __init__(self, text: str) -> None:
        super().__init__(f"«{text:.20}» is not a chord; write it like C, Am7, F#m7b5, Bb/D or {NO_CHORD}")


def chord_from_symbol(text: str) -> Chord | None:
    """The chord that a symbol names, in the nearest quality of the vocabulary; None for "no chord".

    Raises ChordSymbolError for anything else.
    """
    symbol = text.strip()
    if _NO_CHORD.fullmatch(symbol):
        return None
    root = _ROOT.match(symbol) if len(symbol) <= MAX_SYMBOL_LENGTH else None
    if root is None:
        raise ChordSymbolError(symbol)
    colour, bass = symbol[root.end() :], None
    head, slash, tail = colour.rpartition("/")
    if slash and (bass := _ROOT.fullmatch(tail.strip())):
        colour = head
    try:
        quality = quality_of(colour)
    except ChordColourError:
        raise ChordSymbolError(symbol) from None
    return Chord(_pitch_class(root), quality, _pitch_class(bass) if bass else -1)


def symbol(chord: Chord | None, flats: bool = False) -> str:
    """The chord as a lead sheet has it, its black keys named as flats or as sharps; `chord_from_symbol` reads it."""
    if chord is None:
        return NO_CHORD
    names = FLAT_NAMES if flats else SHARP_NAMES
    slash = f"/{names[chord.bass]}" if chord.bass != chord.root else ""
    return f"{names[chord.root]}{SUFFIXES[chord.quality]}{slash}"


def chord_from_harte(text: str) -> Chord | None:
    """The chord in Harte et al.'s syntax (ISMIR 2005), as corpora have it: "Bb:min7/b3"; N and X are no chord.

    Raises ChordSymbolError for anything else.
    """
    if text in ("N", "X"):
        return None
    match = _HARTE.fullmatch(text) if len(text) <= MAX_SYMBOL_LENGTH else None
    if match is None:
        raise ChordSymbolError(text)
    kind = match["kind"] or ""
    degrees = [one.strip() for one in (match["extra"] or "").split(",") if one.strip() and "*" not in one]
    colour = _HARTE_KINDS.get(kind, kind) + "".join(_harte_degree(degree) for degree in degrees)
    try:
        quality = quality_of(colour)
    except ChordColourError:
        raise ChordSymbolError(text) from None
    root = _letter_pitch_class(match["root"][0], match["root"][1:])
    return Chord(root, quality, (root + _degree_steps(match["bass"])) % 12 if match["bass"] else -1)


def _harte_degree(degree: str) -> str:
    """In brackets, b7 adds the dominant's seventh and a bare number only itself."""
    if degree == "b7":
        return "7"
    return f"add{degree}" if degree.isdigit() else degree


def _degree_steps(degree: str) -> int:
    number = int(degree.lstrip("b#")) - 1
    octave_steps = 12 * (number // 7) + _MAJOR_DEGREES[number % 7]
    return octave_steps + degree.count("#") - degree.count("b")


def _pitch_class(match: re.Match[str]) -> int:
    accidental = match["accidental"] or ""
    return _letter_pitch_class(match["letter"], accidental)


def _letter_pitch_class(letter: str, accidentals: str) -> int:
    steps = _ACCIDENTALS.get(accidentals)
    if steps is None:
        steps = accidentals.count("#") - accidentals.count("b")
    return (_LETTERS[letter] + steps) % 12
