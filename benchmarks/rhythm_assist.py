"""How many notes of a free take come to their right sixteenth: `python -m benchmarks.rhythm_assist [--json]`.

The takes are the sample melodies, alone and with a left hand, through the model of uneven hands in `free_takes` (nobody
played them), or those in a folder. Tunes are dealt to two halves by a hash of their name: the weights of
`music_core.analysis` were fitted on one, so the other is what counts. "Right" allows one shift for the whole take;
"in the bar" allows none, and needs the metre. Beside it stands a fixed grid from the first note on, once told the
take's true mean tempo and once at 120, as a studio without rhythm assist has it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.free_takes import LEVELS, FreeTake, sample_take
from benchmarks.shipped_takes import take_from
from benchmarks.take_variants import PARTS, beginning, equally_loud, tapped
from desktop_app.library.melodies import sample_melodies
from desktop_app.library.sample_charts import charted_samples
from music_core.analysis.free_take import FreeRhythm, find_rhythm

KEYS = ("half", "hands", "part", "touch", "level")
COLUMNS = ("right", "in the bar", "tempo", "metre", "grid told the tempo", "grid at 120", "ms")
_TEMPO_TOLERANCE = 0.08


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; exit code 2 where there is no take."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rhythm_assist", description=__doc__)
    parser.add_argument("--takes", type=Path, help="folder of takes; without it they are made from the samples")
    parser.add_argument("--seeds", type=int, default=3, help="takes of each tune and level")
    parser.add_argument("--json", action="store_true", help="print the rows as JSON")
    options = parser.parse_args(arguments)
    takes = list(takes_in(options.takes) if options.takes else made_takes(range(options.seeds)))
    if not takes:
        print(f"There is no take in {options.takes}.", file=sys.stderr)
        return 2
    rows = measure(takes)
    print(json.dumps(rows, indent=2) if options.json else table(rows))
    return 0


def made_takes(seeds: Iterable[int]) -> Iterator[FreeTake]:
    """Every sample melody at every level, so many times; with a left hand where it has a chart.

    Each take comes as it was played and with all keys equally loud; melodies also tapped, and as one phrase, as two,
    and broken off anywhere.
    """
    charted = charted_samples()
    for tune in sample_melodies():
        for hands in ("melody", "chords") if tune.id in charted else ("melody",):
            for level in LEVELS:
                for seed in seeds:
                    take = sample_take(tune.id, hands, level, seed)
                    yield take
                    for part in PARTS if hands == "melody" else ("whole",):
                        yield beginning(equally_loud(take), part)
                        if hands == "melody":
                            yield beginning(tapped(take), part)


def takes_in(folder: Path) -> Iterator[FreeTake]:
    """The takes in a folder."""
    for path in sorted(folder.glob("*.json")):
        yield take_from(json.loads(path.read_text(encoding="utf-8")))


def measure(takes: Iterable[FreeTake]) -> list[dict[str, Any]]:
    """One row for each half, hands, part, touch and level: number of takes and the mean of each column."""
    found: dict[tuple[str, ...], list[list[float]]] = defaultdict(list)
    for take in takes:
        began_s = time.perf_counter()
        rhythm = find_rhythm(take.notes)
        ms = 1000 * (time.perf_counter() - began_s)
        tune, _, hands = take.name.partition(" ")
        values = [*judged(take, rhythm), grid_share(take, take.bpm), grid_share(take, 120.0), ms]
        found[half_of(tune), hands, take.part, take.touch, take.level].append(values)
    return [
        dict(zip(KEYS, key, strict=True))
        | {"takes": len(rows)}
        | {name: round(float(value), 3) for name, value in zip(COLUMNS, np.mean(rows, axis=0), strict=True)}
        for key, rows in sorted(found.items())
    ]


def half_of(tune: str) -> str:
    """Which half a tune was dealt to."""
    return "fitted" if hashlib.sha256(tune.encode()).digest()[-1] % 2 == 0 else "held out"


def judged(take: FreeTake, rhythm: FreeRhythm) -> tuple[float, float, float, float]:
    """Shares of notes right and right in the bar, and whether tempo and metre were found."""
    same_metre = (rhythm.metre.numerator, rhythm.metre.denominator) == take.metre
    bar = take.metre[0] * 16 // take.metre[1]
    shifts = [found - meant for found, meant in zip(rhythm.steps, take.steps, strict=True)]
    right = Counter(shifts).most_common(1)[0][1] / len(shifts)
    in_bar = sum(shift % bar == 0 for shift in shifts) / len(shifts) if same_metre else 0.0
    return right, in_bar, float(abs(rhythm.bpm / take.bpm - 1) < _TEMPO_TOLERANCE), float(same_metre)


def grid_share(take: FreeTake, bpm: float) -> float:
    """Share of notes right on a fixed grid from the first note on."""
    first = take.notes[0]
    steps = [round((note.onset_s - first.onset_s) * bpm / 15.0) for note in take.notes]
    shifts = Counter(step - meant for step, meant in zip(steps, take.steps, strict=True))
    return shifts.most_common(1)[0][1] / len(steps)


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows in Markdown."""
    names = (*KEYS, "takes", *COLUMNS)
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(str(row[name]) for name in names) + " |" for row in rows]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
