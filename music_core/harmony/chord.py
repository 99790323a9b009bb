"""A chord as a root, a quality and a bass note, all pitch classes; the vocabulary that models choose from."""

from __future__ import annotations

from dataclasses import dataclass

# Steps above the root, in semitones. The order is part of the models' encoding: append, never insert.
QUALITIES: dict[str, tuple[int, ...]] = {
    "maj": (0, 4, 7),
    "min": (0, 3, 7),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "min7": (0, 3, 7, 10),
    "dim": (0, 3, 6),
    "half-dim": (0, 3, 6, 10),
    "dim7": (0, 3, 6, 9),
    "sus4": (0, 5, 7),
    "sus2": (0, 2, 7),
    "7sus4": (0, 5, 7, 10),
    "aug": (0, 4, 8),
    "6": (0, 4, 7, 9),
    "min6": (0, 3, 7, 9),
    "min-maj7": (0, 3, 7, 11),
    "9": (0, 2, 4, 7, 10),
    "maj9": (0, 2, 4, 7, 11),
    "min9": (0, 2, 3, 7, 10),
    "7b9": (0, 1, 4, 7, 10),
    "add9": (0, 2, 4, 7),
    "5": (0, 7),
}

# What is left of a quality where a coarser vocabulary is wanted: a triad that says major, minor or neither.
TRIADS: dict[str, str] = {
    "7": "maj", "maj7": "maj", "6": "maj", "9": "maj", "maj9": "maj", "7b9": "maj", "add9": "maj", "5": "maj",
    "min7": "min", "min6": "min", "min-maj7": "min", "min9": "min",
    "half-dim": "dim", "dim7": "dim", "7sus4": "sus4",
}  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Chord:
    """A chord: `root` and `bass` are pitch classes 0..11 (0 is C), `quality` a key of QUALITIES.

    The bass is the root unless the chord is written with a slash. "No chord" is None wherever a chord may lack.
    """

    root: int
    quality: str = "maj"
    bass: int = -1

    def __post_init__(self) -> None:
        if self.bass == -1:
            object.__setattr__(self, "bass", self.root)
        if self.quality not in QUALITIES:
            raise ValueError(f"Unknown chord quality {self.quality!r}; known: {', '.join(QUALITIES)}.")
        if not (0 <= self.root <= 11 and 0 <= self.bass <= 11):
            raise ValueError(f"The root and the bass of a chord are pitch classes 0 to 11: {self}")

    @property
    def pitch_classes(self) -> frozenset[int]:
        """What the chord is made of, a slash bass included."""
        return frozenset((self.root + step) % 12 for step in QUALITIES[self.quality]) | {self.bass}

    @property
    def triad(self) -> str:
        """The quality with sevenths and colours left out: maj, min, dim, aug, sus4 or sus2."""
        return TRIADS.get(self.quality, self.quality)

    def transposed(self, semitones: int) -> Chord:
        """The chord moved up by so many semitones."""
        return Chord((self.root + semitones) % 12, self.quality, (self.bass + semitones) % 12)
