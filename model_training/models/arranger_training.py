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

from model_training.checkpoint import LAST, load_checkpoint
from model_training.config import Config
from model_training.data.arranger_songs import laid
from model_training.data.arranger_windows import ArrangerWindows, Batch
from model_training.data.corpus import Corpus
from model_training.data.drum_songs import drum_songs
from model_training.models.arranger import Arranger, Shape
from model_training.models.arranger_masks import Task, task_of, with_fewer_wishes
from model_training.models.filling_training import FillingTraining
from model_training.settings import ArrangerSettings
from model_training.technique import Figures
from music_core.decoding.arranger.context import from_the_bass
from music_core.decoding.arranger.features import roots, slot_features, slots_to_tokens, token_features

_WEIGHTS = {"rhythm": 1.0, "pitch": 1.0, "length": 1.0, "drums": 0.5}
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
    return ArrangerWindows(
        songs,
        settings.weights,
        edges,
        spread=settings.key_spread,
        full_songs=settings.full_songs,
        wishes=settings.wishes,
        genres=len(settings.genres),
    )


def basses_of(parts: Sequence[str]) -> tuple[int, ...]:
    """The parts that are basses, or the lowest notes of an instrument."""
    named = (part.split("|")[0] for part in parts)
    return tuple(n for n, name in enumerate(named) if name == "bass" or name.endswith(":lowest"))


def genre_numbers(genres: Sequence[str]) -> dict[str, int]:
    """The number of each genre's name; "rock|punk" is one genre with two names."""
    return {name: number for number, names in enumerate(genres) for name in names.split("|")}


def begun(shape: Shape, run: str) -> Arranger:
    """A network that knows what the one of a run's folder learned, or nothing; raises ValueError."""
    network = Arranger(shape)
    if run:
        network.begin_with(load_checkpoint(Path(run) / LAST)["network"])
    return network


class ArrangerTraining(FillingTraining):
    """Windows of eight bars, some of which is masked."""

    def __init__(self, config: Config, corpus: Corpus, fabric: Fabric, shape: Shape) -> None:
        self._settings: ArrangerSettings = config.model
        super().__init__(config, fabric, lambda: begun(shape, self._settings.begin))
        self._windows = {"train": windows_of(config, corpus, "train")}
        self.edges = self._windows["train"].edges
        self._corpus = corpus

    @property
    def steps_an_epoch(self) -> int:
        """Steps in which as many windows are drawn as there are, half of each window being the next one's."""
        return max(1, len(self._windows["train"].windows) // 2 // self._step_size)

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
                loss, _ = self._loss(self.averaged.module, batch, self._task(batch, rng))
                total += float(loss) / _BATCHES_OF_LOSS
        self.averaged.module.train(training)
        return total

    def _batch_loss(self, size: int) -> tuple[Tensor, Figures]:
        batch = self._windows["train"].draw(size, self._rng)
        task = self._task(batch, self._rng)
        batch = replace(batch, context=replace(batch.context, wishes=with_fewer_wishes(batch.context, self._rng)))
        return self._loss(self._network, batch, task)

    def _task(self, batch: Batch, rng: np.random.Generator) -> Task:
        basses = basses_of(self._settings.parts)
        return task_of(batch.lanes, batch.context.present, rng, basses, self._settings.bass_turns)

    def _pace(self) -> float:
        """A short linear rise, then half a cosine down to a twentieth."""
        rise = min(1.0, (self.step + 1) / self._settings.rise_steps)
        fall = 0.525 + 0.475 * np.cos(np.pi * min(1.0, self.step / max(1, self.total_steps)))
        return float(fall * rise)

    def _loss(self, network: nn.Module, batch: Batch, task: Task) -> tuple[Tensor, Figures]:
        shape_drums = self._settings.drums
        context = from_the_bass(batch.context, task.bass)
        slots = slots_to_tokens(slot_features(context, task.state, shape_drums, lines=self._settings.lines))
        tokens = token_features(context, task.state.stage, len(self._settings.genres))
        answers = network(*(self._share(array) for array in (slots, tokens, roots(context))))
        terms = {
            "rhythm": _found(answers[0], self._share(batch.lanes.counts), self._share(task.counts)),
            "pitch": _pitches(answers[1], self._share(task.state.onsets), self._share(task.pitches)),
            "length": _found(answers[2], self._share(batch.lanes.lengths), self._share(task.lengths)),
        }
        if shape_drums:
            terms["drums"] = _found(answers[3], self._share(batch.lanes.hits), self._share(task.hits))
        loss = sum((_WEIGHTS[name] * term for name, term in terms.items()), torch.zeros((), device=answers[0].device))
        return loss, {name: float(term.detach()) for name, term in terms.items()}


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
