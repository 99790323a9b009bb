"""The takes that tests/data holds, and takes as files: `python -m benchmarks.shipped_takes FOLDER` writes them."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.free_takes import FreeTake, sample_take
from benchmarks.take_variants import beginning, equally_loud
from music_core.performance import PerformedNote

_NOISE = (
    "Made from the score by benchmarks/free_takes.py: a tempo that wanders and drifts, motor error, late downbeats, "
    "stops before bars, rolled chords. Nobody played this."
)
# Tune, hands, level, and of which part all keys are equally loud; "" is the whole take with a touch of its own.
SHIPPED = (
    ("mary-had-a-little-lamb", "melody", "steady", ""),
    ("mary-had-a-little-lamb", "melody", "uneven", ""),
    ("mary-had-a-little-lamb", "melody", "beginner", ""),
    ("ode-to-joy", "melody", "beginner", ""),
    ("twinkle-twinkle", "melody", "beginner", ""),
    ("jingle-bells", "chords", "uneven", ""),
    ("amazing-grace", "melody", "uneven", ""),
    ("brahms-lullaby", "chords", "uneven", ""),
    ("yankee-doodle", "melody", "uneven", ""),
    ("silent-night", "melody", "uneven", ""),
    ("mary-had-a-little-lamb", "melody", "uneven", "one phrase"),
    ("mary-had-a-little-lamb", "melody", "uneven", "two phrases"),
    ("mary-had-a-little-lamb", "melody", "uneven", "whole"),
    ("london-bridge", "melody", "uneven", "one phrase"),
    ("london-bridge", "melody", "uneven", "whole"),
    ("ode-to-joy", "melody", "uneven", "one phrase"),
    ("god-save-the-king", "melody", "uneven", "two phrases"),
    ("god-save-the-king", "melody", "uneven", "whole"),
    ("my-bonnie", "melody", "uneven", "whole"),
    ("oh-susanna", "melody", "uneven", "broken off"),
)
_SEED = 1


def shipped_takes() -> dict[str, FreeTake]:
    """The takes by the names of their files, without the ending."""
    takes = {}
    for tune, hands, level, part in SHIPPED:
        take = sample_take(tune, hands, level, _SEED)
        name = f"{tune}-{hands}-{level}"
        if part:
            take, name = beginning(equally_loud(take), part), f"{name}-equal-{part.replace(' ', '-')}"
        takes[name] = take
    return takes


def take_to(take: FreeTake) -> dict[str, Any]:
    """A take as JSON data; a note is onset, offset, pitch, velocity."""
    rows = [[n.onset_s, n.offset_s, n.pitch, n.velocity] for n in take.notes]
    return {
        "about": _NOISE,
        "name": take.name,
        "level": take.level,
        "seed": take.seed,
        "touch": take.touch,
        "part": take.part,
        "metre": list(take.metre),
        "bpm": take.bpm,
        "notes": rows,
        "sixteenths": list(take.steps),
    }


def take_from(data: Mapping[str, Any]) -> FreeTake:
    """The take in such data."""
    numerator, denominator = data["metre"]
    notes = tuple(PerformedNote(*row) for row in data["notes"])
    return FreeTake(
        data["name"],
        data["level"],
        data["seed"],
        (numerator, denominator),
        data["bpm"],
        notes,
        tuple(data["sixteenths"]),
        data["touch"],
        data["part"],
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the takes that tests/data holds into a folder."""
    (folder,) = map(Path, arguments if arguments is not None else sys.argv[1:])
    folder.mkdir(parents=True, exist_ok=True)
    for name, take in shipped_takes().items():
        text = json.dumps(take_to(take)).replace(', "', ',\n"')
        (folder / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
