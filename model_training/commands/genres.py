"""`tutti-train genres`: are generated bands heard as their genres, by notes alone?"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from music_core.decoding.arranger.options import HUMAN_OPTION

if TYPE_CHECKING:
    from model_training.proof.genre_table import Source

# People's files lie on the grid, so bands are played with all of their swing and half of their milliseconds, which
# leaves every note in its twelfth of the beat: notes are what is told apart.
_NOTES = {HUMAN_OPTION: 0.5}


def add(commands: Any) -> None:
    """What the command takes."""
    genres = commands.add_parser("genres", help="tell generated bands' genres by notes alone")
    genres.add_argument("models", type=Path, nargs="+", help="model folders, each a genre that --data names")
    genres.add_argument(
        "--data", nargs="+", required=True, metavar="GENRE=DIR[:WORD,WORD]",
        help="a prepared corpus for each genre, and what its songs must be called to count",
    )  # fmt: skip
    genres.add_argument("--split", choices=("valid", "test"), default="test")
    genres.add_argument("--songs", type=int, default=60, help="songs of each genre to learn from, and to test on")
    genres.add_argument("--melodies", type=int, default=8, help="held-out melodies of each genre, for every band")
    genres.add_argument("--performance", type=Path, default=Path("resources/performance"))
    genres.add_argument("--out", type=Path, help="write the tables as JSON")
    genres.set_defaults(command=run)


def run(options: argparse.Namespace) -> None:
    """Learn, generate, print and, where asked, write."""
    import json

    from model_training.proof.genre_table import genre_tables, markdown, plain
    from model_training.proof.played import band_of
    from music_core.atomic import replacing
    from music_core.manifest import read_bundle

    sources = sources_of(options.data)
    bands = {}
    for folder in options.models:
        manifest = read_bundle(folder)
        if manifest.genre not in {source.genre for source in sources}:
            raise ValueError(f"--data names no corpus for {manifest.id}; add {manifest.genre}=DIR.")
        bands[manifest.genre] = band_of(folder, options.performance, _NOTES)[1]
    tables = genre_tables(sources, bands, songs=options.songs, melodies=options.melodies, split=options.split)
    print(markdown(tables))
    if options.out is not None:
        with replacing(options.out) as beside:
            beside.write_text(json.dumps([plain(table) for table in tables], indent=1) + "\n", encoding="utf-8")


def sources_of(texts: list[str]) -> list[Source]:
    """`rock=prepared/band:rock,metal` as the corpus and the words; raises ValueError."""
    from model_training.data.corpus import load_corpus
    from model_training.proof.genre_table import Source

    found = []
    for text in texts:
        name, equals, rest = text.partition("=")
        place, words = rest, ""
        if ":" in rest and not Path(rest).is_dir():
            place, _, words = rest.rpartition(":")
        if not (name and equals and place):
            raise ValueError(f"{text!r} names no corpus by genre; write it like pop=prepared/pop.")
        found.append(Source(name, load_corpus(place), tuple(words.split(",")) if words else ()))
    return found
