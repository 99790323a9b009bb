"""One training step of MuseGAN and the state that it changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import torch
from lightning_fabric import Fabric
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from model_training.config import Config
from model_training.data.corpus import Corpus
from model_training.data.home import at_home
from model_training.data.roll_windows import RollWindows
from model_training.models.musegan import Generator, Noise, Shape
from model_training.models.musegan_critic import (
    Critic,
    Encoder,
    density_distance,
    evidence,
    penalised_distance,
    relaxed_rolls,
    to_rolls,
)
from model_training.settings import MuseSettings
from model_training.technique import Figures
from music_core.roll import Roll

Logits = tuple[Tensor, Tensor]


class Written(NamedTuple):
    """One pass: phrases under the encoder's noise, under drawn noise, and what the encoder said."""

    posterior: Logits
    prior: Logits | None
    mean: Noise
    spread: Noise


class Writer(nn.Module):
    """Generator and encoder together, so that one optimiser and one wrapper hold both."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.generator = Generator(shape)
        self.encoder = Encoder(shape)

    def forward(self, melody: Tensor, real: Tensor, noise: Noise, drawn: Noise | None) -> Written:
        """Write with the encoder's noise (mean + deviation * noise) and, where given, with drawn noise as well."""
        generator = self.generator
        told = [] if generator.melody is None else generator.melody(melody)
        mean, spread = self.encoder(real, told)
        chosen = Noise(*(m + (0.5 * s).exp() * n for m, s, n in zip(mean, spread, noise, strict=True)))
        prior = None if drawn is None else generator.write(drawn, told)
        return Written(generator.write(chosen, told), prior, mean, spread)


class MuseTraining:
    """Writer, critic, their optimisers, the averaged generator and the randomness, moved on one step at a time.

    All processes draw the same windows and noise and each takes its share, so that two processes with half the
    batch make the same step as one (but for the density, which is compared within a batch).
    """

    def __init__(self, config: Config, corpus: Corpus, fabric: Fabric, shape: Shape) -> None:
        self.config, self.shape, self.step = config, shape, 0
        self.settings: MuseSettings = config.model
        grid = config.grid
        others = [role for role in config.tracks if role != "melody"]
        self._windows = RollWindows(
            at_home(corpus), "train", others, bars=shape.bars, steps_per_quarter=grid.steps_per_quarter,
            low_pitch=grid.low_pitch, pitches=grid.pitches,
        )  # fmt: skip
        self._fabric = fabric
        fabric.seed_everything(config.seed, verbose=False)
        writer, critic = Writer(shape), Critic(shape)
        writer.generator.expect(self._split(self._windows.openings())[1])
        betas, decay = self.settings.betas, self.settings.weight_decay
        writer_adam = torch.optim.AdamW(writer.parameters(), config.learning_rate, betas, weight_decay=decay)
        critic_rate = self.settings.critic_learning_rate
        critic_adam = torch.optim.AdamW(critic.parameters(), critic_rate, betas, weight_decay=0.0)
        self.averaged = AveragedModel(writer.generator, avg_fn=self._average)
        self._writer, self._writer_adam = fabric.setup(writer, writer_adam)
        self._critic, self._critic_adam = fabric.setup(critic, critic_adam)
        self.averaged.to(fabric.device)
        self._rng = np.random.default_rng(config.seed)
        self._torch_rng = torch.Generator().manual_seed(config.seed)

    @property
    def network(self) -> nn.Module:
        """The averaged generator: the one to listen to, evaluate and export."""
        return self.averaged.module

    @property
    def steps_an_epoch(self) -> int:
        """Steps in which about as many phrases are drawn as half-overlapping ones cover the training songs."""
        return max(1, round(2 * self._windows.count / self.shape.bars / self._step_size))

    @property
    def total_steps(self) -> int:
        """Steps of the whole run."""
        return self.config.epochs * self.steps_an_epoch

    @property
    def adversarial(self) -> bool:
        """Whether the critic has a say by now."""
        return self.step >= self.settings.warmup_epochs * self.steps_an_epoch

    @property
    def slope(self) -> float:
        """How steep a cell's yes or no is by now: 1 while the writer learns from examples, then rising evenly."""
        first = self.settings.warmup_epochs * self.steps_an_epoch
        done = (self.step - first) / max(1, self.total_steps - first)
        return 1 + (self.settings.slope - 1) * min(1.0, max(0.0, done))

    def advance(self) -> Figures:
        """One step: the critic's updates, then the writer's. Raises FloatingPointError when a loss is not finite."""
        figures: Figures = {}
        self._set_learning_rates()
        if self.adversarial:
            for _ in range(self.config.update_ratio):
                figures.update(self._update_critic())
        figures.update(self._update_writer())
        if not all(np.isfinite(value) for value in figures.values()):
            raise FloatingPointError(f"A loss is no longer a number at step {self.step}; lower the learning rate.")
        self.averaged.update_parameters(self._unwrapped().generator)
        self.step += 1
        return figures

    def state(self) -> dict[str, Any]:
        """Tensors and plain data from which `restore` goes on bit for bit on the CPU."""
        return {
            "step": self.step,
            "writer": self._writer.state_dict(),
            "critic": self._critic.state_dict(),
            "network": self.averaged.module.state_dict(),
            "averages": int(self.averaged.n_averaged),
            "writer_adam": self._writer_adam.state_dict(),
            "critic_adam": self._critic_adam.state_dict(),
            "numpy": self._rng.bit_generator.state,
            "torch": self._torch_rng.get_state(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Take over the state of an earlier run of the same config."""
        self.step = state["step"]
        self._writer.load_state_dict(state["writer"])
        self._critic.load_state_dict(state["critic"])
        self.averaged.module.load_state_dict(state["network"])
        self.averaged.n_averaged.fill_(state["averages"])
        self._writer_adam.load_state_dict(state["writer_adam"])
        self._critic_adam.load_state_dict(state["critic_adam"])
        self._rng.bit_generator.state = state["numpy"]
        self._torch_rng.set_state(state["torch"])

    def _update_critic(self) -> Figures:
        noise = self._noise()
        epsilon = self._random(torch.rand, self._step_size, 1, 1, 1)
        totals: Figures = {}
        self._critic_adam.zero_grad(set_to_none=True)
        for melody, real, chosen, last in self._batches():
            with torch.no_grad(), self._fabric.autocast():
                fake = relaxed_rolls(self._unwrapped().generator(*_part(noise, chosen), melody), self.slope).float()
            with self._fabric.no_backward_sync(self._critic, enabled=not last):
                loss, distance = penalised_distance(
                    self._critic, real, fake, melody, epsilon[chosen], self.settings.penalty_weight
                )
                self._fabric.backward(loss / self.config.accumulate)
            self._add(totals, {"critic": loss.item(), "distance": distance.item()})
        self._critic_adam.step()
        return totals

    def _update_writer(self) -> Figures:
        noise = self._noise()
        prior = self._noise() if self.adversarial else None
        totals: Figures = {}
        self._writer_adam.zero_grad(set_to_none=True)
        self._critic.requires_grad_(False)
        for melody, real, chosen, last in self._batches():
            with self._fabric.no_backward_sync(self._writer, enabled=not last):
                drawn = None if prior is None else _part(prior, chosen)
                loss, figures = self._writer_loss(melody, real, _part(noise, chosen), drawn)
                self._fabric.backward(loss / self.config.accumulate)
            self._add(totals, figures)
        self._critic.requires_grad_(True)
        self._writer_adam.step()
        return totals

    def _writer_loss(self, melody: Tensor, real: Tensor, noise: Noise, prior: Noise | None) -> tuple[Tensor, Figures]:
        settings, bars = self.settings, self.shape.bars
        written = self._writer(melody, real, noise, prior)
        parts = evidence(written.posterior, real, written.mean, written.spread, bars)
        charge = settings.kl_weight * min(1.0, self.step / max(1, settings.kl_epochs * self.steps_an_epoch))
        loss = (parts.sounding + parts.onset + charge * parts.divergence) / self.shape.steps
        figures = {name: value.item() for name, value in parts._asdict().items()}
        if written.prior is not None:
            fake = relaxed_rolls(written.prior, self.slope)
            score, density = self._critic(fake, melody).mean(), density_distance(fake, real, bars)
            loss = loss - settings.adversarial_weight * score + settings.density_weight * density
            figures |= {"score": score.item(), "density": density.item()}
        return loss, figures

    def _batches(self) -> Iterator[tuple[Tensor, Tensor, slice, bool]]:
        """This process's melodies and rolls of one step, their share of all noise, and whether each is the last."""
        everything = self._windows.draw(self._step_size, self._rng, transpose=False)
        size, rank, rounds = self.config.batch_size, self._fabric.global_rank, self.config.accumulate
        for i in range(rounds):
            first = (rank * rounds + i) * size
            chosen = slice(first, first + size)
            melody, real = (to_rolls(part.to(self._fabric.device)) for part in self._split(everything[chosen]))
            yield melody, real, chosen, i == rounds - 1

    def _split(self, rolls: Roll) -> tuple[Tensor, Tensor]:
        """What is given (the melody or no track at all) and what is to be written, int8 (phrases, tracks, ...)."""
        given = 1 if self.shape.melody else 0
        return torch.from_numpy(rolls[:, :given]), torch.from_numpy(rolls[:, given:])

    @property
    def _step_size(self) -> int:
        """Phrases of one step, all batches of all processes together."""
        return self.config.batch_size * self.config.accumulate * self._fabric.world_size

    def _add(self, totals: Figures, figures: Figures) -> None:
        for name, value in figures.items():
            totals[name] = totals.get(name, 0.0) + value / self.config.accumulate

    def _noise(self) -> Noise:
        s, size = self.shape, self._step_size
        shapes = ((s.noise,), (s.noise, s.bars), (s.tracks, s.noise), (s.tracks, s.noise, s.bars))
        return Noise(*(self._random(torch.randn, size, *shape) for shape in shapes))

    def _random(self, draw: Any, *shape: int) -> Tensor:
        """Drawn on the CPU from our own generator, so that a resumed run continues the same stream."""
        values: Tensor = draw(*shape, generator=self._torch_rng)
        return values.to(self._fabric.device)

    def _unwrapped(self) -> Writer:
        module: Writer = self._writer.module
        return module

    def _set_learning_rates(self) -> None:
        """A short linear rise; then the writer's rate falls by half a cosine to a tenth; the critic's stays."""
        rise = min(1.0, (self.step + 1) / self.settings.rise_steps)
        fall = 0.55 + 0.45 * np.cos(np.pi * min(1.0, self.step / max(1, self.total_steps)))
        rates = (
            (self._writer_adam, self.config.learning_rate * fall),
            (self._critic_adam, self.settings.critic_learning_rate),
        )
        for adam, rate in rates:
            for group in adam.param_groups:
                group["lr"] = float(rate * rise)  # a numpy number would not be plain data in a checkpoint

    def _average(self, average: Tensor, current: Tensor, count: Any) -> Tensor:
        """Moving average whose memory grows with age, so that it is good early on too."""
        decay = min(self.settings.ema_decay, (1 + int(count)) / (10 + int(count)))
        return average + (1 - decay) * (current - average)


def _part(noise: Noise, chosen: slice) -> Noise:
    return Noise(*(values[chosen] for values in noise))
