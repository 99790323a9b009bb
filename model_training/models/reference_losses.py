"""The reference's losses (WGAN-GP, Gulrajani et al. 2017), by autograd and with the critic's gradient by hand."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from model_training.models.reference import Critic, flattened
from model_training.models.reference_layers import SLOPE, to_kernel

# Added to the squared norm under its root, as the reference has it.
_UNDER_ROOT = 1e-8


# On the CPU so many windows are worked on at a time: the maps stay small and near the cores.
_CHUNK = 16


def portions(batch: Tensor) -> tuple[slice, ...]:
    """A batch in such portions: all of it elsewhere than on the CPU."""
    size = _CHUNK if batch.device.type == "cpu" else len(batch)
    return tuple(slice(i, i + size) for i in range(0, len(batch), size))


class CriticLoss(nn.Module):
    """E[D(fake)] - E[D(real)] + weight * E[(|grad D(mixed)| - 1)^2] and the estimated distance, both scalars.

    The penalty's gradient is taken with respect to the rolls, not the melody; `epsilon` (batch, 1, 1, 1) is
    uniform in 0..1, the share of the real rolls. A module of its own, so that processes can share its gradients.
    """

    def __init__(self, critic: Critic, penalty_weight: float = 10.0, *, plain: bool = False) -> None:
        super().__init__()
        self.critic = critic
        self.penalty_weight = penalty_weight
        self.plain = plain

    def forward(self, real: Tensor, fake: Tensor, melody: Tensor, epsilon: Tensor) -> tuple[Tensor, Tensor]:
        """Loss to go backward from, and E[D(real)] - E[D(fake)]."""
        if self.plain:
            return _plain_loss(self.critic, real, fake, melody, epsilon, self.penalty_weight)
        kind = real.device.type
        dtype = torch.get_autocast_dtype(kind) if torch.is_autocast_enabled(kind) else real.dtype
        weights = [tensor for layer in (*self.critic.down, self.critic.score) for tensor in layer.parameters()]
        given = (real, fake, melody, epsilon)
        loss, distance = _ByHand.apply(*given, self.penalty_weight, dtype, *weights)  # type: ignore[no-untyped-call]
        return loss, distance


def generator_loss(critic: Critic, fake: Tensor, melody: Tensor) -> Tensor:
    """-E[D(fake)]; the critic's weights get no gradient when they do not ask for one."""
    loss: Tensor = -critic(fake, melody).mean()
    return loss


def _plain_loss(
    critic: Critic, real: Tensor, fake: Tensor, melody: Tensor, epsilon: Tensor, weight: float
) -> tuple[Tensor, Tensor]:
    """Three passes, and a gradient of which another gradient is taken."""
    mixed = (epsilon * real + (1 - epsilon) * fake).detach().requires_grad_(True)
    distance = critic(real, melody).mean() - critic(fake, melody).mean()
    (gradient,) = torch.autograd.grad(critic(mixed, melody).sum(), mixed, create_graph=True)
    norm = (gradient.square().sum((1, 2, 3)) + _UNDER_ROOT).sqrt()
    return weight * (norm - 1).square().mean() - distance, distance.detach()


class _ByHand(torch.autograd.Function):
    """The critic's loss and its gradient in one go.

    Between its kinks the critic is linear: score = w M4 A4 M3 A3 M2 A2 M1 A1 x, where M scales by 1 or 0.2. The
    gradient at the mixed rolls is that chain walked backward, which real and fake rolls walk anyway. With v the
    penalty's derivative by that gradient, the penalty's derivative by a layer's weights is the product of what
    reaches the layer's output walking backward and what reaches its input when v walks forward, so one more
    walk forward replaces the second differentiation, and all three kinds of rolls share one product a layer.
    The biases move no slope, so the penalty gives them nothing.
    """

    @staticmethod
    def forward(
        ctx: Any, real: Tensor, fake: Tensor, melody: Tensor, epsilon: Tensor, weight: float, dtype: torch.dtype,
        *parameters: Tensor,
    ) -> tuple[Tensor, Tensor]:  # fmt: skip
        """Loss and distance; products are made in `dtype`."""
        ctx.gradients = [torch.zeros_like(parameter) for parameter in parameters]
        loss, distance = _wide(real.new_zeros(())), _wide(real.new_zeros(()))
        with torch.autocast(real.device.type, enabled=False):
            walk = _Walk(parameters, weight, dtype, len(real))
            for here in portions(real):
                mixed = epsilon[here] * real[here] + (1 - epsilon[here]) * fake[here]
                rolls = torch.cat([torch.cat([kind, melody[here]], 1) for kind in (real[here], fake[here], mixed)])
                part, away = walk.there_and_back(rolls.contiguous(memory_format=torch.channels_last), ctx.gradients)
                loss, distance = loss + part, distance + away
        ctx.mark_non_differentiable(distance)
        return loss, distance

    @staticmethod
    def backward(ctx: Any, to_loss: Tensor, _to_distance: Tensor) -> tuple[Tensor | None, ...]:
        """The gradients that `forward` found, times what the loss is multiplied with."""
        return None, None, None, None, None, None, *(gradient * to_loss for gradient in ctx.gradients)


class _Walk:
    """A critic's weights in the type in which products are made, and the walks through them."""

    def __init__(self, parameters: tuple[Tensor, ...], weight: float, dtype: torch.dtype, total: int) -> None:
        self._kernels = [parameter.to(dtype) for parameter in parameters[:-2:2]]
        self._biases = [parameter.to(dtype) for parameter in parameters[1:-2:2]]
        self._answer, self._answer_bias = parameters[-2:]
        self._weight = weight
        self._dtype = dtype
        self._total = total  # windows in the whole batch, of which each walk sees some

    def there_and_back(self, rolls: Tensor, gradients: list[Tensor]) -> tuple[Tensor, Tensor]:
        """Add the part of these rolls to the gradients; gives their part of loss and distance.

        `rolls` is (3 * windows, tracks + 1, steps, pitches): real, fake, mixed.
        """
        maps = self._forward(rolls.to(self._dtype))
        scores = _wide(flattened(maps[-1])) @ _wide(self._answer[0]) + _wide(self._answer_bias)
        signals = self._backward(maps)
        penalty, slopes = self._penalty(signals[0])
        self._forward_again(maps, slopes)
        self._add(maps, signals, gradients)
        real, fake, _ = scores.chunk(3)
        distance = (real.sum() - fake.sum()) / self._total
        return penalty - distance, distance

    def _forward(self, x: Tensor) -> list[Tensor]:
        """The input and every layer's output."""
        maps = [x]
        for kernel, bias in zip(self._kernels, self._biases, strict=True):
            maps.append(functional.leaky_relu_(functional.conv2d(maps[-1], kernel, bias, 2, 1), SLOPE))
        return maps

    def _backward(self, maps: list[Tensor]) -> list[Tensor]:
        """Derivatives by each layer's sum: of the loss for real and fake rolls, of the score for mixed ones."""
        channels, height, width = maps[-1].shape[1:]
        windows = len(maps[0]) // 3
        share = self._answer.new_ones(3 * windows, 1, 1, 1)
        share[:windows], share[windows : 2 * windows] = -1 / self._total, 1 / self._total
        signal = self._answer.view(1, height, width, channels).permute(0, 3, 1, 2) * share
        signal = signal.to(self._dtype).contiguous(memory_format=torch.channels_last)
        signals: list[Tensor] = []
        for level in reversed(range(len(self._kernels))):
            signal = torch.ops.aten.leaky_relu_backward(signal, maps[level + 1], SLOPE, True)
            signals.insert(0, signal)
            if level:
                signal = _to_input(signal, self._kernels[level])
        return signals

    def _penalty(self, signal: Tensor) -> tuple[Tensor, Tensor]:
        """The penalty, and its derivative by the critic's gradient at the mixed rolls; the melody's plane has none."""
        gradient = _wide(_to_input(signal[2 * len(signal) // 3 :], self._kernels[0]))
        gradient[:, -1] = 0
        norm = (gradient.square().sum((1, 2, 3), keepdim=True) + _UNDER_ROOT).sqrt()
        slopes = gradient * (2 * self._weight / self._total * (norm - 1) / norm)
        return self._weight * (norm - 1).square().sum() / self._total, slopes.to(signal.dtype)

    def _forward_again(self, maps: list[Tensor], slopes: Tensor) -> None:
        """Walk `slopes` through the linear critic and write what reaches each map into the mixed rolls' places."""
        mixed = slice(2 * len(slopes), 3 * len(slopes))
        maps[0][mixed] = slopes
        for level, kernel in enumerate(self._kernels):
            walked = functional.conv2d(maps[level][mixed], kernel, None, 2, 1)
            kinks = maps[level + 1][mixed]
            torch.ops.aten.leaky_relu_backward.grad_input(walked, kinks, SLOPE, True, grad_input=kinks)

    def _add(self, maps: list[Tensor], signals: list[Tensor], gradients: list[Tensor]) -> None:
        """Each layer's three kinds of rolls share one product; as many real as fake: the last bias gets nothing."""
        windows = len(maps[0]) // 3
        for level, signal in enumerate(signals):
            gradients[2 * level] += to_kernel(maps[level], signal, self._kernels[level])
            gradients[2 * level + 1] += _wide(signal[: 2 * windows]).sum((0, 2, 3))
        real, fake, mixed = _wide(flattened(maps[-1])).chunk(3)
        gradients[-2] += ((fake.sum(0) - real.sum(0)) / self._total + mixed.sum(0))[None]


def _to_input(signal: Tensor, kernel: Tensor) -> Tensor:
    """The derivative by a layer's input."""
    return functional.conv_transpose2d(signal, kernel, None, 2, 1)


def _wide(x: Tensor) -> Tensor:
    """At least 32 bits, for sums."""
    return x.to(torch.promote_types(x.dtype, torch.float32))
