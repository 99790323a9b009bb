"""How a four-voice model leads its voices, beside Bach on the same held-out chorales.

python -m benchmarks.voice_leading bach-chorale [--data prepared/bach] [--songs 37] [--seeds 3]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from desktop_app.generation.composer import Composer, Request
from desktop_app.generation.registry import Registry
from desktop_app.paths import resources_folder
from model_training.data.corpus import load_corpus
from model_training.data.song import to_score
from music_core.adapters import open_onnx
from music_core.metrics import clash, in_key, one_note, silent, strict_chord
from music_core.metrics.voice_leading import beyond_range, crossing, parallels
from music_core.score import Score

FIGURES: Mapping[str, Callable[[Score], float]] = {
    "parallel fifths and octaves": parallels,
    "crossed voices": crossing,
    "beyond the singers' range": beyond_range,
    "in the melody's key": in_key,
    "strict chords": strict_chord,
    "semitone clashes": clash,
    "silent, worst voice": silent,
    "one note a step, worst voice": one_note,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="+")
    parser.add_argument("--data", type=Path, default=Path("prepared/bach"))
    parser.add_argument("--songs", type=int, default=37)
    parser.add_argument("--seeds", type=int, default=3)
    given = parser.parse_args(arguments)
    corpus = load_corpus(given.data)
    chorales = [to_score(corpus.song(index)) for index in corpus.songs("test")[: given.songs]]
    columns = {"Bach": [chorales]}
    composer = Composer(Registry([resources_folder() / "models"]), open_onnx)
    for model in given.models:
        columns[model] = [[_set(composer, model, chorale, seed) for chorale in chorales] for seed in range(given.seeds)]
    print(f"{len(chorales)} held-out chorales, chords found by the model; mean, and the spread of {given.seeds} seeds")
    print("| | " + " | ".join(columns) + " |\n|---|" + "---|" * len(columns))
    for name, figure in FIGURES.items():
        print(f"| {name} | " + " | ".join(_cell(figure, runs) for runs in columns.values()) + " |")


def _set(composer: Composer, model: str, chorale: Score, seed: int) -> Score:
    """The chorale's melody with the model's voices, on the grid."""
    melody = chorale.with_tracks(chorale.tracks[0])
    (take,) = composer.arrange(Request(melody, model, seed, 0, options={"human": 0.0}))
    return take.score


def _cell(figure: Callable[[Score], float], runs: Sequence[Sequence[Score]]) -> str:
    means = [float(np.mean([figure(score) for score in run])) for run in runs]
    return f"{np.mean(means):.3f}" + (f" ({min(means):.3f} to {max(means):.3f})" if len(means) > 1 else "")


if __name__ == "__main__":
    main()
