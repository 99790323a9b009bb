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
    export.set_defaults(command=run)


def run(options: argparse.Namespace) -> None:
    """Do it."""
    from model_training.export import export_run

    export_run(options.run, options.out, options.checkpoint)
