"""The technique as it used to be taught: a U-Net generator that redraws the melody among its tracks, and its critic.

Every layer, padding, normalisation and initial weight is Keras' (4 tracks: 8,273,540 and 2,766,785 parameters).
The faults are kept too: that is what this mode is for.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from model_training.models.reference_layers import SLOPE, DownConvolution, UpConvolution, glorot

# Keras: moving = 0.8 * moving + 0.2 * batch, and this much is added to the variance.
_MOMENTUM, _EPSILON = 0.2, 1e-3


@dataclass(frozen=True, slots=True)
class ReferenceShape:
    """Sizes that fix the parameters; steps and pitches are multiples of 16, tracks include the redrawn melody."""

    tracks: int = 4
    steps: int = 32
    pitches: int = 128
    width: int = 64
    noise: int = 512

    def __post_init__(self) -> None:
        if self.tracks < 2 or min(self.width, self.noise) < 1:
            raise ValueError("The reference network needs a melody, another track, and a width and noise of 1 or more.")
        if self.steps % 16 or self.pitches % 16 or min(self.steps, self.pitches) < 16:
            raise ValueError("The reference network halves rolls four times: steps and pitches are multiples of 16.")

    def noise_shape(self, batch: int) -> tuple[int, int, int, int]:
        """The noise that joins at the bottleneck."""
        return batch, self.noise, self.steps // 16, self.pitches // 16


class Generator(nn.Module):
    """Melody and noise to all tracks, the melody's own among them."""

    def __init__(self, shape: ReferenceShape, *, plain: bool = False, seed: int | None = 0) -> None:
        super().__init__()
        self.shape = shape
        w = shape.width
        self.down = nn.ModuleList(DownConvolution(a, b, plain=plain) for a, b in pairwise((1, w, 2 * w, 4 * w, 8 * w)))
        self.down_norms = nn.ModuleList(_norm(size) for size in (2 * w, 4 * w, 8 * w))
        self.up = nn.ModuleList(
            UpConvolution(a, b, plain=plain) for a, b in ((8 * w + shape.noise, 4 * w), (8 * w, 2 * w), (4 * w, w))
        )
        self.up_norms = nn.ModuleList(_norm(size) for size in (4 * w, 2 * w, w))
        self.last = UpConvolution(2 * w, shape.tracks, plain=plain)
        _fill(self, seed)

    def forward(self, melody: Tensor, noise: Tensor) -> Tensor:
        """Rolls (batch, tracks, steps, pitches) in -1..1 of a melody (batch, 1, steps, pitches) of -1 and 1.

        `noise` is truncated normal, (batch, noise, steps / 16, pitches / 16).
        """
        x = functional.leaky_relu_(self.down[0](melody), SLOPE)
        skips = [x]
        for convolution, norm in zip(self.down[1:], self.down_norms, strict=True):
            x = norm(functional.leaky_relu_(convolution(x), SLOPE))
            skips.append(x)
        x = torch.cat([x, noise.to(x.dtype)], 1)
        for level, (up, norm) in enumerate(zip(self.up, self.up_norms, strict=True)):
            x = torch.cat([functional.relu_(norm(up(x))), skips[2 - level]], 1)
        return torch.tanh(self.last(x))


class Critic(nn.Module):
    """How real a whole set of tracks is, given its melody: one number a window, no normalisation."""

    def __init__(self, shape: ReferenceShape, *, seed: int | None = 0) -> None:
        super().__init__()
        w = shape.width
        self.down = nn.ModuleList(
            DownConvolution(a, b, plain=True) for a, b in pairwise((shape.tracks + 1, w, 2 * w, 4 * w, 8 * w))
        )
        self.score = nn.Linear(8 * w * (shape.steps // 16) * (shape.pitches // 16), 1)
        _fill(self, seed)

    def forward(self, rolls: Tensor, melody: Tensor) -> Tensor:
        """Scores (batch,) of rolls (batch, tracks, steps, pitches) with their melody (batch, 1, steps, pitches)."""
        x = torch.cat([rolls, melody.to(rolls.dtype)], 1)
        for convolution in self.down:
            x = functional.leaky_relu_(convolution(x), SLOPE)
        score: Tensor = self.score(flattened(x)).squeeze(1)
        return score


def flattened(x: Tensor) -> Tensor:
    """Maps (batch, channels, h, w) as rows in Keras' order: cell by cell, the channels of each together."""
    return x.permute(0, 2, 3, 1).flatten(1)


def _norm(channels: int) -> nn.BatchNorm2d:
    norm = nn.BatchNorm2d(channels, eps=_EPSILON, momentum=_MOMENTUM)
    norm.register_buffer("num_batches_tracked", None)  # Keras keeps no such count
    return norm


def _fill(network: nn.Module, seed: int | None) -> None:
    if seed is None:  # the weights come from a file
        return
    generator = torch.Generator().manual_seed(seed)
    for layer in network.modules():
        if isinstance(layer, DownConvolution | UpConvolution | nn.Linear):
            glorot(layer, generator)
