"""Pitch names, scales, and the key a handful of notes is most likely in."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from music_core.note_columns import columns_of
from music_core.score import KeySignature, Note

SHARP_NAMES = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")
FLAT_NAMES = ("C", "D♭", "D", "E♭", "E", "F", "G♭", "G", "A♭", "A", "B♭", "B")

MAJOR = (0, 2, 4, 5, 7, 9, 11)
NATURAL_MINOR = (0, 2, 3, 5, 7, 8, 10)
HARMONIC_MINOR = (0, 2, 3, 5, 7, 8, 11)

MIDDLE_OCTAVE = 4
"""What MIDI pitch 60 is called after its letter; some makers say C3, some C5."""
_MIDDLE_C = 60

# How well each degree fits a key, from the listening experiments of Krumhansl and Kessler (1982).
_MAJOR_PROFILE = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
_MINOR_PROFILE = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])


def _key_shapes() -> NDArray[np.float64]:
    """Both profiles on every tonic, centred and of norm 1, float64 (24, 12)."""
    shapes = []
    for profile in (_MAJOR_PROFILE, _MINOR_PROFILE):
        shape = profile - profile.mean()
        shapes += [np.roll(shape / np.linalg.norm(shape), tonic) for tonic in range(12)]
    return np.stack(shapes)


_KEY_SHAPES = _key_shapes()

# Keys whose correlation is this close to the best count as a tie, which the ending or the signature breaks.
_TIE = 0.15

_NAME = re.compile(r"([A-Ga-g])([#♯b♭]*)(-?\d+)")
_ACCIDENTAL = {"#": 1, "♯": 1, "b": -1, "♭": -1}


def pitch_name(pitch: int, *, flats: bool = False, middle_octave: int = MIDDLE_OCTAVE) -> str:
    """The name of a MIDI pitch with its octave: 60 is C4, or C3 or C5 where `middle_octave` says so."""
    return f"{pitch_class_name(pitch, flats=flats)}{pitch // 12 - _MIDDLE_C // 12 + middle_octave}"


def pitch_class_name(pitch: int, *, flats: bool = False) -> str:
    """The name of a pitch without its octave."""
    return (FLAT_NAMES if flats else SHARP_NAMES)[pitch % 12]


def pitch_from_name(name: str, *, middle_octave: int = MIDDLE_OCTAVE) -> int:
    """The MIDI pitch of a name such as C4, F#3 or B♭5; raises ValueError for anything else."""
    match = _NAME.fullmatch(name.strip())
    if match is None:
        raise ValueError(f"{name!r} is not a pitch name such as C4, F#3 or Bb5.")
    letter, accidentals, octave = match.groups()
    steps = SHARP_NAMES.index(letter.upper()) + sum(_ACCIDENTAL[sign] for sign in accidentals)
    pitch = _MIDDLE_C + steps + 12 * (int(octave) - middle_octave)
    if not 0 <= pitch <= 127:
        lowest, highest = (pitch_name(end, middle_octave=middle_octave) for end in (0, 127))
        raise ValueError(f"{name!r} lies outside MIDI's range {lowest} to {highest}.")
    return pitch


def key_name(key: KeySignature) -> str:
    """The key as musicians say it: C major, F♯ minor."""
    names = FLAT_NAMES if key.fifths < 0 else SHARP_NAMES
    tonic = names[key.tonic_pitch_class]
    # Seven accidentals name C and F (B and E) by their neighbours' letters.
    tonic = {(7, False): "C♯", (-7, False): "C♭", (-7, True): "A♭"}.get((key.fifths, key.minor), tonic)
    return f"{tonic} {'minor' if key.minor else 'major'}"


def key_from_tonic(pitch_class: int, minor: bool, tick: int = 0) -> KeySignature:
    """The signature of a key, spelled with the fewest accidentals (six sharps rather than six flats)."""
    major = (pitch_class + (3 if minor else 0)) % 12
    fifths = (major * 7) % 12
    return KeySignature(tick, fifths - 12 if fifths > 6 else fifths, minor)


def scale_pitch_classes(key: KeySignature, *, harmonic: bool = False) -> tuple[int, ...]:
    """The seven pitch classes of a key from its tonic up; minor is natural unless `harmonic`."""
    minor = HARMONIC_MINOR if harmonic else NATURAL_MINOR
    return tuple((key.tonic_pitch_class + step) % 12 for step in (minor if key.minor else MAJOR))


def pitch_class_durations(notes: Sequence[Note]) -> NDArray[np.float64]:
    """Ticks that each pitch class sounds for, float64 (12,)."""
    _starts, pitches, ticks, _velocities = columns_of(notes)
    return np.bincount(pitches % 12, ticks, minlength=12).astype(np.float64)


def key_correlations(notes: Sequence[Note]) -> NDArray[np.float64]:
    """How well the notes fit each key, float64 (24,) in -1..1: twelve majors from C, then twelve minors."""
    return key_fits(pitch_class_durations(notes))


def key_fits(durations: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same for the time that each pitch class sounds, float64 (12,); equal times fit no key and give zeros."""
    centred = durations - durations.mean()
    spread = float(np.linalg.norm(centred))
    if spread == 0.0:
        return np.zeros(24)
    fits: NDArray[np.float64] = _KEY_SHAPES @ centred / spread
    return fits


def find_key(notes: Sequence[Note], signature: KeySignature | None = None) -> KeySignature:
    """The most likely key of some notes by Krumhansl's profiles, weighted by duration, as from tick 0.

    On a near tie, the key that `signature` names wins, then one of its pair of relatives, then the key
    whose tonic is the last (lowest) note. No notes give the signature itself, or C major.
    """
    if not notes:
        return signature or KeySignature(0)
    fits = key_correlations(notes)
    starts, pitches, _lengths, _velocities = columns_of(notes)
    last_pitch = int(pitches[starts == starts.max()].min())

    def preference(index: int) -> tuple[bool, bool, bool, float]:
        key = key_from_tonic(index % 12, index >= 12)
        same = signature is not None and _same_key(key, signature)
        relative = signature is not None and (key.fifths - signature.fifths) % 12 == 0
        return same, relative, last_pitch % 12 == key.tonic_pitch_class, float(fits[index])

    best = max((index for index in range(24) if fits[index] >= fits.max() - _TIE), key=preference)
    key = key_from_tonic(best % 12, best >= 12)
    if signature is not None and _same_key(key, signature):
        return KeySignature(0, signature.fifths, signature.minor)  # keeps the spelling
    return key


def _same_key(one: KeySignature, other: KeySignature) -> bool:
    return one.minor == other.minor and one.tonic_pitch_class == other.tonic_pitch_class
