"""What every network that learns from examples alone shares in its training: steps, the averaged weights, the state."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Protocol

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
    def weight_decay(self) -> float: ...
    @property
    def ema_decay(self) -> float: ...


class FillingTraining(ABC):
    """The network, its average, the optimiser and the randomness, moved on one step at a time.

    A technique says how far a window reaches, what the loss of a batch is and how fast it learns.
    """

    def __init__(self, config: Config, fabric: Fabric, network: Callable[[], nn.Module]) -> None:
        self.config = config
        self.step = 0
        self._common: Settings = config.model
        self._fabric = fabric
        fabric.seed_everything(config.seed, verbose=False)
        fresh = network()
        self.averaged = AveragedModel(fresh, avg_fn=self._average)
        adam = torch.optim.AdamW(
            fresh.parameters(), config.learning_rate, (0.9, 0.98), weight_decay=self._common.weight_decay
        )
        self._network, self._adam = fabric.setup(fresh, adam)
        self.averaged.to(fabric.device)
        self._rng = np.random.default_rng(config.seed)

    @property
    @abstractmethod
    def steps_an_epoch(self) -> int:
        """Steps in which about as many windows are drawn as the training songs hold."""

    @abstractmethod
    def _batch_loss(self, size: int) -> tuple[Tensor, Figures]:
        """The loss of so many fresh windows, of which this process takes its share."""

    @abstractmethod
    def _pace(self) -> float:
        """The share of the learning rate that the coming step has, 0..1."""

    @property
    def total_steps(self) -> int:
        """Steps of the whole run."""
        return self.config.epochs * self.steps_an_epoch

    @property
    def network(self) -> nn.Module:
        """The averaged network: the one to listen to, evaluate and export."""
        return self.averaged.module

    def advance(self) -> Figures:
        """One step. Raises FloatingPointError when the loss is not finite."""
        for group in self._adam.param_groups:
            group["lr"] = float(self.config.learning_rate * self._pace())
        self._adam.zero_grad(set_to_none=True)
        totals: Figures = {}
        rounds = self.config.accumulate
        for i in range(rounds):
            with self._fabric.no_backward_sync(self._network, enabled=i < rounds - 1):
                loss, figures = self._batch_loss(self.config.batch_size * self._fabric.world_size)
                self._fabric.backward(loss / rounds)
            for name, value in figures.items():
                totals[name] = totals.get(name, 0.0) + value / rounds
        if not all(np.isfinite(value) for value in totals.values()):
            raise FloatingPointError(f"A loss is no longer a number at step {self.step}; lower the learning rate.")
        self._fabric.clip_gradients(self._network, self._adam, max_norm=1.0)
        self._adam.step()
        self.averaged.update_parameters(self._network.module)
        self.step += 1
        return totals

    def state(self) -> dict[str, Any]:
        """Tensors and plain data from which `restore` goes on bit for bit on the CPU."""
        return {
            "step": self.step,
            "model": self._network.state_dict(),
            "network": self.averaged.module.state_dict(),
            "averages": int(self.averaged.n_averaged),
            "adam": self._adam.state_dict(),
            "numpy": self._rng.bit_generator.state,
            "torch": torch.get_rng_state(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Take over the state of an earlier run of the same config."""
        self.step = state["step"]
        self._network.load_state_dict(state["model"])
        self.averaged.module.load_state_dict(state["network"])
        self.averaged.n_averaged.fill_(state["averages"])
        self._adam.load_state_dict(state["adam"])
        self._rng.bit_generator.state = state["numpy"]
        torch.set_rng_state(state["torch"])

    @property
    def _step_size(self) -> int:
        return self.config.batch_size * self.config.accumulate * self._fabric.world_size

    def _share(self, array: Any) -> Tensor:
        """This process's windows of a batch, on its device."""
        size = len(array) // self._fabric.world_size
        first = self._fabric.global_rank * size
        return torch.from_numpy(np.ascontiguousarray(array[first : first + size])).to(self._fabric.device)

    def _average(self, average: Tensor, current: Tensor, count: Any) -> Tensor:
        decay = min(self._common.ema_decay, (1 + int(count)) / (10 + int(count)))
        return average + (1 - decay) * (current - average)
