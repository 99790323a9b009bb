"""What each role usually is: its name, General MIDI program, range, and how many notes it holds at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from model_training.config import Config
from music_core.manifest import PartSpec

# Techniques that can write the melody too, when it stands first among a config's tracks.
WRITE_MELODIES = ("musegan",)

PARTS: Mapping[str, PartSpec] = {
    "melody": PartSpec("Melody", "melody", 80, 48, 96),
    "alto": PartSpec("Alto", "alto", 68, 53, 74),
    "tenor": PartSpec("Tenor", "tenor", 60, 48, 69),
    "bass": PartSpec("Bass", "bass", 33, 28, 60),
    "drums": PartSpec("Drums", "drums", 0, 35, 81, is_drum=True),
    "keys": PartSpec("Keys", "keys", 0, 24, 95, voices=3),
    "guitar": PartSpec("Guitar", "guitar", 29, 40, 84, voices=3),
    "strings": PartSpec("Strings", "strings", 48, 40, 88, voices=2),
    "winds": PartSpec("Winds", "winds", 71, 46, 96, voices=2),
    "brass": PartSpec("Brass", "brass", 61, 36, 84, voices=2),
    "timpani": PartSpec("Timpani", "timpani", 47, 36, 57),
}


def parts_of(config: Config) -> tuple[PartSpec, ...]:
    """The parts that a config's network writes; ValueError lists the roles where one is unknown."""
    known = [role for role in PARTS if role != "melody" or config.technique in WRITE_MELODIES]
    for role in config.tracks:
        if role not in known:
            raise ValueError(f"There is no role {role!r} to write; there are {', '.join(known)}.")
    parts = [PARTS[role] for role in config.tracks]
    if config.programs:
        parts = [replace(part, program=program) for part, program in zip(parts, config.programs, strict=True)]
    return tuple(parts)


def voices_of(parts: tuple[PartSpec, ...]) -> int:
    """Lines that the pitched parts need together."""
    return sum(part.voices for part in parts if not part.is_drum)


def has_drums(parts: tuple[PartSpec, ...]) -> bool:
    """Whether one of the parts is drums."""
    return any(part.is_drum for part in parts)
