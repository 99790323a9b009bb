"""What a model's card says: the figures on held-out melodies, with everything one must compare them to."""

from __future__ import annotations

import json
from pathlib import Path

import torch

from model_training.bundle import predictor_of
from model_training.config import Config, config_from_dict
from model_training.data.corpus import Corpus
from model_training.evaluate import Row, baselines, model_row, opening, song_scores, table
from model_training.models import technique_of
from model_training.technique import TorchPredictor
from music_core.adapters.onnx_predictor import OnnxPredictor
from music_core.manifest import Manifest, graph_beside, read_bundle


def evaluate_model(folder: Path, corpus: Corpus, split: str, seeds: int, out: Path | None) -> dict[str, dict[str, Row]]:
    """Measure a model folder on a split, whole pieces and two-bar openings; print, and write JSON where asked."""
    manifest = read_bundle(folder)
    predictor = OnnxPredictor(graph_beside(manifest, folder))
    untrained = untrained_predictor(config_of_bundle(manifest))
    songs = song_scores(corpus, split, manifest)
    report: dict[str, dict[str, Row]] = {}
    for name, cut in (("pieces", lambda score: score), ("openings", opening)):
        scores = [cut(score) for score in songs]
        rows = {"model": model_row(predictor, manifest, scores, range(seeds))}
        rows["random weights"] = model_row(untrained, manifest, scores, range(1))
        rows.update(baselines(scores, seed=0))
        report[name] = rows
        print(f"\n{len(scores)} {split} {name}, {seeds} seeds\n\n{table(rows)}")
    if out is not None:
        names = [score.title for score in songs]
        out.write_text(json.dumps({"split": split, "songs": names, **report}, indent=1) + "\n", encoding="utf-8")
    return report


def config_of_bundle(manifest: Manifest) -> Config:
    """The config that a model folder's network was made with. Raises ConfigError where it has none."""
    return config_from_dict(dict(manifest.training.get("config", {})), f"the manifest of {manifest.id}")


def untrained_predictor(config: Config) -> TorchPredictor:
    """The same network with the weights it was born with."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return predictor_of(config, technique_of(config.technique).network(config))
