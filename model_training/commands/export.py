"""`tutti-train export`: make a model folder that the studio can use."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def add(commands: Any) -> None:
    """What the command takes."""
    export = commands.add_parser("export", help="make a model folder that the studio can use")
    export.add_argument("run", type=Path, help="a run's folder")
    export.add_argument("--out", type=Path, default=Path("resources/models"))
    export.add_argument("--checkpoint", choices=("last", "best"), default="last", help="the end, or the best stage")
    export.add_argument(
        "--as", dest="other", type=Path, metavar="CONFIG",
        help="another face of the same network: its own id, genre, tracks and sounds, and the graph of the bundle "
        "that was exported from this run before; with the run's own id its bundle, played as CONFIG says",
    )  # fmt: skip
    export.set_defaults(command=run)


def run(options: argparse.Namespace) -> None:
    """Do it."""
    from model_training.config import load_config
    from model_training.export import export_run
    from model_training.first_card import CARD
    from music_core.manifest import read_bundle

    other = load_config(options.other) if options.other else None
    folder = export_run(options.run, options.out, options.checkpoint, other)
    manifest = read_bundle(folder)
    print(f"Written to {folder}: {manifest.title}, with {CARD} for what you have to say of it.")
    if not manifest.shares:
        print(f"The graph answers as the trained network does, to {manifest.training['parity']:.0e} of a logit.")
