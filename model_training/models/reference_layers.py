"""The two kinds of convolution that the reference's networks are made of, as Keras defines and fills them.

Each has a plain form, as it is written, and a fast one, the same function of the same weights. On the CPU the fast
forms bring their own backward pass: the library's is two to three times slower where there are many channels.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

SLOPE = 0.2
KERNEL = 4

# On the CPU, a transposed convolution of fewer cells or outputs is faster as one matrix product.
_FEW_CELLS, _FEW_OUTPUTS = 32, 16
# The library is as good at summing a kernel's derivative over fewer channels.
_MANY_CHANNELS = 128


class DownConvolution(nn.Conv2d):
    """4x4, stride 2, Keras' "same" (a zero on every side): (batch, inputs, 2h, 2w) to (batch, outputs, h, w)."""

    def __init__(self, inputs: int, outputs: int, *, plain: bool = False) -> None:
        super().__init__(inputs, outputs, KERNEL, stride=2, padding=1)
        self.plain = plain

    def forward(self, x: Tensor) -> Tensor:
        """The halved map."""
        if self.plain or not (_by_hand(x) and self.weight.requires_grad):
            return super().forward(x)
        result: Tensor = _DownConvolve.apply(x, self.weight, self.bias)  # type: ignore[no-untyped-call]
        return result


class UpConvolution(nn.Module):
    """Nearest-neighbour doubling and a 4x4 convolution, "same": (batch, inputs, h, w) to (batch, outputs, 2h, 2w).

    Keras pads such a kernel by one cell before and two after. In the fast form the doubling never happens: it
    is a convolution of the zero-stuffed map with a 2x2 box, and convolutions commute, so the 4x4 kernel is
    applied to the small map as a transposed convolution and the box to its result: 4 products an output
    instead of 16 (6.25 where box and kernel are joined to one 5x5 transposed kernel). The weights
    (inputs, outputs, 4, 4) are kept as that transposed kernel, Keras' mirrored.
    """

    def __init__(self, inputs: int, outputs: int, *, plain: bool = False) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(inputs, outputs, KERNEL, KERNEL))
        self.bias = nn.Parameter(torch.empty(outputs))
        self.plain = plain

    def forward(self, x: Tensor) -> Tensor:
        """The doubled map."""
        if self.plain:
            doubled = functional.interpolate(x, scale_factor=2.0, mode="nearest")
            kernel = self.weight.flip(2, 3).transpose(0, 1)
            return functional.conv2d(functional.pad(doubled, (1, 2, 1, 2)), kernel, self.bias)
        if _by_hand(x):
            result: Tensor = _UpConvolve.apply(x, self.weight, self.bias)  # type: ignore[no-untyped-call]
            return result
        return _up_convolved(x, self.weight, self.bias)


def glorot(layer: nn.Module, generator: torch.Generator) -> None:
    """Fill a layer as Keras does: weights uniform within sqrt(6 / (fan in + fan out)), biases zero (Glorot 2010)."""
    weight, bias = layer.weight, layer.bias
    assert isinstance(weight, Tensor)
    assert isinstance(bias, Tensor)
    cells = KERNEL * KERNEL if weight.dim() == 4 else 1
    bound = (6 / ((weight.shape[0] + weight.shape[1]) * cells)) ** 0.5
    with torch.no_grad():
        weight.uniform_(-bound, bound, generator=generator)
        bias.zero_()
        if weight.dim() == 4:  # two to three times as fast on the CPU, harmless elsewhere
            weight.data = weight.data.contiguous(memory_format=torch.channels_last)


def to_kernel(x: Tensor, signal: Tensor, kernel: Tensor) -> Tensor:
    """The derivative by a down convolution's kernel, of a map (batch, inputs, 2h, 2w) and its result's derivative."""
    if x.device.type == "cpu" and x.shape[1] >= _MANY_CHANNELS:
        return _tap_products(signal, functional.pad(x, (1, 1, 1, 1)))
    found: Tensor = torch.ops.aten.convolution_backward(
        signal, x, kernel, None, [2, 2], [1, 1], [1, 1], False, [0, 0], 1, [False, True, False]
    )[1]
    return found


def _by_hand(x: Tensor) -> bool:
    return x.device.type == "cpu" and torch.is_grad_enabled() and not torch.compiler.is_compiling()


def _up_convolved(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return _boxed(_spread(x, weight)) + bias.to(x.dtype).view(1, -1, 1, 1)


def _spread(x: Tensor, weight: Tensor) -> Tensor:
    """The 4x4 kernel on the zero-stuffed map: (batch, inputs, h, w) to (batch, outputs, 2h + 1, 2w + 1)."""
    batch, inputs, height, width = x.shape
    outputs = weight.shape[1]
    few = height * width <= _FEW_CELLS or outputs <= _FEW_OUTPUTS
    if x.device.type != "cpu" or torch.compiler.is_compiling() or not few:
        return functional.conv_transpose2d(x, weight.to(x.dtype), stride=2, padding=1, output_padding=1)
    kernel = weight.permute(0, 2, 3, 1).reshape(inputs, -1).to(x.dtype)
    taps = (x.permute(0, 2, 3, 1).reshape(-1, inputs) @ kernel).view(batch, height, width, KERNEL, KERNEL, outputs)
    spread = x.new_zeros(batch, height + 1, 2, width + 1, 2, outputs)
    for row in (0, 1):
        for column in (0, 1):
            part = taps[:, :, :, 2 * row : 2 * row + 2, 2 * column : 2 * column + 2].transpose(2, 3)
            spread[:, row : height + row, :, column : width + column] += part
    return spread.view(batch, 2 * height + 2, 2 * width + 2, outputs)[:, 1:, 1:].permute(0, 3, 1, 2)


def _boxed(x: Tensor) -> Tensor:
    """Sums of all 2x2 cells: (..., h + 1, w + 1) to (..., h, w)."""
    rows = x[:, :, 1:] + x[:, :, :-1]
    return rows[:, :, :, 1:] + rows[:, :, :, :-1]


def _tap_products(inner: Tensor, outer: Tensor) -> Tensor:
    """Sums over all cells of `inner` (batch, a, h, w) times the 4x4 cells of `outer` (batch, b, 2h + 2, 2w + 2) there.

    Gives (a, b, 4, 4) by one matrix product for each row of the kernel, whose four columns lie side by side in memory.
    """
    cells = inner.permute(0, 2, 3, 1).reshape(-1, inner.shape[1]).t()
    taps = [(cells @ seen).view(len(cells), KERNEL, outer.shape[1]) for seen in _seen(outer)]
    return torch.stack(taps, 1).permute(0, 3, 1, 2)


def _seen(outer: Tensor) -> Iterator[Tensor]:
    """What a 4x4 kernel of stride 2 sees with each of its rows: (cells, 4 * channels)."""
    x = outer.permute(0, 2, 3, 1).contiguous()
    batch, height, width, channels = x.shape
    shape = (batch, height // 2 - 1, width // 2 - 1, KERNEL * channels)
    steps = (x.stride(0), 2 * x.stride(1), 2 * x.stride(2), 1)
    for row in range(KERNEL):
        yield x.as_strided(shape, steps, row * x.stride(1)).reshape(-1, shape[3])


class _DownConvolve(torch.autograd.Function):
    """A down convolution whose kernel's derivative is taken by matrix products."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        """The library's own."""
        ctx.save_for_backward(x, weight)
        return functional.conv2d(x, weight, bias, 2, 1)

    @staticmethod
    def backward(ctx: Any, signal: Tensor) -> tuple[Tensor | None, Tensor, Tensor]:
        """Derivatives by input, kernel and bias."""
        x, weight = ctx.saved_tensors
        x, kernel = x.to(signal.dtype), weight.to(signal.dtype)
        to_x = functional.conv_transpose2d(signal, kernel, None, 2, 1) if ctx.needs_input_grad[0] else None
        return to_x, to_kernel(x, signal, kernel).to(weight.dtype), signal.sum((0, 2, 3)).to(weight.dtype)


class _UpConvolve(torch.autograd.Function):
    """The fast up convolution; the box is its own mirror image, so both ways are alike."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        """As `_up_convolved`; keeps the small input only."""
        if torch.is_autocast_enabled("cpu"):
            x = x.to(torch.get_autocast_dtype("cpu"))
        ctx.save_for_backward(x, weight)
        return _up_convolved(x, weight, bias)

    @staticmethod
    def backward(ctx: Any, signal: Tensor) -> tuple[Tensor | None, Tensor, Tensor]:
        """Derivatives by input, kernel and bias."""
        x, weight = ctx.saved_tensors
        # With a row and a column of zeros before, as the kernel finds it.
        spread = _boxed(functional.pad(signal, (2, 1, 2, 1)))
        kernel = weight.to(spread.dtype)
        to_x = functional.conv2d(spread, kernel, None, 2) if ctx.needs_input_grad[0] else None
        to_weight = _tap_products(x.to(spread.dtype), spread)
        return to_x, to_weight.to(weight.dtype), signal.sum((0, 2, 3)).to(weight.dtype)
