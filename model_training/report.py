"""What a model's card says: the figures on held-out melodies, with everything one must compare them to."""

from __future__ import annotations

import json
from pathlib import Path

import torch

from model_training.bundle import TorchPredictor, shape_of
from model_training.config import Config
from model_training.data.prepared import Corpus
from model_training.evaluate import Row, baselines, model_row, opening, piece_score, table
from model_training.models.unet_gan import Generator
from music_core.adapters.onnx_predictor import OnnxPredictor
from music_core.manifest import Manifest, read_bundle


def evaluate_model(folder: Path, corpus: Corpus, split: str, seeds: int, out: Path | None) -> dict[str, dict[str, Row]]:
    """Measure a model folder on a split, whole pieces and two-bar openings; print, and write JSON where asked."""
    manifest = read_bundle(folder)
    predictor = OnnxPredictor(folder / manifest.graph)
    untrained = untrained_predictor(manifest)
    pieces = corpus.pieces(split)
    report: dict[str, dict[str, Row]] = {}
    for name, cut in (("pieces", lambda score: score), ("openings", opening)):
        scores = [cut(piece_score(corpus, piece)) for piece in pieces]
        rows = {"model": model_row(predictor, manifest, scores, range(seeds))}
        rows["random weights"] = model_row(untrained, manifest, scores, range(1))
        rows.update(baselines(scores, seed=0))
        report[name] = rows
        print(f"\n{len(scores)} {split} {name}, {seeds} seeds\n\n{table(rows)}")
    if out is not None:
        names = [corpus.spec.names[piece] for piece in pieces]
        out.write_text(json.dumps({"split": split, "pieces": names, **report}, indent=1) + "\n", encoding="utf-8")
    return report


def untrained_predictor(manifest: Manifest) -> TorchPredictor:
    """The same network with the weights it was born with."""
    noise = next(spec for spec in manifest.inputs if spec.name == "noise").shape[1]
    config = Config("untrained", "", "", "", noise=int(noise), grid=manifest.grid)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return TorchPredictor(Generator(shape_of(config)))
