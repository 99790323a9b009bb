"""What each step towards the fast reference bought: `python -m benchmarks.training_steps [WINDOWS]`; prints JSON.

The parts of an iteration in every form that was on the way, from the formulas as they are written to what training
does: seconds of one core and the arithmetic, of few windows and scaled to an iteration's (five batches of 64 for the
critic, one for the generator). All forms of a part give the same numbers; a test holds them to that.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor
from torch.nn import functional

from benchmarks.training_run import counted
from model_training.models import reference_layers
from model_training.models.reference import Critic, Generator, ReferenceShape
from model_training.models.reference_layers import KERNEL, UpConvolution
from model_training.models.reference_losses import CriticLoss, generator_loss

BATCH, UPDATES = 64, 5
PARTS = {"five batches of fakes": UPDATES, "five critic updates": UPDATES, "generator update": 1}
_NEVER, _ALWAYS = 0, 10**9
_UNDER_ROOT, _PENALTY = 1e-8, 10.0  # as the reference has them

Found = dict[str, Tensor]


@dataclass(frozen=True, slots=True)
class Work:
    """Two networks and a batch for them, all in one order of memory."""

    generator: Generator
    critic: Critic
    real: Tensor
    fake: Tensor
    noise: Tensor
    epsilon: Tensor

    @property
    def melody(self) -> Tensor:
        """The first track."""
        return self.real[:, :1].contiguous(memory_format=_order(self.real))


def work_of(shape: ReferenceShape, windows: int, *, plain: bool, last: bool) -> Work:
    """The same weights and windows every time; `last` puts the channels last in memory."""
    rng = torch.Generator().manual_seed(0)
    order = torch.channels_last if last else torch.contiguous_format
    rolls = (windows, shape.tracks, shape.steps, shape.pitches)
    real = torch.randint(0, 2, rolls, generator=rng) * 2.0 - 1
    drawn = (real, torch.rand(rolls, generator=rng) * 2 - 1, torch.randn(shape.noise_shape(windows), generator=rng))
    networks = Generator(shape, plain=plain, seed=1), Critic(shape, seed=2)
    for network in networks:
        network.to(memory_format=order)  # type: ignore[call-overload]
    real, fake, noise = (tensor.contiguous(memory_format=order) for tensor in drawn)
    return Work(*networks, real, fake, noise, torch.rand(windows, 1, 1, 1, generator=rng))


@dataclass(frozen=True, slots=True)
class Form:
    """One way to compute a part: of which kind of work, under which circumstances, and how."""

    part: str
    name: str
    plain: bool
    last: bool
    under: Mapping[str, Any]
    compute: Callable[[Work], Found]


def _fakes(work: Work) -> Found:
    work.generator.eval()
    with torch.no_grad():
        return {"fake": work.generator(work.melody, work.noise)}


def _critic_update(work: Work, loss: Callable[[Work], Tensor]) -> Found:
    work.critic.zero_grad()
    loss(work).backward()  # type: ignore[no-untyped-call]
    return _gradients(work.critic)


def _criticised(work: Work, *, plain: bool) -> Tensor:
    loss: Tensor = CriticLoss(work.critic, _PENALTY, plain=plain)(work.real, work.fake, work.melody, work.epsilon)[0]
    return loss


def _one_pass(work: Work) -> Tensor:
    """Real, fake and mixed rolls in one pass that is differentiated twice."""
    mixed = work.epsilon * work.real + (1 - work.epsilon) * work.fake
    rolls = torch.cat([work.real, work.fake, mixed]).requires_grad_(True)
    scores = work.critic(rolls, work.melody.repeat(3, 1, 1, 1))
    real, fake, _ = scores.chunk(3)
    (gradient,) = torch.autograd.grad(scores.sum(), rolls, create_graph=True)
    norm = (gradient.chunk(3)[2].square().sum((1, 2, 3)) + _UNDER_ROOT).sqrt()
    loss: Tensor = fake.mean() - real.mean() + _PENALTY * (norm - 1).square().mean()
    return loss


def _generator_update(work: Work, *, frozen: bool) -> Found:
    work.generator.train().zero_grad()
    work.critic.requires_grad_(not frozen)
    generator_loss(work.critic, work.generator(work.melody, work.noise), work.melody).backward()  # type: ignore[no-untyped-call]
    return _gradients(work.generator)


def joined(layer: UpConvolution, x: Tensor) -> Tensor:
    """Doubling and convolution as one transposed convolution, its kernel the 4x4 one convolved with a 2x2 box."""
    box = layer.weight.new_ones(1, 1, 2, 2)
    kernel = functional.conv2d(layer.weight.reshape(-1, 1, KERNEL, KERNEL), box, padding=1)
    kernel = kernel.view(*layer.weight.shape[:2], KERNEL + 1, KERNEL + 1)
    return functional.conv_transpose2d(x, kernel, layer.bias, stride=2, padding=2, output_padding=1)


_FAKES, _CRITIC, _GENERATOR = PARTS
_LIBRARY = {"_FEW_CELLS": _NEVER, "_FEW_OUTPUTS": _NEVER, "_MANY_CHANNELS": _ALWAYS}
_AUTOGRAD = {**_LIBRARY, "_by_hand": lambda _: False}
FORMS: tuple[Form, ...] = (
    Form(_FAKES, "doubled and convolved", True, False, {}, _fakes),
    Form(_FAKES, "channels last", True, True, {}, _fakes),
    Form(_FAKES, "one 5x5 transposed convolution", False, True, {"UpConvolution.forward": joined}, _fakes),
    Form(_FAKES, "4x4 transposed convolution and box", False, True, _LIBRARY, _fakes),
    Form(_FAKES, "the narrowest as matrix products", False, True, {}, _fakes),
    Form(_CRITIC, "three passes, differentiated twice", True, False, {},
         partial(_critic_update, loss=partial(_criticised, plain=True))),
    Form(_CRITIC, "channels last", True, True, {}, partial(_critic_update, loss=partial(_criticised, plain=True))),
    Form(_CRITIC, "one pass, differentiated twice", True, True, {}, partial(_critic_update, loss=_one_pass)),
    Form(_CRITIC, "by hand, the library's sums", False, True, _LIBRARY,
         partial(_critic_update, loss=partial(_criticised, plain=False))),
    Form(_CRITIC, "by hand, sums as matrix products", False, True, {},
         partial(_critic_update, loss=partial(_criticised, plain=False))),
    Form(_GENERATOR, "doubled and convolved", True, False, {}, partial(_generator_update, frozen=False)),
    Form(_GENERATOR, "channels last, the critic frozen", True, True, {}, partial(_generator_update, frozen=True)),
    Form(_GENERATOR, "4x4 transposed convolution and box", False, True, _AUTOGRAD,
         partial(_generator_update, frozen=True)),
    Form(_GENERATOR, "sums as matrix products", False, True, {}, partial(_generator_update, frozen=True)),
)  # fmt: skip


@contextmanager
def circumstances(under: Mapping[str, Any]) -> Iterator[None]:
    """The layers with other thresholds or another method."""
    patches = []
    for name, value in under.items():
        owner, _, attribute = name.rpartition(".")
        patches.append(patch.object(getattr(reference_layers, owner) if owner else reference_layers, attribute, value))
    for one in patches:
        one.start()
    try:
        yield
    finally:
        for one in patches:
            one.stop()


def measured(windows: int, forms: tuple[Form, ...] = FORMS) -> list[dict[str, Any]]:
    """A row for each form: seconds of one core and GFLOP of its part in a whole iteration."""
    torch.set_num_threads(1)
    rows = []
    for form in forms:
        work = work_of(ReferenceShape(), windows, plain=form.plain, last=form.last)
        scale = PARTS[form.part] * BATCH / windows
        with circumstances(form.under):
            gflop = counted(lambda: form.compute(work))  # noqa: B023  # called at once
            started = time.process_time()
            form.compute(work)
            seconds = time.process_time() - started
        rows.append({"part": form.part, "name": form.name, "gflop": gflop * scale, "core_s": seconds * scale})
    return rows


def _gradients(network: torch.nn.Module) -> Found:
    return {name: weight.grad.clone() for name, weight in network.named_parameters() if weight.grad is not None}


def _order(x: Tensor) -> torch.memory_format:
    return torch.channels_last if x.is_contiguous(memory_format=torch.channels_last) else torch.contiguous_format


if __name__ == "__main__":
    print(json.dumps(measured(int(sys.argv[1]) if len(sys.argv) > 1 else 16)))
