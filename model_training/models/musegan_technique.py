"""MuseGAN as a row of the table of techniques."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from model_training.models.musegan import Generator, Shape
from model_training.models.musegan_training import MuseTraining
from model_training.settings import MuseSettings
from model_training.technique import Technique, Training
from music_core.decoding.gan import NOISE_OPTION
from music_core.decoding.musegan import BARS_OPTION, FULLNESS_OPTION, arrange, from_scratch, takes_melody
from music_core.decoding.predictor import FloatArray, Predictor
from music_core.manifest import Manifest, OptionSpec, TensorSpec
from music_core.melody import find_melody
from music_core.score import TICKS_PER_QUARTER, Score

if TYPE_CHECKING:
    from lightning_fabric import Fabric

    from model_training.config import Config
    from model_training.data.corpus import Corpus


def shape_of(config: Config) -> Shape:
    """Sizes of the network that a config asks for; a melody among its tracks is written, not given."""
    grid, written = config.grid, "melody" in config.tracks
    if written and config.tracks[0] != "melody":
        raise ValueError("A melody that is to be written must be the first of the tracks.")
    if grid.cell_steps != 4 * grid.steps_per_quarter or grid.window_steps % grid.cell_steps:
        raise ValueError("The grid's cell_steps must be a bar of four quarters, its window_steps whole bars.")
    if grid.hop_steps != grid.window_steps:
        raise ValueError("MuseGAN writes phrase after phrase: the grid's hop_steps must be its window_steps.")
    return Shape(
        len(config.tracks), not written, grid.window_steps // grid.cell_steps, grid.cell_steps, grid.pitches,
        config.model.noise, config.model.width,
    )  # fmt: skip


def training(config: Config, corpus: Corpus, fabric: Fabric) -> Training:
    """A run of this technique."""
    return MuseTraining(config, corpus, fabric, shape_of(config))


def network(config: Config) -> Generator:
    """A fresh generator."""
    return Generator(shape_of(config))


def inputs(config: Config) -> tuple[TensorSpec, ...]:
    """The four noises and, where one is given, the melody's sounding and struck cells."""
    s = shape_of(config)
    noises = (
        TensorSpec("shared", "float32", ("batch", s.noise)),
        TensorSpec("shared_bars", "float32", ("batch", s.noise, s.bars)),
        TensorSpec("private", "float32", ("batch", s.tracks, s.noise)),
        TensorSpec("private_bars", "float32", ("batch", s.tracks, s.noise, s.bars)),
    )
    melody = (TensorSpec("melody", "float32", ("batch", 2, s.bars * s.steps, s.pitches)),)
    return noises + (melody if s.melody else ())


def outputs(config: Config) -> tuple[TensorSpec, ...]:
    """Logits of sounding and of being struck, for every cell of every track."""
    s = shape_of(config)
    cells = ("batch", s.tracks, s.bars * s.steps, s.pitches)
    return tuple(TensorSpec(name, "float32", cells) for name in ("sounding_logits", "onset_logits"))


def example(config: Config, batch: int, units: int) -> dict[str, FloatArray]:
    """Noise and thin melodies; every example is one phrase long, whatever the units."""
    del units
    rng = np.random.default_rng(0)
    tensors = {}
    for spec in inputs(config):
        shape = (batch, *(int(size) for size in spec.shape[1:]))
        drawn = rng.random(shape) < 0.01 if spec.name == "melody" else rng.standard_normal(shape)
        tensors[spec.name] = drawn.astype(np.float32)
    return tensors


def dynamic(config: Config) -> dict[str, Any]:
    """Any batch."""
    batch = torch.export.Dim("batch", min=1, max=256)
    return {spec.name: {0: batch} for spec in inputs(config)}


def options(config: Config) -> tuple[OptionSpec, ...]:
    """How far the noise may stray, how many doubtful notes are played, and where no melody tells it, how many bars."""
    shared = (
        OptionSpec(NOISE_OPTION, "Safe to wild", 0.0, 1.5, 0.8, "Safe", "Wild"),
        OptionSpec(FULLNESS_OPTION, "Sparse to full", -3.0, 3.0, config.model.fullness, "Sparse", "Full"),
    )
    # The studio's sliders have a hundred steps, so that each of them is a bar here.
    length = OptionSpec(BARS_OPTION, "Length in bars", 1.0, 101.0, 8.0)
    return shared if shape_of(config).melody else (*shared, length)


def setting(
    predictor: Predictor, manifest: Manifest, score: Score, *, seed: int, options: Mapping[str, float]
) -> Score:
    """The score's first track with the model's parts; a model that takes no melody writes a piece as long."""
    if takes_melody(manifest):
        melody = find_melody(score, 0)
        parts = arrange(predictor, manifest, score, melody, seed=seed, options=options)
        return score.with_tracks(score.tracks[0], *parts)
    bars = -(-max(track.end_tick for track in score.tracks) // (4 * TICKS_PER_QUARTER))
    return from_scratch(predictor, manifest, bars=max(1, bars), seed=seed, options=options)


TECHNIQUE = Technique("musegan", MuseSettings, training, network, inputs, outputs, example, dynamic, options, setting)
