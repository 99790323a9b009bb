"""The sample melodies once more, written down another way: scale degrees and a separate rhythm.

`1`..`7` are the degrees of the major scale (or natural minor) from the tonic given, `,` and `'` an octave lower and
higher, `#` and `b` alterations, `0` a rest. Lengths are counted in the unit named, where 16 is a sixteenth note;
`2x3` is three times 2.
"""

from __future__ import annotations

from dataclasses import dataclass

SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}


@dataclass(frozen=True)
class KnownTune:
    """What a listener knows of a tune."""

    tonic: int
    mode: str
    unit: int
    degrees: str
    rhythm: str

    def notes(self) -> list[tuple[int, int, int]]:
        """(start tick, pitch, length in ticks) of every note."""
        lengths = [length for word in self.rhythm.split() for length in _repeated(word)]
        degrees = self.degrees.replace("|", " ").split()
        assert len(lengths) == len(degrees), (len(lengths), len(degrees))
        notes, tick = [], 0
        for degree, length in zip(degrees, lengths, strict=True):
            ticks = length * 1920 // self.unit
            if degree != "0":
                notes.append((tick, self._pitch(degree), ticks))
            tick += ticks
        return notes

    def _pitch(self, degree: str) -> int:
        octaves = degree.count("'") - degree.count(",")
        altered = degree.count("#") - degree.count("b")
        return self.tonic + SCALES[self.mode][int(degree.strip(",'#b")) - 1] + 12 * octaves + altered


def _repeated(word: str) -> list[int]:
    length, _, times = word.partition("x")
    return [int(length)] * int(times or 1)


KNOWN = {
    "ode-to-joy": KnownTune(
        62,
        "major",
        8,
        "3 3 4 5 5 4 3 2 1 1 2 3 3 2 2 | 3 3 4 5 5 4 3 2 1 1 2 3 2 1 1 |"
        "2 2 3 1 2 3 4 3 1 2 3 4 3 2 1 2 5, | 3 3 4 5 5 4 3 2 1 1 2 3 2 1 1",
        "2x12 3 1 4  2x12 3 1 4  2x5 1x2 2x3 1x2 2x2 2x2 4  2x12 3 1 4",
    ),
    "twinkle-twinkle": KnownTune(
        60,
        "major",
        4,
        "1 1 5 5 6 6 5 | 4 4 3 3 2 2 1 | 5 5 4 4 3 3 2 | 5 5 4 4 3 3 2 | 1 1 5 5 6 6 5 | 4 4 3 3 2 2 1",
        "1x6 2 1x6 2 1x6 2 1x6 2 1x6 2 1x6 2",
    ),
    "frere-jacques": KnownTune(
        65,
        "major",
        8,
        "1 2 3 1 1 2 3 1 | 3 4 5 3 4 5 | 5 6 5 4 3 1 5 6 5 4 3 1 | 1 5, 1 1 5, 1",
        "2x8  2 2 4 2 2 4  1x4 2 2 1x4 2 2  2 2 4 2 2 4",
    ),
    "amazing-grace": KnownTune(
        67,
        "major",
        8,
        "5, 1 3 1 3 2 1 6, 5, | 5, 1 3 1 3 2 5 | 3 5 3 5 3 1 5, 6, 1 1 6, 5, | 5, 1 3 1 3 2 1",
        "2 4 1 1 4 2 4 2 4  2 4 1 1 4 2 10  2 3 1 1 1 4 2 3 1 1 1 4  2 4 1 1 4 2 10",
    ),
    "greensleeves": KnownTune(
        69,
        "minor",
        16,
        "1 3 4 5 #6 5 4 2 7, 1 2 3 1 1 #7, 1 2 #7, 5, | 1 3 4 5 #6 5 4 2 7, 1 2 3 2 1 #7, #6, #7, 1 |"
        "7 7 #6 5 4 2 7, 1 2 3 1 1 #7, 1 2 #7, 5, | 7 7 #6 5 4 2 7, 1 2 3 2 1 #7, #6, #7, 1",
        "2 4 2 3 1 2 4 2 3 1 2 4 2 3 1 2 4 2 4  2 4 2 3 1 2 4 2 3 1 2 3 1 2 3 1 2 12 "
        "6 3 1 2 4 2 3 1 2 4 2 3 1 2 4 2 6  6 3 1 2 4 2 3 1 2 3 1 2 3 1 2 10",
    ),
    "auld-lang-syne": KnownTune(
        65,
        "major",
        8,
        "5, 1 1 1 3 2 1 2 3 1 1 3 5 6 | 6 5 3 3 1 2 1 2 3 1 6, 6, 5, 1 |"
        "6 5 3 3 1 2 1 2 6 5 3 3 5 6 | 6 5 3 3 1 2 1 2 3 1 6, 6, 5, 1",
        "2 3 1 2 2 3 1 2 2 3 1 2 2 6  2 3 1 2 2 3 1 2 2 3 1 2 2 6  2 3 1 2 2 3 1 2 2 3 1 2 2 6 "
        "2 3 1 2 2 3 1 2 2 3 1 2 2 6",
    ),
    "when-the-saints": KnownTune(
        65,
        "major",
        4,
        "1 3 4 5 | 0 1 3 4 5 | 0 1 3 4 5 3 1 3 2 | 0 3 3 2 1 1 3 5 5 5 4 | 3 4 5 3 1 2 1",
        "1 1 1 4  1 1 1 1 4  1 1 1 1 2 2 2 2 4  1 1 1 1 3 1 2 1 1 1 5  1 1 2 2 2 2 5",
    ),
    "silent-night": KnownTune(
        60,
        "major",
        16,
        "5 6 5 3 | 5 6 5 3 | 2' 2' 7 1' 1' 5 | 6 6 1' 7 6 5 6 5 3 | 6 6 1' 7 6 5 6 5 3 |"
        "2' 2' 4' 2' 7 1' 3' | 1' 5 3 5 4 2 1",
        "3 1 2 6 3 1 2 6  4 2 6 4 2 6  4 2 3 1 2 3 1 2 6  4 2 3 1 2 3 1 2 6  4 2 3 1 2 6 6  2 2 2 3 1 2 12",
    ),
    "jingle-bells": KnownTune(
        67,
        "major",
        8,
        "3 3 3 3 3 3 3 5 1 2 3 | 4 4 4 4 4 3 3 3 3 3 2 2 3 2 5 |3 3 3 3 3 3 3 5 1 2 3 | 4 4 4 4 4 3 3 3 3 5 5 4 2 1",
        "2 2 4 2 2 4 2 2 3 1 8  2 2 3 1 2 2 2 1 1 2x4 4 4  2 2 4 2 2 4 2 2 3 1 8  2 2 3 1 2 2 2 1 1 2x4 8",
    ),
    "mary-had-a-little-lamb": KnownTune(
        67,
        "major",
        4,
        "3 2 1 2 3 3 3 2 2 2 3 5 5 | 3 2 1 2 3 3 3 3 2 2 3 2 1",
        "1x4 1 1 2 1 1 2 1 1 2  1x12 4",
    ),
    "oh-susanna": KnownTune(
        65,
        "major",
        8,
        "1 2 3 5 5 6 5 3 1 2 3 3 2 1 2 | 1 2 3 5 5 6 5 3 1 2 3 3 2 2 1 |"
        "4 4 6 6 6 5 5 3 1 2 | 1 2 3 5 5 6 5 3 1 2 3 3 2 2 1",
        "1 1 2 2 3 1 2 2 3 1 2x4 6  1 1 2 2 3 1 2 2 3 1 2x4 8  4 4 2 4 2 2x4 6  1 1 2 2 3 1 2 2 3 1 2x4 6",
    ),
    "row-your-boat": KnownTune(
        60,
        "major",
        8,
        "1 1 1 2 3 | 3 2 3 4 5 | 1' 1' 1' 5 5 5 3 3 3 1 1 1 | 5 4 3 2 1",
        "3 3 2 1 3  2 1 2 1 6  1x12  2 1 2 1 6",
    ),
    "yankee-doodle": KnownTune(
        67,
        "major",
        16,
        "1 1 2 3 1 3 2 5, 1 1 2 3 1 7, | 1 1 2 3 4 3 2 1 7, 5, 6, 7, 1 1 |"
        "6, 7, 6, 5, 6, 7, 1 5, 6, 5, 4, 3, 5, | 6, 7, 6, 5, 6, 7, 1 6, 5, 1 7, 2 1 1",
        "2x12 4 4  2x12 4 4  3 1 2 2 2 2 4 3 1 2 2 4 4  3 1 2 2 2 2 2 2 2x4 4 4",
    ),
    "deck-the-halls": KnownTune(
        65,
        "major",
        8,
        "5 4 3 2 1 2 3 1 2 3 4 2 3 2 1 7, 1 | 5 4 3 2 1 2 3 1 2 3 4 2 3 2 1 7, 1 |"
        "2 3 4 2 3 4 5 2 3 #4 5 6 7 1' 7 6 5 | 5 4 3 2 1 2 3 1 6 6 6 6 5 4 3 2 1",
        "3 1 2 2 2x4 1x4 3 1 2 2 4  3 1 2 2 2x4 1x4 3 1 2 2 4  3 1 2 2 3 1 2 2 1 1 2 1 1 2 2 2 4 "
        "3 1 2 2 2x4 1x4 3 1 2 2 4",
    ),
    "brahms-lullaby": KnownTune(
        63,
        "major",
        8,
        "3 3 5 3 3 5 | 3 5 1' 7 6 6 5 | 2 3 4 2 2 3 4 | 2 4 7 6 5 7 1' |"
        "1 1 1' 6 4 5 | 3 1 4 5 6 5 | 1 1 1' 6 4 5 | 3 1 4 3 2 1",
        "1 1 3 1 2 4  1 1 2 3 1 2 2  1 1 3 1 1 1 4  1 1 1 1 2 2 4  1 1 4 1 1 4  1 1 2 2 2 4  1 1 4 1 1 4  1 1 2 2 2 4",
    ),
    "irish-washerwoman": KnownTune(
        67,
        "major",
        16,
        "5 4 | 3 1 1 5, 1 1 3 1 3 5 4 3 | 4 2 2 6, 2 2 4 2 4 6 5 4 | 3 1 1 5, 1 1 3 1 3 5 4 3 | 4 3 4 2 5 4 3 1 1 1 |"
        "5 | 1' 5 1' 1' 5 1' 1' 5 1' 3' 2' 1' | 7 5 7 7 5 7 7 5 7 2' 1' 7 | 6 1' 1' 5 1' 1' 4 1' 1' 3 1' 1' |"
        "4 3 4 2 5 4 3 1 1 1",
        "1 1 2x12 2x12 2x12 2x9 4  2 2x12 2x12 2x12 2x9 4",
    ),
    "fur-elise": KnownTune(
        69,
        "minor",
        16,
        "5 #4 5 #4 5 2 4 3 1 0 3, 5, 1 2 0 5, #7, 2 3 0 5, | 5 #4 5 #4 5 2 4 3 1 0 3, 5, 1 2 0 5, 3 2 1",
        "1x8 2 1x4 2 1x4 2 1 1  1x8 2 1x4 2 1x4 4",
    ),
    "new-world-largo": KnownTune(
        61,
        "major",
        8,
        "3 5 5 3 2 1 2 3 5 3 2 | 3 5 5 3 2 1 2 3 2 1 1",
        "3 1 4 3 1 4 3 1 3 1 8  3 1 4 3 1 4 3 1 3 1 8",
    ),
    "my-bonnie": KnownTune(
        60,
        "major",
        8,
        "5 3' 2' 1' 2' 1' 6 5 3 | 5 3' 2' 1' 1' 7 1' 2' | 5 3' 2' 1' 2' 1' 6 5 3 | 5 6 2' 1' 7 6 7 1'",
        "2 3 1 2 2 2 2 2 8  2 3 1 2 2 2 2 10  2 3 1 2 2 2 2 2 8  2 2 2 2 2 2 2 10",
    ),
    "clementine": KnownTune(
        65,
        "major",
        16,
        "1 1 1 5, 3 3 3 1 | 1 3 5 5 4 3 2 | 2 3 4 4 3 2 3 1 | 1 3 2 5, 7, 2 1",
        "3 1 4 4 3 1 4 4  3 1 4 4 3 1 8  3 1 4 4 3 1 4 4  3 1 4 4 3 1 8",
    ),
    "london-bridge": KnownTune(
        67,
        "major",
        8,
        "5 6 5 4 3 4 5 | 2 3 4 3 4 5 | 5 6 5 4 3 4 5 | 2 5 3 1",
        "3 1 2 2 2 2 4  2 2 4 2 2 4  3 1 2 2 2 2 4  4 4 2 6",
    ),
    "au-clair-de-la-lune": KnownTune(
        67,
        "major",
        4,
        "1 1 1 2 3 2 1 3 2 2 1 | 1 1 1 2 3 2 1 3 2 2 1 | 2 2 2 2 6, 6, 2 1 7, 6, 5, | 1 1 1 2 3 2 1 3 2 2 1",
        "1x4 2 2 1x4 4  1x4 2 2 1x4 4  1x4 2 2 1x4 4  1x4 2 2 1x4 4",
    ),
    "minuet-in-g": KnownTune(
        67,
        "major",
        8,
        "5 1 2 3 4 5 1 1 | 6 4 5 6 7 1' 1 1 | 4 5 4 3 2 3 4 3 2 1 | 7, 1 2 3 1 2 |"
        "5 1 2 3 4 5 1 1 | 6 4 5 6 7 1' 1 1 | 4 5 4 3 2 3 4 3 2 1 | 2 3 2 1 7, 1",
        "2 1x4 2x3  2 1x4 2x3  2 1x4 2 1x4  2 1x4 6  2 1x4 2x3  2 1x4 2x3  2 1x4 2 1x4  2 1x4 6",
    ),
    "god-save-the-king": KnownTune(
        67,
        "major",
        8,
        "1 1 2 7, 1 2 3 3 4 3 2 1 2 1 7, 1 | 5 5 5 5 4 3 4 4 4 4 3 2 | 3 4 3 2 1 3 4 5 6 4 3 2 1",
        "2x3 3 1 2 2x3 3 1 2 2x3 6  2x3 3 1 2 2x3 3 1 2  2 1x4 3 1 2 1 1 2 2 6",
    ),
    "sakura": KnownTune(
        69,
        "minor",
        8,
        "1 1 2 1 1 2 | 1 2 3 2 1 2 1 6, | 5, 3, 5, 6, 5, 5, 3, 2, | 1 2 3 2 1 2 1 6, | 5, 3, 5, 6, 5, 5, 3, 2, |"
        "1 1 2 1 1 2 | 5, 6, 2 1 6, 5,",
        "2 2 4 2 2 4  2x4 2 1 1 4  2x4 2 1 1 4  2x4 2 1 1 4  2x4 2 1 1 4  2 2 4 2 2 4  2 2 1 1 2 8",
    ),
    "korobeiniki": KnownTune(
        69,
        "minor",
        8,
        "5 2 3 4 3 2 1 1 3 5 4 3 2 3 4 5 3 1 1 | 4 6 1' 7 6 5 3 5 4 3 2 2 3 4 5 3 1 1",
        "2 1 1 2 1 1 2 1 1 2 1 1 3 1 2 2 2 2 4  3 1 2 1 1 3 1 2 1 1 2 1 1 2 2 2 2 4",
    ),
    "drunken-sailor": KnownTune(
        62,
        "minor",
        8,
        "5 5 5 5 5 5 5 1 3 5 | 4 4 4 4 4 4 4 7, 2 4 | 5 5 5 5 5 5 5 #6 7 1' | 7 5 4 2 1 1 |"
        "5 5 5 5 1 3 5 | 4 4 4 4 7, 2 4 | 5 5 5 5 #6 7 1' | 7 5 4 2 1 1",
        "2 1 1 2 1 1 2x4  2 1 1 2 1 1 2x4  2 1 1 2 1 1 2x4  2x4 4 4  4 3 1 2x4  4 3 1 2x4  4 3 1 2x4  2x4 4 4",
    ),
}
