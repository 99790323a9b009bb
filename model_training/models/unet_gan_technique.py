"""The improved U-Net GAN as a row of the table of techniques."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from model_training.data.windows import lanes_of
from model_training.models.parts import parts_of, voices_of
from model_training.models.unet_gan import Generator, Shape
from model_training.models.unet_gan_training import UnetGanTraining
from model_training.settings import UnetGanSettings
from model_training.technique import Technique, Training
from music_core.decoding.gan import NOISE_OPTION, arrange
from music_core.decoding.predictor import FloatArray, Predictor
from music_core.decoding.voices import CHANNELS
from music_core.manifest import Manifest, OptionSpec, TensorSpec
from music_core.melody import find_melody
from music_core.score import Score

if TYPE_CHECKING:
    from lightning_fabric import Fabric

    from model_training.config import Config
    from model_training.data.corpus import Corpus


def shape_of(config: Config) -> Shape:
    """Sizes of the network that a config asks for; ValueError where it cannot be."""
    parts = parts_of(config)
    grid = config.grid
    if not voices_of(parts):
        raise ValueError("tracks must name at least one part that is not drums.")
    if grid.window_steps % 16 or grid.pitches % 16 or grid.cell_steps != 16:
        raise ValueError("The grid's window_steps and pitches must be multiples of 16, its cell_steps 16.")
    return Shape(
        voices_of(parts), grid.pitches, config.model.width, config.model.noise, lanes=lanes_of(parts), parts=len(parts)
    )


def training(config: Config, corpus: Corpus, fabric: Fabric) -> Training:
    """A run of this technique."""
    return UnetGanTraining(config, corpus, fabric, shape_of(config))


def network(config: Config) -> Generator:
    """A fresh generator."""
    return Generator(shape_of(config))


def inputs(config: Config) -> tuple[TensorSpec, ...]:
    """The melody's planes, those of the parts that are there already, and the noise."""
    return (
        TensorSpec("melody", "float32", ("batch", len(CHANNELS), "steps", config.grid.pitches)),
        TensorSpec("given", "float32", ("batch", shape_of(config).given, "steps", config.grid.pitches)),
        TensorSpec("noise", "float32", ("batch", config.model.noise, "cells")),
    )


def outputs(config: Config) -> tuple[TensorSpec, ...]:
    """Logits of the lines' pitches and onsets and, where there are drums, of their hits."""
    shape = shape_of(config)
    specs = (
        TensorSpec("pitch_logits", "float32", ("batch", shape.voices, "steps", shape.pitches + 1)),
        TensorSpec("onset_logits", "float32", ("batch", shape.voices, "steps")),
    )
    drums = (TensorSpec("drum_logits", "float32", ("batch", shape.lanes, "steps")),)
    return specs + (drums if shape.lanes else ())


def example(config: Config, batch: int, units: int) -> dict[str, FloatArray]:
    """Inputs of `units` cells."""
    rng = np.random.default_rng(0)
    shape = shape_of(config)
    steps = units * config.grid.cell_steps
    melody, given = (
        (rng.random((batch, planes, steps, shape.pitches)) < 0.05).astype(np.float32)
        for planes in (shape.conditions, shape.given)
    )
    noise = rng.standard_normal((batch, shape.noise, units), dtype=np.float32)
    return {"melody": melody, "given": given, "noise": noise}


def dynamic(config: Config) -> dict[str, Any]:
    """Any batch, any number of cells."""
    cells = torch.export.Dim("cells", min=2, max=4096)
    batch = torch.export.Dim("batch", min=1, max=256)
    steps = config.grid.cell_steps * cells
    return {"melody": {0: batch, 2: steps}, "given": {0: batch, 2: steps}, "noise": {0: batch, 2: cells}}


def options(config: Config) -> tuple[OptionSpec, ...]:
    """How far the noise may stray from the usual."""
    del config
    return (OptionSpec(NOISE_OPTION, "Safe to wild", 0.0, 1.5, 0.6, "Safe", "Wild"),)


def setting(
    predictor: Predictor, manifest: Manifest, score: Score, *, seed: int, options: Mapping[str, float]
) -> Score:
    """The score's first track with the model's parts."""
    melody = find_melody(score, 0)
    return score.with_tracks(score.tracks[0], *arrange(predictor, manifest, score, melody, seed=seed, options=options))


TECHNIQUE = Technique(
    "unet-gan", UnetGanSettings, training, network, inputs, outputs, example, dynamic, options, setting
)
