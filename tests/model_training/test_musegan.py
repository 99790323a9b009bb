"""MuseGAN: whose noise moves what, what the critic sees, and that a tiny network learns two phrases by heart."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from lightning_fabric import Fabric
from torch import Tensor

from model_training.bundle import manifest_of, predictor_of
from model_training.checkpoint import load_checkpoint, save_checkpoint
from model_training.config import Config, load_config
from model_training.data.corpus import Corpus, corpus_of
from model_training.data.home import home_song
from model_training.data.roll_windows import NoWindowsError
from model_training.data.song import Song, part_of, to_score
from model_training.evaluate import model_row, song_scores
from model_training.lab.probe import Judged, Probe
from model_training.lab.watch import History, watch
from model_training.models.musegan import Generator, Noise, PrivateColumns, Shape
from model_training.models.musegan_critic import (
    Critic,
    Encoder,
    density_distance,
    evidence,
    penalised_distance,
    relaxed_rolls,
    to_rolls,
)
from model_training.models.musegan_technique import TECHNIQUE, shape_of
from model_training.models.musegan_training import MuseTraining
from model_training.models.parts import parts_of
from model_training.models.penalty import critic_loss
from model_training.settings import MuseSettings
from model_training.technique import TorchPredictor
from music_core.adapters.onnx_predictor import OnnxPredictor
from music_core.decoding.cells import read_cells
from music_core.decoding.musegan import takes_melody
from music_core.decoding.predictor import FloatArray, Predictor
from music_core.manifest import GridSpec
from music_core.roll import roll_to_notes
from music_core.score import TICKS_PER_QUARTER as Q
from music_core.score import Metre, Note

pytestmark = pytest.mark.torch

CONFIGS = Path(__file__).parents[2] / "model_training" / "configs"

SHAPE = Shape(tracks=3, bars=4, steps=16, pitches=24, noise=4, width=16)
SHAPES = (SHAPE, replace(SHAPE, melody=False, steps=48))


def noise_of(shape: Shape, batch: int = 2, seed: int = 0) -> Noise:
    rng = torch.Generator().manual_seed(seed)
    sizes = ((4,), (4, shape.bars), (shape.tracks, 4), (shape.tracks, 4, shape.bars))
    return Noise(*(torch.randn(batch, *size, generator=rng) for size in sizes))


def melody_of(shape: Shape, batch: int = 2) -> Tensor:
    rng = torch.Generator().manual_seed(9)
    planes = torch.rand(batch, 2 if shape.melody else 0, shape.bars * shape.steps, shape.pitches, generator=rng)
    return (planes < 0.05).float()


def written(generator: Generator, noise: Noise) -> Tensor:
    """All answers by bar: (2, batch, tracks, bars, cells)."""
    s = generator.shape
    with torch.inference_mode():
        answers = torch.stack(generator(*noise, melody_of(s, len(noise.shared))))
    return answers.reshape(2, -1, s.tracks, s.bars, s.steps * s.pitches)


def moved(generator: Generator, name: str, *place: int | slice) -> list[list[bool]]:
    """Whether each bar of each track changes when one noise does: [track][bar]."""
    noise = noise_of(generator.shape)
    changed = noise._asdict()[name].clone()
    changed[(slice(None), *place)] += 1
    before, after = written(generator, noise), written(generator, noise._replace(**{name: changed}))
    different: list[list[bool]] = (before != after).any(4).any(1).any(0).tolist()
    return different


@pytest.mark.parametrize("shape", SHAPES)
def test_every_track_gets_two_answers_a_cell(shape: Shape) -> None:
    for answer in Generator(shape)(*noise_of(shape), melody_of(shape)):
        assert answer.shape == (2, 3, shape.bars * shape.steps, 24) and answer.isfinite().all()


@pytest.mark.parametrize("shape", SHAPES)
def test_shared_noise_moves_every_track_and_private_noise_only_its_own(shape: Shape) -> None:
    torch.manual_seed(0)
    generator = Generator(shape)
    assert moved(generator, "shared") == [[True] * 4] * 3
    for track in range(3):
        own = [[index == track] * 4 for index in range(3)]
        assert moved(generator, "private", track) == own


@pytest.mark.parametrize("shape", SHAPES)
def test_a_bars_noise_moves_that_bar_and_none_before_it(shape: Shape) -> None:
    torch.manual_seed(0)
    generator = Generator(shape)
    for bar in range(4):
        # The path through the bars remembers two bars; further back nothing is heard.
        reach = [bar <= index <= bar + 2 for index in range(4)]
        assert moved(generator, "shared_bars", slice(None), bar) == [reach] * 3
        for track in range(3):
            own = [reach if index == track else [False] * 4 for index in range(3)]
            assert moved(generator, "private_bars", track, slice(None), bar) == own


def test_a_bar_hears_the_melodys_own_bar_and_its_neighbours() -> None:
    torch.manual_seed(0)
    generator, melody = Generator(SHAPE), melody_of(SHAPE)
    other = melody.clone()
    other[:, :, :16] = 1 - other[:, :, :16]
    with torch.inference_mode():
        a, b = (torch.stack(generator(*noise_of(SHAPE), m)).reshape(2, 2, 3, 4, -1) for m in (melody, other))
    assert (a != b).any(4).any(1).any(0).tolist() == [[True, True, False, False]] * 3


def test_a_sample_does_not_depend_on_its_neighbours_in_the_batch() -> None:
    generator, noise = Generator(SHAPE), noise_of(SHAPE, 3)
    alone = written(generator, Noise(*(values[:1] for values in noise)))
    assert torch.allclose(alone[:, 0], written(generator, noise)[:, 0], atol=1e-5)


def test_the_network_starts_from_how_often_each_pitch_sounds() -> None:
    rolls = torch.zeros(5, 3, 64, 24, dtype=torch.int8)
    rolls[:, 1, ::4, 7] = 2
    generator = Generator(SHAPE)
    generator.expect(rolls)
    assert torch.sigmoid(generator.columns.bias[0, 1, 0, 7]).item() == pytest.approx(0.25)
    assert torch.sigmoid(generator.columns.bias[0]).sum().item() == pytest.approx(0.25, abs=1e-2)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_bar_view_hears_one_bar_and_the_roll_view_all(shape: Shape) -> None:
    torch.manual_seed(0)
    critic = Critic(shape)
    rolls = (torch.rand(2, 6, 4 * shape.steps, 24) < 0.1).float()
    other = rolls.clone()
    other[:, :, shape.steps : 2 * shape.steps] = 0
    with torch.inference_mode():
        (bars, roll), (changed, whole) = (critic.views(x, melody_of(shape)) for x in (rolls, other))
    assert (bars != changed).any(0).tolist() == [False, True, False, False]
    assert (roll != whole).all()
    shuffled = rolls.reshape(2, 6, 4, shape.steps, 24)[:, :, [1, 0, 3, 2]].flatten(2, 3)
    nothing = melody_of(shape) * 0
    assert not torch.allclose(critic.views(rolls, nothing)[1], critic.views(shuffled, nothing)[1])


def test_the_cheaper_critic_loss_and_its_gradients_are_the_plain_ones() -> None:
    torch.manual_seed(0)
    critic = Critic(SHAPE)
    real, fake = ((torch.rand(2, 6, 64, 24) < 0.1).float() for _ in range(2))
    losses, gradients = [], []
    for form in (critic_loss, penalised_distance):
        critic.zero_grad()
        loss, distance = form(critic, real, fake, melody_of(SHAPE), torch.rand(2, 1, 1, 1) * 0 + 0.3, 10.0)
        loss.backward()  # type: ignore[no-untyped-call]
        losses.append(torch.stack([loss.detach(), distance]))
        gradients.append(torch.cat([p.grad.flatten() for p in critic.parameters() if p.grad is not None]))
    assert torch.allclose(losses[0], losses[1], atol=1e-5)
    assert torch.allclose(gradients[0], gradients[1], atol=1e-5) and gradients[0].abs().max() > 1e-3


def test_relaxed_rolls_are_yes_or_no_struck_after_silence() -> None:
    sounding = torch.tensor([-1.0, 2.0, 2.0, 2.0, -1.0, 2.0])[None, None, :, None]
    onset = torch.tensor([1.0, -1.0, -1.0, 1.0, 1.0, -1.0])[None, None, :, None]
    rolls = relaxed_rolls((sounding, onset), 3.0)[0, :, :, 0].round(decimals=5)
    assert rolls.tolist() == [[0, 1, 1, 1, 0, 1], [0, 1, 0, 1, 0, 1]]


def test_a_steeper_slope_gives_doubtful_cells_more_of_the_gradient() -> None:
    def gradient(slope: float) -> tuple[float, float]:
        logits = torch.tensor([0.0, 4.0])[None, None, :, None].requires_grad_(True)
        relaxed_rolls((logits, torch.zeros(1, 1, 2, 1)), slope)[:, :1].sum().backward()  # type: ignore[no-untyped-call]
        assert logits.grad is not None
        return logits.grad[0, 0, 0, 0].item(), logits.grad[0, 0, 1, 0].item()

    (doubtful, sure), (more, less) = gradient(1.0), gradient(3.0)
    assert more > doubtful and less < sure


def test_equally_full_bars_are_no_distance_apart_wherever_they_stand() -> None:
    rolls = torch.zeros(2, 2, 8, 3)
    rolls[0, :, :2], rolls[1, :, 4:7] = 1, 1
    assert density_distance(rolls.flip(0).flip(2), rolls, 2).item() == 0
    assert density_distance(rolls * 0, rolls, 2).item() > 0.5


def test_evidence_counts_onsets_only_where_a_cell_sounds() -> None:
    real = torch.zeros(1, 2, 4, 3)
    real[:, :, 0, 0] = 1
    zero = Noise(*(torch.zeros(1, 2) for _ in range(4)))
    parts = evidence((torch.zeros(1, 1, 4, 3), torch.zeros(1, 1, 4, 3)), real, zero, zero, 1)
    log2 = np.log(2)
    assert [round(p.item(), 5) for p in parts] == [round(12 * log2, 5), round(log2, 5), 0]


def test_private_noise_is_read_from_its_own_track() -> None:
    torch.manual_seed(0)
    encoder = Encoder(replace(SHAPE, melody=False))
    rolls = (torch.rand(2, 6, 64, 24) < 0.1).float()
    other = rolls.clone()
    other[:, [1, 4]] = 0
    with torch.inference_mode():
        (a, _), (b, _) = encoder(rolls, []), encoder(other, [])
    assert (a.private != b.private).any(2).any(0).tolist() == [False, True, False]
    assert (a.private_bars != b.private_bars).any(3).any(2).any(0).tolist() == [False, True, False]
    assert (a.shared != b.shared).any() and (a.shared_bars != b.shared_bars).any()


def band_song(name: str, root: int) -> Song:
    """Two bars that repeat: a tune, a kick and a snare, and a bass in eighths with one long note."""
    tune, drums, bass = [], [], []
    for bar in range(8):
        at = 4 * Q * bar
        tune += [Note(at + i * Q, root + p, Q) for i, p in enumerate((0, 4, 7, 0) if bar % 2 else (0, 2, 4, 5))]
        drums += [Note(at + i * Q, 38 if i % 2 else 36, Q // 12) for i in range(4)]
        bass += [Note(at + i * Q // 2, root - 24 + 7 * (bar % 2), Q // 2) for i in range(4)]
        bass.append(Note(at + 2 * Q, root - 24, 2 * Q))
    parts = (part_of("melody", 80, tuple(tune)), part_of("drums", 0, tuple(drums)), part_of("bass", 33, tuple(bass)))
    return Song(name, name, "made up", "test", "CC0", "green", parts, (Metre(0),), 100.0, root % 12, False)


@pytest.fixture(scope="module")
def band() -> Corpus:
    return corpus_of([band_song("one", 60), band_song("two", 60)], ["train", "train"])


def config_of(**settings: object) -> Config:
    grid = GridSpec(12, 192, 192, 48, 24, 84)
    model = MuseSettings(width=16, noise=4, rise_steps=1, kl_epochs=0, **settings)  # type: ignore[arg-type]
    return Config(
        "tiny", "Tiny", "test", "", epochs=4, batch_size=2, learning_rate=5e-3, update_ratio=2, technique="musegan",
        tracks=("drums", "bass"), grid=grid, model=model,
    )  # fmt: skip


def training_of(config: Config, corpus: Corpus) -> MuseTraining:
    return MuseTraining(config, corpus, Fabric(accelerator="cpu", devices=1), shape_of(config))


def test_the_melody_brings_the_song_home_and_drums_stay() -> None:
    song = home_song(band_song("a", 67))
    (melody, drums, bass) = song.parts
    assert (melody.notes[0, 1], bass.notes[0, 1], drums.notes[0, 1]) == (72, 48, 36)
    assert (song.tonic, song.minor) == (0, False)


@pytest.mark.parametrize("tracks", [("drums", "bass"), ("melody", "drums", "bass")])
def test_four_steps_are_two_and_a_resume_and_two(band: Corpus, tmp_path: Path, tracks: tuple[str, ...]) -> None:
    config = replace(config_of(warmup_epochs=1), tracks=tracks)
    straight, first = training_of(config, band), training_of(config, band)
    for _ in range(4):
        figures = straight.advance()
    assert {"sounding", "onset", "divergence", "critic", "distance", "score", "density"} == figures.keys()
    for _ in range(2):
        first.advance()
    save_checkpoint(tmp_path / "last.ckpt", first.state())
    second = training_of(config, band)
    second.restore(load_checkpoint(tmp_path / "last.ckpt"))
    for _ in range(2):
        second.advance()
    ours, theirs = straight.state(), second.state()
    for part in ("writer", "critic", "network"):
        assert all(torch.equal(ours[part][name], theirs[part][name]) for name in ours[part])
    assert ours["numpy"] == theirs["numpy"] and torch.equal(ours["torch"], theirs["torch"])


def test_the_critic_learns_to_tell_written_phrases_from_real_ones(band: Corpus) -> None:
    config = replace(config_of(warmup_epochs=0, critic_learning_rate=1e-3), learning_rate=1e-6, update_ratio=3)
    training = training_of(config, band)
    distances = [training.advance()["distance"] for _ in range(8)]
    assert distances[-1] > distances[0]


def test_writer_and_critic_train_in_bf16(band: Corpus) -> None:
    fabric = Fabric(accelerator="cpu", devices=1, precision="bf16-mixed")
    config = config_of(warmup_epochs=0)
    training = MuseTraining(config, band, fabric, shape_of(config))
    figures = [training.advance() for _ in range(2)][-1]
    assert {"critic", "distance"} <= figures.keys()
    assert all(np.isfinite(value) for value in figures.values())


def test_the_loss_is_judged_on_the_same_phrases_and_changes_nothing(band: Corpus) -> None:
    config = config_of(warmup_epochs=1)
    one, other = training_of(config, band), training_of(config, band)
    assert isinstance(one, Judged)
    before = one.loss("train")
    assert one.loss("train") == before
    for _ in range(4):
        assert one.advance() == other.advance()  # only one of them was asked
    assert one.loss("train") < 0.9 * before


def strange_song() -> Song:
    """Nothing that the band plays: a low bass on the off-beats in a key a tritone away from the tune."""
    song = band_song("strange", 60)
    bass = tuple(Note(i * Q + Q // 2, 42 + (5 * i) % 11, Q // 4) for i in range(32))
    return replace(song, parts=(song.parts[0], part_of("drums", 0, ()), part_of("bass", 33, bass)))


def test_learning_two_songs_by_heart_is_named() -> None:
    songs = [band_song("one", 60), band_song("two", 60), strange_song()]
    training = training_of(config_of(warmup_epochs=99), corpus_of(songs, ["train", "train", "valid"]))
    stages = []
    for epoch in range(5):
        losses = {f"{split}_loss": training.loss(split) for split in ("train", "valid")}
        stages.append({"step": training.step, "epoch": epoch, **losses})
        for _ in range(15):
            training.advance()
    assert "overfitting" in [finding.kind for finding in watch(History(stages=stages))]
    assert stages[-1]["train_loss"] < 0.5 * stages[0]["train_loss"]


def test_held_out_songs_without_a_phrase_cost_the_losses_and_not_the_run(band: Corpus) -> None:
    short = replace(band_song("short", 60), metres=(Metre(0, 3, 4),))
    config = config_of()
    corpus = corpus_of([band.song(0), band.song(1), short], ["train", "train", "valid"])
    training = training_of(config, corpus)
    with pytest.raises(NoWindowsError, match="valid split"):
        training.loss("valid")
    probe = Probe(config, corpus, {})
    floors = probe.floors()
    known = probe.known_figures(training, floors)
    assert "gap" in known and "valid_loss" not in known
    assert not {"train_loss", "valid_loss"} & probe.measure(training, floors).figures.keys()


def test_a_loss_that_is_no_number_names_the_step_and_the_remedy(band: Corpus) -> None:
    training = training_of(config_of(warmup_epochs=9), band)
    with torch.no_grad():
        training._writer.module.generator.columns.bias.fill_(float("nan"))
    with pytest.raises(FloatingPointError, match="step 0; lower the learning rate"):
        training.advance()


def test_two_repeated_bars_are_learned_and_played_back_in_whole_notes(band: Corpus) -> None:
    training = training_of(config_of(warmup_epochs=99), band)
    openings = training._windows.openings()

    def played() -> tuple[float, float]:
        """Share of real cells played (and none besides), and share of the bass's notes that last a 32nd or more."""
        inputs = TECHNIQUE.example(training.config, 1, 1)
        inputs["melody"] = to_rolls(torch.from_numpy(openings[:1, :1])).numpy()
        with torch.inference_mode():
            answer = training.network(*(torch.from_numpy(values) for values in inputs.values()))
        rolls = read_cells(*(logits[0].numpy() for logits in answer))
        real = openings[0, 1:]
        notes = roll_to_notes(np.pad(rolls[1], ((0, 0), (24, 20))), Q // 12)
        union = ((rolls > 0) | (real > 0)).sum()
        whole = sum(note.duration_ticks >= Q // 8 for note in notes) / len(notes) if notes else 0.0
        return float((rolls == real)[real > 0].sum() / union), whole

    before = played()
    for _ in range(70):
        training.advance()
    right, whole = played()
    assert before[0] < 0.2 and right > 0.9
    assert whole > max(0.95, before[1])


@pytest.mark.slow
def test_the_exported_graph_gives_the_same_answers(tmp_path: Path) -> None:
    config, path = config_of(), tmp_path / "model.onnx"
    generator = TECHNIQUE.network(config).eval()
    inputs = TECHNIQUE.example(config, 2, 1)
    program = torch.onnx.export(
        generator, tuple(torch.from_numpy(v) for v in inputs.values()), input_names=list(inputs),
        output_names=[spec.name for spec in TECHNIQUE.outputs(config)], dynamic_shapes=TECHNIQUE.dynamic(config),
        dynamo=True, verbose=False,
    )  # fmt: skip
    assert program is not None
    program.save(path)
    ours, theirs = TorchPredictor(generator, TECHNIQUE.inputs(config), TECHNIQUE.outputs(config)), OnnxPredictor(path)
    for batch in (1, 3):
        inputs = TECHNIQUE.example(config, batch, 1)
        a, b = ours.run(inputs), theirs.run(inputs)
        assert a.keys() == b.keys() == {"sounding_logits", "onset_logits"}
        assert max(np.abs(a[name] - b[name]).max() for name in a) < 1e-4


@pytest.mark.parametrize(("name", "tracks", "melody"), [("rock_musegan", 4, True), ("rock_musegan_scratch", 5, False)])
def test_the_shipped_configs_fit_the_network(name: str, tracks: int, melody: bool) -> None:
    shape = shape_of(load_config(CONFIGS / f"{name}.toml"))
    assert (shape.tracks, shape.bars, shape.steps, shape.melody) == (tracks, 4, 48, melody)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"tracks": ("drums", "melody")}, "first of the tracks"),
        ({"grid": GridSpec(12, 192, 96, 48, 24, 84)}, "hop_steps"),
        ({"grid": GridSpec(12, 192, 192, 24, 24, 84)}, "cell_steps"),
        ({"grid": GridSpec(3, 48, 48, 12, 24, 84)}, "steps_per_quarter"),
        ({"grid": GridSpec(12, 192, 192, 48, 24, 80)}, "multiple of 12"),
    ],
)
def test_a_config_that_cannot_be_says_what_to_change(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        shape_of(replace(config_of(), **change))


def test_a_model_that_writes_its_melody_takes_none_and_others_cannot_write_one(band: Corpus) -> None:
    config = replace(config_of(), tracks=("melody", "drums", "bass"))
    manifest = manifest_of(config)
    assert [part.role for part in manifest.parts] == ["melody", "drums", "bass"] and not takes_melody(manifest)
    score = to_score(band.song(0), config.tracks)
    assert [track.role for track in score.tracks] == ["melody", "drums", "bass"]
    piece = TECHNIQUE.setting(
        predictor_of(config, TECHNIQUE.network(config)), manifest, score, seed=1, options={}
    )  # fmt: skip
    assert [track.role for track in piece.tracks] == ["melody", "drums", "bass"]
    with pytest.raises(ValueError, match="no role 'melody' to write"):
        parts_of(replace(config, technique="unet-gan"))


def test_pieces_from_scratch_are_different_ones_and_measured_as_they_are(band: Corpus) -> None:
    config = replace(config_of(warmup_epochs=9), tracks=("melody", "drums", "bass"))
    corpus = corpus_of([band.song(0), band.song(1), band_song("three", 60)], ["train", "valid", "valid"])
    training = training_of(config, corpus)
    columns = training.network.get_submodule("columns")
    assert isinstance(columns, PrivateColumns)
    with torch.no_grad():  # a network that has learned nothing, but plays what its noise says
        columns.bias.fill_(-6)
        columns.semitones.weight.mul_(4)
    probe = Probe(config, corpus, {})
    stage = probe.measure(training, probe.floors())
    assert [score.title for score in stage.samples] == ["Piece 1", "Piece 2"] and probe.melodies == ()
    assert stage.samples[0].tracks != stage.samples[1].tracks
    assert stage.figures["diversity"] > 0 and stage.figures["valid_loss"] > 0

    manifest, predictor = manifest_of(config), predictor_of(config, training.network)
    row = model_row(predictor, manifest, song_scores(corpus, "valid", manifest), range(2))
    assert row["jaccard"] > 0 and "melody_kept" not in row and math.isfinite(row["qualified_notes"])
    silent = Quiet(predictor)
    assert model_row(silent, manifest, song_scores(corpus, "valid", manifest), range(1)) == {}


class Quiet:
    """Any network, turned down."""

    def __init__(self, predictor: Predictor) -> None:
        self._predictor = predictor

    def run(self, inputs: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        return {name: logits - 99 for name, logits in self._predictor.run(inputs).items()}


def test_the_melody_given_is_not_altered(band: Corpus) -> None:
    config = config_of()
    score = to_score(band.song(0), config.tracks)
    predictor = predictor_of(config, TECHNIQUE.network(config))
    takes = [TECHNIQUE.setting(predictor, manifest_of(config), score, seed=seed, options={}) for seed in (1, 1, 2)]
    assert all(take.tracks[0] == score.tracks[0] for take in takes)
    assert takes[0] == takes[1] != takes[2]
