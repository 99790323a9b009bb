"""The Wasserstein critic's loss with its gradient penalty."""

from __future__ import annotations

import torch
from torch import Tensor, nn


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
