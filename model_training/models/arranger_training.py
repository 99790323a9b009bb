"""Training the arranger: fill in what is masked, counted in nats for each thing to be found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from lightning_fabric import Fabric
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name
from torch.optim.swa_utils import AveragedModel

from model_training.config import Config
from model_training.data.arranger_songs import laid
from model_training.data.arranger_windows import ArrangerWindows, Batch
from model_training.data.corpus import Corpus
from model_training.data.drum_songs import drum_songs
from model_training.models.arranger import Arranger, Shape
from model_training.models.arranger_masks import Task, task_of, with_fewer_wishes
from model_training.settings import ArrangerSettings
from model_training.technique import Figures
from music_core.decoding.arranger.features import roots, slot_features, slots_to_tokens, token_features

_WEIGHTS = {"rhythm": 1.0, "pitch": 1.0, "length": 0.3, "drums": 0.5}
_BATCHES_OF_LOSS = 8


def windows_of(config: Config, corpus: Corpus, split: str, edges: Any = None) -> ArrangerWindows:
    """The windows of a split, and of the drum takes; a genre's songs together count by its weight."""
    settings: ArrangerSettings = config.model
    genres = genre_numbers(settings.genres)
    songs = []
    for index in corpus.songs(split):
        song = corpus.song(index)
        genre = genres.get(song.genre, 0 if len(settings.genres) == 1 else None)
        laid_song = None if genre is None else laid(song, settings.parts, genre, drums=settings.drums)
        if laid_song is not None:
            songs.append(laid_song)
    if settings.drums and settings.drum_takes:
        songs += drum_songs(Path(settings.drum_takes), split, genres, len(settings.parts))
    return ArrangerWindows(songs, settings.weights, edges, spread=settings.key_spread)


def genre_numbers(genres: Sequence[str]) -> dict[str, int]:
    """The number of each genre's name; "rock|punk" is one genre with two names."""
    return {name: number for number, names in enumerate(genres) for name in names.split("|")}


class ArrangerTraining:
    """The network, its average, the optimiser and the randomness, moved on one step at a time."""

    def __init__(self, config: Config, corpus: Corpus, fabric: Fabric, shape: Shape) -> None:
        self.config = config
        self.step = 0
        self._settings: ArrangerSettings = config.model
        self._fabric = fabric
        fabric.seed_everything(config.seed, verbose=False)
        network = Arranger(shape)
        self.averaged = AveragedModel(network, avg_fn=self._average)
        adam = torch.optim.AdamW(
            network.parameters(), config.learning_rate, (0.9, 0.98), weight_decay=self._settings.weight_decay
        )
        self._network, self._adam = fabric.setup(network, adam)
        self.averaged.to(fabric.device)
        self._windows = {"train": windows_of(config, corpus, "train")}
        self.edges = self._windows["train"].edges
        self._corpus = corpus
        self._rng = np.random.default_rng(config.seed)

    @property
    def steps_an_epoch(self) -> int:
        """Steps in which as many windows are drawn as there are, half of each window being the next one's."""
        return max(1, len(self._windows["train"].windows) // 2 // self._step_size)

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
        self._set_learning_rate()
        self._adam.zero_grad(set_to_none=True)
        totals: Figures = {}
        rounds = self.config.accumulate
        for i in range(rounds):
            batch = self._windows["train"].draw(self.config.batch_size * self._fabric.world_size, self._rng)
            task = task_of(batch.lanes, batch.context.present, self._rng)
            batch = replace(batch, context=replace(batch.context, wishes=with_fewer_wishes(batch.context, self._rng)))
            with self._fabric.no_backward_sync(self._network, enabled=i < rounds - 1):
                loss, figures = self._loss(self._network, batch, task)
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

    def loss(self, split: str) -> float:
        """The averaged network's loss on some windows of a split, always the same ones under the same masks."""
        if split not in self._windows:
            self._windows[split] = windows_of(self.config, self._corpus, split, self.edges)
        rng = np.random.default_rng(0)
        training = self.averaged.module.training
        self.averaged.module.eval()
        total = 0.0
        with torch.no_grad():
            for _ in range(_BATCHES_OF_LOSS):
                batch = self._windows[split].draw(self.config.batch_size, rng)
                loss, _ = self._loss(self.averaged.module, batch, task_of(batch.lanes, batch.context.present, rng))
                total += float(loss) / _BATCHES_OF_LOSS
        self.averaged.module.train(training)
        return total

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

    def _loss(self, network: nn.Module, batch: Batch, task: Task) -> tuple[Tensor, Figures]:
        shape_drums = self._settings.drums
        slots = slots_to_tokens(slot_features(batch.context, task.state, shape_drums))
        tokens = token_features(batch.context, task.state.stage, len(self._settings.genres))
        answers = network(*(self._share(array) for array in (slots, tokens, roots(batch.context))))
        terms = {
            "rhythm": _found(answers[0], self._share(batch.lanes.counts), self._share(task.counts)),
            "pitch": _pitches(answers[1], self._share(task.state.onsets), self._share(task.pitches)),
            "length": _found(answers[2], self._share(batch.lanes.lengths), self._share(task.lengths)),
        }
        if shape_drums:
            terms["drums"] = _found(answers[3], self._share(batch.lanes.hits), self._share(task.hits))
        loss = sum((_WEIGHTS[name] * term for name, term in terms.items()), torch.zeros((), device=answers[0].device))
        return loss, {name: float(term.detach()) for name, term in terms.items()}

    def _share(self, array: Any) -> Tensor:
        """This process's windows of a batch, on its device."""
        size = len(array) // self._fabric.world_size
        first = self._fabric.global_rank * size
        return torch.from_numpy(np.ascontiguousarray(array[first : first + size])).to(self._fabric.device)

    def _set_learning_rate(self) -> None:
        """A short linear rise, then half a cosine down to a twentieth."""
        rise = min(1.0, (self.step + 1) / self._settings.rise_steps)
        fall = 0.525 + 0.475 * np.cos(np.pi * min(1.0, self.step / max(1, self.total_steps)))
        for group in self._adam.param_groups:
            group["lr"] = float(self.config.learning_rate * fall * rise)

    def _average(self, average: Tensor, current: Tensor, count: Any) -> Tensor:
        decay = min(self._settings.ema_decay, (1 + int(count)) / (10 + int(count)))
        return average + (1 - decay) * (current - average)


def _found(logits: Tensor, truth: Tensor, wanted: Tensor) -> Tensor:
    """Mean cross-entropy in nats over what is to be found; 0 where that is nothing."""
    loss = F.cross_entropy(logits[wanted], truth[wanted].long(), reduction="sum")
    return loss / max(1, int(wanted.sum()))


def _pitches(logits: Tensor, known: Tensor, hidden: Tensor) -> Tensor:
    """Mean nats a hidden note when a slot's notes are found one by one in any order, each once."""
    here = hidden.any(dim=-1)
    logits, known, hidden = logits[here], known[here], hidden[here]
    likely = torch.log_softmax(logits.masked_fill(known, -1e4), dim=-1)
    return -(likely * hidden).sum() / max(1, int(hidden.sum()))
