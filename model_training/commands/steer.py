"""`tutti-train steer`: what a model's options move, measured on held-out melodies."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def add(commands: Any) -> None:
    """What the command takes."""
    steer = commands.add_parser("steer", help="measure what each option of a model moves")
    steer.add_argument("model", type=Path, help="a model folder")
    steer.add_argument("--data", type=Path, required=True, help="the prepared corpus whose melodies are used")
    steer.add_argument("--split", choices=("valid", "test"), default="test")
    steer.add_argument("--songs", type=int, default=16, help="how many melodies (0 for all)")
    steer.add_argument("--bars", type=int, default=8, help="bars of each, from where its melody begins")
    steer.add_argument(
        "--performance", type=Path, default=Path("resources/performance"), help="the folder of how people play"
    )
    steer.add_argument("--out", type=Path, help="write the figures as JSON")
    steer.add_argument("--record", action="store_true", help="write the table into the model's card")
    steer.set_defaults(command=run)


def run(options: argparse.Namespace) -> None:
    """Measure, print and, where asked, write."""
    import json
    from dataclasses import asdict

    from model_training.card import record_steering
    from model_training.data.corpus import load_corpus
    from model_training.proof.played import player
    from model_training.proof.steering import markdown, openings, steered, writer
    from music_core.atomic import replacing
    from music_core.manifest import read_bundle

    manifest = read_bundle(options.model)
    songs = openings(load_corpus(options.data), options.split, manifest, options.songs, options.bars)
    rows = steered(manifest, songs, writer(options.model, manifest), player(options.performance, manifest))
    text = markdown(manifest.title, rows, len(songs))
    print(text)
    if options.out is not None:
        with replacing(options.out) as beside:
            beside.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", encoding="utf-8")
    if options.record:
        record_steering(options.model, text)
