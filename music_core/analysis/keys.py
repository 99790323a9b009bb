"""The key of a melody, which a person may overrule, and its mode: Dorian, Mixolydian and their kin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from music_core.score import KeySignature, Note
from music_core.theory import find_key, pitch_class_durations

# Steps of each mode above its tonic; the first three have a major third, the other four a minor one.
MODES: Mapping[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "Mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "Lydian": (0, 2, 4, 6, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "Dorian": (0, 2, 3, 5, 7, 9, 10),
    "Phrygian": (0, 1, 3, 5, 7, 8, 10),
    "Locrian": (0, 1, 3, 5, 6, 8, 10),
}
# A mode must explain so much more of the time than plain major or minor, whose own notes may well be borrowed.
_CLEARLY = 0.03


def melody_key(
    notes: Sequence[Note], signature: KeySignature | None = None, given: KeySignature | None = None
) -> KeySignature:
    """The key: what a person gave, else the one that the notes fit best; a file's signature breaks near ties."""
    return given if given is not None else find_key(notes, signature)


def find_mode(notes: Sequence[Note], key: KeySignature) -> str:
    """The mode on the key's tonic, with the key's third, in whose scale the melody spends most of its time.

    Plain major or minor, unless another mode explains clearly more; the raised seventh of minor counts as minor's own.
    """
    time = pitch_class_durations(notes)
    total = float(time.sum())
    if not total:
        return "minor" if key.minor else "major"

    def share(name: str) -> float:
        steps = set(MODES[name]) | ({11} if name == "minor" else set())
        return float(sum(time[(key.tonic_pitch_class + step) % 12] for step in steps)) / total

    names = [name for name, steps in MODES.items() if (3 in steps) == key.minor]
    best = max(names, key=share)
    return best if share(best) > share(names[0]) + _CLEARLY else names[0]
