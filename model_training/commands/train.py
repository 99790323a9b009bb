"""`tutti-train train`: train a model by its config, or print the plan."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model_training.config import Config, config_to_dict, load_config

if TYPE_CHECKING:
    from model_training.data.corpus import Corpus


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
    """Train, or with --dry-run say what would be trained."""
    from lightning_fabric import Fabric

    from model_training.data.corpus import load_corpus
    from model_training.loop import train
    from model_training.runs import config_of, new_run

    config = config_of(options.resume) if options.resume else load_config(options.config)
    corpus = load_corpus(config.data)
    if options.dry_run:
        _plan(config, corpus)
        return
    fabric = Fabric(accelerator=options.accelerator, devices=options.devices, precision=config.precision)
    fabric.launch()
    # One process makes the folder; the others are told its name.
    made = str(options.resume or new_run(options.runs, config, corpus)) if fabric.is_global_zero else ""
    folder = Path(fabric.broadcast(made))
    fabric.print(f"Training in {folder}. Ctrl+C stops after the current step; `--resume {folder}` goes on.")
    trainer = train(config, corpus, folder, fabric, resume=options.resume is not None, max_steps=options.max_steps)
    if trainer.step < trainer.total_steps:
        fabric.print(f"Stopped at step {trainer.step} of {trainer.total_steps}; go on with --resume {folder}.")


def _plan(config: Config, corpus: Corpus) -> None:
    from lightning_fabric import Fabric

    from model_training.models import technique_of

    training = technique_of(config.technique).training(config, corpus, Fabric(accelerator="cpu", devices=1))
    parameters = sum(p.numel() for p in training.network.parameters())
    print(json.dumps(config_to_dict(config), indent=2))
    steps, an_epoch = training.total_steps, training.steps_an_epoch
    print(f"{steps} steps, {an_epoch} an epoch; the network to export has {parameters:,} parameters.")
