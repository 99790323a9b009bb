"""Which of a black key's two names a chord is written with: the one nearer to the key on the line of fifths."""

from __future__ import annotations

from collections.abc import Sequence

from music_core.harmony.chord import QUALITIES, Chord
from music_core.harmony.symbols import NO_CHORD, SUFFIXES
from music_core.score import KeySignature

# C is 0, G 1, F -1; twelve neighbours on the line name all pitch classes once.
_LETTERS = "FCGDAEB"
_FLATTEST, _LOWEST_FOR_SHARPS = -8, 1  # F flat, and the window that ends with B sharp
_BELOW = 5  # in C major: from D flat to F sharp
_MINOR_KEY, _MINOR_CHORD = 3, 2  # what is minor leans to the sharps: G#dim in A minor, C#m rather than Dbm


def spelled(chord: Chord | None, keys: Sequence[KeySignature] = (), tick: int = 0) -> str:
    """The chord's symbol at a tick of a piece in these keys (C major where none is given)."""
    if chord is None:
        return NO_CHORD
    root = _near(chord.root, _centre(keys, tick) + (_MINOR_CHORD if 3 in QUALITIES[chord.quality] else 0))
    bass = f"/{note_name(_near(chord.bass, root))}" if chord.bass != chord.root else ""
    return f"{note_name(root)}{SUFFIXES[chord.quality]}{bass}"


def pitch_spelling(pitch: int, keys: Sequence[KeySignature] = (), tick: int = 0) -> tuple[str, int]:
    """The name of a MIDI pitch at a tick of a piece, and its octave (60 is C 4, or B# 3)."""
    name = note_name(_near(pitch % 12, _centre(keys, tick)))
    return name, (pitch - name.count("#") + name.count("b")) // 12 - 1


def note_name(fifths: int) -> str:
    """The name of a place on the line of fifths: 0 is C, -2 Bb, 6 F#."""
    octaves, letter = divmod(fifths + 1, 7)
    return _LETTERS[letter] + ("#" * octaves if octaves > 0 else "b" * -octaves)


def _centre(keys: Sequence[KeySignature], tick: int) -> int:
    key = next((key for key in reversed(keys) if key.tick <= tick), None)
    return 0 if key is None else key.fifths + (_MINOR_KEY if key.minor else 0)


def _near(pitch_class: int, centre: int) -> int:
    """The place that names a pitch class within the twelve around a centre."""
    lowest = max(_FLATTEST, min(_LOWEST_FOR_SHARPS, centre - _BELOW))
    return lowest + (pitch_class * 7 - lowest) % 12
