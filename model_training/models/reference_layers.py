"""The two kinds of convolution that the reference's networks are made of, as Keras defines and fills them."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

SLOPE = 0.2
KERNEL = 4


def glorot(layer: nn.Conv2d | nn.Linear, generator: torch.Generator) -> None:
    """Fill a layer as Keras does: weights uniform within sqrt(6 / (fan in + fan out)), biases zero (Glorot 2010)."""
    cells = layer.weight[0][0].numel() if layer.weight.dim() > 2 else 1
    bound = (6 / ((layer.weight.shape[0] + layer.weight.shape[1]) * cells)) ** 0.5
    with torch.no_grad():
        layer.weight.uniform_(-bound, bound, generator=generator)
        assert layer.bias is not None
        layer.bias.zero_()
        if layer.weight.dim() == 4:  # two to three times as fast on the CPU, harmless elsewhere
            layer.weight.data = layer.weight.data.contiguous(memory_format=torch.channels_last)


def down_convolution(inputs: int, outputs: int) -> nn.Conv2d:
    """4x4, stride 2, Keras' "same": one cell of zeros on every side halves even sizes."""
    return nn.Conv2d(inputs, outputs, KERNEL, stride=2, padding=1)


class UpConvolution(nn.Conv2d):
    """Nearest-neighbour doubling and a 4x4 convolution, "same": (batch, inputs, h, w) to (batch, outputs, 2h, 2w).

    Keras pads such a kernel by one cell before and two after. In the fast form the doubling never happens: it
    is a convolution of the zero-stuffed map with a 2x2 box, and convolutions commute, so the 4x4 kernel is
    applied to the small map as a transposed convolution and the box to its result: 4 products an output
    instead of 16 (6.25 where box and kernel are joined to one 5x5 transposed kernel).
    """

    def __init__(self, inputs: int, outputs: int, *, plain: bool = False) -> None:
        super().__init__(inputs, outputs, KERNEL)
        self.plain = plain

    def forward(self, x: Tensor) -> Tensor:
        """The doubled map."""
        if self.plain:
            doubled = functional.interpolate(x, scale_factor=2.0, mode="nearest")
            return functional.conv2d(functional.pad(doubled, (1, 2, 1, 2)), self.weight, self.bias)
        assert self.bias is not None
        if torch.is_grad_enabled():
            result: Tensor = _UpConvolve.apply(x, self.weight, self.bias)  # type: ignore[no-untyped-call]
            return result
        return _up_convolved(x, self.weight, self.bias)


def transposed_kernel(weight: Tensor) -> Tensor:
    """The kernel (inputs, outputs, 4, 4) of the transposed convolution that does what a convolution's kernel does."""
    return weight.flip(2, 3).transpose(0, 1)


def boxed(x: Tensor) -> Tensor:
    """Sums of all 2x2 cells: (..., h + 1, w + 1) to (..., h, w)."""
    rows = x[:, :, 1:] + x[:, :, :-1]
    return rows[:, :, :, 1:] + rows[:, :, :, :-1]


def _up_convolved(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    spread = functional.conv_transpose2d(x, transposed_kernel(weight), stride=2, padding=1, output_padding=1)
    return boxed(spread) + bias.to(spread.dtype).view(1, -1, 1, 1)


class _UpConvolve(torch.autograd.Function):
    """The fast form with a backward pass of plain matrix products, which transposed convolutions lack on the CPU."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        """As `_up_convolved`; keeps the small input only."""
        ctx.save_for_backward(x, weight)
        return _up_convolved(x, weight, bias)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor | None, Tensor | None]:
        """Gradients of input, weight and bias; the box is its own mirror image."""
        x, weight = ctx.saved_tensors
        spread = boxed(functional.pad(gradient, (1, 1, 1, 1)))
        kernel = transposed_kernel(weight).to(spread.dtype)
        to_x = functional.conv2d(spread, kernel, stride=2, padding=1) if ctx.needs_input_grad[0] else None
        to_weight = _weight_gradient(x, spread).to(weight.dtype) if ctx.needs_input_grad[1] else None
        return to_x, to_weight, gradient.sum((0, 2, 3)).to(weight.dtype)


def _weight_gradient(x: Tensor, spread: Tensor) -> Tensor:
    """What the 4x4 kernel (outputs, inputs, 4, 4) answers for, from one matrix product for each of its rows."""
    inputs, outputs = x.shape[1], spread.shape[1]
    height, width = x.shape[2], x.shape[3]
    rows = x.permute(0, 2, 3, 1).reshape(-1, inputs).to(spread.dtype)
    padded = functional.pad(spread, (1, 0, 1, 0)).permute(0, 2, 3, 1)
    taps = []
    for row in range(KERNEL):
        # (batch, h, w, 4, outputs): what each input cell sent along this row of the kernel.
        seen = padded[:, row : row + 2 * height - 1 : 2].unfold(2, KERNEL, 2)[:, :, :width]
        columns = seen.permute(0, 1, 2, 4, 3).reshape(len(rows), KERNEL * outputs)
        taps.append((columns.t() @ rows).view(KERNEL, outputs, inputs))
    gradient = torch.stack(taps).permute(2, 3, 0, 1)  # (outputs, inputs, rows, columns) of the transposed kernel
    return gradient.flip(2, 3)
