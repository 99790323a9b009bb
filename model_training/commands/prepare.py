"""`tutti-train prepare`: a corpus becomes songs for training."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def add(commands: Any) -> None:
    """What the command takes."""
    prepare = commands.add_parser("prepare", help="turn a corpus into arrays for training")
    prepare.add_argument("corpus", help="bach: the chorales that music21 ships")
    prepare.add_argument("--out", type=Path, default=Path("prepared/bach"))
    prepare.add_argument("--seed", type=int, default=1, help="decides which tunes are held out")
    prepare.set_defaults(command=run)


def run(options: argparse.Namespace) -> None:
    """Do it."""
    from tqdm import tqdm

    from model_training.data import prepared
    from model_training.data.chorales import Piece, chorale_paths, read_chorales

    if options.corpus != "bach":
        raise ValueError(f"There is no corpus {options.corpus!r}; known: bach.")
    paths = chorale_paths()
    results = list(tqdm(read_chorales(paths), total=len(paths), unit="file"))
    pieces = [result for result in results if isinstance(result, Piece)]
    corpus = prepared.prepare(pieces, "music21 Bach chorales", "amber", options.seed)
    prepared.save(corpus, options.out)
    counts = {split: len(corpus.pieces(split)) for split in ("train", "valid", "test")}
    print(f"{len(pieces)} chorales kept, {len(results) - len(pieces)} left out; {counts}; written to {options.out}")
    for result in results:
        if not isinstance(result, Piece):
            print(f"  left out {result.name}: {result.reason}")
