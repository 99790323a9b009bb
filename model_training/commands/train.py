"""`tutti-train train`: train a model by its config, or print the plan."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model_training.config import Config, ConfigError, load_config

if TYPE_CHECKING:
    from lightning_fabric import Fabric


def add(commands: Any) -> None:
    """What the command takes."""
    train = commands.add_parser("train", help="train a model by its config")
    train.add_argument("config", type=Path, nargs="?", default=Path("model_training/configs/bach_unet_gan.toml"))
    train.add_argument("--runs", type=Path, default=Path("runs"), help="where numbered run folders go")
    train.add_argument("--resume", type=Path, help="a run's folder: go on from its last checkpoint")
    train.add_argument("--begin", type=Path, help="another run's folder: begin with what its network learned")
    train.add_argument("--accelerator", default="auto", help="auto, cpu, cuda or mps")
    train.add_argument("--devices", type=int, default=1, help="processes or GPUs on this machine")
    train.add_argument("--nodes", type=int, default=1, help="machines, each started by torchrun")
    train.add_argument("--max-steps", type=int, default=0, help="stop after so many steps")
    train.add_argument("--dry-run", action="store_true", help="print the plan, the parameters and the expected time")
    train.set_defaults(command=run)


def run(options: argparse.Namespace) -> None:
    """Train, or with --dry-run say what would be trained."""
    from model_training.data.corpus import load_corpus
    from model_training.lab.wishes import PAUSE_FILE
    from model_training.loop import train
    from model_training.models import technique_of
    from model_training.runs import new_run

    config = _config(options)
    corpus = load_corpus(config.data)
    fabric = fabric_of(options, config)
    fabric.launch()
    if options.dry_run:
        _plan(config, corpus, fabric)
        return
    # Before there is a folder: a recipe that cannot be used with these songs leaves none behind.
    training = technique_of(config.technique).training(config, corpus, fabric)
    # One process makes the folder; the others are told its name.
    made = str(options.resume or new_run(options.runs, config, corpus)) if fabric.is_global_zero else ""
    folder = Path(fabric.broadcast(made))
    fabric.print(
        f"Training in {folder}. Ctrl+C stops after the current step, and `--resume {folder}` goes on; "
        f"a file {folder / PAUSE_FILE} pauses it for as long as it is there."
    )
    resume = options.resume is not None
    train(config, corpus, folder, fabric, resume=resume, max_steps=options.max_steps, training=training)
    if training.step < training.total_steps:
        fabric.print(f"Stopped at step {training.step} of {training.total_steps}; go on with --resume {folder}.")
    fabric.print(f"`tutti-train report {folder}` tells how it went.")


def _config(options: argparse.Namespace) -> Config:
    """The recipe, or the run's own, with the network to begin with."""
    from model_training.runs import config_of

    config = config_of(options.resume) if options.resume else load_config(options.config)
    if not hasattr(config.model, "begin"):
        if options.begin:
            raise ConfigError(f"A {config.technique} begins with nothing learned; leave --begin out.")
        return config
    # What a run began with is in its checkpoint by the time it is resumed.
    begin = "" if options.resume else str(options.begin or config.model.begin)
    return replace(config, model=replace(config.model, begin=begin))


def fabric_of(options: argparse.Namespace, config: Config) -> Fabric:
    """The devices to train on. Raises ConfigError in one sentence where this machine has none of that kind."""
    from lightning_fabric import Fabric
    from lightning_fabric.utilities.exceptions import MisconfigurationException

    devices, nodes = options.devices, options.nodes
    if "LOCAL_WORLD_SIZE" in os.environ:  # torchrun has started the processes already and says how many
        devices = int(os.environ["LOCAL_WORLD_SIZE"])
        nodes = int(os.environ["WORLD_SIZE"]) // devices
    try:
        return Fabric(accelerator=options.accelerator, devices=devices, num_nodes=nodes, precision=config.precision)
    except (RuntimeError, ValueError, ImportError, MisconfigurationException):
        raise ConfigError(
            f"This machine cannot train on {devices} {options.accelerator} device{'s' if devices > 1 else ''}; "
            "leave --accelerator out to use what there is, or say --accelerator cpu."
        ) from None


def _plan(config: Config, corpus: Any, fabric: Fabric) -> None:
    from model_training.lab.plan import plan
    from model_training.models import technique_of
    from model_training.runs import facts_of

    training = technique_of(config.technique).training(config, corpus, fabric)
    if fabric.is_global_zero:
        print(plan(config, corpus, training, facts_of(corpus, config)))
