"""One training step of the U-Net GAN and the state that it changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from lightning_fabric import Fabric
from torch import Tensor
from torch.optim.swa_utils import AveragedModel

from model_training.bundle import shape_of
from model_training.config import Config
from model_training.data.windows import Batch, Windows
from model_training.models.losses import critic_loss, evidence
from model_training.models.unet_gan import Critic, Generator, Writer, relaxed_rolls, to_rolls

Figures = dict[str, float]


class Trainer:
    """Writer, critic, their optimisers, the averaged generator and the randomness, moved on one step at a time."""

    def __init__(self, config: Config, windows: Windows, fabric: Fabric) -> None:
        self.config = config
        self.step = 0
        self._windows = windows
        self._fabric = fabric
        fabric.seed_everything(config.seed, verbose=False)
        shape = shape_of(config)
        writer, critic = Writer(shape), Critic(shape, config.grid.window_steps)
        for weights in (*writer.parameters(), *critic.parameters()):
            if weights.dim() == 4:  # twice as fast on the CPU, harmless elsewhere
                weights.data = weights.data.contiguous(memory_format=torch.channels_last)
        betas = config.betas
        writer_adam = torch.optim.AdamW(
            writer.parameters(), config.learning_rate, betas, weight_decay=config.weight_decay
        )
        critic_adam = torch.optim.AdamW(critic.parameters(), config.critic_learning_rate, betas, weight_decay=0.0)
        self.averaged = AveragedModel(writer.generator, avg_fn=self._average)
        self._writer, self._writer_adam = fabric.setup(writer, writer_adam)
        self._critic, self._critic_adam = fabric.setup(critic, critic_adam)
        self.averaged.to(fabric.device)
        # Every process draws its own windows and noise.
        self._rng = np.random.default_rng([config.seed, fabric.global_rank])
        self._torch_rng = torch.Generator().manual_seed(config.seed * 1000 + fabric.global_rank)

    @property
    def generator(self) -> Generator:
        """The averaged generator: the one to listen to, evaluate and export."""
        module = self.averaged.module
        assert isinstance(module, Generator)
        return module

    @property
    def steps_an_epoch(self) -> int:
        """Steps in which as many windows are drawn as half-overlapping ones cover the training pieces."""
        size = self.config.batch_size * self._fabric.world_size
        return max(1, round(self._windows.steps / self.config.grid.hop_steps / size))

    @property
    def total_steps(self) -> int:
        """Steps of the whole run."""
        return self.config.epochs * self.steps_an_epoch

    @property
    def adversarial(self) -> bool:
        """Whether the critic has a say by now."""
        return self.step >= self.config.warmup_epochs * self.steps_an_epoch

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
            "averaged": self.averaged.state_dict(),
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
        self.averaged.load_state_dict(state["averaged"])
        self._writer_adam.load_state_dict(state["writer_adam"])
        self._critic_adam.load_state_dict(state["critic_adam"])
        self._rng.bit_generator.state = state["numpy"]
        self._torch_rng.set_state(state["torch"])

    def _update_critic(self) -> Figures:
        melody, real, _ = self._draw()
        with torch.no_grad(), self._fabric.autocast():
            fake = relaxed_rolls(*self._unwrapped().generator(melody, self._noise(len(melody))))
        epsilon = self._random(torch.rand, len(melody), 1, 1, 1)
        loss, distance = critic_loss(self._critic, real, fake.float(), melody, epsilon, self.config.penalty_weight)
        self._critic_adam.zero_grad(set_to_none=True)
        self._fabric.backward(loss)
        self._critic_adam.step()
        return {"critic": loss.item(), "distance": distance.item()}

    def _update_writer(self) -> Figures:
        config = self.config
        melody, real, batch = self._draw()
        rows, onsets, inside = self._tensors(batch.rows, batch.onsets, batch.inside)
        drawn = self._noise(len(melody)) if self.adversarial else None
        written = self._writer(melody, real, self._noise(len(melody)), drawn)
        logits, onset_logits = written.posterior
        parts = evidence(logits, onset_logits, rows, onsets, inside, written.mean, written.log_variance)
        # Free bits (Kingma et al. 2016): only divergence beyond the allowance is charged for.
        charged = torch.relu(parts.divergence - config.free_nats)
        loss = parts.pitch + config.onset_weight * parts.onset + config.kl_weight * charged
        loss = loss / (config.grid.cell_steps * rows.shape[1])
        figures = {"pitch": parts.pitch.item(), "onset": parts.onset.item(), "divergence": parts.divergence.item()}
        if written.prior is not None:
            self._critic.requires_grad_(False)
            score = self._critic(relaxed_rolls(*written.prior), melody).mean()
            loss = loss - config.adversarial_weight * score
            figures["score"] = score.item()
        self._writer_adam.zero_grad(set_to_none=True)
        self._fabric.backward(loss)
        self._critic.requires_grad_(True)
        self._writer_adam.step()
        return figures

    def _draw(self) -> tuple[Tensor, Tensor, Batch]:
        batch = self._windows.draw(self.config.batch_size, self._rng)
        melody, rows, onsets = self._tensors(batch.melody, batch.rows, batch.onsets)
        real = to_rolls(rows, onsets, self.config.grid.pitches)
        return melody.contiguous(memory_format=torch.channels_last), real, batch

    def _tensors(self, *arrays: Any) -> Iterator[Tensor]:
        return (torch.from_numpy(array).to(self._fabric.device) for array in arrays)

    def _noise(self, size: int) -> Tensor:
        return self._random(torch.randn, size, self.config.noise, self.config.grid.window_steps // 16)

    def _random(self, draw: Any, *shape: int) -> Tensor:
        """Drawn on the CPU from our own generator, so that a resumed run continues the same stream."""
        values: Tensor = draw(*shape, generator=self._torch_rng)
        return values.to(self._fabric.device)

    def _unwrapped(self) -> Writer:
        module: Writer = self._writer.module
        return module

    def _set_learning_rates(self) -> None:
        """A short linear rise; then the writer's rate falls by half a cosine to a tenth; the critic's stays."""
        rise = min(1.0, (self.step + 1) / self.config.rise_steps)
        fall = 0.55 + 0.45 * np.cos(np.pi * min(1.0, self.step / max(1, self.total_steps)))
        rates = (
            (self._writer_adam, self.config.learning_rate * fall),
            (self._critic_adam, self.config.critic_learning_rate),
        )
        for adam, rate in rates:
            for group in adam.param_groups:
                group["lr"] = float(rate * rise)  # a numpy number would not be plain data in a checkpoint

    def _average(self, average: Tensor, current: Tensor, count: Any) -> Tensor:
        """Moving average whose memory grows with age, so that it is good early on too."""
        decay = min(self.config.ema_decay, (1 + int(count)) / (10 + int(count)))
        return average + (1 - decay) * (current - average)
