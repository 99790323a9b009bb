"""MuseGAN's critic with two views, the encoder that teaches which noise stands for which music, and their losses."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from model_training.models.musegan import BEATS, OCTAVE, Noise, Shape, TrackLinear

_SLOPE = 0.2
_SIXTEENTHS = 16


class Critic(nn.Module):
    """How real a phrase is: a view of every bar by itself, and one of the whole roll over all its bars.

    Both look through the same eyes (pitch before time, the generator's way back); their scores are added, so one
    gradient penalty holds both. No normalisation: the penalty is each phrase's own (Gulrajani et al. 2017).
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        w, last = shape.width, shape.steps // _SIXTEENTHS
        planes = 2 * shape.tracks + (2 if shape.melody else 0)
        self.shape = shape
        self.octave = nn.Linear(planes * OCTAVE, w)
        self.pitch = nn.Linear(shape.octaves * w, 2 * w)
        self.time = nn.ModuleList(
            nn.Linear(a, b) for a, b in ((last * 2 * w, 3 * w), (4 * 3 * w, 4 * w), (BEATS * 4 * w, 4 * w))
        )
        self.bar = nn.Linear(4 * w, 1)
        self.roll = nn.Sequential(
            nn.Linear(shape.bars * 4 * w, 4 * w), nn.LeakyReLU(_SLOPE), nn.Linear(4 * w, 1, bias=False)
        )

    def forward(self, rolls: Tensor, melody: Tensor) -> Tensor:
        """Scores (batch,) of rolls (batch, 2 * tracks, bars * steps, pitches), sounding cells before struck ones.

        `melody` is (batch, 2, bars * steps, pitches), or has no planes where none is given.
        """
        bars, roll = self.views(rolls, melody)
        return bars.mean(1) + roll

    def loss(
        self, real: Tensor, fake: Tensor, melody: Tensor, epsilon: Tensor, penalty_weight: float
    ) -> tuple[Tensor, Tensor]:
        """`penalised_distance` of this critic, as a method that Fabric can wrap whole: its inner gradient is ours."""
        return penalised_distance(self, real, fake, melody, epsilon, penalty_weight)

    def views(self, rolls: Tensor, melody: Tensor) -> tuple[Tensor, Tensor]:
        """The scores of each bar (batch, bars), and of the whole roll (batch,)."""
        s = self.shape
        x = torch.cat([rolls, melody], 1)
        x = x.reshape(len(x), -1, s.bars, s.steps, s.octaves, OCTAVE)
        x = x.permute(0, 2, 3, 4, 1, 5).flatten(4)
        x = functional.leaky_relu(self.octave(x), _SLOPE).flatten(3)
        x = functional.leaky_relu(self.pitch(x), _SLOPE)
        for layer, places in zip(self.time, (_SIXTEENTHS, BEATS, 1), strict=True):
            x = functional.leaky_relu(layer(x.reshape(len(x), s.bars, places, -1)), _SLOPE)
        return self.bar(x).flatten(1), self.roll(x.flatten(1)).squeeze(1)


def penalised_distance(
    critic: Critic, real: Tensor, fake: Tensor, melody: Tensor, epsilon: Tensor, penalty_weight: float
) -> tuple[Tensor, Tensor]:
    """What `losses.critic_loss` gives, at little more than half the work.

    The penalty's gradient is taken through a pass of its own, so that it is not carried through real and written
    phrases as well; products of matrices lose nothing by smaller batches.
    """
    mixed = (epsilon * real + (1 - epsilon) * fake).requires_grad_(True)
    (gradient,) = torch.autograd.grad(critic(mixed, melody).sum(), mixed, create_graph=True)
    norm = (gradient.square().sum((1, 2, 3)) + 1e-8).sqrt()
    real_score, fake_score = critic(torch.cat([real, fake]), torch.cat([melody, melody])).chunk(2)
    distance = real_score.mean() - fake_score.mean()
    return penalty_weight * (norm - 1).square().mean() - distance, distance.detach()


class Encoder(nn.Module):
    """Which noise stands for a real phrase: mean and log-variance of all four noises.

    The private noises are read from their own track alone; the shared ones from all of them.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        w, t, n = shape.width, shape.tracks, shape.noise
        told = 2 * w if shape.melody else 0
        fine, last = max(8, w // 3), shape.steps // _SIXTEENTHS
        self.shape = shape
        self.octave = TrackLinear(t, 2 * OCTAVE, fine)
        sizes = ((shape.octaves * fine, w), (last * w, 3 * w // 2), (4 * 3 * w // 2, 2 * w), (BEATS * 2 * w, 3 * w))
        self.layers = nn.ModuleList(TrackLinear(t, a, b) for a, b in sizes)
        self.private = TrackLinear(t, 3 * w + told, 2 * n)
        self.private_bars = TrackLinear(t, 3 * w + told, 2 * n)
        self.together = nn.Linear(t * 3 * w + told, 4 * w)
        self.shared = nn.Linear(4 * w, 2 * n)
        self.shared_bars = nn.Linear(4 * w, 2 * n)

    def forward(self, rolls: Tensor, told: list[Tensor]) -> tuple[Noise, Noise]:
        """Means and log-variances for rolls as the critic sees them and the melody's maps (or none)."""
        s = self.shape
        x = rolls.reshape(-1, 2, s.tracks, s.bars, s.steps, s.octaves, OCTAVE)
        x = x.permute(2, 0, 3, 4, 5, 1, 6).flatten(5).flatten(1, 4)
        x = functional.leaky_relu(self.octave(x), _SLOPE)
        rows = len(rolls) * s.bars
        for layer, places in zip(self.layers, (s.steps, _SIXTEENTHS, BEATS, 1), strict=True):
            x = layer(x.reshape(s.tracks, rows * places, -1))
            x = functional.leaky_relu(functional.layer_norm(x, x.shape[-1:]), _SLOPE)
        code = told[0].squeeze(1) if told else x.new_zeros(rows, 0)
        alone = torch.cat([x, code.expand(s.tracks, -1, -1)], 2)
        bars = alone.reshape(s.tracks, -1, s.bars, alone.shape[2])
        together = torch.cat([x.permute(1, 0, 2).flatten(1), code], 1)
        together = functional.leaky_relu(self.together(together), _SLOPE).reshape(-1, s.bars, 4 * s.width)
        answers = (
            self.shared(together.mean(1)),
            self.shared_bars(together).transpose(1, 2),
            self.private(bars.mean(2)).transpose(0, 1),
            self.private_bars(bars.flatten(1, 2)).reshape(s.tracks, -1, s.bars, 2 * s.noise).permute(1, 0, 3, 2),
        )
        halves = [answer.chunk(2, axis) for answer, axis in zip(answers, (1, 1, 2, 2), strict=True)]
        return Noise(*(mean for mean, _ in halves)), Noise(*(spread.clamp(-8, 2) for _, spread in halves))


class Evidence(NamedTuple):
    """Nats a bar: the error of the sounding cells, that of their onsets, and the noise's divergence."""

    sounding: Tensor
    onset: Tensor
    divergence: Tensor


def evidence(logits: tuple[Tensor, Tensor], real: Tensor, mean: Noise, spread: Noise, bars: int) -> Evidence:
    """The variational bound of real phrases (Kingma and Welling 2014), averaged over bars.

    `real` is as the critic sees it; an onset counts only where the cell sounds, as the reader asks for it only there.
    """
    sounding, struck = real.chunk(2, 1)
    count = len(real) * bars
    cells = functional.binary_cross_entropy_with_logits(logits[0], sounding, reduction="sum")
    onsets = functional.binary_cross_entropy_with_logits(logits[1], struck, weight=sounding, reduction="sum")
    apart = torch.stack([(m.square() + s.exp() - 1 - s).sum() for m, s in zip(mean, spread, strict=True)]).sum()
    return Evidence(cells / count, onsets / count, 0.5 * apart / count)


def relaxed_rolls(logits: tuple[Tensor, Tensor], slope: float) -> Tensor:
    """Written phrases as the critic sees them: binary forward, soft backward, (batch, 2 * tracks, steps, pitches).

    Straight-through estimates (Bengio et al. 2013) of sigmoids that grow steeper by `slope` as training goes on (Chung
    et al. 2017; deterministic binary neurons, Dong and Yang 2018). A cell that sounds after silence is struck.
    """
    sounding, onset = (_straight(x, slope) for x in logits)
    before = functional.pad(sounding[:, :, :-1], (0, 0, 1, 0))
    return torch.cat([sounding, sounding * (1 - before * (1 - onset))], 1)


def density_distance(fake: Tensor, real: Tensor, bars: int) -> Tensor:
    """How far apart the fullness of written and of real bars lies: Wasserstein-1 of the counts of cells a bar.

    For each plane, the bars of a batch are sorted by their count of cells and compared rank by rank; the distance is
    relative to the real mean, so that a thin track weighs as much as a full one. Both (batch, planes, steps, pitches).
    """
    counts = [rolls.reshape(*rolls.shape[:2], bars, -1).sum(3).transpose(1, 2).flatten(0, 1) for rolls in (fake, real)]
    written, wanted = (count.sort(0).values for count in counts)
    distance: Tensor = ((written - wanted).abs().mean(0) / (wanted.mean(0) + 1)).mean()
    return distance


def to_rolls(rolls: Tensor) -> Tensor:
    """Real phrases as the critic sees them, from int8 (batch, tracks, steps, pitches) of off 0, hold 1, onset 2."""
    return torch.cat([rolls > 0, rolls == 2], 1).float()


def _straight(logits: Tensor, slope: float) -> Tensor:
    soft = torch.sigmoid(slope * logits)
    return (logits > 0).to(soft.dtype) + soft - soft.detach()
