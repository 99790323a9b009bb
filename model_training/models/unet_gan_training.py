"""What the improved U-Net GAN draws, and what its writer and critic make small."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from model_training.config import Config
from model_training.data.corpus import Corpus
from model_training.data.windows import Batch, Windows
from model_training.models.losses import Targets, evidence
from model_training.models.masks import draw_masks, given_planes, part_of_planes
from model_training.models.parts import parts_of
from model_training.models.unet_gan import Critic, Shape, Writer, relaxed_rolls, to_rolls
from model_training.models.vae_gan import VaeGanTraining
from model_training.settings import UnetGanSettings
from model_training.technique import Figures

JUDGED = 64  # windows on which `loss` is computed


class _Drawn(NamedTuple):
    """One batch on the device: melody, given parts, all real parts, targets, and whose noise says nothing of them.

    `known` is (batch, planes, 1, 1): 1 for the planes of given parts.
    """

    melody: Tensor
    given: Tensor
    rolls: Tensor
    targets: Targets
    known: Tensor
    loose: Tensor


class UnetGanTraining(VaeGanTraining[_Drawn, Tensor]):
    """A run of the improved U-Net GAN."""

    def __init__(self, config: Config, corpus: Corpus, fabric: Fabric, shape: Shape) -> None:
        self.settings: UnetGanSettings = config.model
        self._shape = shape
        self._parts = parts_of(config)
        self._planes = part_of_planes(self._parts, shape.lanes)
        self._windows = Windows(corpus, "train", self._parts, config.grid, self.settings.key_spread)
        self._corpus = corpus
        self._judged: dict[str, Windows] = {}
        super().__init__(config, fabric, self._networks)

    @property
    def steps_an_epoch(self) -> int:
        """Steps in which as many windows are drawn as half-overlapping ones cover the training songs."""
        return max(1, round(self._windows.steps / self.config.grid.hop_steps / self._step_size))

    def loss(self, split: str) -> float:
        """The writer's loss (nats a voice and step) on the same windows of a split at every call; changes nothing."""
        if split not in self._judged:
            self._judged[split] = Windows(self._corpus, split, self._parts, self.config.grid, spread=0)
        batch = self._judged[split].draw(JUDGED, np.random.default_rng(0))
        rng = torch.Generator().manual_seed(0)
        grid = self.config.grid
        draws = torch.rand(JUDGED, len(self._parts) + 3, generator=rng).to(self._fabric.device)
        noise = torch.randn(JUDGED, self.settings.noise, grid.window_steps // grid.cell_steps, generator=rng)
        drawn = self._prepared(batch, draws)
        # The bare writer: the wrapped one of several processes would wait for the others.
        with torch.no_grad(), self._fabric.autocast():
            loss, _ = self._loss(self._writer.module, drawn, noise.to(self._fabric.device), None)
        return float(loss)

    def _networks(self) -> tuple[Writer, Critic]:
        writer, critic = Writer(self._shape), Critic(self._shape, self.config.grid.window_steps)
        for weights in (*writer.parameters(), *critic.parameters()):
            if weights.dim() == 4:  # twice as fast on the CPU, harmless elsewhere
                weights.data = weights.data.contiguous(memory_format=torch.channels_last)
        return writer, critic

    def _draw(self, size: int) -> Callable[[slice], _Drawn]:
        everything = self._windows.draw(size, self._rng)
        draws = self._random(torch.rand, size, len(self._parts) + 3)
        return lambda chosen: self._prepared(everything.part(chosen), draws[chosen])

    def _noise(self, size: int) -> Tensor:
        grid = self.config.grid
        return self._random(torch.randn, size, self.settings.noise, grid.window_steps // grid.cell_steps)

    def _share(self, noise: Tensor, chosen: slice) -> Tensor:
        return noise[chosen]

    def _critic_loss(self, batch: _Drawn, noise: Tensor, epsilon: Tensor) -> tuple[Tensor, Figures]:
        generator = self._writer.module.generator
        with torch.no_grad(), self._fabric.autocast():
            seen = torch.cat([batch.melody, batch.given], 1)
            answer = generator.write(generator.down(seen), seen, noise)
            fake = self._composed(batch, relaxed_rolls(answer).float())
        weight = self.settings.penalty_weight
        loss, distance = self._critic.loss(batch.rolls, fake, batch.melody, epsilon, weight)
        return loss, {"critic": loss.item(), "distance": distance.item()}

    def _writer_loss(self, batch: _Drawn, noise: Tensor, prior: Tensor | None) -> tuple[Tensor, Figures]:
        return self._loss(self._writer, batch, noise, prior)

    def _loss(self, writer: nn.Module, drawn: _Drawn, noise: Tensor, prior: Tensor | None) -> tuple[Tensor, Figures]:
        settings, grid = self.settings, self.config.grid
        written = writer(drawn.melody, drawn.given, drawn.rolls, noise, drawn.loose, prior)
        parts = evidence(written.posterior, drawn.targets, written.mean, written.log_variance)
        # Free bits (Kingma et al. 2016): only divergence beyond the allowance is charged for.
        charged = torch.relu(parts.divergence - settings.free_nats)
        loss = parts.pitch + settings.onset_weight * parts.onset + parts.drums + settings.kl_weight * charged
        loss = loss / (grid.cell_steps * drawn.targets.rows.shape[1])
        figures = {"pitch": parts.pitch.item(), "onset": parts.onset.item(), "divergence": parts.divergence.item()}
        if written.posterior.drums is not None:
            figures["drums"] = parts.drums.item()
        if written.prior is not None:
            score = self._critic(self._composed(drawn, relaxed_rolls(written.prior)), drawn.melody).mean()
            loss = loss - settings.adversarial_weight * score
            figures["score"] = score.item()
        return loss, figures

    def _prepared(self, batch: Batch, draws: Tensor) -> _Drawn:
        melody, rows, onsets, hits, inside = (
            torch.from_numpy(array).to(self._fabric.device)
            for array in (batch.melody, batch.rows, batch.onsets, batch.hits, batch.inside)
        )
        rolls = to_rolls(rows, onsets, hits, self.config.grid.pitches)
        masks = draw_masks(self._parts, len(rows), draws)
        targets = Targets(rows, onsets, hits, inside, masks.asked, masks.asked_drums)
        known = masks.given[:, self._planes].float()[:, :, None, None]
        given = given_planes(rolls, masks, self._planes)
        melody, given = (planes.contiguous(memory_format=torch.channels_last) for planes in (melody, given))
        return _Drawn(melody, given, rolls, targets, known, masks.loose)

    def _composed(self, drawn: _Drawn, written: Tensor) -> Tensor:
        """What the listener would hear: the given parts and the written ones."""
        return drawn.known * drawn.rolls + (1 - drawn.known) * written
