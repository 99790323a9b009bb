"""`tutti-train evaluate`: compare a model with the composer and the baselines."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def add(commands: Any) -> None:
    """What the command takes."""
    evaluate = commands.add_parser("evaluate", help="compare a model with the composer and the baselines")
    evaluate.add_argument("model", type=Path, help="a model folder with manifest.json")
    evaluate.add_argument("--data", type=Path, default=Path("prepared/bach"))
    evaluate.add_argument("--split", choices=("valid", "test"), default="test")
    evaluate.add_argument("--seeds", type=int, default=3)
    evaluate.add_argument("--out", type=Path, help="write the figures as JSON")
    evaluate.add_argument("--record", action="store_true", help="write the figures into the model's card and manifest")
    evaluate.set_defaults(command=run)


def run(options: argparse.Namespace) -> None:
    """Measure the model and, where asked, write the figures into its card."""
    from model_training.card import record
    from model_training.data.corpus import load_corpus
    from model_training.report import evaluate_model

    corpus = load_corpus(options.data)
    report = evaluate_model(options.model, corpus, options.split, options.seeds, options.out)
    if options.record:
        names = tuple(corpus.names[index] for index in corpus.songs(options.split))
        record(options.model, report, names, options.split, options.seeds)
