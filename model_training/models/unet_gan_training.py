"""One training step of the improved U-Net GAN and the state that it changes."""

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
from model_training.data.windows import Batch, Windows
from model_training.models.losses import Targets, critic_loss, evidence
from model_training.models.masks import draw_masks, given_planes, part_of_planes
from model_training.models.parts import parts_of
from model_training.models.unet_gan import Critic, Shape, Writer, relaxed_rolls, to_rolls
from model_training.settings import UnetGanSettings
from model_training.technique import Figures

JUDGED = 64  # windows on which `loss` is computed


class _Drawn(NamedTuple):
    """One batch on the device: melody, given parts, all real parts, targets, the share of all noise.

    `known` is (batch, planes, 1, 1): 1 for the planes of given parts.
    """

    melody: Tensor
    given: Tensor
    rolls: Tensor
    targets: Targets
    known: Tensor
    loose: Tensor
    chosen: slice


class UnetGanTraining:
    """Writer, critic, their optimisers, the averaged generator and the randomness, moved on one step at a time.

    All processes draw the same windows and noise and each takes its share, so that two processes with half the
    batch make the same step as one.
    """

    def __init__(self, config: Config, corpus: Corpus, fabric: Fabric, shape: Shape) -> None:
        self.config = config
        self.settings: UnetGanSettings = config.model
        self.step = 0
        self._parts = parts_of(config)
        self._planes = part_of_planes(self._parts, shape.lanes)
        self._windows = Windows(corpus, "train", self._parts, config.grid, self.settings.key_spread)
        self._corpus = corpus
        self._judged: dict[str, Windows] = {}
        self._fabric = fabric
        fabric.seed_everything(config.seed, verbose=False)
        writer, critic = Writer(shape), Critic(shape, config.grid.window_steps)
        for weights in (*writer.parameters(), *critic.parameters()):
            if weights.dim() == 4:  # twice as fast on the CPU, harmless elsewhere
                weights.data = weights.data.contiguous(memory_format=torch.channels_last)
        betas = self.settings.betas
        decay = self.settings.weight_decay
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
        """Steps in which as many windows are drawn as half-overlapping ones cover the training pieces."""
        size = self._step_size
        return max(1, round(self._windows.steps / self.config.grid.hop_steps / size))

    @property
    def total_steps(self) -> int:
        """Steps of the whole run."""
        return self.config.epochs * self.steps_an_epoch

    @property
    def adversarial(self) -> bool:
        """Whether the critic has a say by now."""
        return self.step >= self.settings.warmup_epochs * self.steps_an_epoch

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

    def loss(self, split: str) -> float:
        """The writer's loss (nats a voice and step) on the same windows of a split at every call; changes nothing."""
        if split not in self._judged:
            self._judged[split] = Windows(self._corpus, split, self._parts, self.config.grid, spread=0)
        batch = self._judged[split].draw(JUDGED, np.random.default_rng(0))
        rng = torch.Generator().manual_seed(0)
        grid = self.config.grid
        draws = torch.rand(JUDGED, len(self._parts) + 3, generator=rng).to(self._fabric.device)
        noise = torch.randn(JUDGED, self.settings.noise, grid.window_steps // grid.cell_steps, generator=rng)
        drawn = self._prepared(batch, draws, slice(0, JUDGED))
        # The bare writer: the wrapped one of several processes would wait for the others.
        with torch.no_grad(), self._fabric.autocast():
            loss, _ = self._writer_loss(self._unwrapped(), drawn, noise.to(self._fabric.device), None)
        return float(loss)

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
        for drawn, last in self._batches():
            with torch.no_grad(), self._fabric.autocast():
                generator = self._unwrapped().generator
                seen = torch.cat([drawn.melody, drawn.given], 1)
                answer = generator.write(generator.down(seen), seen, noise[drawn.chosen])
                fake = self._composed(drawn, relaxed_rolls(answer).float())
            with self._fabric.no_backward_sync(self._critic, enabled=not last):
                loss, distance = critic_loss(
                    self._critic, drawn.rolls, fake, drawn.melody, epsilon[drawn.chosen], self.settings.penalty_weight
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
        for drawn, last in self._batches():
            chosen = drawn.chosen
            with self._fabric.no_backward_sync(self._writer, enabled=not last):
                drawn_prior = None if prior is None else prior[chosen]
                loss, figures = self._writer_loss(self._writer, drawn, noise[chosen], drawn_prior)
                self._fabric.backward(loss / self.config.accumulate)
            self._add(totals, figures)
        self._critic.requires_grad_(True)
        self._writer_adam.step()
        return totals

    def _writer_loss(
        self, writer: nn.Module, drawn: _Drawn, noise: Tensor, prior: Tensor | None
    ) -> tuple[Tensor, Figures]:
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

    def _batches(self) -> Iterator[tuple[_Drawn, bool]]:
        """This process's batches of one step, and whether each is the last."""
        everything = self._windows.draw(self._step_size, self._rng)
        draws = self._random(torch.rand, self._step_size, len(self._parts) + 3)
        size, rank, rounds = self.config.batch_size, self._fabric.global_rank, self.config.accumulate
        for i in range(rounds):
            first = (rank * rounds + i) * size
            chosen = slice(first, first + size)
            yield self._prepared(everything.part(chosen), draws[chosen], chosen), i == rounds - 1

    def _prepared(self, batch: Batch, draws: Tensor, chosen: slice) -> _Drawn:
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
        return _Drawn(melody, given, rolls, targets, known, masks.loose, chosen)

    def _composed(self, drawn: _Drawn, written: Tensor) -> Tensor:
        """What the listener would hear: the given parts and the written ones."""
        return drawn.known * drawn.rolls + (1 - drawn.known) * written

    @property
    def _step_size(self) -> int:
        """Windows of one step, all batches of all processes together."""
        return self.config.batch_size * self.config.accumulate * self._fabric.world_size

    def _add(self, totals: Figures, figures: Figures) -> None:
        for name, value in figures.items():
            totals[name] = totals.get(name, 0.0) + value / self.config.accumulate

    def _noise(self) -> Tensor:
        grid = self.config.grid
        return self._random(torch.randn, self._step_size, self.settings.noise, grid.window_steps // grid.cell_steps)

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
