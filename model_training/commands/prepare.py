"""`tutti-train prepare`: a corpus becomes songs for training."""

from __future__ import annotations

import argparse
import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from model_training.data.workers import Workers

_BACH = "bach"
# How many reasons are shown; the report has them all.
_SHOWN = 12


def add(commands: Any) -> None:
    """What the command takes."""
    prepare = commands.add_parser("prepare", help="turn folders and archives of music into songs for training")
    prepare.add_argument(
        "places", nargs="+", metavar="NAME|FOLDER|ARCHIVE",
        help="bach (the chorales that music21 ships), folders, zip and tar archives, files, or a MANIFEST.csv",
    )  # fmt: skip
    prepare.add_argument("--out", help="a folder, or a URL that fsspec knows; prepared/NAME unless you say otherwise")
    prepare.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes; 1 works in this one")
    prepare.add_argument("--genre", default="", help="keep this genre; files that name none are taken to be of it")
    prepare.add_argument("--licence", default="", choices=("", "green", "amber", "red"), metavar="green|amber|red",
        help="keep files up to this tier; files of which nobody says it are taken to be of it")  # fmt: skip
    prepare.add_argument("--meter", default="", help="keep songs mainly in this metre, such as 4/4")
    prepare.add_argument("--min-bars", type=int, default=4, help="keep songs of at least so many bars")
    prepare.add_argument("--corpus", default="", help="what to call the corpus of files that have no manifest")
    prepare.add_argument("--limit", type=int, help="read no more files than this")
    prepare.add_argument("--title", help="what to call the prepared corpus")
    prepare.add_argument("--seed", type=int, default=1, help="decides which tunes are held out")
    prepare.add_argument("--dask", metavar="ADDRESS", help="let a Dask cluster work; all of it must reach --out")
    prepare.set_defaults(command=run)


def run(options: argparse.Namespace) -> None:
    """Do it."""
    first = Path(options.places[0])
    name = first.parent.resolve().name if first.name == "MANIFEST.csv" else first.resolve().name.split(".")[0]
    out = options.out or f"prepared/{name}"
    if options.places == [_BACH]:
        _chorales(out, options.seed)
    elif _BACH in options.places:
        raise ValueError("The chorales (bach) are prepared alone; leave the other places out.")
    else:
        _files(options, out, options.title or name)


def _files(options: argparse.Namespace, out: str, title: str) -> None:
    from tqdm import tqdm

    from model_training.data import ingest, sources
    from model_training.data.tasks import Wishes

    _check(options)
    wishes = Wishes(options.genre, options.licence, options.meter, options.min_bars, options.corpus)
    found = ingest.sources_of([Path(place) for place in options.places])
    total = sources.count(source.place for source in found)
    workers = _workers(options)
    try:
        with tqdm(total=total if options.limit is None else min(options.limit, total or 0) or None, unit="file") as bar:
            outcome = ingest.ingest(
                found, out, wishes, workers,
                title=title, seed=options.seed, limit=options.limit, progress=bar.update, say=bar.write,
            )  # fmt: skip
    except KeyboardInterrupt:
        raise ValueError("Stopped; what is done is kept, and the same command goes on from here.") from None
    finally:
        workers.close()
    _say(outcome.kept, outcome.refused, outcome.splits, out)


def _check(options: argparse.Namespace) -> None:
    from model_training.data.repair import is_metre

    if options.meter and not is_metre(options.meter):
        raise ValueError(f"--meter {options.meter} is no metre; write one like 4/4 or 6/8.")
    if options.jobs < 1 or (options.limit is not None and options.limit < 1):
        raise ValueError("--jobs and --limit must be 1 or more.")


def _workers(options: argparse.Namespace) -> Workers:
    from model_training.data import workers

    if options.dask:
        return workers.Cluster(options.dask)
    return workers.ThisProcess() if options.jobs == 1 else workers.Processes(options.jobs)


def _say(kept: int, refused: Mapping[str, int], splits: Mapping[str, int], out: str) -> None:
    counts = ", ".join(f"{count} {split}" for split, count in splits.items())
    print(f"{kept} songs kept ({counts}), {sum(refused.values())} files left out; written to {out}")
    common = sorted(refused.items(), key=lambda item: (-item[1], item[0]))
    for reason, files in common[:_SHOWN]:
        print(f"  {files:6} {reason}")
    if len(common) > _SHOWN:
        print(f"         ... and {len(common) - _SHOWN} more reasons; report.jsonl there has each file's")
    print(f"`tutti-train health {out}` tells what it is like")


def _chorales(out: str, seed: int) -> None:
    from tqdm import tqdm

    from model_training.data import chorales
    from model_training.data.corpus import Member, load_corpus, save_corpus
    from model_training.data.finish import kind_of, write_report
    from model_training.data.split import SPLITS, assign_splits, tune_groups
    from model_training.data.store import Folder, digest

    paths = chorales.chorale_paths()
    results = list(tqdm(chorales.read_chorales(paths), total=len(paths), unit="file"))
    pieces = [result for result in results if isinstance(result, chorales.Piece)]
    groups = tune_groups([piece.score.tracks[0].notes for piece in pieces])
    splits = assign_splits([piece.name for piece in pieces], groups, seed)
    hashes = {path.stem: digest(path.read_bytes()) for path in paths}
    members = [
        Member(chorales.to_song(piece), group, split, hashes[piece.name])
        for piece, group, split in zip(pieces, groups, splits, strict=True)
    ]
    save_corpus(members, out, title=chorales.CORPUS, seed=seed)
    refused = {result.name: result.reason for result in results if isinstance(result, chorales.Rejected)}
    write_report(Folder.at(out), load_corpus(out).spec.entries, refused)
    _say(len(pieces), Counter(map(kind_of, refused.values())), {split: splits.count(split) for split in SPLITS}, out)
