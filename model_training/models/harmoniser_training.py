"""Training the harmoniser: windows of songs, whole slots and whole views of the melody now and then unheard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from lightning_fabric import Fabric
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the usual name

from model_training.config import Config
from model_training.data.corpus import Corpus
from model_training.data.harmony_songs import UNKNOWN, HarmonySong, harmony_songs, with_singers
from model_training.harmoniser_settings import HarmoniserSettings
from model_training.models.filling_training import FillingTraining
from model_training.models.harmoniser import PITCH_SIZE, Harmoniser, Shape
from model_training.technique import Figures
from music_core.harmony.slots import PLACE_SIZE, VIEWS
from music_core.harmony.vocabulary import NAMES, STATES, majmin

_JUDGED = 48  # windows on which `loss` is computed
_UNHEARD = 0.1  # share of slots, and of views, that are left out
# Where a key finder errs, by what it sees most often as the key instead: fifths up and down, tones, semitones.
_WRONG_KEYS = (7, 5, 7, 5, 2, 10, 1, 11)


class Batch(NamedTuple):
    """Windows of slots: inputs float32, what is to be found int64, -1 where nothing is known."""

    pitches: NDArray[np.float32]
    places: NDArray[np.float32]
    genre: NDArray[np.float32]
    states: NDArray[np.int64]
    basses: NDArray[np.int64]
    changes: NDArray[np.int64]


class HarmoniserTraining(FillingTraining):
    """Windows of slots with their melody, whose chords are to be found."""

    def __init__(self, config: Config, corpus: Corpus, fabric: Fabric, shape: Shape) -> None:
        super().__init__(config, fabric, lambda: Harmoniser(shape))
        self._settings: HarmoniserSettings = config.model
        self._songs = {"train": self._read(corpus, "train")}
        self._corpus = corpus
        self._classes = torch.from_numpy(majmin()).to(fabric.device)

    @property
    def steps_an_epoch(self) -> int:
        """Steps in which as many slots are drawn as the first genre's songs have."""
        slots = sum(len(song) for song, genre in self._songs["train"] if genre == 0)
        return max(1, slots // (self._settings.window * self._step_size))

    def loss(self, split: str) -> float:
        """The averaged network's nats a chord on the same windows of a split at every call; changes nothing."""
        if split not in self._songs:
            self._songs[split] = self._read(self._corpus, split)
        batch = self._draw(split, _JUDGED, np.random.default_rng(0), learning=False)
        training = self.averaged.module.training
        self.averaged.module.eval()
        with torch.no_grad():
            _, figures = self._loss(self.averaged.module, batch, 0.0)
        self.averaged.module.train(training)
        return figures["chords"]

    def _batch_loss(self, size: int) -> tuple[Tensor, Figures]:
        return self._loss(self._network, self._draw("train", size, self._rng, learning=True), self._settings.smoothing)

    def _pace(self) -> float:
        """A linear rise over a tenth of the run, then half a cosine down to a hundredth."""
        done = self.step / max(1, self.total_steps)
        rise = min(1.0, (done + 0.5 / max(1, self.total_steps)) / 0.1)
        fall = 0.505 + 0.495 * np.cos(np.pi * min(1.0, done))
        return float(fall * rise)

    def _read(self, corpus: Corpus, split: str) -> list[tuple[HarmonySong, int]]:
        settings = self._settings
        songs = harmony_songs(corpus, split, settings.genres, settings.also, settings.most_slots)
        if not songs:
            raise ValueError(f"No {split} song of {corpus.spec.title} has chords for the genres of [model].")
        return with_singers(songs, settings.genres)

    def _draw(self, split: str, size: int, rng: np.random.Generator, *, learning: bool) -> Batch:
        songs = self._songs[split]
        chances = self._chances(songs)
        batch = empty_batch(size, self._settings.window, len(self._settings.genres))
        for row, number in enumerate(rng.choice(len(songs), size, p=chances)):
            song, genre = songs[number]
            wrong = learning and rng.random() < self._settings.wrong_keys
            put(batch, row, song, genre, rng, _WRONG_KEYS[rng.integers(len(_WRONG_KEYS))] if wrong else 0)
        if learning:
            views = batch.pitches.reshape(size, -1, len(VIEWS), 12)
            views *= rng.random((size, views.shape[1], 1, 1)) >= _UNHEARD
            views *= rng.random((size, 1, len(VIEWS), 1)) >= _UNHEARD
        return batch

    def _chances(self, songs: Sequence[tuple[HarmonySong, int]]) -> NDArray[np.float64]:
        """How often each song is drawn: by its length, each genre's songs together by the genre's weight."""
        genres = np.array([genre for _, genre in songs])
        lengths = np.array([len(song) for song, _ in songs], np.float64)
        wanted = np.array(self._settings.weights or [1.0] * len(self._settings.genres))
        there = np.bincount(genres, lengths, minlength=len(wanted))
        chances: NDArray[np.float64] = lengths * wanted[genres] / there[genres]
        chances /= chances.sum()
        return chances

    def _loss(self, network: nn.Module, batch: Batch, smoothing: float) -> tuple[Tensor, Figures]:
        pitches, places, genre, states, basses, changes = (self._share(array) for array in batch)
        chords, bass, change = network(pitches, places, genre)
        found = {
            "chords": F.cross_entropy(
                chords.flatten(0, 1), states.flatten(), ignore_index=UNKNOWN, label_smoothing=smoothing
            ),
            "triads": self._coarse(chords.flatten(0, 1), states.flatten()),
            "basses": F.cross_entropy(bass.flatten(0, 1), basses.flatten(), ignore_index=UNKNOWN),
            "changes": F.binary_cross_entropy_with_logits(change[changes >= 0], changes[changes >= 0].float()),
        }
        weights = {"chords": 1.0, "triads": 0.5, "basses": 0.2, "changes": 0.3}
        loss = torch.stack([weights[name] * value for name, value in found.items()]).sum()
        return loss, {name: float(value.detach()) for name, value in found.items()}

    def _coarse(self, chords: Tensor, states: Tensor) -> Tensor:
        """Nats for root and major or minor alone: a seventh too many is a smaller fault than a wrong root."""
        known = self._classes[states.clamp(min=0)]
        asked = (states >= 0) & (known >= 0)
        logs = torch.log_softmax(chords[asked], dim=-1)
        tables = [logs[:, self._classes == number].logsumexp(dim=-1) for number in range(24)]
        return F.nll_loss(torch.stack(tables, dim=-1), known[asked])


def empty_batch(size: int, window: int, genres: int) -> Batch:
    """A batch of nothing but padding."""
    pitches, places = (np.zeros((size, window, width), np.float32) for width in (PITCH_SIZE, PLACE_SIZE))
    states, basses, changes = (np.full((size, window), UNKNOWN, np.int64) for _ in range(3))
    return Batch(pitches, places, np.zeros((size, genres), np.float32), states, basses, changes)


def put(batch: Batch, row: int, song: HarmonySong, genre: int, rng: np.random.Generator, higher: int) -> None:
    """Write a window of a song into a row of a batch, its key `higher` semitones above home."""
    window = batch.states.shape[1]
    start = int(rng.integers(max(1, len(song) - window + 1)))
    end = min(len(song), start + window)
    here, size = slice(start, end), end - start
    views = song.pitches[here].reshape(size, len(VIEWS), 12)
    batch.pitches[row, :size] = np.roll(views, higher, axis=-1).reshape(size, -1)
    batch.places[row, :size] = song.places[here]
    batch.genre[row, genre] = 1.0
    states, basses = song.states[here], song.basses[here]
    moved = 1 + (states - 1 + higher * len(NAMES)) % (STATES - 1)
    batch.states[row, :size] = np.where(states > 0, moved, states)
    batch.basses[row, :size] = np.where(basses >= 0, (basses + higher) % 12, UNKNOWN)
    both = (states[1:] >= 0) & (states[:-1] >= 0)
    batch.changes[row, 1:size] = np.where(both, states[1:] != states[:-1], UNKNOWN)
