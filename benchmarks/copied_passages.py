"""How much a model copies from the songs it learned from: `python -m benchmarks.copied_passages MODEL CORPUS [--json]`.

Beside the model's settings of held-out melodies stand the composers' own settings of the same melodies (what one must
not exceed) and the same notes with their pitches in another order. Each twice: part by part, and all pitched
parts of the accompaniment together.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from model_training.data.corpus import Corpus, WrongSpecError, load_corpus
from model_training.data.song import to_score
from model_training.evaluate import generated, opening
from music_core.adapters.onnx_predictor import OnnxPredictor
from music_core.manifest import Manifest, ManifestError, read_bundle
from music_core.metrics import Passages, copy_figures
from music_core.score import Score

Rows = dict[str, dict[str, float]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; exit code 2 where the model or the corpus cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.copied_passages", description=__doc__)
    parser.add_argument("model", type=Path, help="the model's folder")
    parser.add_argument("corpus", type=Path, help="the prepared corpus that it learned from")
    parser.add_argument("--split", default="test", help="which songs lend their melodies (default: test)")
    parser.add_argument("--seeds", type=int, default=1, help="settings of each melody (default: 1)")
    parser.add_argument("--openings", action="store_true", help="two-bar openings instead of whole songs")
    parser.add_argument("--json", action="store_true", help="print the rows as JSON")
    options = parser.parse_args(arguments)
    try:
        manifest, corpus = read_bundle(options.model), load_corpus(options.corpus)
    except (ManifestError, WrongSpecError) as error:
        print(error, file=sys.stderr)
        return 2
    scores = _scores(corpus, options.split, tuple(part.role for part in manifest.parts))
    scores = {name: opening(score) for name, score in scores.items()} if options.openings else scores
    takes = settings(options.model, manifest, list(scores.values()), options.seeds)
    report = {
        name: rows(corpus, manifest, list(scores.values()), takes, together=name == "together")
        for name in ("part by part", "together")
    }
    print(json.dumps(report, indent=2) if options.json else "\n\n".join(table(*item) for item in report.items()))
    return 0


def settings(folder: Path, manifest: Manifest, scores: Sequence[Score], seeds: int) -> list[Score]:
    """The model's settings of each melody with each seed."""
    predictor = OnnxPredictor(folder / manifest.graph)
    return [generated(predictor, manifest, score, seed) for score in scores for seed in range(seeds)]


def rows(corpus: Corpus, manifest: Manifest, human: Sequence[Score], takes: Sequence[Score], *, together: bool) -> Rows:
    """The figures of the composers, the model and chance, against the songs that training saw."""
    train = _scores(corpus, "train", tuple(part.role for part in manifest.parts))
    passages = Passages(train.items(), together=together)
    rng = np.random.default_rng(0)
    return {
        "human, held out": copy_figures(passages, human),
        "model": copy_figures(passages, takes),
        "human, pitches shuffled": copy_figures(passages, [_shuffled(score, rng) for score in human]),
    }


def table(title: str, report: Rows) -> str:
    """Rows of figures as a Markdown table."""
    names = list(next(iter(report.values())))
    lines = [f"| {title} | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]
    lines += [
        f"| {label} | " + " | ".join(f"{row[name]:.3f}" for name in names) + " |" for label, row in report.items()
    ]
    return "\n".join(lines)


def _scores(corpus: Corpus, split: str, roles: tuple[str, ...]) -> dict[str, Score]:
    songs = [corpus.song(index) for index in corpus.songs(split)]
    return {song.name: to_score(song, roles) for song in songs if song.parts and len(song.parts[0].notes)}


def _shuffled(score: Score, rng: np.random.Generator) -> Score:
    tracks = [score.tracks[0]]
    for track in score.tracks[1:]:
        pitches = rng.permutation([note.pitch for note in track.notes])
        notes = tuple(replace(n, pitch=int(p)) for n, p in zip(track.notes, pitches, strict=True))
        tracks.append(replace(track, notes=notes))
    return score.with_tracks(*tracks)


if __name__ == "__main__":
    raise SystemExit(main())
