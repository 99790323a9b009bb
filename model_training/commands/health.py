"""`tutti-train health`: what a prepared corpus is like, in the terminal and as a page with pictures."""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path
from typing import Any

PAGE = "health.html"


def add(commands: Any) -> None:
    """What the command takes."""
    health = commands.add_parser("health", help="tell what a prepared corpus is like, and draw some of its songs")
    health.add_argument("folder", help="a prepared corpus: a folder, or a URL that fsspec knows")
    health.add_argument("--out", type=Path, help=f"the page to write (default: {PAGE} in the corpus's folder)")
    health.set_defaults(command=run)


def run(options: argparse.Namespace) -> None:
    """Do it."""
    from model_training.data.corpus import load_corpus
    from model_training.data.health import health_of
    from model_training.data.store import Folder
    from model_training.lab.health_page import health_page
    from model_training.lab.health_text import health_text
    from music_core.atomic import replacing

    corpus, folder = load_corpus(options.folder), Folder.at(options.folder)
    health = health_of(corpus, folder)
    page = health_page(health, [corpus.song(i) for i in health.drawn])
    if options.out is None:
        folder.write(PAGE, page.encode("utf-8"))
    else:
        with replacing(options.out) as fresh:
            fresh.write_text(page, encoding="utf-8")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # an old Windows console has no block characters
    print(health_text(health))
    print(f"The page with pictures: {options.out or f'{folder.url}/{PAGE}'}")
