"""The reference trains as it is written: fast as plain, resumed as straight on, and its notes are its signs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from lightning_fabric import Fabric

from model_training.checkpoint import load_checkpoint, save_checkpoint
from model_training.config import Config, load_config
from model_training.data.corpus import Corpus, corpus_of
from model_training.data.song import Song, part_of
from model_training.lab.probe import Criticised, Judged
from model_training.models import technique_of
from model_training.models.reference import Generator
from model_training.models.reference_training import ReferenceTraining
from model_training.settings import ReferenceSettings
from model_training.technique import TorchPredictor
from music_core.adapters.onnx_predictor import OnnxPredictor
from music_core.manifest import GridSpec
from music_core.score import TICKS_PER_QUARTER as Q
from music_core.score import Metre, Note

pytestmark = pytest.mark.torch

CONFIGS = Path(__file__).parents[2] / "model_training" / "configs"


@pytest.fixture
def tiny(config: Config) -> Config:
    return replace(
        config, technique="unet-gan-reference", update_ratio=2, batch_size=4, learning_rate=1e-3,
        grid=GridSpec(window_steps=32, hop_steps=32, low_pitch=32, pitches=64),
        model=ReferenceSettings(width=4, noise=6),
    )  # fmt: skip


def training_of(config: Config, corpus: Corpus, precision: str = "32-true") -> ReferenceTraining:
    fabric = Fabric(accelerator="cpu", devices=1, precision=precision)
    training = technique_of(config.technique).training(config, corpus, fabric)
    assert isinstance(training, ReferenceTraining)
    return training


def with_model(config: Config, **fields: object) -> Config:
    return replace(config, model=replace(config.model, **fields))


def test_two_iterations_of_the_fast_form_are_two_of_the_plain_one(tiny: Config, corpus: Corpus) -> None:
    """In 64 bits every weight agrees to 1e-9, so that no rounding hides a difference and Adam magnifies none."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        fast, plain = (
            training_of(with_model(tiny, plain=plain), corpus, "64-true") for plain in (False, True)
        )  # fmt: skip
        for _ in range(2):
            ours, theirs = fast.advance(), plain.advance()
            assert ours == pytest.approx(theirs, rel=1e-9)
    finally:
        torch.set_default_dtype(before)
    # A bias before a batch norm has no effect: its gradient is rounding, which Adam turns into steps of full size.
    idle = {f"up.{i}.bias" for i in range(3)}
    for name in ("network", "critic"):
        ours, theirs = fast.state()[name], plain.state()[name]
        for key in ours.keys() - idle:
            if not key.startswith("up_norms") or not key.endswith("running_mean"):  # which the idle bias moves
                torch.testing.assert_close(ours[key], theirs[key], rtol=1e-7, atol=1e-9, msg=f"{name} {key}")


def test_four_iterations_are_two_and_a_resume_and_two(tiny: Config, corpus: Corpus, tmp_path: Path) -> None:
    straight, first = training_of(tiny, corpus), training_of(tiny, corpus)
    figures = [straight.advance() for _ in range(4)]
    for _ in range(2):
        first.advance()
    save_checkpoint(tmp_path / "half.ckpt", first.state())
    second = training_of(tiny, corpus)
    second.restore(load_checkpoint(tmp_path / "half.ckpt"))
    assert [second.advance() for _ in range(2)] == figures[2:]
    for name in ("network", "critic"):
        ours, theirs = straight.state()[name], second.state()[name]
        assert all(torch.equal(ours[key], theirs[key]) for key in ours), name
    assert second.step == 4


def test_the_critic_learns_to_tell_them_apart(tiny: Config, corpus: Corpus) -> None:
    training = training_of(replace(tiny, update_ratio=8), corpus)
    distances = [training.advance()["distance"] for _ in range(8)]
    assert distances[-1] > distances[0]
    assert distances[-1] > 0


def test_the_critic_hears_fakes_made_with_the_moving_statistics(tiny: Config, corpus: Corpus) -> None:
    training = training_of(tiny, corpus)
    modes = []
    generator = training.network
    generator.register_forward_pre_hook(lambda module, _: modes.append(module.training))
    training.advance()
    assert modes == [False, False, True]


def test_neither_update_moves_the_other_network(tiny: Config, corpus: Corpus) -> None:
    training = training_of(tiny, corpus)

    def weights(name: str) -> list[torch.Tensor]:
        return [value.clone() for value in training.state()[name].values()]

    generator, critic = weights("network"), weights("critic")
    training._update_critic()
    assert all(map(torch.equal, generator, weights("network")))
    assert not all(map(torch.equal, critic, weights("critic")))
    critic = weights("critic")
    training._update_generator()
    assert all(map(torch.equal, critic, weights("critic")))
    assert not all(map(torch.equal, generator, weights("network")))


def test_two_small_batches_give_the_critic_what_one_large_gives(tiny: Config, corpus: Corpus) -> None:
    one, two = training_of(tiny, corpus), training_of(replace(tiny, batch_size=2, accumulate=2), corpus)
    assert one._update_critic() == pytest.approx(two._update_critic(), rel=1e-5)


def test_a_loss_that_is_no_number_stops_the_run(tiny: Config, corpus: Corpus) -> None:
    training = training_of(with_model(tiny, penalty_weight=float("inf")), corpus)
    with pytest.raises(FloatingPointError, match="step 0; lower the learning rate"):
        training.advance()


def test_products_in_16_bits_train_too(tiny: Config, corpus: Corpus) -> None:
    training = training_of(tiny, corpus, "bf16-mixed")
    training.advance()
    for name in ("network", "critic"):
        assert {value.dtype for value in training.state()[name].values()} == {torch.float32}


def test_the_distance_is_taken_on_the_same_windows_and_changes_nothing(tiny: Config, corpus: Corpus) -> None:
    one, other = training_of(tiny, corpus), training_of(tiny, corpus)
    assert isinstance(one, Criticised) and not isinstance(one, Judged)
    before = one.distance("valid")
    assert one.distance("valid") == before != one.distance("train")
    for _ in range(3):
        assert one.advance() == other.advance()  # only one of them was asked
    assert one.distance("valid") != before


def test_a_critic_that_learns_by_heart_takes_held_out_songs_for_written_ones(
    tiny: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Songs without any style, so that all there is to learn is the songs themselves."""
    monkeypatch.setattr("model_training.models.reference_training.JUDGED", 16)
    names = {"a": 1, "b": 2, "a again": 1, "b again": 2, "c": 3}
    songs = [shapeless_song(name, seed) for name, seed in names.items()]
    corpus = corpus_of(songs, ["train", "train", "test", "test", "valid"], "shapeless")
    training = training_of(with_model(replace(tiny, update_ratio=12, learning_rate=2e-3), width=8), corpus)
    early: dict[str, float] = {}
    for _ in range(18):
        training.advance()
        early = early or {split: training.distance(split) for split in ("train", "valid")}
    known, same, other = (training.distance(split) for split in ("train", "test", "valid"))
    assert early["valid"] > 0.9 * early["train"]
    assert same == known
    assert 0 < other < 0.75 * known


def shapeless_song(name: str, seed: int) -> Song:
    """One bar of notes drawn by chance, over and over."""
    rng = np.random.default_rng(seed)
    parts = []
    for role in ("melody", "alto", "tenor", "bass"):
        bar = [(int(rng.integers(16)), int(rng.integers(40, 88))) for _ in range(12)]
        notes = tuple(Note((16 * i + step) * Q // 4, pitch, Q // 4) for i in range(8) for step, pitch in bar)
        parts.append(part_of(role, 0, tuple(dict.fromkeys(notes))))
    return Song(name, name, "made up", "test", "CC0", "green", tuple(parts), (Metre(0),), 100.0, 0, False)


def test_the_noise_is_normal_and_cut_at_two(tiny: Config, corpus: Corpus) -> None:
    noise = training_of(with_model(tiny, noise=2000), corpus)._noise(4, torch.Generator().manual_seed(0))
    assert noise.abs().max() <= 2
    assert noise.std().item() == pytest.approx(0.8796, abs=0.01)  # of a normal that is cut at two deviations


def test_the_run_is_as_long_as_it_was_told(tiny: Config, corpus: Corpus) -> None:
    training = training_of(replace(tiny, epochs=3), corpus)
    assert training.total_steps == 3 * training.steps_an_epoch
    assert training_of(with_model(tiny, iterations=7), corpus).total_steps == 7


def test_the_graph_answers_as_the_network_does(tiny: Config, tmp_path: Path) -> None:
    technique = technique_of(tiny.technique)
    network = technique.network(tiny).eval()
    assert isinstance(network, Generator)
    given = technique.example(tiny, 2, 1)
    torch.onnx.export(
        network, tuple(torch.from_numpy(array) for array in given.values()), tmp_path / "model.onnx",
        input_names=list(given), output_names=["rolls"], dynamic_shapes=technique.dynamic(tiny), dynamo=True,
        verbose=False,
    )  # fmt: skip
    ours = TorchPredictor(network, technique.inputs(tiny), technique.outputs(tiny))
    theirs = OnnxPredictor(tmp_path / "model.onnx")
    for batch in (1, 3):
        given = technique.example(tiny, batch, 1)
        a, b = ours.run(given)["rolls"], theirs.run(given)["rolls"]
        assert a.shape == (batch, 4, 32, 64)
        assert np.abs(a - b).max() < 1e-5


@pytest.mark.parametrize("name", ["bach_reference", "rock_reference"])
def test_the_shipped_configs_are_the_references(name: str) -> None:
    config = load_config(CONFIGS / f"{name}.toml")
    technique = technique_of(config.technique)
    assert technique.inputs(config)[0].shape == ("batch", 1, 32, 128)
    assert technique.outputs(config)[0].shape == ("batch", 1 + len(config.tracks), 32, 128)
    assert (config.learning_rate, config.update_ratio, config.batch_size) == (1e-3, 5, 64)
    assert config.model == ReferenceSettings(iterations=1000)
