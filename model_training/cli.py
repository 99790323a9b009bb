"""`tutti-train`: prepare, train, evaluate, export."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from model_training.config import ConfigError, load_config


class TrainingError(ValueError):
    """Something the user can mend; one plain sentence."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; a mistake that the user can mend ends with one sentence and exit code 2."""
    options = _parser().parse_args(arguments)
    try:
        options.command(options)
    except (ConfigError, ValueError, FloatingPointError, OSError) as error:
        print(f"tutti-train: {error}", file=sys.stderr)
        return 2
    return 0


def _prepare(options: argparse.Namespace) -> None:
    from tqdm import tqdm

    from model_training.data import prepared
    from model_training.data.chorales import Piece, chorale_paths, read_chorales

    if options.corpus != "bach":
        raise TrainingError(f"There is no corpus {options.corpus!r}; known: bach.")
    paths = chorale_paths()
    results = list(tqdm(read_chorales(paths), total=len(paths), unit="file"))
    pieces = [result for result in results if isinstance(result, Piece)]
    corpus = prepared.prepare(pieces, "music21 Bach chorales", "amber", options.seed)
    prepared.save(corpus, options.out)
    counts = {split: len(corpus.pieces(split)) for split in ("train", "valid", "test")}
    print(f"{len(pieces)} chorales kept, {len(results) - len(pieces)} left out; {counts}; written to {options.out}")
    for result in results:
        if not isinstance(result, Piece):
            print(f"  left out {result.name}: {result.reason}")


def _train(options: argparse.Namespace) -> None:
    from lightning_fabric import Fabric

    from model_training.data.prepared import load
    from model_training.loop import train
    from model_training.runs import config_of, new_run

    config = config_of(options.resume) if options.resume else load_config(options.config)
    corpus = load(Path(config.data))
    if options.dry_run:
        _plan(config, corpus)
        return
    fabric = Fabric(accelerator=options.accelerator, devices=options.devices, precision=config.precision)
    fabric.launch()
    # One process makes the folder; the others are told its name.
    made = str(options.resume or new_run(options.runs, config)) if fabric.is_global_zero else ""
    folder = Path(fabric.broadcast(made))
    fabric.print(f"Training in {folder}. Ctrl+C stops after the current step; `--resume {folder}` goes on.")
    trainer = train(config, corpus, folder, fabric, resume=options.resume is not None, max_steps=options.max_steps)
    if trainer.step < trainer.total_steps:
        fabric.print(f"Stopped at step {trainer.step} of {trainer.total_steps}; go on with --resume {folder}.")


def _plan(config: object, corpus: object) -> None:
    from lightning_fabric import Fabric

    from model_training.config import Config, config_to_dict
    from model_training.data.prepared import Corpus
    from model_training.data.windows import Windows
    from model_training.trainer import Trainer

    assert isinstance(config, Config) and isinstance(corpus, Corpus)
    trainer = Trainer(config, Windows(corpus, "train", config.grid), Fabric(accelerator="cpu", devices=1))
    parameters = sum(p.numel() for p in trainer.generator.parameters())
    print(json.dumps(config_to_dict(config), indent=2))
    print(
        f"{trainer.total_steps} steps, {trainer.steps_an_epoch} an epoch; the generator has {parameters:,} parameters."
    )


def _evaluate(options: argparse.Namespace) -> None:
    from model_training.card import record
    from model_training.data.prepared import load
    from model_training.report import evaluate_model

    corpus = load(options.data)
    report = evaluate_model(options.model, corpus, options.split, options.seeds, options.out)
    if options.record:
        names = tuple(corpus.spec.names[piece] for piece in corpus.pieces(options.split))
        record(options.model, report, names, options.split, options.seeds)


def _export(options: argparse.Namespace) -> None:
    from model_training.export import export_run

    export_run(options.run, options.out)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tutti-train", description="Make genre models for Tutti.")
    commands = parser.add_subparsers(required=True)

    prepare = commands.add_parser("prepare", help="turn a corpus into arrays for training")
    prepare.add_argument("corpus", help="bach: the chorales that music21 ships")
    prepare.add_argument("--out", type=Path, default=Path("prepared/bach"))
    prepare.add_argument("--seed", type=int, default=1, help="decides which tunes are held out")
    prepare.set_defaults(command=_prepare)

    train = commands.add_parser("train", help="train a model by its config")
    train.add_argument("config", type=Path, nargs="?", default=Path("model_training/configs/bach_unet_gan.toml"))
    train.add_argument("--runs", type=Path, default=Path("runs"), help="where numbered run folders go")
    train.add_argument("--resume", type=Path, help="a run's folder: go on from its last checkpoint")
    train.add_argument("--accelerator", default="auto", help="auto, cpu, cuda or mps")
    train.add_argument("--devices", type=int, default=1, help="processes or GPUs on this machine")
    train.add_argument("--max-steps", type=int, default=0, help="stop after so many steps")
    train.add_argument("--dry-run", action="store_true", help="print the plan and the parameters only")
    train.set_defaults(command=_train)

    evaluate = commands.add_parser("evaluate", help="compare a model with the composer and the baselines")
    evaluate.add_argument("model", type=Path, help="a model folder with manifest.json")
    evaluate.add_argument("--data", type=Path, default=Path("prepared/bach"))
    evaluate.add_argument("--split", choices=("valid", "test"), default="test")
    evaluate.add_argument("--seeds", type=int, default=3)
    evaluate.add_argument("--out", type=Path, help="write the figures as JSON")
    evaluate.add_argument("--record", action="store_true", help="write the figures into the model's card and manifest")
    evaluate.set_defaults(command=_evaluate)

    export = commands.add_parser("export", help="make a model folder that the studio can use")
    export.add_argument("run", type=Path, help="a run's folder")
    export.add_argument("--out", type=Path, default=Path("resources/models"))
    export.set_defaults(command=_export)
    return parser


if __name__ == "__main__":
    sys.exit(main())
