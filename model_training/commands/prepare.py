"""`tutti-train prepare`: a corpus becomes songs for training."""

from __future__ import annotations

import argparse
from typing import Any


def add(commands: Any) -> None:
    """What the command takes."""
    prepare = commands.add_parser("prepare", help="turn a corpus into songs for training")
    prepare.add_argument("corpus", help="bach: the chorales that music21 ships")
    prepare.add_argument("--out", default="prepared/bach", help="a folder, or a URL that fsspec knows")
    prepare.add_argument("--seed", type=int, default=1, help="decides which tunes are held out")
    prepare.set_defaults(command=run)


def run(options: argparse.Namespace) -> None:
    """Do it."""
    from tqdm import tqdm

    from model_training.data import chorales
    from model_training.data.corpus import Member, save_corpus
    from model_training.data.split import assign_splits, tune_groups
    from model_training.data.store import digest

    if options.corpus != "bach":
        raise ValueError(f"There is no corpus {options.corpus!r}; known: bach.")
    paths = chorales.chorale_paths()
    results = list(tqdm(chorales.read_chorales(paths), total=len(paths), unit="file"))
    pieces = [result for result in results if isinstance(result, chorales.Piece)]
    names = [piece.name for piece in pieces]
    groups = tune_groups([piece.score.tracks[0].notes for piece in pieces])
    splits = assign_splits(names, groups, options.seed)
    hashes = {path.stem: digest(path.read_bytes()) for path in paths}
    members = [
        Member(chorales.to_song(piece), group, split, hashes[piece.name])
        for piece, group, split in zip(pieces, groups, splits, strict=True)
    ]
    save_corpus(members, options.out, title=chorales.CORPUS, seed=options.seed)
    counts = {split: splits.count(split) for split in ("train", "valid", "test")}
    print(f"{len(pieces)} chorales kept, {len(results) - len(pieces)} left out; {counts}; written to {options.out}")
    for result in results:
        if not isinstance(result, chorales.Piece):
            print(f"  left out {result.name}: {result.reason}")
