"""The key in which networks see all music."""

from __future__ import annotations

from music_core.score import KeySignature


def semitones_home(key: KeySignature) -> int:
    """Semitones (-5..6) that bring a key to C major or A minor."""
    shift = ((9 if key.minor else 0) - key.tonic_pitch_class) % 12
    return shift - 12 if shift > 6 else shift
