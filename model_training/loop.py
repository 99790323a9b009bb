"""The training loop: steps, stages, checkpoints. It stops and pauses when asked, and goes on where it was."""

from __future__ import annotations

import time
from pathlib import Path

import torch
from lightning_fabric import Fabric

from model_training.checkpoint import BEST, LAST, CheckpointError, load_checkpoint, save_checkpoint
from model_training.config import Config
from model_training.data.corpus import Corpus
from model_training.lab.observer import Observer
from model_training.lab.progress import Progress
from model_training.lab.watch import Finding
from model_training.lab.wishes import PAUSE_FILE, Wish, Wishes
from model_training.models import technique_of
from model_training.technique import Figures, Training
from music_core.metrics import mean_values
from music_core.midi_file import MidiError

_LOG_EVERY = 20
_SAVE_EVERY_S = 300.0  # so much work at most is lost to a kill
_PAUSE_S = 0.5


class RunError(ValueError):
    """The run cannot go on; one plain sentence."""


def train(
    config: Config,
    corpus: Corpus,
    folder: Path,
    fabric: Fabric,
    *,
    resume: bool,
    max_steps: int = 0,
    training: Training | None = None,
) -> Training:
    """Train to the end of the config's epochs, or for `max_steps` more; checkpoints lie in `folder`.

    `training` is one of this config that has not begun, where the caller has made it already.
    Raises RunError where the disk is full, FloatingPointError where a loss is no number; `last.ckpt` is then the last
    good checkpoint.
    """
    training = training or technique_of(config.technique).training(config, corpus, fabric)
    if resume:
        training.restore(load_checkpoint(folder / LAST))
    last = training.total_steps if not max_steps else min(training.total_steps, training.step + max_steps)
    shown = fabric.is_global_zero
    with Wishes(folder, config.max_minutes) as wishes, Progress(done=training.step, total=last, shown=shown) as bar:
        try:
            observer = Observer(config, corpus, folder, training, bar.say) if shown else None
            if shown:
                wishes.forget_pause()
            _Run(training, config, folder, fabric, observer, wishes, bar).go(last)
        except (OSError, MidiError) as error:
            reason = (getattr(error, "strerror", None) or str(error)).lower()
            raise RunError(
                f"The run stopped at step {training.step}, as it could not write to {folder} ({reason}). "
                f"Free some space and go on with --resume {folder}; its last good checkpoint is kept."
            ) from None
    return training


class _Run:
    """What one call of `train` needs at every step."""

    def __init__(
        self,
        training: Training,
        config: Config,
        folder: Path,
        fabric: Fabric,
        observer: Observer | None,
        wishes: Wishes,
        bar: Progress,
    ) -> None:
        self._training = training
        self._config = config
        self._folder = folder
        self._fabric = fabric
        self._observer = observer  # in the first process only
        self._wishes = wishes
        self._bar = bar
        self._recent: list[Figures] = []
        self._saved_at = time.monotonic()
        self._saved_step = training.step
        self._paused = False

    def go(self, last: int) -> None:
        """Step until `last`, a wish to stop, or no improvement."""
        while self._training.step < last:
            wish = self._agreed()
            if wish is Wish.STOP:
                break
            if wish is Wish.PAUSE:
                self._pause()
                continue
            self._go_on()
            self._step()
        if self._observer is not None:
            if self._training.step != self._saved_step:
                self._save()
            self._observer.close()

    def _step(self) -> None:
        training = self._training
        try:
            self._recent.append(training.advance())
        except FloatingPointError as error:
            if self._observer is not None:
                self._observer.tell(Finding("nan", training.step, str(error)))
            raise
        self._bar.update(1)
        # The end is looked at too, however the epochs between stages add up: it is what is exported.
        ended = training.step == training.total_steps
        if ended or training.step % _LOG_EVERY == 0:
            self._log()
        if ended or training.step % (self._config.evaluate_every * training.steps_an_epoch) == 0:
            self._stage()
        elif time.monotonic() - self._saved_at > _SAVE_EVERY_S and self._observer is not None:
            self._save()

    def _log(self) -> None:
        """The mean of the last steps over all processes; each of them computes only its share of a loss."""
        recent = mean_values(self._recent)
        names = sorted(recent)
        means = [recent[name] for name in names]
        self._recent.clear()
        if self._fabric.world_size > 1:
            values = torch.tensor(means, dtype=torch.float64, device=self._fabric.device)
            means = self._fabric.all_reduce(values, reduce_op="mean").tolist()  # type: ignore[union-attr]
        figures = dict(zip(names, means, strict=True))
        self._bar.set_postfix({name: f"{value:.3g}" for name, value in figures.items()}, refresh=False)
        if self._observer is not None:
            self._observer.steps(self._training.step, figures)

    def _stage(self) -> None:
        if self._observer is None:
            return
        self._save()
        if self._observer.stage(self._training):
            self._write(BEST)
        if self._observer.wants_to_stop():
            self._wishes.stop()

    def _pause(self) -> None:
        if not self._paused:
            self._paused = True
            if self._observer is not None:
                self._save()
            self._bar.say(f"Paused at step {self._training.step}; delete {self._folder / PAUSE_FILE} to go on.")
        time.sleep(_PAUSE_S)

    def _go_on(self) -> None:
        if self._paused:
            self._paused = False
            self._bar.unpause()  # else the time left would count the pause

    def _save(self) -> None:
        self._write(LAST)
        self._saved_at, self._saved_step = time.monotonic(), self._training.step

    def _write(self, name: str) -> None:
        try:
            save_checkpoint(self._folder / name, self._training.state())
        except CheckpointError as error:
            kept = (
                f"the checkpoint of step {self._saved_step} is kept, and --resume {self._folder} goes on from it."
                if (self._folder / LAST).exists()
                else "there is no earlier checkpoint, so start again when there is room."
            )
            raise RunError(f"{error} The run stopped at step {self._training.step}; {kept}") from None

    def _agreed(self) -> Wish:
        """What the first process wishes: all must do the same after the same step or they wait for each other."""
        wish = self._wishes.now()
        return Wish(self._fabric.broadcast(int(wish))) if self._fabric.world_size > 1 else wish
