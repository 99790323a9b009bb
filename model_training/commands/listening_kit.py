"""`tutti-train listening-kit` and `listening-results`: a blind test to send to people, and what they said."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any


def add(commands: Any) -> None:
    """What the two commands take."""
    kit = commands.add_parser("listening-kit", help="build a blind listening test as one web page")
    kit.add_argument("folder", type=Path, help="where the page and its key go")
    kit.add_argument("--model", type=Path, nargs="+", default=[], help="model folders to hear")
    kit.add_argument("--data", type=Path, required=True, help="a prepared corpus of songs with chords")
    kit.add_argument("--split", choices=("valid", "test"), default="test")
    kit.add_argument("--genre", default="pop-piano", help="whose rules to hear, where there is no model")
    kit.add_argument("--melodies", type=int, default=10, help="how many melodies (default: 10)")
    kit.add_argument("--without", nargs="+", default=[], metavar="SYSTEM", help="systems to leave out: B0, B1, B2, B3")
    kit.add_argument("--seed", type=int, default=0)
    kit.set_defaults(command=build)
    results = commands.add_parser("listening-results", help="analyse the answers to a listening test")
    results.add_argument("folder", type=Path, help="the kit's folder")
    results.add_argument("answers", type=Path, nargs="+", help="the CSV files that listeners saved")
    results.add_argument("--out", type=Path, help="write the figures as JSON")
    results.set_defaults(command=analyse)


def build(options: argparse.Namespace) -> None:
    """Render every version of every melody, match loudness and write the page."""
    from model_training.data.corpus import load_corpus
    from model_training.listening.build import excerpts
    from model_training.listening.kit import PAGE
    from model_training.listening.kit import build as build_kit

    chosen = excerpts(
        load_corpus(options.data), options.split, options.model, options.genre, options.melodies, options.without,
        options.seed,
    )  # fmt: skip
    build_kit(chosen, options.folder, seed=options.seed, say=print)
    print(f"Open {options.folder / PAGE} in a browser, or send it; keep key.json to yourself.")


def analyse(options: argparse.Namespace) -> None:
    """Print the analysis and, where asked, write its figures."""
    from model_training.listening.analysis import analysed, markdown, read_results

    report = analysed(*read_results(options.folder, options.answers))
    print(markdown(report))
    if options.out is not None:
        options.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
