"""A tiny corpus made up by rule, so that training can be tested in seconds without files."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
import pytest

from music_core.manifest import GridSpec
from music_core.score import TICKS_PER_QUARTER as Q
from music_core.score import Metre, Note

if TYPE_CHECKING:
    from model_training.config import Config
    from model_training.data.corpus import Corpus
    from model_training.data.song import Song

if find_spec("torch") is None:  # the app's own tests run without it
    collect_ignore_glob = ["test_*.py"]
else:
    import torch

    torch.set_num_threads(1)  # tiny tensors: a second thread costs more than it brings


def made_up_song(name: str, seed: int, beats: int = 24) -> Song:
    """A random walk for a soprano with fourths, octaves and double octaves under it."""
    from model_training.data.song import Song, part_of

    rng = np.random.default_rng(seed)
    scale = [60, 62, 64, 65, 67, 69, 71, 72, 74, 76, 77, 79]
    degree = np.clip(np.cumsum(rng.integers(-2, 3, beats)) + 7, 4, 11)
    tops = [scale[d] for d in degree]
    roles = (("melody", 0), ("alto", 5), ("tenor", 12), ("bass", 24))
    parts = tuple(
        part_of(role, 52, tuple(Note(i * Q, p - down, Q) for i, p in enumerate(tops))) for role, down in roles
    )
    return Song(name, name, "made up", "test", "CC0", "green", parts, (Metre(0),), 100.0, 0, False)


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    from model_training.data.corpus import corpus_of

    songs = [made_up_song(f"piece-{i:02d}", i) for i in range(24)]
    return corpus_of(songs, ["valid", "test", "valid", "test"] + ["train"] * 20, "made up")


@pytest.fixture
def config() -> Config:
    from model_training.config import Config
    from model_training.settings import UnetGanSettings

    return Config(
        "tiny", "Tiny", "test", "", epochs=2, batch_size=4, evaluate_every=1,
        grid=GridSpec(window_steps=32, hop_steps=16),
        model=UnetGanSettings(warmup_epochs=0, width=16, noise=4, rise_steps=1),
    )  # fmt: skip
