"""The reference network has the reference's parameters, and its fast form is the same function of them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from model_training.models import reference_layers, reference_losses
from model_training.models.reference import Critic, Generator, ReferenceShape
from model_training.models.reference_layers import UpConvolution
from model_training.models.reference_losses import CriticLoss, generator_loss

pytestmark = pytest.mark.torch

SMALL = ReferenceShape(tracks=3, steps=32, pitches=48, width=4, noise=5)


@pytest.fixture(params=["library", "products"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways of each convolution, whichever the sizes would choose."""
    products = request.param == "products"
    monkeypatch.setattr(reference_layers, "_FEW_CELLS", 10**6 if products else 0)
    monkeypatch.setattr(reference_layers, "_FEW_OUTPUTS", 0)
    monkeypatch.setattr(reference_layers, "_MANY_CHANNELS", 0 if products else 10**6)


@pytest.fixture(autouse=True)
def in_64_bits() -> object:
    """So that rounding hides no difference: both forms agree to 1e-11 and better."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


def count(tensors: Sequence[Tensor]) -> int:
    return sum(tensor.numel() for tensor in tensors)


def drawn(shape: ReferenceShape, batch: int, seed: int = 0) -> dict[str, Tensor]:
    rng = torch.Generator().manual_seed(seed)
    real = torch.randint(0, 2, (batch, shape.tracks, shape.steps, shape.pitches), generator=rng) * 2.0 - 1
    return {
        "real": real,
        "fake": torch.rand(real.shape, generator=rng) * 2 - 1,
        "melody": real[:, :1].clone(),
        "noise": torch.randn(shape.noise_shape(batch), generator=rng),
        "epsilon": torch.rand(batch, 1, 1, 1, generator=rng),
    }


def gradients(module: nn.Module) -> dict[str, Tensor]:
    return {name: weight.grad.clone() for name, weight in module.named_parameters() if weight.grad is not None}


def assert_same(found: dict[str, Tensor], wanted: dict[str, Tensor]) -> None:
    assert found.keys() == wanted.keys()
    for name, tensor in wanted.items():
        torch.testing.assert_close(found[name], tensor, rtol=1e-10, atol=1e-11, msg=name)


def test_the_parameters_are_the_references_to_the_last_one() -> None:
    with torch.device("meta"):
        generator, critic = Generator(ReferenceShape(), seed=None), Critic(ReferenceShape(), seed=None)
    assert count(list(generator.parameters())) == 8_270_852
    assert count(list(generator.buffers())) == 2_688
    assert count(list(critic.parameters())) == 2_766_785
    layers = [count(list(layer.parameters())) for layer in (*generator.down, *generator.up, generator.last)]
    assert layers == [1_088, 131_200, 524_544, 2_097_664, 4_194_560, 1_048_704, 262_208, 8_196]


def test_weights_begin_as_keras_would_have_them() -> None:
    critic = Critic(ReferenceShape(), seed=3)
    kernel = critic.down[2].weight
    bound = (6 / (16 * (128 + 256))) ** 0.5
    assert 0.99 * bound < kernel.abs().max() <= bound
    assert kernel.std().item() == pytest.approx(bound / 3**0.5, rel=0.01)
    assert all((layer.bias == 0).all() for layer in (*critic.down, critic.score))
    assert torch.equal(kernel, Critic(ReferenceShape(), seed=3).down[2].weight)


def test_convolutions_pad_where_keras_pads() -> None:
    # "same" for a 4x4 kernel after doubling: one cell before, two after.
    up = UpConvolution(1, 1, plain=True)
    with torch.no_grad():
        up.weight.zero_()
        up.bias.zero_()
        up.weight[0, 0, 3, 0] = 1.0  # mirrored: looks one cell up and two to the right
    x = torch.arange(6.0).view(1, 1, 2, 3)
    doubled = functional.interpolate(x, scale_factor=2, mode="nearest")
    assert torch.equal(up(x)[0, 0, 1:, :-2], doubled[0, 0, :-1, 2:])
    assert (up(x)[0, 0, 0] == 0).all()
    assert (up(x)[0, 0, :, -2:] == 0).all()


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (4, 8)])
def test_the_fast_doubling_convolution_is_the_plain_one(way: None, size: tuple[int, int]) -> None:
    plain, fast = UpConvolution(5, 3, plain=True), UpConvolution(5, 3)
    rng = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for weight in plain.parameters():  # which the layer leaves to the network that it is part of
            weight.normal_(generator=rng)
    fast.load_state_dict(plain.state_dict())
    results = []
    for form in (plain, fast):
        x = torch.randn(2, 5, *size, generator=torch.Generator().manual_seed(1)).requires_grad_(True)
        y = form(x)
        (y * torch.linspace(-1, 1, y.numel()).view_as(y)).sum().backward()
        with torch.no_grad():
            results.append({"y": y, "without gradients": form(x), "x": x.grad, **gradients(form)})
    assert results[0]["y"].shape == (2, 3, 2 * size[0], 2 * size[1])
    assert_same(results[1], results[0])


@pytest.mark.parametrize("training", [True, False])
def test_the_fast_generator_is_the_plain_one(way: None, training: bool) -> None:
    critic, results = Critic(SMALL, seed=5), []
    critic.requires_grad_(False)
    for plain in (True, False):
        generator = Generator(SMALL, plain=plain, seed=1).train(training)
        given = drawn(SMALL, 4)
        fake = generator(given["melody"], given["noise"])
        generator_loss(critic, fake, given["melody"]).backward()
        statistics = {name: value.clone() for name, value in generator.named_buffers()}
        results.append({"fake": fake.detach(), **statistics, **gradients(generator)})
    assert_same(results[1], results[0])


@pytest.mark.parametrize("chunk", [2, 5, 16])
def test_the_critics_gradient_by_hand_is_autograds(way: None, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference_losses, "_CHUNK", chunk)
    results = []
    for plain in (True, False):
        critic = Critic(SMALL, seed=2)
        with torch.no_grad():  # biases that are not zero
            for weight in critic.parameters():
                weight += 0.1 * torch.randn(weight.shape, generator=torch.Generator().manual_seed(7))
        given = drawn(SMALL, 5)
        given.pop("noise")
        loss, distance = CriticLoss(critic, plain=plain)(**given)
        (3 * loss).backward()
        results.append({"loss": loss.detach(), "distance": distance, **gradients(critic)})
    assert_same(results[1], results[0])


def test_the_penalty_is_the_one_of_the_paper() -> None:
    # A critic that is linear on these rolls has the same gradient everywhere: its norm is known.
    critic = Critic(SMALL, seed=2)
    given = drawn(SMALL, 3)
    given.pop("noise")
    with torch.no_grad():
        for layer in critic.down:
            layer.weight.abs_()
            layer.bias.fill_(1e3)  # every sum is above the kink
    x = given["real"].clone().requires_grad_(True)
    (slope,) = torch.autograd.grad(critic(x, given["melody"])[0], x)
    norm = slope.square().sum().sqrt()
    loss, distance = CriticLoss(critic, 4.0)(**given)
    torch.testing.assert_close(loss + distance, 4.0 * (norm - 1) ** 2)


def test_products_in_16_bits_change_the_gradient_by_little() -> None:
    torch.set_default_dtype(torch.float32)
    found = []
    for precise in (True, False):
        critic = Critic(SMALL, seed=2)
        given = drawn(SMALL, 5)
        given.pop("noise")
        with torch.autocast("cpu", torch.bfloat16, enabled=not precise):
            CriticLoss(critic)(**given)[0].backward()
        grads = gradients(critic)
        assert all(grad.dtype == torch.float32 for grad in grads.values())
        found.append(torch.cat([grad.flatten() for grad in grads.values()]))
    assert torch.cosine_similarity(found[0], found[1], dim=0) > 0.99


def test_a_shape_that_cannot_be_halved_is_refused() -> None:
    with pytest.raises(ValueError, match="multiples of 16"):
        ReferenceShape(steps=24)
    with pytest.raises(ValueError, match="another track"):
        ReferenceShape(tracks=1)
