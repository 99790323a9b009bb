"""The chord lane in a MIDI file: one marker a change, its text the symbol; and which markers of any file are chords.

A file of ours says in its conductor track that its markers are chords, and puts a section name that could be taken
for one in brackets. In any other file a marker is a chord when its text is a chord symbol, unless the symbols are
more likely section names: at least a quarter of them must say more than a letter, as "Am", "F#" and "N.C." do and "A"
or "B2" do not. Where fewer do, there must be two letters or more which do not first appear in the order of the
alphabet (A, B, A, C are sections), which change every four bars or sooner, and which other texts do not outnumber.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from music_core.harmony.lane import ChordLane
from music_core.harmony.spelling import spelled
from music_core.harmony.symbols import ChordSymbolError, chord_from_symbol
from music_core.score import ChordChange, KeySignature, Marker, Metre, metre_at

SIGN_PREFIX = "Chords: "
ARE_MARKERS, ARE_NONE = "markers", "none"

_COULD_BE_A_SECTION = re.compile(r"[A-H](?:[2-6]|s|es|o)?")
_BRACKETED = re.compile(r"\[(.*)\]")
_MOST_BARS_A_CHORD = 4.0


def sorted_out(
    markers: Sequence[Marker], metres: tuple[Metre, ...], sign: str = ""
) -> tuple[tuple[Marker, ...], ChordLane]:
    """The markers that are names of places, and the chords, locked, that the others are; `sign` is our own file's."""
    symbols = [marker for marker in markers if _is_symbol(marker.text)]
    if sign == ARE_NONE or not symbols or (sign != ARE_MARKERS and not _are_chords(symbols, markers, metres)):
        return tuple(markers), ()
    places = (marker for marker in markers if not _is_symbol(marker.text))
    if sign == ARE_MARKERS:
        places = (Marker(marker.tick, _without_brackets(marker.text)) for marker in places)
    by_tick = {marker.tick: marker.text for marker in symbols}
    lane = tuple(ChordChange(tick, chord_from_symbol(text), locked=True) for tick, text in sorted(by_tick.items()))
    return tuple(sorted(places)), lane


def sign_for(markers: Sequence[Marker], chords: ChordLane, metres: tuple[Metre, ...]) -> str:
    """What our file must say of its markers, or nothing where there is no doubt."""
    if chords:
        return ARE_MARKERS
    return ARE_NONE if sorted_out(markers, metres)[1] else ""


def as_markers(markers: Sequence[Marker], chords: ChordLane, keys: Sequence[KeySignature]) -> tuple[Marker, ...]:
    """What our file holds: the named places, then the chords, spelled as the keys say."""
    if not chords:
        return tuple(markers)
    places = (Marker(marker.tick, f"[{marker.text}]" if _in_doubt(marker.text) else marker.text) for marker in markers)
    return (*places, *(Marker(change.tick, spelled(change.chord, keys, change.tick)) for change in chords))


def _are_chords(symbols: Sequence[Marker], markers: Sequence[Marker], metres: tuple[Metre, ...]) -> bool:
    in_doubt = [marker for marker in symbols if _COULD_BE_A_SECTION.fullmatch(marker.text)]
    if 4 * (len(symbols) - len(in_doubt)) >= len(symbols):
        return True
    letters = list(dict.fromkeys(marker.text[0] for marker in in_doubt))
    if len(letters) < 2 or (letters == sorted(letters) and letters[0] == "A"):
        return False
    bars = [(b.tick - a.tick) / metre_at(metres, a.tick).bar_ticks for a, b in pairwise(symbols)]
    return median(bars) <= _MOST_BARS_A_CHORD and 2 * len(symbols) >= len(markers)


def _is_symbol(text: str) -> bool:
    try:
        chord_from_symbol(text)
    except ChordSymbolError:
        return False
    return True


def _in_doubt(text: str) -> bool:
    """Whether the name of a place would be read as a chord, or lose brackets of its own."""
    return _is_symbol(text) or _BRACKETED.fullmatch(text) is not None


def _without_brackets(text: str) -> str:
    match = _BRACKETED.fullmatch(text)
    return match[1] if match and _in_doubt(match[1]) else text
