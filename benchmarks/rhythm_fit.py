"""Fit the weights of `music_core.analysis.evidence`: `python -m benchmarks.rhythm_fit [--songs FOLDER]`.

A conditional logit: among a take's readings the chance of each is the softmax of its weighed evidence, and the expected
share of notes put right is made as large as it gets (its logarithm, summed over takes), held near the start by a ridge.
Takes are made from the fitted half of the sample melodies alone, and from the voice of MIDI songs in a folder, by other
seeds than the benchmark's. They count such that the metres weigh as in `SHARES`: a half of twelve tunes says nothing
about how common 3/4 is.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from benchmarks.free_takes import LEVELS, FreeTake, played_freely
from benchmarks.rhythm_assist import half_of, made_takes
from benchmarks.take_variants import equally_loud
from music_core.analysis.evidence import WEIGHTS
from music_core.analysis.free_take import LEAST_STRIKES, USUAL_METRES, Reading, readings
from music_core.analysis.metrical import Array
from music_core.analysis.strikes import strikes
from music_core.midi_file import read_midi
from music_core.score import TICKS_PER_SIXTEENTH, Note, Score
from music_core.smf import MidiError

# Shares of the metres among songs: halfway between the Lieder of OpenScore (60, 24, 16 in a hundred, 2/4 counted as
# 4/4) and popular songs, which are nearly all in 4/4.
SHARES = {(4, 4): 0.80, (3, 4): 0.12, (6, 8): 0.08}
# Names that samples of the held-out half go by among the Lieder.
_HELD_OUT_NAMES = ("wiegenlied", "lullaby", "stille_nacht", "freude")
_START = {"steps": 1.0, "three in a bar": -0.5, "threes of eighths": -3.0} | dict.fromkeys(
    ("pitches after 1 bar", "pitches after 2 bars"), 0.2
)
_RIDGE, _LEAST_SPREAD, _FLOOR = 6.0, 0.05, 0.03
_SEEDS = range(10, 12)
_BARS = (2, 4, 4, 8, 16)


@dataclass(frozen=True, slots=True)
class Case:
    """A take's readings: evidence (readings, weights), how right each is in 0..1, and how much the take counts."""

    evidence: Array
    rightness: Array
    weight: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit and print the weights."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rhythm_fit", description=__doc__)
    parser.add_argument("--songs", type=Path, help="folder of MIDI songs whose first track is the voice")
    parser.add_argument("--most", type=int, default=250, help="takes made from songs")
    options = parser.parse_args(arguments)
    draw = random.Random(6)
    takes = [held_on(take, draw) for take in made_takes(_SEEDS) if half_of(take.name.partition(" ")[0]) == "fitted"]
    songs = [held_on(t, draw) for t in song_takes(options.songs, options.most)] if options.songs else []
    print(json.dumps(fitted([*cases(takes), *cases(songs)]), indent=4))
    return 0


def song_takes(folder: Path, most: int) -> Iterator[FreeTake]:
    """Takes of some bars from the voices of songs in the usual metres, on whole sixteenths."""
    draw = random.Random(5)
    paths = [p for p in sorted(folder.glob("*.mid")) if not any(n in p.name.casefold() for n in _HELD_OUT_NAMES)]
    draw.shuffle(paths)
    made = 0
    for path in paths:
        if made == most:
            return
        try:
            score = read_midi(path)
        except MidiError:
            continue
        notes = _some_bars(score, draw)
        if len(notes) > LEAST_STRIKES:
            made += 1
            cut = score.with_tracks(replace(score.tracks[0], notes=notes))
            take = played_freely(cut, f"song {path.stem}", draw.choice(list(LEVELS)), made, draw.uniform(75.0, 130.0))
            yield equally_loud(take) if draw.random() < 0.6 else take


def held_on(take: FreeTake, draw: random.Random) -> FreeTake:
    """The take with its last key held for as long as one likes: a third to three times as long, most near once."""
    last = max(take.notes, key=lambda note: note.onset_s)
    length_s = (last.offset_s - last.onset_s) * float(np.exp(draw.triangular(-1.1, 1.1, 0.0)))
    held = replace(last, offset_s=last.onset_s + length_s)
    return replace(take, notes=tuple(held if note is last else note for note in take.notes))


def _some_bars(score: Score, draw: random.Random) -> tuple[Note, ...]:
    """Some bars from the beginning or from after a rest; none where the song is in other metres or finer notes."""
    metre, notes = score.metres[0], score.tracks[0].notes
    if len(score.metres) > 1 or (metre.numerator, metre.denominator) not in USUAL_METRES or not notes:
        return ()
    after_rest = [b for a, b in pairwise(notes) if b.start_tick - a.end_tick >= metre.beat_ticks]
    first = draw.choice([notes[0], draw.choice([notes[0], *after_rest])])
    end = first.start_tick + draw.choice(_BARS) * metre.bar_ticks
    bar_line = first.start_tick - first.start_tick % metre.bar_ticks
    cut = [replace(n, start_tick=n.start_tick - bar_line) for n in notes if first.start_tick <= n.start_tick < end]
    return tuple(cut) if all(n.start_tick % TICKS_PER_SIXTEENTH == 0 for n in cut) else ()


def cases(takes: Sequence[FreeTake]) -> Iterator[Case]:
    """The takes' readings, weighed so that the metres have their shares."""
    counts = Counter(_usual(take.metre) for take in takes)
    for take in takes:
        struck = strikes(take.notes)
        if len(struck) >= LEAST_STRIKES:
            found = readings(take.notes, struck, USUAL_METRES)
            steps = [_note_steps(reading, [strike.members for strike in struck]) for reading in found]
            right = np.array([_rightness(take, r, s) for r, s in zip(found, steps, strict=True)])
            metre = _usual(take.metre)
            yield Case(
                np.array([reading.evidence for reading in found]), right, len(takes) * SHARES[metre] / counts[metre]
            )


def _usual(metre: tuple[int, int]) -> tuple[int, int]:
    """The usual metre that a metre may be read in: 2/4 as 4/4, 3/8 as 6/8."""
    return {(2, 4): (4, 4), (3, 8): (6, 8)}.get(metre, metre)


def _note_steps(reading: Reading, members: Sequence[tuple[int, ...]]) -> dict[int, int]:
    return {i: step for group, step in zip(members, reading.parse.steps, strict=True) for i in group}


def _rightness(take: FreeTake, reading: Reading, steps: dict[int, int]) -> float:
    """Mostly the share of notes right in the bar, and some for those right but for one shift."""
    shape, bar = reading.shape, take.metre[0] * 16 // take.metre[1]
    shifts = [steps[i] - meant for i, meant in enumerate(take.steps)]
    right = Counter(shifts).most_common(1)[0][1] / len(shifts)
    same = (shape.numerator, shape.denominator) == _usual(take.metre)
    return 0.3 * right + (0.7 * sum(shift % bar == 0 for shift in shifts) / len(shifts) if same else 0.0)


def fitted(found: Sequence[Case]) -> dict[str, float]:
    """The weights that put most notes right."""
    spread = np.concatenate([case.evidence - case.evidence.mean(axis=0) for case in found]).std(axis=0)
    spread = np.maximum(spread, _LEAST_SPREAD)
    start = np.array([_START.get(name, 0.0) for name in WEIGHTS])
    result = minimize(_loss, start, (found, start, spread), jac=True, method="L-BFGS-B")
    return {name: round(float(weight), 3) for name, weight in zip(WEIGHTS, result.x, strict=True)}


def _loss(weights: Array, found: Sequence[Case], start: Array, spread: Array) -> tuple[float, Array]:
    """Minus the log of what is expected to be right, with its slope."""
    away = (weights - start) * spread
    loss, slope = _RIDGE * float(away @ away), 2 * _RIDGE * away * spread
    for case in found:
        odds = case.evidence @ weights
        chances = np.exp(odds - odds.max())
        chances /= chances.sum()
        good = chances * (case.rightness + _FLOOR)
        loss -= case.weight * float(np.log(good.sum()))
        slope -= case.weight * (case.evidence.T @ (good / good.sum() - chances))
    return loss, slope


if __name__ == "__main__":
    sys.exit(main())
