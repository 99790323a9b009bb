"""One iteration of the reference: critic updates, then one of the generator, and the state that they change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from model_training.config import Config
from model_training.data.corpus import Corpus
from model_training.data.roll_windows import RollWindows
from model_training.models.reference import Critic, Generator, ReferenceShape
from model_training.models.reference_losses import CriticLoss, generator_loss, portions
from model_training.settings import ReferenceSettings
from model_training.technique import Figures
from music_core.roll import OFF, Roll

# Keras' own; torch's is a tenth of it.
_ADAM_EPSILON = 1e-7
_CUT = 2.0
JUDGED = 64  # windows on which `distance` is computed


class ReferenceTraining:
    """Generator, critic, their optimisers and the randomness, moved on one iteration at a time.

    Kept from the reference: the critic sees fakes made with the moving statistics of the batch norms, the
    generator learns with the batch's own; a fresh batch for each update; no averaged weights. All processes
    draw the same windows and noise, and each takes its share.
    """

    def __init__(self, config: Config, corpus: Corpus, fabric: Fabric, shape: ReferenceShape) -> None:
        self.config = config
        self.settings: ReferenceSettings = config.model
        self.step = 0
        self._shape = shape
        self._fabric = fabric
        self._corpus = corpus
        self._windows = self._windows_of("train")
        self._judged: dict[str, RollWindows] = {}
        plain = self.settings.plain
        self._generator = Generator(shape, plain=plain, seed=config.seed)
        self._critic = Critic(shape, seed=config.seed + 1)
        loss = CriticLoss(self._critic, self.settings.penalty_weight, plain=plain)
        self._write, self._generator_adam = fabric.setup(self._generator, self._adam(self._generator))
        self._loss, self._critic_adam = fabric.setup(loss, self._adam(self._critic))
        self._dtype = self._generator.last.weight.dtype
        self._rng = np.random.default_rng(config.seed)
        self._torch_rng = torch.Generator().manual_seed(config.seed)

    @property
    def network(self) -> nn.Module:
        """The generator itself: the reference keeps no average."""
        return self._generator

    @property
    def steps_an_epoch(self) -> int:
        """Iterations that draw as many windows as there are, each update counting."""
        return max(1, round(self._windows.count / (self._step_size * (self.config.update_ratio + 1))))

    @property
    def total_steps(self) -> int:
        """Iterations of the whole run."""
        return self.settings.iterations or self.config.epochs * self.steps_an_epoch

    def advance(self) -> Figures:
        """One iteration. Raises FloatingPointError when a loss is not finite."""
        figures: Figures = {}
        for _ in range(self.config.update_ratio):
            figures.update(self._update_critic())
        figures.update(self._update_generator())
        if not all(np.isfinite(value) for value in figures.values()):
            raise FloatingPointError(f"A loss is no longer a number at step {self.step}; lower the learning rate.")
        self.step += 1
        return figures

    def distance(self, split: str) -> float:
        """E[D(real)] - E[D(fake)] on the same windows, with the same noises, at every call; changes nothing.

        On held-out songs it falls behind where the critic learns the training songs by heart (Gulrajani et al. 2017,
        figure 5). Raises NoWindowsError where the split holds no window.
        """
        if split not in self._judged:
            self._judged[split] = self._windows_of(split)
        real = self._rolls(self._judged[split].draw(JUDGED, np.random.default_rng(0), transpose=False))
        melody = real[:, :1].contiguous(memory_format=torch.channels_last)
        noise = self._here(self._noise(JUDGED, torch.Generator().manual_seed(0)))
        self._generator.eval()
        fake = self._fakes(melody, noise)
        with torch.no_grad(), self._fabric.autocast():
            apart = [self._critic(real[p], melody[p]) - self._critic(fake[p], melody[p]) for p in portions(real)]
        return float(torch.cat(apart).double().mean())

    def state(self) -> dict[str, Any]:
        """Tensors and plain data from which `restore` goes on bit for bit on the CPU."""
        return {
            "step": self.step,
            "network": self._generator.state_dict(),
            "critic": self._critic.state_dict(),
            "generator_adam": self._generator_adam.state_dict(),
            "critic_adam": self._critic_adam.state_dict(),
            "numpy": self._rng.bit_generator.state,
            "torch": self._torch_rng.get_state(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Take over the state of an earlier run of the same config."""
        self.step = state["step"]
        self._generator.load_state_dict(state["network"])
        self._critic.load_state_dict(state["critic"])
        self._generator_adam.load_state_dict(state["generator_adam"])
        self._critic_adam.load_state_dict(state["critic_adam"])
        self._rng.bit_generator.state = state["numpy"]
        self._torch_rng.set_state(state["torch"])

    def _windows_of(self, split: str) -> RollWindows:
        grid = self.config.grid
        return RollWindows(
            self._corpus, split, self.config.tracks, bars=grid.window_steps // (4 * grid.steps_per_quarter),
            steps_per_quarter=grid.steps_per_quarter, low_pitch=grid.low_pitch, pitches=grid.pitches,
            every_role=self.settings.every_role,
        )  # fmt: skip

    def _update_critic(self) -> Figures:
        noise = self._noise(self._step_size, self._torch_rng)
        epsilon = torch.rand(self._step_size, 1, 1, 1, generator=self._torch_rng)
        totals: Figures = {}
        self._generator.eval()
        for real, chosen, last in self._batches():
            melody = real[:, :1].contiguous(memory_format=torch.channels_last)
            fake = self._fakes(melody, self._here(noise[chosen]))
            with self._fabric.no_backward_sync(self._loss, enabled=not last):
                loss, distance = self._loss(real, fake, melody, self._here(epsilon[chosen]))
                self._fabric.backward(loss / self.config.accumulate)
            self._add(totals, {"critic": loss.item(), "distance": distance.item()})
        self._critic_adam.step()
        self._critic_adam.zero_grad(set_to_none=True)
        return totals

    def _fakes(self, melody: Tensor, noise: Tensor) -> Tensor:
        """What the generator makes of them with its moving statistics, so that portions do not matter."""
        with torch.no_grad(), self._fabric.autocast():
            made = [self._generator(melody[part], noise[part]) for part in portions(melody)]
        return torch.cat(made).to(self._dtype)

    def _update_generator(self) -> Figures:
        noise = self._noise(self._step_size, self._torch_rng)
        totals: Figures = {}
        self._generator.train()
        self._critic.requires_grad_(False)
        for real, chosen, last in self._batches():
            melody = real[:, :1].contiguous(memory_format=torch.channels_last)
            with self._fabric.no_backward_sync(self._write, enabled=not last):
                fake = self._write(melody, self._here(noise[chosen]))
                with self._fabric.autocast():
                    loss = generator_loss(self._critic, fake, melody)
                self._fabric.backward(loss / self.config.accumulate)
            self._add(totals, {"generator": loss.item()})
        self._critic.requires_grad_(True)
        self._generator_adam.step()
        self._generator_adam.zero_grad(set_to_none=True)
        return totals

    def _batches(self) -> Iterator[tuple[Tensor, slice, bool]]:
        """This process's batches of one update: rolls of -1 and 1, their share of all, and whether each is the last."""
        transpose = self.settings.transpose
        everything = self._windows.draw(self._step_size, self._rng, transpose=transpose)
        size, rank, rounds = self.config.batch_size, self._fabric.global_rank, self.config.accumulate
        for i in range(rounds):
            first = (rank * rounds + i) * size
            chosen = slice(first, first + size)
            yield self._rolls(everything[chosen]), chosen, i == rounds - 1

    def _rolls(self, windows: Roll) -> Tensor:
        """On the device, -1 and 1."""
        sounding = torch.from_numpy(windows != OFF).to(self._fabric.device)
        return sounding.contiguous(memory_format=torch.channels_last).to(self._dtype).mul_(2).sub_(1)

    @property
    def _step_size(self) -> int:
        """Windows of one update, all batches of all processes together."""
        return self.config.batch_size * self.config.accumulate * self._fabric.world_size

    def _add(self, totals: Figures, figures: Figures) -> None:
        for name, value in figures.items():
            totals[name] = totals.get(name, 0.0) + value / self.config.accumulate

    def _adam(self, network: nn.Module) -> torch.optim.Adam:
        """All of a network's parameters in one call; the biases before a batch norm move with the rest, as in Keras."""
        return torch.optim.Adam(
            network.parameters(), self.config.learning_rate, self.settings.betas, _ADAM_EPSILON, fused=True
        )

    def _noise(self, size: int, rng: torch.Generator) -> Tensor:
        """Normal with deviation 1, drawn again beyond 2; on the CPU from our own generator, so that a run resumes."""
        noise = torch.empty(self._shape.noise_shape(size))
        return nn.init.trunc_normal_(noise, 0.0, 1.0, -_CUT, _CUT, generator=rng)

    def _here(self, values: Tensor) -> Tensor:
        """On the device, and in the order in which the networks work."""
        return values.to(self._fabric.device).contiguous(memory_format=torch.channels_last)
