"""`tutti-train evaluate`: compare a model with the composer and the baselines."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from model_training.data.corpus import Corpus


def add(commands: Any) -> None:
    """What the command takes."""
    evaluate = commands.add_parser("evaluate", help="compare a model with the composer and the baselines")
    evaluate.add_argument("model", type=Path, nargs="?", help="a model folder; without one, the baselines alone")
    evaluate.add_argument("--data", type=Path, default=Path("prepared/bach"))
    evaluate.add_argument("--split", choices=("valid", "test"), default="test")
    evaluate.add_argument("--seeds", type=int, default=3)
    evaluate.add_argument("--out", type=Path, help="write the figures as JSON")
    evaluate.add_argument("--record", action="store_true", help="write the figures into the model's card and manifest")
    chords = evaluate.add_argument_group("songs with chords")
    chords.add_argument("--genre", default="pop-piano", help="whose rules to compare with, where there is no model")
    chords.add_argument("--songs", type=int, default=0, help="at most so many songs (default: all)")
    chords.add_argument("--melody-only", action="store_true", help="do not give the songs' chords")
    chords.add_argument("--heard", action="store_true", help="give songs without chords those heard in their notes")
    chords.add_argument("--called", default="", metavar="WORD,WORD", help="only songs that are called so, such as rock")
    chords.add_argument("--beside", type=Path, nargs="+", default=[], help="other models for the same table")
    chords.add_argument("--groove", type=Path, help="folder of the Groove recordings, to compare drums with")
    chords.add_argument(
        "--genres", nargs="+", default=[], metavar="GENRE=DIR", help="prepared corpora by genre, to tell genres apart"
    )
    chords.add_argument("--pictures", type=Path, help="folder for the worst songs' rolls (default: beside --out)")
    chords.add_argument("--no-copies", action="store_true", help="do not look for copies of training songs")
    evaluate.set_defaults(command=run)


def run(options: argparse.Namespace) -> None:
    """Measure the model and, where asked, write the figures into its card."""
    from model_training.card import record
    from model_training.data.corpus import load_corpus
    from model_training.proof.command import has_chords, prove
    from model_training.report import evaluate_model
    from music_core.manifest import read_bundle

    corpus = load_corpus(options.data)
    if options.model is not None and read_bundle(options.model).technique == "harmoniser":
        _chords(options, corpus)
        return
    if options.heard or has_chords(corpus, options.split):
        prove(corpus, _wishes(options), options.out)
        return
    if options.model is None:
        raise ValueError(f"The songs of {options.data} have no chords to compare baselines on; name a model folder.")
    report = evaluate_model(options.model, corpus, options.split, options.seeds, options.out)
    if options.record:
        names = tuple(corpus.names[index] for index in corpus.songs(options.split))
        record(options.model, report, names, options.split, options.seeds)


def _chords(options: argparse.Namespace, corpus: Corpus) -> None:
    """The table of a model that finds chords."""
    from model_training.proof.harmony import prove_harmony, record
    from music_core.adapters.onnx_predictor import OnnxPredictor
    from music_core.manifest import read_bundle

    manifest = read_bundle(options.model)
    predictor = OnnxPredictor(options.model / manifest.graph)
    wishes = {"songs": options.songs, "seeds": options.seeds, "out": options.out}
    report = prove_harmony(predictor, manifest, corpus, options.split, **wishes)
    if options.record:
        record(options.model, report)


def _wishes(options: argparse.Namespace) -> Any:
    from model_training.proof.command import Wishes

    genres = []
    for text in options.genres:
        name, equals, place = text.partition("=")
        if not (name and equals and place):
            raise ValueError(f"{text!r} names no corpus by genre; write it like pop=prepared/pop.")
        genres.append((name, Path(place)))
    return Wishes(
        options.model, options.genre, options.split, options.seeds, options.songs, not options.melody_only,
        options.groove, tuple(genres), options.pictures, not options.no_copies,
        options.heard, tuple(filter(None, options.called.split(","))), tuple(options.beside),
    )  # fmt: skip
