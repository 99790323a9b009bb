"""MusicXML's harmony elements as chords of our vocabulary."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from music_core.harmony.chord import Chord
from music_core.harmony.symbols import ChordSymbolError, chord_from_symbol

# MusicXML's kinds as a lead sheet writes them.
_KINDS = {
    "major": "", "minor": "m", "augmented": "aug", "diminished": "dim", "dominant": "7", "major-seventh": "maj7",
    "minor-seventh": "m7", "diminished-seventh": "dim7", "augmented-seventh": "7#5", "half-diminished": "m7b5",
    "major-minor": "m(maj7)", "major-sixth": "6", "minor-sixth": "m6", "dominant-ninth": "9", "major-ninth": "maj9",
    "minor-ninth": "m9", "dominant-11th": "11", "major-11th": "maj11", "minor-11th": "m11", "dominant-13th": "13",
    "major-13th": "maj13", "minor-13th": "m13", "suspended-second": "sus2", "suspended-fourth": "sus4", "power": "5",
    "pedal": "", "Neapolitan": "", "Italian": "7", "French": "7", "German": "7", "Tristan": "m7b5",
}  # fmt: skip
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SIGNS = {-2: "bb", -1: "b", 0: "", 1: "#", 2: "##"}


def chord_of(element: Element, semitones: int = 0) -> Chord | None:
    """The chord, moved to its sounding pitch; None is no chord. Raises ValueError where there is no root."""
    kind = element.find("kind")
    name = (kind.text or "").strip() if kind is not None else ""
    if name == "none":
        return None
    root = _pitch_class(element, "root")
    if root is None:
        raise ValueError("a chord symbol without a root")
    bass = _pitch_class(element, "bass")
    quality = _quality(name, (kind.get("text") or "") if kind is not None else "", element.findall("degree"))
    return Chord(root, quality, root if bass is None else bass).transposed(semitones)


def _quality(kind: str, shown: str, degrees: list[Element]) -> str:
    """The nearest quality: of kind and degrees, of the kind alone, of what is printed, else major."""
    plain = _KINDS.get(kind)
    written = [] if plain is None else [plain + "".join(map(_degree, degrees)), plain]
    if plain is not None and plain.startswith("sus") and any(_number(d, "degree-value") == 7 for d in degrees):
        written.insert(0, f"7{plain}")
    for colour in (*written, shown):
        try:
            chord = chord_from_symbol(f"C{colour}")
        except ChordSymbolError:
            continue
        if chord is not None:
            return chord.quality
    return "maj"


def _degree(element: Element) -> str:
    value, alter = _number(element, "degree-value"), _number(element, "degree-alter")
    kind = (element.findtext("degree-type") or "").strip()
    if kind == "subtract" or not 1 <= value <= 13 or alter not in _SIGNS:
        return ""
    return f"add{value}" if kind == "add" and alter == 0 else f"{_SIGNS[alter]}{value}"


def _pitch_class(element: Element, which: str) -> int | None:
    step = (element.findtext(f"{which}/{which}-step") or "").strip().upper()
    alter = element.find(f"{which}/{which}-alter")
    if step not in _STEPS:
        return None
    return (_STEPS[step] + (round(float(alter.text or 0)) if alter is not None else 0)) % 12


def _number(element: Element, tag: str) -> int:
    try:
        return round(float(element.findtext(tag) or 0))
    except (ValueError, OverflowError):
        return 0
