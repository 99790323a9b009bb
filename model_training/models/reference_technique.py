"""The reference's U-Net GAN as a row of the table of techniques."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from model_training.models.reference import Generator, ReferenceShape
from model_training.models.reference_training import ReferenceTraining
from model_training.settings import ReferenceSettings
from model_training.technique import Technique, Training
from music_core.decoding.predictor import FloatArray, Predictor
from music_core.decoding.reference import arrange, window_noise
from music_core.manifest import Manifest, OptionSpec, TensorSpec
from music_core.melody import find_melody
from music_core.score import Score

if TYPE_CHECKING:
    from lightning_fabric import Fabric

    from model_training.config import Config
    from model_training.data.corpus import Corpus


def shape_of(config: Config) -> ReferenceShape:
    """Sizes of the networks that a config asks for; ValueError where they cannot be."""
    grid = config.grid
    if grid.window_steps % (4 * grid.steps_per_quarter):
        raise ValueError("The reference hears whole bars of 4/4: window_steps must be a multiple of a bar's steps.")
    settings: ReferenceSettings = config.model
    return ReferenceShape(1 + len(config.tracks), grid.window_steps, grid.pitches, settings.width, settings.noise)


def training(config: Config, corpus: Corpus, fabric: Fabric) -> Training:
    """A run of this technique."""
    return ReferenceTraining(config, corpus, fabric, shape_of(config))


def network(config: Config) -> Generator:
    """A fresh generator."""
    return Generator(shape_of(config), seed=config.seed)


def inputs(config: Config) -> tuple[TensorSpec, ...]:
    """The melody's roll of -1 and 1, and the noise at the bottleneck."""
    shape = shape_of(config)
    return (
        TensorSpec("melody", "float32", ("batch", 1, shape.steps, shape.pitches)),
        TensorSpec("noise", "float32", ("batch", *shape.noise_shape(1)[1:])),
    )


def outputs(config: Config) -> tuple[TensorSpec, ...]:
    """All tracks, melody first, each cell in -1..1; it sounds above 0."""
    shape = shape_of(config)
    return (TensorSpec("rolls", "float32", ("batch", shape.tracks, shape.steps, shape.pitches)),)


def example(config: Config, batch: int, units: int) -> dict[str, FloatArray]:
    """Inputs of a batch; the reference's windows have one length, so `units` changes nothing."""
    del units
    shape = shape_of(config)
    sounding = np.random.default_rng(0).random((batch, 1, shape.steps, shape.pitches)) < 0.05
    melody = np.where(sounding, 1, -1).astype(np.float32)
    return {"melody": melody, "noise": window_noise(0, "example", batch, shape.noise_shape(1)[1:])}


def dynamic(config: Config) -> dict[str, Any]:
    """Any batch."""
    del config
    batch = torch.export.Dim("batch", min=1, max=256)
    return {"melody": {0: batch}, "noise": {0: batch}}


def options(config: Config) -> tuple[OptionSpec, ...]:
    """The reference has none."""
    del config
    return ()


def setting(
    predictor: Predictor, manifest: Manifest, score: Score, *, seed: int, options: Mapping[str, float]
) -> Score:
    """The score's first track with the model's parts; the melody as the network redraws it is dropped."""
    melody = find_melody(score, 0)
    return score.with_tracks(score.tracks[0], *arrange(predictor, manifest, score, melody, seed=seed, options=options))


TECHNIQUE = Technique(
    "unet-gan-reference", ReferenceSettings, training, network, inputs, outputs, example, dynamic, options, setting
)
