"""`tutti-train train`: train a model by its config, or print the plan."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from model_training.config import load_config


def add(commands: Any) -> None:
    """What the command takes."""
    train = commands.add_parser("train", help="train a model by its config")
    train.add_argument("config", type=Path, nargs="?", default=Path("model_training/configs/bach_unet_gan.toml"))
    train.add_argument("--runs", type=Path, default=Path("runs"), help="where numbered run folders go")
    train.add_argument("--resume", type=Path, help="a run's folder: go on from its last checkpoint")
    train.add_argument("--accelerator", default="auto", help="auto, cpu, cuda or mps")
    train.add_argument("--devices", type=int, default=1, help="processes or GPUs on this machine")
    train.add_argument("--max-steps", type=int, default=0, help="stop after so many steps")
    train.add_argument("--dry-run", action="store_true", help="print the plan and the parameters only")
    train.set_defaults(command=run)


def run(options: argparse.Namespace) -> None:
    """Do it."""
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
