"""`tutti-train performance`: learn from recordings how parts are played."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def add(commands: Any) -> None:
    """What the command takes."""
    command = commands.add_parser("performance", help="learn from recordings how loud and how early people play")
    command.add_argument("data", type=Path, help="a folder with the corpora groove-drums-ccby and pop909")
    command.add_argument("--out", type=Path, default=Path("resources/performance"), help="the folder to write to")
    command.set_defaults(command=run)


def run(options: argparse.Namespace) -> None:
    """Learn the tables and write them."""
    from model_training.performance.learn import learn_tables
    from music_core.atomic import replacing
    from music_core.performing.tables import FILE_NAME, write_tables

    tables = learn_tables(options.data)
    options.out.mkdir(parents=True, exist_ok=True)
    with replacing(options.out / FILE_NAME) as temporary:
        write_tables(temporary, tables)
    print(f"Learned from {tables.about['hits']:,} drum hits and {tables.about['piano_notes']:,} notes of the piano.")
