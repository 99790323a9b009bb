"""What every network that learns from examples first and from a critic later shares in its training.

A writer holds a generator and an encoder that says which noise stands for which real music (the conditional VAE-GAN
of Larsen et al. 2016); after some epochs of likelihood alone, a Wasserstein critic with gradient penalty joins.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
import torch
from lightning_fabric import Fabric
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from model_training.config import Config
from model_training.technique import Figures


class Settings(Protocol):
    """What the shared part of the training asks of a technique's settings."""

    @property
    def critic_learning_rate(self) -> float: ...
    @property
    def rise_steps(self) -> int: ...
    @property
    def betas(self) -> tuple[float, float]: ...
    @property
    def warmup_epochs(self) -> int: ...
    @property
    def weight_decay(self) -> float: ...
    @property
    def ema_decay(self) -> float: ...


class Writer(nn.Module):
    """Generator and encoder together, so that one optimiser and one wrapper hold both."""

    generator: nn.Module
    encoder: nn.Module


_Batch = TypeVar("_Batch")
_Noise = TypeVar("_Noise")


class VaeGanTraining(ABC, Generic[_Batch, _Noise]):
    """Writer, critic, their optimisers, the averaged generator and the randomness, moved on one step at a time.

    All processes draw the same windows and noise and each takes its share, so that two processes with half the
    batch make the same step as one. A technique says what a batch and its noise are, and what the two losses.
    """

    def __init__(self, config: Config, fabric: Fabric, networks: Callable[[], tuple[Writer, nn.Module]]) -> None:
        self.config = config
        self.step = 0
        self._fabric = fabric
        self._common: Settings = config.model
        fabric.seed_everything(config.seed, verbose=False)
        writer, critic = networks()
        betas = self._common.betas
        decay, critic_rate = self._common.weight_decay, self._common.critic_learning_rate
        writer_adam = torch.optim.AdamW(writer.parameters(), config.learning_rate, betas, weight_decay=decay)
        critic_adam = torch.optim.AdamW(critic.parameters(), critic_rate, betas, weight_decay=0.0)
        self.averaged = AveragedModel(writer.generator, avg_fn=self._average)
        self._writer, self._writer_adam = fabric.setup(writer, writer_adam)
        self._critic, self._critic_adam = fabric.setup(critic, critic_adam)
        # The penalty takes a gradient inside the loss, which Fabric must not mistake for the step's own.
        self._critic.mark_forward_method("loss")
        self.averaged.to(fabric.device)
        self._rng = np.random.default_rng(config.seed)
        self._torch_rng = torch.Generator().manual_seed(config.seed)

    @property
    def network(self) -> nn.Module:
        """The averaged generator: the one to listen to, evaluate and export."""
        return self.averaged.module

    @property
    @abstractmethod
    def steps_an_epoch(self) -> int:
        """Steps in which as many windows are drawn as half-overlapping ones cover the training songs."""

    @property
    def total_steps(self) -> int:
        """Steps of the whole run."""
        return self.config.epochs * self.steps_an_epoch

    @property
    def adversarial(self) -> bool:
        """Whether the critic has a say by now."""
        return self.step >= self._common.warmup_epochs * self.steps_an_epoch

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
        self.averaged.update_parameters(self._writer.module.generator)
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

    @abstractmethod
    def _draw(self, size: int) -> Callable[[slice], _Batch]:
        """Windows of a whole step; the answer puts a share of them on the device."""

    @abstractmethod
    def _noise(self, size: int) -> _Noise:
        """Noise of a whole step."""

    @abstractmethod
    def _share(self, noise: _Noise, chosen: slice) -> _Noise:
        """A share of the noise."""

    @abstractmethod
    def _critic_loss(self, batch: _Batch, noise: _Noise, epsilon: Tensor) -> tuple[Tensor, Figures]:
        """What the critic makes small; `epsilon` (batch, 1, 1, 1) mixes real and written windows."""

    @abstractmethod
    def _writer_loss(self, batch: _Batch, noise: _Noise, prior: _Noise | None) -> tuple[Tensor, Figures]:
        """What the writer makes small, with drawn noise for the critic from when it has a say."""

    def _update_critic(self) -> Figures:
        noise = self._noise(self._step_size)
        epsilon = self._random(torch.rand, self._step_size, 1, 1, 1)
        totals: Figures = {}
        self._critic_adam.zero_grad(set_to_none=True)
        for batch, chosen, last in self._batches():
            with self._fabric.no_backward_sync(self._critic, enabled=not last):
                loss, figures = self._critic_loss(batch, self._share(noise, chosen), epsilon[chosen])
                self._fabric.backward(loss / self.config.accumulate)
            self._add(totals, figures)
        self._critic_adam.step()
        return totals

    def _update_writer(self) -> Figures:
        noise = self._noise(self._step_size)
        prior = self._noise(self._step_size) if self.adversarial else None
        totals: Figures = {}
        self._writer_adam.zero_grad(set_to_none=True)
        self._critic.requires_grad_(False)
        for batch, chosen, last in self._batches():
            drawn = None if prior is None else self._share(prior, chosen)
            with self._fabric.no_backward_sync(self._writer, enabled=not last):
                loss, figures = self._writer_loss(batch, self._share(noise, chosen), drawn)
                self._fabric.backward(loss / self.config.accumulate)
            self._add(totals, figures)
        self._critic.requires_grad_(True)
        self._writer_adam.step()
        return totals

    def _batches(self) -> Iterator[tuple[_Batch, slice, bool]]:
        """This process's batches of one step, their share of all noise, and whether each is the last."""
        share_of = self._draw(self._step_size)
        size, rank, rounds = self.config.batch_size, self._fabric.global_rank, self.config.accumulate
        for i in range(rounds):
            first = (rank * rounds + i) * size
            chosen = slice(first, first + size)
            yield share_of(chosen), chosen, i == rounds - 1

    @property
    def _step_size(self) -> int:
        """Windows of one step, all batches of all processes together."""
        return self.config.batch_size * self.config.accumulate * self._fabric.world_size

    def _add(self, totals: Figures, figures: Figures) -> None:
        for name, value in figures.items():
            totals[name] = totals.get(name, 0.0) + value / self.config.accumulate

    def _random(self, draw: Any, *shape: int) -> Tensor:
        """Drawn on the CPU from our own generator, so that a resumed run continues the same stream."""
        values: Tensor = draw(*shape, generator=self._torch_rng)
        return values.to(self._fabric.device)

    def _set_learning_rates(self) -> None:
        """A short linear rise; then the writer's rate falls by half a cosine to a tenth; the critic's stays."""
        rise = min(1.0, (self.step + 1) / self._common.rise_steps)
        fall = 0.55 + 0.45 * np.cos(np.pi * min(1.0, self.step / max(1, self.total_steps)))
        rates = (
            (self._writer_adam, self.config.learning_rate * fall),
            (self._critic_adam, self._common.critic_learning_rate),
        )
        for adam, rate in rates:
            for group in adam.param_groups:
                group["lr"] = float(rate * rise)  # a numpy number would not be plain data in a checkpoint

    def _average(self, average: Tensor, current: Tensor, count: Any) -> Tensor:
        """Moving average whose memory grows with age, so that it is good early on too."""
        decay = min(self._common.ema_decay, (1 + int(count)) / (10 + int(count)))
        return average + (1 - decay) * (current - average)
