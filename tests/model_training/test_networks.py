"""The networks' shapes, the losses' worth, and that training sees what decoding will make."""

from __future__ import annotations

import numpy as np
import torch

from model_training.config import Config
from model_training.models.losses import Targets, evidence
from model_training.models.masks import Masks, draw_masks, given_planes, part_of_planes
from model_training.models.parts import parts_of
from model_training.models.penalty import critic_loss
from model_training.models.unet_gan import Answer, Critic, Encoder, Generator, Shape, relaxed_rolls, to_rolls
from music_core.decoding.given import given_windows, writing_order
from music_core.decoding.voices import Voice
from music_core.manifest import GridSpec

SHAPE = Shape(width=16, noise=4)


def test_any_length_of_whole_bars_goes_through() -> None:
    generator = Generator(SHAPE)
    for cells in (2, 3, 7):
        pitch, onset = generator(
            torch.rand(2, 7, 16 * cells, 64), torch.rand(2, 9, 16 * cells, 64), torch.randn(2, 4, cells)
        )
        assert pitch.shape == (2, 3, 16 * cells, 65) and onset.shape == (2, 3, 16 * cells)


def test_a_sample_does_not_depend_on_its_neighbours_in_the_batch() -> None:
    generator, melody, noise = Generator(SHAPE).eval(), torch.rand(3, 7, 32, 64), torch.randn(3, 4, 2)
    given = torch.rand(3, SHAPE.given, 32, 64)
    alone, _ = generator(melody[:1], given[:1], noise[:1])
    together, _ = generator(melody, given, noise)
    assert torch.allclose(alone[0], together[0], atol=1e-5)


def test_relaxed_rolls_are_the_strongest_cells_struck_where_they_change() -> None:
    torch.manual_seed(0)
    logits, onsets = torch.randn(2, 3, 32, 65) * 3, torch.randn(2, 3, 32)
    rolls = relaxed_rolls(Answer(logits, onsets, None)).numpy().round(4)
    best = logits.argmax(3).numpy()
    for b, v, step in np.ndindex(2, 3, 32):
        sounding = np.eye(65)[best[b, v, step]][:64]
        assert np.array_equal(rolls[b, v, step], sounding)
        struck = onsets[b, v, step] > 0 or step == 0 or best[b, v, step] != best[b, v, step - 1]
        assert np.array_equal(rolls[b, 3 + v, step], sounding * bool(struck))


def test_relaxed_rolls_pass_gradients_to_every_logit() -> None:
    logits = torch.randn(1, 3, 32, 65, requires_grad=True)
    onsets = torch.randn(1, 3, 32, requires_grad=True)
    (relaxed_rolls(Answer(logits, onsets, None)) * torch.rand(1, 6, 32, 64)).sum().backward()
    assert logits.grad is not None and (logits.grad != 0).float().mean() > 0.95
    assert onsets.grad is not None and (onsets.grad != 0).any()


def test_real_rolls_leave_rests_empty() -> None:
    rows = torch.tensor([[[3, 3, 64]]])
    rolls = to_rolls(rows, torch.tensor([[[1.0, 0.0, 0.0]]]), torch.zeros(1, 0, 3), 64)
    assert rolls[0, 0].sum() == 2 and rolls[0, 1].sum() == 1 and rolls[0, :, 2].sum() == 0


def test_evidence_is_log_loss_over_what_is_inside() -> None:
    logits = torch.zeros(1, 1, 16, 65)
    rows, onsets = torch.zeros(1, 1, 16, dtype=torch.long), torch.ones(1, 1, 16)
    inside = torch.arange(16)[None] < 8
    answer = Answer(logits, torch.zeros(1, 1, 16), torch.zeros(1, 9, 16))
    real = Targets(rows, onsets, torch.zeros(1, 9, 16), inside, torch.ones(1, 1), torch.ones(1))
    parts = evidence(answer, real, torch.zeros(1, 4, 1), torch.zeros(1, 4, 1))
    assert np.isclose(parts.drums, 9 * 8 * np.log(2), atol=1e-4)
    assert np.isclose(parts.pitch, 8 * np.log(65)) and np.isclose(parts.onset, 8 * np.log(2), atol=1e-5)
    assert parts.divergence == 0


def test_divergence_of_a_shifted_normal() -> None:
    mean = torch.full((1, 4, 1), 2.0)
    rows = torch.full((1, 1, 16), 64)
    inside = torch.ones(1, 16, dtype=torch.bool)
    real = Targets(rows, torch.zeros(1, 1, 16), torch.zeros(1, 0, 16), inside, torch.ones(1, 1), torch.ones(1))
    answer = Answer(torch.zeros(1, 1, 16, 65), torch.zeros(1, 1, 16), None)
    parts = evidence(answer, real, mean, torch.zeros(1, 4, 1))
    assert parts.divergence == 8.0  # half the squared mean in each of four dimensions
    assert parts.onset == 0  # nothing sounds, so nothing is struck


def test_shared_critic_passes_equal_separate_ones() -> None:
    torch.manual_seed(1)
    critic = Critic(SHAPE, 32)
    real, fake, melody = torch.rand(4, 6, 32, 64), torch.rand(4, 6, 32, 64), torch.rand(4, 7, 32, 64)
    epsilon = torch.rand(4, 1, 1, 1)
    loss, distance = critic_loss(critic, real, fake, melody, epsilon, 10.0)
    mixed = (epsilon * real + (1 - epsilon) * fake).requires_grad_(True)
    (gradient,) = torch.autograd.grad(critic(mixed, melody).sum(), mixed)
    penalty = (gradient.flatten(1).norm(dim=1) - 1).square().mean()
    plain = critic(fake, melody).mean() - critic(real, melody).mean() + 10 * penalty
    assert torch.allclose(loss, plain, atol=1e-4)
    assert torch.allclose(distance, critic(real, melody).mean() - critic(fake, melody).mean(), atol=1e-5)


def test_the_encoder_gives_a_distribution_for_every_bar() -> None:
    mean, log_variance = Encoder(SHAPE)(torch.rand(2, 6, 48, 64), torch.rand(2, 7, 48, 64))
    assert mean.shape == log_variance.shape == (2, 4, 3)


def test_drums_are_answered_seen_and_learned() -> None:
    shape = Shape(voices=2, width=16, noise=4, lanes=9, parts=2)
    _, _, drums = Generator(shape)(torch.rand(2, 7, 32, 64), torch.rand(2, shape.given, 32, 64), torch.randn(2, 4, 2))
    assert drums.shape == (2, 9, 32)
    answer = Answer(torch.randn(2, 2, 32, 65), torch.randn(2, 2, 32), drums.detach().requires_grad_(True))
    rolls = relaxed_rolls(answer)
    assert rolls.shape[1] == 2 * 2 + 9
    assert torch.equal(rolls[:, 4:].round().amax(3), (drums > 0).float())
    Critic(shape, 32)(rolls, torch.rand(2, 7, 32, 64)).sum().backward()
    assert answer.drums is not None and answer.drums.grad is not None and (answer.drums.grad != 0).any()


def test_given_parts_are_not_asked_for() -> None:
    logits, rows = torch.randn(1, 2, 16, 65), torch.zeros(1, 2, 16, dtype=torch.long)
    inside = torch.ones(1, 16, dtype=torch.bool)

    def pitch(asked: list[float]) -> float:
        real = Targets(rows, torch.ones(1, 2, 16), torch.zeros(1, 0, 16), inside, torch.tensor([asked]), torch.ones(1))
        answer = Answer(logits, torch.zeros(1, 2, 16), None)
        return float(evidence(answer, real, torch.zeros(1, 4, 1), torch.zeros(1, 4, 1)).pitch)

    assert np.isclose(pitch([1, 1]), pitch([1, 0]) + pitch([0, 1]), rtol=1e-5) and pitch([0, 0]) == 0


BAND = parts_of(Config("m", "M", "g", "d", tracks=("guitar", "bass", "drums")))


def test_masks_always_ask_for_something_and_weigh_it() -> None:
    masks = draw_masks(BAND, 500, torch.rand(500, 6, generator=torch.Generator().manual_seed(1)))
    asked = 3 - masks.given.sum(1)
    assert asked.min() == 1 and asked.max() == 3
    weights = torch.stack([masks.asked[:, 0], masks.asked[:, 3], masks.asked_drums], 1)
    assert torch.allclose(weights.sum(1), torch.full((500,), 3.0))
    assert torch.equal(weights == 0, masks.given)
    assert masks.asked.shape == (500, 4)  # three lines of guitar and one of bass
    some = masks.given.any(1)
    assert not masks.loose[~some].any() and 0.4 < masks.loose[some].float().mean() < 0.6


def test_half_the_masks_follow_the_order_of_writing() -> None:
    draws = torch.tensor([[0.1, 0.4, 0.5, 0.9, 0.5, 0.1], [0.1, 0.7, 0.5, 0.1, 0.2, 0.3]])
    assert writing_order(BAND) == (2, 1, 0)  # drums, bass, guitar
    assert draw_masks(BAND, 2, draws).given.tolist() == [[False, False, True], [False, True, True]]


def test_given_planes_of_training_are_those_of_decoding() -> None:
    rng = np.random.default_rng(3)
    grid = GridSpec(window_steps=32, hop_steps=16)
    voices = [Voice(rng.integers(40, 60, 32), rng.random(32) < 0.5) for _ in range(4)]
    for voice in voices:
        voice.onset[0] = True
    hits = rng.random((9, 32)) < 0.2
    index = np.arange(32)[None]
    ours = given_windows({0: tuple(voices[:3]), 2: hits}, BAND, grid, index)
    rows = torch.from_numpy(np.stack([voice.pitch for voice in voices]))[None] - grid.low_pitch
    onsets = torch.from_numpy(np.stack([voice.onset for voice in voices]).astype(np.float32))[None]
    rolls = to_rolls(rows, onsets, torch.from_numpy(hits.astype(np.float32))[None], grid.pitches)
    masks = Masks(torch.tensor([[True, False, True]]), torch.zeros(1, 4), torch.zeros(1), torch.zeros(1, 1, 1))
    assert np.array_equal(ours, given_planes(rolls, masks, part_of_planes(BAND, 9)).numpy())
