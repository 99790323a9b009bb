"""What the writer and the critic are trained to make small."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True, slots=True)
class Evidence:
    """The variational bound in nats a cell of 16 steps: pitch and onset errors, and the noise's divergence."""

    pitch: Tensor
    onset: Tensor
    divergence: Tensor


def evidence(
    logits: Tensor,
    onset_logits: Tensor,
    rows: Tensor,
    onsets: Tensor,
    inside: Tensor,
    mean: Tensor,
    log_variance: Tensor,
) -> Evidence:
    """Negative log-likelihood of the real voices and KL(q || N(0, 1)), averaged over cells (Kingma and Welling 2014).

    Steps outside the piece do not count; an onset counts only where the voice sounds.
    """
    cells = mean.shape[0] * mean.shape[2]
    mask = inside[:, None].expand_as(rows)
    pitch = functional.cross_entropy(logits.flatten(0, 2), rows.flatten(), reduction="none").view(rows.shape)
    rest = logits.shape[-1] - 1
    onset = functional.binary_cross_entropy_with_logits(onset_logits, onsets, reduction="none")
    divergence = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum()
    return Evidence((pitch * mask).sum() / cells, (onset * (mask & (rows != rest))).sum() / cells, divergence / cells)


def critic_loss(
    critic: nn.Module, real: Tensor, fake: Tensor, melody: Tensor, epsilon: Tensor, penalty_weight: float
) -> tuple[Tensor, Tensor]:
    """Wasserstein critic loss with gradient penalty (Gulrajani et al. 2017), and the estimated distance.

    Real, fake and mixed settings share one pass. `epsilon` is uniform in 0..1, (batch, 1, 1, 1); the penalty's
    gradient is taken with respect to the rolls, not the melody.
    """
    mixed = (epsilon * real + (1 - epsilon) * fake).requires_grad_(True)
    scores = critic(torch.cat([real, fake, mixed]), torch.cat([melody, melody, melody]))
    real_score, fake_score, mixed_score = scores.chunk(3)
    (gradient,) = torch.autograd.grad(mixed_score.sum(), mixed, create_graph=True)
    norm = (gradient.square().sum((1, 2, 3)) + 1e-8).sqrt()
    distance = real_score.mean() - fake_score.mean()
    return penalty_weight * (norm - 1).square().mean() - distance, distance.detach()
