"""How far apart two chords sound: the chord distance of Lerdahl's Tonal Pitch Space (Oxford, 2001, chapter 2)."""

from __future__ import annotations

from functools import lru_cache

from music_core.harmony.chord import QUALITIES, Chord
from music_core.score import KeySignature
from music_core.theory import HARMONIC_MINOR, MAJOR

# A region is a scale: how many fifths above C's its signature lies, and whether it is a minor key's with a raised
# leading note. The natural minor has the notes of its relative major.
Region = tuple[int, bool]
_SIGNATURES = tuple(range(-5, 7))


def chord_distance(one: Chord, other: Chord, key: KeySignature) -> int:
    """Lerdahl's distance between two chords in a key, 0 for a chord and itself: i + j + k.

    i counts the fifths between the scales that the chords belong to (the key's own wherever a chord fits into it),
    j the steps on the circle of fifths from root to root within the scale, where II and V, V and I are neighbours
    but also IV and VII, and k the notes that are new in the other chord, each as often as it is heard: as a member,
    again as root or fifth, again as root. From C in C major G is 5 away, Am 7, Dm 8. Lerdahl has triads and sevenths;
    two readings are ours: a bass that is not the root is left out, and a root outside the scale is reached on the
    circle of twelve fifths.
    """
    here, there = region_of(one, key), region_of(other, key)
    between = _circle(here[0] - there[0], 12)
    return between + _root_steps(one.root, other.root, there) + _new_notes(one, here, other, there)


@lru_cache(maxsize=4096)
def region_of(chord: Chord, key: KeySignature) -> Region:
    """The scale nearest to the key's on the circle of fifths that holds the whole chord; the key's own if none does."""
    home = (_signature(key.fifths), key.minor)
    members = frozenset((chord.root + step) % 12 for step in QUALITIES[chord.quality])
    # The natural scale goes before the one with the raised note: in A minor Am belongs to both.
    near = sorted(
        ((fifths, raised) for fifths in _SIGNATURES for raised in (False, True)),
        key=lambda region: (_circle(region[0] - home[0], 12), region[1]),
    )
    return next((region for region in near if members <= _scale(region) and _has_use(chord, region)), home)


def _has_use(chord: Chord, region: Region) -> bool:
    """A raised leading note is for I, V and VII: C minor is no VI of E minor, though D sharp sounds like E flat."""
    return not region[1] or chord.root in (_degrees(region)[0], _degrees(region)[4], _degrees(region)[6])


def _root_steps(root: int, other: int, region: Region) -> int:
    """Steps on the diatonic circle of fifths; on the chromatic one where a root is not in the scale."""
    degrees = _degrees(region)
    if root in degrees and other in degrees:
        # A fifth is four degrees, and twice four is one more than seven: so many fifths lead to each degree.
        return _circle((degrees.index(other) - degrees.index(root)) * 2, 7)
    return _circle((other - root) * 7, 12)


def _new_notes(one: Chord, here: Region, other: Chord, there: Region) -> int:
    """The notes of the other chord's levels that the first one's lack."""
    return sum(len(new - old) for old, new in zip(_levels(one, here), _levels(other, there), strict=True))


@lru_cache(maxsize=4096)
def _levels(chord: Chord, region: Region) -> tuple[frozenset[int], ...]:
    """The basic space above the twelve notes: the root; root and fifth; the chord; the scale with the chord."""
    steps = QUALITIES[chord.quality]
    fifth = next((step for step in (7, 6, 8) if step in steps), 0)
    members = frozenset((chord.root + step) % 12 for step in steps)
    root = frozenset({chord.root})
    return root, root | {(chord.root + fifth) % 12}, members, members | _scale(region)


@lru_cache(maxsize=64)
def _scale(region: Region) -> frozenset[int]:
    return frozenset(_degrees(region))


def _degrees(region: Region) -> tuple[int, ...]:
    """The scale's notes from its tonic up."""
    fifths, raised = region
    tonic = fifths * 7 + (9 if raised else 0)
    return tuple((tonic + step) % 12 for step in (HARMONIC_MINOR if raised else MAJOR))


def _signature(fifths: int) -> int:
    """The fifths of a signature within one round of the circle."""
    return (fifths + 5) % 12 - 5


def _circle(steps: int, places: int) -> int:
    """The shorter way round a circle."""
    return min(steps % places, -steps % places)
