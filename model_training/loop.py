"""The training loop: steps, evaluation, samples, checkpoints; it stops gracefully and goes on where it was."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from lightning_fabric import Fabric
from tqdm import tqdm

from model_training.bundle import manifest_of, predictor_of
from model_training.checkpoint import load_checkpoint, save_checkpoint
from model_training.config import Config
from model_training.data.corpus import Corpus
from model_training.evaluate import Row, generated, measure, song_scores
from model_training.models import technique_of
from model_training.runs import append_figures, facts_of
from model_training.technique import Figures, Training
from music_core.manifest import Manifest
from music_core.midi_file import write_midi
from music_core.score import Score

SAMPLES = 3
_LOG_EVERY = 20


@dataclass
class Stop:
    """Set from a signal; the loop finishes its step, saves and leaves."""

    wanted: bool = False


def train(
    config: Config, corpus: Corpus, folder: Path, fabric: Fabric, *, resume: bool, max_steps: int = 0
) -> Training:
    """Train to the end of the config's epochs, or for `max_steps` more; checkpoints lie in `folder`."""
    trainer = technique_of(config.technique).training(config, corpus, fabric)
    if resume:
        trainer.restore(load_checkpoint(folder / "last.ckpt"))
    last = trainer.total_steps if not max_steps else min(trainer.total_steps, trainer.step + max_steps)
    held_out = song_scores(corpus, "valid", config)
    manifest = manifest_of(config, facts_of(corpus, config))
    recent: list[Figures] = []
    with _graceful_stop() as stop, _progress(fabric, trainer.step, last) as bar:
        while trainer.step < last and not _agreed(stop, fabric):
            recent.append(trainer.advance())
            bar.update(1)
            if trainer.step % _LOG_EVERY == 0 and fabric.is_global_zero:
                figures = _mean(recent)
                recent.clear()
                bar.set_postfix({k: f"{v:.2f}" for k, v in figures.items()})
                append_figures(folder, "steps", {"step": trainer.step, "time_s": time.time(), **figures})
            if trainer.step % (config.evaluate_every * trainer.steps_an_epoch) == 0:
                _stage(trainer, config, manifest, held_out, folder, fabric)
    if fabric.is_global_zero:
        save_checkpoint(folder / "last.ckpt", trainer.state())
    return trainer


def _stage(
    trainer: Training, config: Config, manifest: Manifest, held_out: list[Score], folder: Path, fabric: Fabric
) -> None:
    """Evaluate on held-out melodies, keep samples to listen to, and save."""
    if not fabric.is_global_zero:
        return
    epoch = trainer.step // trainer.steps_an_epoch
    predictor = predictor_of(config, trainer.network)
    settings = [generated(predictor, manifest, score, seed=i) for i, score in enumerate(held_out)]
    row: Row = measure(settings)
    append_figures(folder, "stages", {"step": trainer.step, "epoch": epoch, **row})
    for sample in settings[:SAMPLES]:
        target = folder / "samples" / f"epoch-{epoch:04d}" / f"{sample.title}.mid"
        target.parent.mkdir(parents=True, exist_ok=True)
        write_midi(sample, target)
    save_checkpoint(folder / "last.ckpt", trainer.state())
    tqdm.write(f"epoch {epoch}: " + ", ".join(f"{name} {value:.3f}" for name, value in row.items()))


def _agreed(stop: Stop, fabric: Fabric) -> bool:
    """Whether to stop, as the first process says: all must leave after the same step or they wait for each other."""
    return bool(fabric.broadcast(stop.wanted)) if fabric.world_size > 1 else stop.wanted


def _mean(figures: list[Figures]) -> Figures:
    names = {name for row in figures for name in row}
    return {name: float(np.mean([row[name] for row in figures if name in row])) for name in sorted(names)}


def _progress(fabric: Fabric, done: int, total: int) -> tqdm[None]:
    return tqdm(total=total, initial=done, unit="step", disable=not fabric.is_global_zero, dynamic_ncols=True)


@contextmanager
def _graceful_stop() -> Iterator[Stop]:
    """Ctrl+C or a polite kill ends the run after the current step, with its checkpoint written."""
    stop = Stop()

    def ask(_signum: int, _frame: object) -> None:
        stop.wanted = True

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
