"""How often the melody is found where a corpus marks it: `python -m benchmarks.melody_finding DATA [--fit] [--json]`.

DATA holds a MANIFEST.csv and the corpora that it lists. Names are hidden, and so are the instruments where the corpus
was converted from scores, for the converter chose them. Files are dealt to two halves by a hash of their name: the
weights were fitted on one (`--fit` does it again), the table is about the other. Beside each figure stand
what simpler rules reach.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model_training.data.manifest_csv import MANIFEST, Row, rows_for
from model_training.data.melody import able_tracks, choose_melody
from model_training.data.melody_cues import CUES, cues, top_onsets
from model_training.data.raw import RawTrack
from model_training.data.reading import read_song

ORCHESTRA = "openscore-orchestra-hauptstimme"
# Corpora whose tracks people named; in the others the instruments come from a converter.
BANDS = {"simutrans-artistic": re.compile(r"melod|\blead", re.I), "freedoom-rock": re.compile(r"melod|lead ?gui", re.I)}
_OTHER_VOICE = re.compile(r"support|harmony", re.I)

# What a musician would expect of each cue, in units of its spread; the few band files cannot teach every instrument.
EXPECTED = {
    "single onsets": 0.3, "chords sounding": -0.6, "on top": 0.4, "skyline": 0.8, "far from the voice": -0.4,
    "dense": 0.2, "odd density": -0.4, "steps": 0.3, "repeats": -0.1, "leaps": -0.4, "pitches": 0.5, "loud": 0.3,
    "higher than others": 0.2, "lowest": -0.3, "bass": -1.0, "noise": -0.5, "voice": 0.15, "synth lead": 0.3,
    "ensemble": -0.4, "wind": 0.4, "solo string": 0.2, "guitar": 0.1, "pad": -0.2,
}  # fmt: skip
_PULL = 3.0  # strength of the L2 pull towards the expected
_STEPS = 300


@dataclass(frozen=True, slots=True)
class Case:
    """A file of a corpus, the tracks any of which counts as right, and whether the weights may be fitted on it."""

    corpus: str
    file: str
    tracks: tuple[RawTrack, ...]
    right: frozenset[int]
    fitted: bool

    @property
    def end_tick(self) -> int:
        """Tick after the last note."""
        return max(int((t.notes[:, 0] + t.notes[:, 2]).max()) for t in self.tracks if len(t.notes))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure or fit, and print; exit code 2 where no corpus marks its melodies."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.melody_finding", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with MANIFEST.csv")
    parser.add_argument("--fit", action="store_true", help="fit the weights again and print them")
    parser.add_argument("--json", action="store_true", help="print the rows as JSON")
    options = parser.parse_args(arguments)
    cases = list(cases_in(options.data))
    if not cases:
        print(f"No corpus below {options.data} marks its melodies.", file=sys.stderr)
        return 2
    if options.fit:
        print(json.dumps(fit([case for case in cases if case.fitted]), indent=4))
        return 0
    rows = measure(cases)
    print(json.dumps(rows, indent=2) if options.json else table(rows))
    return 0


def cases_in(folder: Path) -> Iterator[Case]:
    """Every file whose melody is known, from all corpora of a folder."""
    for file, row in rows_for(folder / MANIFEST).items():
        if row.melody_conf == "given" or row.corpus in BANDS:
            tracks = read_song(file, (folder / file).read_bytes()).tracks
            tracks, right = known(row, tracks)
            if right:
                fitted = hashlib.sha256(file.encode()).digest()[-1] % 2 == 0
                yield Case(row.corpus, file, tracks, right, fitted)


def known(row: Row, tracks: tuple[RawTrack, ...]) -> tuple[tuple[RawTrack, ...], frozenset[int]]:
    """The tracks with what must stay hidden hidden, and those that are right; none where nobody said."""
    if row.corpus in BANDS:
        named = [
            i for i, t in enumerate(tracks) if BANDS[row.corpus].search(t.name) and not _OTHER_VOICE.search(t.name)
        ]
        right = frozenset(i for i in named if len(tracks[i].notes) >= 8 and not tracks[i].is_drum)
        return tuple(replace(track, name="") for track in tracks), right
    if row.melody_track is None or row.melody_track >= len(tracks):
        return tracks, frozenset()
    marked = tracks[row.melody_track]
    if row.corpus == ORCHESTRA:
        # The marked line was stitched together from the staves: without it, the stave that plays most of it is right.
        tracks = tuple(track for track in tracks if track is not marked)
        tune = _at(marked)
        right = frozenset([max(range(len(tracks)), key=lambda i: len(tune & _at(tracks[i])))])
        return tuple(replace(track, name="") for track in tracks), right
    return tuple(replace(track, name="", program=0) for track in tracks), frozenset([row.melody_track])


def _at(track: RawTrack) -> set[tuple[int, int]]:
    return set(zip(track.notes[:, 0].tolist(), track.notes[:, 1].tolist(), strict=True))


def measure(cases: Sequence[Case]) -> list[dict[str, Any]]:
    """One row a corpus: files and shares right, of the half that no weight was fitted on; and by confidence."""
    rows: list[dict[str, Any]] = []
    by_corpus: dict[str, list[Case]] = defaultdict(list)
    surer: dict[str, list[bool]] = defaultdict(list)
    for case in cases:
        by_corpus[case.corpus].append(case)
    for corpus, some in by_corpus.items():
        hits: dict[str, list[bool]] = defaultdict(list)
        for case in some:
            right, confidence = _right(case)
            hits["fitted half" if case.fitted else "held-out half"].append(right)
            if not case.fitted:
                band = "under .5" if confidence < 0.5 else ".5 to .8" if confidence < 0.8 else ".8 and over"
                surer[band].append(right)
                for rule, index in simple_choices(case).items():
                    hits[rule].append(index in case.right)
        rows.append({"corpus": corpus, "files": len(hits["held-out half"]), **_shares(hits)})
    rows += [
        {"corpus": f"confidence {band}", "files": len(hits), "held-out half": float(np.mean(hits))}
        for band, hits in sorted(surer.items())
    ]
    return rows


def _right(case: Case) -> tuple[bool, float]:
    try:
        choice = choose_melody(case.tracks, case.end_tick)
    except ValueError:
        return False, 0.0
    return choice.index in case.right, choice.confidence


def simple_choices(case: Case) -> dict[str, int]:
    """What simpler rules take, among tracks with notes that are no drums."""
    pitched = [i for i, track in enumerate(case.tracks) if len(track.notes) and not track.is_drum]
    return {
        "first track": pitched[0],
        "highest mean pitch": max(pitched, key=lambda i: float(case.tracks[i].notes[:, 1].mean())),
        "most single notes": max(pitched, key=lambda i: float(np.sum(top_onsets(case.tracks[i].notes)[2] == 1))),
    }


def _shares(hits: Mapping[str, Sequence[bool]]) -> dict[str, float]:
    return {name: float(np.mean(found)) for name, found in hits.items() if found}


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows in Markdown."""
    columns = ("held-out half", "fitted half", "first track", "highest mean pitch", "most single notes")
    lines = ["| corpus | files | " + " | ".join(columns) + " |", "|---|---|" + "---|" * len(columns)]
    for row in rows:
        shares = (f"{row[column]:.3f}" if column in row else "" for column in columns)
        lines.append(f"| {row['corpus']} | {row['files']} | " + " | ".join(shares) + " |")
    return "\n".join(lines)


def fit(cases: Sequence[Case]) -> dict[str, float]:
    """Weights by conditional logit: the likelihood that a right track is taken, every corpus counting the same.

    Gradient descent (Adam) on cues divided by their spread, with an L2 pull towards what is EXPECTED.
    """
    counts = Counter(case.corpus for case in cases)
    found = [(case, able) for case in cases if case.right & set(able := able_tracks(case.tracks))]
    most = max(len(able) for _, able in found)
    x = np.zeros((len(found), most, len(CUES)))
    there, right = np.zeros((2, len(found), most), bool)
    for i, (case, able) in enumerate(found):
        x[i, : len(able)] = cues([case.tracks[j] for j in able], case.end_tick)
        there[i, : len(able)] = True
        right[i, : len(able)] = [j in case.right for j in able]
    spread = np.maximum(x[there].std(axis=0), 0.12)
    share = np.array([20 / counts[case.corpus] for case, _ in found])
    weights = _descend(x / spread, there, right, share)
    return {cue: round(float(weight), 3) for cue, weight in zip(CUES, weights / spread, strict=True)}


def _descend(x: NDArray[Any], there: NDArray[Any], right: NDArray[Any], share: NDArray[Any]) -> NDArray[np.float64]:
    expected = np.array([EXPECTED[cue] for cue in CUES])
    weights, first, second = expected, np.zeros_like(expected), np.zeros_like(expected)
    for step in range(1, _STEPS + 1):
        worth = np.where(there, x @ weights, -np.inf)
        odds = np.exp(worth - worth.max(axis=1, keepdims=True))
        wanted = np.where(right, odds, 0.0)
        pull = odds / odds.sum(axis=1, keepdims=True) - wanted / wanted.sum(axis=1, keepdims=True)
        slope = np.einsum("if,i->f", np.einsum("ik,ikf->if", pull, x), share) + _PULL * (weights - expected)
        first = 0.9 * first + 0.1 * slope
        second = 0.99 * second + 0.01 * slope**2
        weights = weights - 0.03 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return np.asarray(weights)


if __name__ == "__main__":
    sys.exit(main())
