"""The manifest of a model, from its config; and its network as a Predictor while it is still torch."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch

from model_training.config import Config
from model_training.models.unet_gan import Generator, Shape
from music_core.decoding.gan import NOISE_OPTION
from music_core.decoding.predictor import FloatArray
from music_core.decoding.voices import CHANNELS
from music_core.manifest import Manifest, OptionSpec, PartSpec, TensorSpec

PARTS = (("Alto", "alto", 53, 74), ("Tenor", "tenor", 48, 69), ("Bass", "bass", 36, 64))
LICENCE = "MIT (weights); trained on the chorales in music21's corpus: public-domain music, amber tier"


def shape_of(config: Config) -> Shape:
    """Sizes of the network that a config asks for."""
    return Shape(len(PARTS), config.grid.pitches, config.width, config.noise)


def manifest_of(config: Config) -> Manifest:
    """Everything but the figures and file hashes, which come with the export."""
    grid, voices = config.grid, len(PARTS)
    return Manifest(
        id=config.model_id,
        title=config.title,
        technique="unet-gan",
        genre=config.genre,
        description=config.description,
        licence=LICENCE,
        parts=tuple(
            PartSpec(name, role, program, low, high)
            for (name, role, low, high), program in zip(PARTS, config.programs, strict=True)
        ),
        grid=grid,
        inputs=(
            TensorSpec("melody", "float32", ("batch", len(CHANNELS), "steps", grid.pitches)),
            TensorSpec("noise", "float32", ("batch", config.noise, "cells")),
        ),
        outputs=(
            TensorSpec("pitch_logits", "float32", ("batch", voices, "steps", grid.pitches + 1)),
            TensorSpec("onset_logits", "float32", ("batch", voices, "steps")),
        ),
        options=(OptionSpec(NOISE_OPTION, "Safe to wild", 0.0, 1.5, 0.6, "Safe", "Wild"),),
    )


class TorchPredictor:
    """A generator behind the same protocol as the exported graph."""

    def __init__(self, generator: Generator) -> None:
        self._generator = generator.eval()

    def run(self, inputs: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        """One forward pass without gradients."""
        device = next(self._generator.parameters()).device
        with torch.inference_mode():
            melody, noise = (torch.from_numpy(np.ascontiguousarray(inputs[k])).to(device) for k in ("melody", "noise"))
            pitch, onset = self._generator(melody, noise)
        return {"pitch_logits": pitch.float().cpu().numpy(), "onset_logits": onset.float().cpu().numpy()}
