"""The key in which networks see all music."""

from __future__ import annotations


def semitones_home(tonic: int, minor: bool) -> int:
    """Semitones (-5..6) that bring a key, its tonic as a pitch class, to C major or A minor."""
    shift = ((9 if minor else 0) - tonic) % 12
    return shift - 12 if shift > 6 else shift
