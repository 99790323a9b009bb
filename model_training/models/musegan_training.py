"""What MuseGAN's training draws and makes small; the rest is in vae_gan.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from lightning_fabric import Fabric
from torch import Tensor

from model_training.config import Config
from model_training.data.corpus import Corpus
from model_training.data.home import at_home
from model_training.data.roll_windows import RollWindows
from model_training.models import vae_gan
from model_training.models.musegan import Generator, Noise, Shape
from model_training.models.musegan_critic import (
    Critic,
    Encoder,
    Evidence,
    density_distance,
    evidence,
    relaxed_rolls,
    to_rolls,
)
from model_training.settings import MuseSettings
from model_training.technique import Figures
from music_core.roll import Roll

Logits = tuple[Tensor, Tensor]

JUDGED = 64  # phrases on which `loss` is computed


class Written(NamedTuple):
    """One pass: phrases under the encoder's noise, under drawn noise, and what the encoder said."""

    posterior: Logits
    prior: Logits | None
    mean: Noise
    spread: Noise


class Writer(vae_gan.Writer):
    """Generator and encoder together."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.generator: Generator = Generator(shape)
        self.encoder: Encoder = Encoder(shape)

    def forward(self, melody: Tensor, real: Tensor, noise: Noise, drawn: Noise | None) -> Written:
        """Write with the encoder's noise (mean + deviation * noise) and, where given, with drawn noise as well."""
        generator = self.generator
        told = [] if generator.melody is None else generator.melody(melody)
        mean, spread = self.encoder(real, told)
        chosen = Noise(*(m + (0.5 * s).exp() * n for m, s, n in zip(mean, spread, noise, strict=True)))
        prior = None if drawn is None else generator.write(drawn, told)
        return Written(generator.write(chosen, told), prior, mean, spread)


class Phrases(NamedTuple):
    """A batch on the device: the melody (or no planes) and the real rolls, as the critic sees them."""

    melody: Tensor
    rolls: Tensor


class MuseTraining(vae_gan.VaeGanTraining[Phrases, Noise]):
    """A run of MuseGAN. The density is compared within a batch, so it alone depends on how a step is divided."""

    def __init__(self, config: Config, corpus: Corpus, fabric: Fabric, shape: Shape) -> None:
        self.settings: MuseSettings = config.model
        self.shape = shape
        self._corpus = at_home(corpus)
        self._windows = self._windows_of(config, "train")
        self._judged: dict[str, RollWindows] = {}
        super().__init__(config, fabric, self._networks)

    @property
    def steps_an_epoch(self) -> int:
        """Steps in which about as many phrases are drawn as half-overlapping ones cover the training songs."""
        return max(1, round(2 * self._windows.count / self.shape.bars / self._step_size))

    @property
    def slope(self) -> float:
        """How steep a cell's yes or no is by now: 1 while the writer learns from examples, then rising evenly."""
        first = self.settings.warmup_epochs * self.steps_an_epoch
        done = (self.step - first) / max(1, self.total_steps - first)
        return 1 + (self.settings.slope - 1) * min(1.0, max(0.0, done))

    def loss(self, split: str) -> float:
        """The bound on the likelihood (nats a step, all tracks together) of the same phrases at every call.

        The noise's divergence counts in full from the start, so that all stages can be compared; the critic has no
        part in it. Changes nothing. Raises NoWindowsError where the split holds no phrase.
        """
        if split not in self._judged:
            self._judged[split] = self._windows_of(self.config, split)
        rolls = self._judged[split].draw(JUDGED, np.random.default_rng(0), transpose=False)
        batch = self._on_device(rolls)
        rng = torch.Generator().manual_seed(0)
        noise = Noise(*(torch.randn(shape, generator=rng).to(self._fabric.device) for shape in self._sizes(JUDGED)))
        # The bare writer: the wrapped one of several processes would wait for the others.
        with torch.no_grad(), self._fabric.autocast():
            written: Written = self._writer.module(batch.melody, batch.rolls, noise, None)
            parts = evidence(written.posterior, batch.rolls, written.mean, written.spread, self.shape.bars)
        return float(self._bound(parts, self.settings.kl_weight))

    def _windows_of(self, config: Config, split: str) -> RollWindows:
        grid = config.grid
        return RollWindows(
            self._corpus, split, [role for role in config.tracks if role != "melody"], bars=self.shape.bars,
            steps_per_quarter=grid.steps_per_quarter, low_pitch=grid.low_pitch, pitches=grid.pitches,
        )  # fmt: skip

    def _networks(self) -> tuple[Writer, Critic]:
        writer, critic = Writer(self.shape), Critic(self.shape)
        writer.generator.expect(self._split(self._windows.openings())[1])
        return writer, critic

    def _draw(self, size: int) -> Callable[[slice], Phrases]:
        rolls = self._windows.draw(size, self._rng, transpose=False)
        return lambda chosen: self._on_device(rolls[chosen])

    def _on_device(self, rolls: Roll) -> Phrases:
        return Phrases(*(to_rolls(part.to(self._fabric.device)) for part in self._split(rolls)))

    def _split(self, rolls: Roll) -> tuple[Tensor, Tensor]:
        """What is given (the melody or no track at all) and what is to be written, int8 (phrases, tracks, ...)."""
        given = 1 if self.shape.melody else 0
        return torch.from_numpy(rolls[:, :given]), torch.from_numpy(rolls[:, given:])

    def _sizes(self, batch: int) -> tuple[tuple[int, ...], ...]:
        s = self.shape
        shapes = ((s.noise,), (s.noise, s.bars), (s.tracks, s.noise), (s.tracks, s.noise, s.bars))
        return tuple((batch, *shape) for shape in shapes)

    def _noise(self, size: int) -> Noise:
        return Noise(*(self._random(torch.randn, *shape) for shape in self._sizes(size)))

    def _share(self, noise: Noise, chosen: slice) -> Noise:
        return Noise(*(values[chosen] for values in noise))

    def _critic_loss(self, batch: Phrases, noise: Noise, epsilon: Tensor) -> tuple[Tensor, Figures]:
        generator: Generator = self._writer.module.generator
        with torch.no_grad(), self._fabric.autocast():
            fake = relaxed_rolls(generator(*noise, batch.melody), self.slope).float()
        weight = self.settings.penalty_weight
        loss, distance = self._critic.loss(batch.rolls, fake, batch.melody, epsilon, weight)
        return loss, {"critic": loss.item(), "distance": distance.item()}

    def _writer_loss(self, batch: Phrases, noise: Noise, prior: Noise | None) -> tuple[Tensor, Figures]:
        settings, bars = self.settings, self.shape.bars
        written: Written = self._writer(batch.melody, batch.rolls, noise, prior)
        parts = evidence(written.posterior, batch.rolls, written.mean, written.spread, bars)
        charge = settings.kl_weight * min(1.0, self.step / max(1, settings.kl_epochs * self.steps_an_epoch))
        loss = self._bound(parts, charge)
        figures = {name: value.item() for name, value in parts._asdict().items()}
        if written.prior is not None:
            fake = relaxed_rolls(written.prior, self.slope)
            score = self._critic(fake, batch.melody).mean()
            density = density_distance(fake, batch.rolls, bars)
            loss = loss - settings.adversarial_weight * score + settings.density_weight * density
            figures |= {"score": score.item(), "density": density.item()}
        return loss, figures

    def _bound(self, parts: Evidence, charge: float) -> Tensor:
        """Nats a step that the phrases cost, `charge` of the noise's divergence included."""
        return (parts.sounding + parts.onset + charge * parts.divergence) / self.shape.steps
