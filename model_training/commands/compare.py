"""`tutti-train compare`: several runs side by side."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def add(commands: Any) -> None:
    """What the command takes."""
    compare = commands.add_parser("compare", help="show in which settings and figures runs differ")
    compare.add_argument("runs", type=Path, nargs="+", metavar="RUN", help="a run's folder")
    compare.add_argument("--at", choices=("last", "best"), default="last", help="which stage's figures")
    compare.add_argument("--html", type=Path, help="write the table and the curves as one HTML file")
    compare.set_defaults(command=run)


def run(options: argparse.Namespace) -> None:
    """Do it."""
    from model_training.lab.comparison import as_text, compare, comparison_page
    from model_training.lab.story import read_story
    from music_core.atomic import replacing

    stories = [read_story(folder) for folder in options.runs]
    print(as_text(compare(stories, options.at)))
    if options.html:
        with replacing(options.html) as fresh:
            fresh.write_text(comparison_page(stories, options.at), encoding="utf-8")
        print(f"Written to {options.html}.")
