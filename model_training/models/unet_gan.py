"""The U-Net GAN: a generator that writes three voices under a melody, a critic, and a posterior encoder.

The shape is the reference's (four stride-2 convolutions down, noise joined at the bottleneck, four steps
up with skips), with its faults mended: the melody is an input that reaches every scale and is never
redrawn; each voice answers with one categorical a step and a separate "struck anew", so that held and
repeated notes differ; a normalisation that does not look at the batch; and noise that means something,
because an encoder learns which noise stands for which setting (the conditional VAE-GAN of Larsen et al.
2016, BicycleGAN of Zhu et al. 2017).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from model_training.models import vae_gan
from model_training.models.penalty import critic_loss
from music_core.decoding.voices import CHANNELS


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes that fix the parameters: a window is steps x pitches, cells are 16 steps; lanes are the drums'."""

    voices: int = 3
    pitches: int = 64
    width: int = 48
    noise: int = 64
    conditions: int = len(CHANNELS)
    lanes: int = 0
    parts: int = 3

    @property
    def given(self) -> int:
        """Planes that show the generator the parts that are there already: their rolls, and which ones they are."""
        return 2 * self.voices + self.lanes + self.parts

    @property
    def planes(self) -> int:
        """Planes in which the critic and the encoder see a setting and its melody."""
        return 2 * self.voices + self.lanes + self.conditions


class Answer(NamedTuple):
    """What the generator says: logits of pitch (batch, voices, steps, pitches + 1), of onset (batch, voices, steps)
    and, where there are drums, of hits (batch, lanes, steps).
    """

    pitch: Tensor
    onset: Tensor
    drums: Tensor | None


class Trunk(nn.Module):
    """Four stride-2 convolutions over (batch, planes, steps, pitches); gives all four maps, finest first."""

    def __init__(self, planes: int, width: int, *, normalised: bool) -> None:
        super().__init__()
        sizes = [planes, width, 2 * width, 4 * width, 8 * width]
        self.convolutions = nn.ModuleList(nn.Conv2d(a, b, 4, stride=2, padding=1) for a, b in pairwise(sizes))
        # The first map is not normalised, as in the reference.
        self.norms = nn.ModuleList(
            _norm(size) if normalised and i > 0 else nn.Identity() for i, size in enumerate(sizes[1:])
        )

    def forward(self, planes: Tensor) -> list[Tensor]:
        """Maps of (batch, width * 2**i, steps / 2**(i+1), pitches / 2**(i+1))."""
        maps: list[Tensor] = []
        x = planes
        for convolution, norm in zip(self.convolutions, self.norms, strict=True):
            x = norm(functional.leaky_relu(convolution(x), 0.2))
            maps.append(x)
        return maps


class Generator(nn.Module):
    """Melody, the parts that are there already, and noise to logits of every voice.

    Parts are written one after another and each hears those before it (the orderless chain of Uria et al. 2014), so
    that three voices agree on one chord; writing all at once would leave that to the noise.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        w = shape.width
        self.down = Trunk(shape.conditions + shape.given, w, normalised=True)
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(inputs, outputs, 4, stride=2, padding=1)
            for inputs, outputs in ((8 * w + shape.noise, 4 * w), (8 * w, 2 * w), (4 * w, w), (2 * w, w))
        )
        self.norms = nn.ModuleList(_norm(size) for size in (4 * w, 2 * w, w, w))
        self.last = nn.Conv2d(w + shape.conditions + shape.given, w // 2, 3, padding=1)
        self.head = nn.Conv2d(w // 2, 2 * shape.voices, 1)
        self.rest = nn.Conv1d(w // 2, shape.voices, 1)
        if shape.lanes:  # rhythm is heard over all pitches at once: drums are read from the pooled maps
            self.drums = nn.Sequential(
                nn.Conv1d(w + w // 2, 2 * w, 5, padding=2), nn.LeakyReLU(0.2), nn.Conv1d(2 * w, shape.lanes, 1)
            )

    def forward(self, melody: Tensor, given: Tensor, noise: Tensor) -> tuple[Tensor, ...]:
        """The answer as a plain tuple without absent parts.

        `melody` is (batch, 7, steps, pitches) with steps a multiple of 16; `given` has the planes of `given_planes`;
        `noise` is (batch, noise, steps / 16).
        """
        seen = torch.cat([melody, given], 1)
        return tuple(part for part in self.write(self.down(seen), seen, noise) if part is not None)

    def write(self, skips: list[Tensor], seen: Tensor, noise: Tensor) -> Answer:
        """The way up, for maps that `down` made of the same planes; `forward` is both."""
        deepest = skips[3]
        z = noise.unsqueeze(3).expand(-1, -1, -1, deepest.shape[3])
        x = torch.cat([deepest, z], 1)
        for level, (up, norm) in enumerate(zip(self.up, self.norms, strict=True)):
            x = functional.relu(norm(up(x)))
            if level == 3:
                wide = x
            x = torch.cat([x, skips[2 - level] if level < 3 else seen], 1)
        x = functional.leaky_relu(self.last(x), 0.2)
        maps = self.head(x)
        pitch = maps[:, : self.shape.voices]
        pooled = x.mean(3)
        logits = torch.cat([pitch, self.rest(pooled).unsqueeze(3)], 3)
        weight = torch.softmax(logits[..., :-1], -1)
        onset = (weight * maps[:, self.shape.voices :]).sum(3)
        drums = self.drums(torch.cat([pooled, wide.mean(3)], 1)) if self.shape.lanes else None
        return Answer(logits, onset, drums)


class Critic(nn.Module):
    """Scores how real a setting is, given its melody: one number for each window."""

    def __init__(self, shape: Shape, steps: int) -> None:
        super().__init__()
        self.trunk = Trunk(shape.planes, shape.width, normalised=False)
        self.score = nn.Linear(8 * shape.width * (steps // 16) * (shape.pitches // 16), 1)

    def forward(self, rolls: Tensor, melody: Tensor) -> Tensor:
        """`rolls` is (batch, 2 * voices + lanes, steps, pitches): sounding, struck and hit cells; scores (batch,)."""
        maps = self.trunk(torch.cat([rolls, melody], 1))
        score: Tensor = self.score(maps[3].flatten(1)).squeeze(1)
        return score

    def loss(
        self, real: Tensor, fake: Tensor, melody: Tensor, epsilon: Tensor, penalty_weight: float
    ) -> tuple[Tensor, Tensor]:
        """`critic_loss` of this critic, as a method so that Fabric can wrap it whole: its inner gradient is ours."""
        return critic_loss(self, real, fake, melody, epsilon, penalty_weight)


class Encoder(nn.Module):
    """Which noise stands for this setting: mean and log-variance for each cell of 16 steps."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.trunk = Trunk(shape.planes, shape.width, normalised=True)
        self.head = nn.Conv1d(8 * shape.width, 2 * shape.noise, 1)

    def forward(self, rolls: Tensor, melody: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-variance, each (batch, noise, steps / 16)."""
        x = self.trunk(torch.cat([rolls, melody], 1))[3].mean(3)
        mean, log_variance = self.head(x).chunk(2, 1)
        return mean, log_variance.clamp(-6, 3)


class Written(NamedTuple):
    """One training pass: voices under the encoder's noise, under drawn noise, and what the encoder said."""

    posterior: Answer
    prior: Answer | None
    mean: Tensor
    log_variance: Tensor


class Writer(vae_gan.Writer):
    """The shared writer, made of this technique's generator and encoder."""

    generator: Generator
    encoder: Encoder

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.generator = Generator(shape)
        self.encoder = Encoder(shape)

    def forward(
        self, melody: Tensor, given: Tensor, real: Tensor, epsilon: Tensor, loose: Tensor, drawn: Tensor | None
    ) -> Written:
        """Write with the encoder's noise (mean + deviation * epsilon) and, where given, with drawn noise as well.

        Where `loose` (batch, 1, 1) is true, epsilon itself is the noise: there the parts that are given must tell
        what the noise does not, as they must when music is made.
        """
        mean, log_variance = self.encoder(real, melody)
        noise = torch.where(loose, epsilon, mean + (0.5 * log_variance).exp() * epsilon)
        seen = torch.cat([melody, given], 1)
        skips = self.generator.down(seen)
        posterior = self.generator.write(skips, seen, noise)
        prior = None if drawn is None else self.generator.write(skips, seen, drawn)
        return Written(posterior, prior, mean, log_variance)


def to_rolls(rows: Tensor, onsets: Tensor, hits: Tensor, pitches: int) -> Tensor:
    """Real parts as the critic sees them: rows (batch, voices, steps, rest = pitches) to rolls of 0 and 1."""
    sounding = functional.one_hot(rows, pitches + 1)[..., :-1].float()
    return torch.cat([sounding, sounding * onsets.unsqueeze(3), _across(hits, pitches)], 1)


def relaxed_rolls(answer: Answer) -> Tensor:
    """Generated parts as the critic sees them: binary forward, soft backward (straight-through, Bengio et al. 2013).

    A step whose pitch differs from the step before is struck whatever its onset logit says.
    """
    soft = torch.softmax(answer.pitch, -1)
    hard = functional.one_hot(soft.argmax(-1), soft.shape[-1]).to(soft.dtype)
    sounding = (hard + soft - soft.detach())[..., :-1]
    onset = _binary(answer.onset)
    same = (sounding[:, :, 1:] * sounding[:, :, :-1]).sum(3)
    changed = functional.pad(1 - same, (1, 0), value=1.0)
    struck = 1 - (1 - onset) * (1 - changed)
    planes = [sounding, sounding * struck.unsqueeze(3)]
    if answer.drums is not None:
        planes.append(_across(_binary(answer.drums), sounding.shape[3]))
    return torch.cat(planes, 1)


def _binary(logits: Tensor) -> Tensor:
    soft = torch.sigmoid(logits)
    return (logits > 0).to(soft.dtype) + soft - soft.detach()


def _across(hits: Tensor, pitches: int) -> Tensor:
    """Drum hits (batch, lanes, steps) on every pitch of a plane."""
    return hits.unsqueeze(3).expand(-1, -1, -1, pitches)


def _norm(channels: int) -> nn.Module:
    return nn.GroupNorm(max(1, channels // 16), channels)
