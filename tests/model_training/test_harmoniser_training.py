"""The harmoniser learns, goes on, is exported as it is, and its table says who agrees with whom."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from lightning_fabric import Fabric

from model_training.bundle import manifest_of, predictor_of
from model_training.config import Config, ConfigError, config_from_dict, load_config
from model_training.data.corpus import Corpus, corpus_of
from model_training.data.harmony_songs import genre_of, habits_of, harmony_song, harmony_songs, with_singers
from model_training.data.song import Song, part_of, to_score
from model_training.export import export_run
from model_training.harmoniser_settings import HarmoniserSettings
from model_training.loop import train
from model_training.models import technique_of
from model_training.models.harmoniser import Attention, Shape
from model_training.models.harmoniser_training import HarmoniserTraining
from model_training.proof.harmony import harmony_table, interval, prove_harmony, segments_of, systems_of
from model_training.runs import facts_of, new_run, read_figures
from music_core.adapters.onnx_predictor import OnnxPredictor
from music_core.decoding.harmoniser import harmonise
from music_core.harmony.chord import Chord
from music_core.harmony.vocabulary import chord_of
from music_core.manifest import read_bundle
from music_core.melody import find_melody
from music_core.score import TICKS_PER_QUARTER as Q
from music_core.score import ChordChange, Metre, Note

pytestmark = pytest.mark.torch
LOOP = (Chord(0), Chord(9, "min"), Chord(5), Chord(7))


def song(name: str, seed: int, *, chords: bool = True, genre: str = "pop", bars: int = 16) -> Song:
    """Arpeggios over a loop of four chords, in some key."""
    rng = np.random.default_rng(seed)
    up = int(rng.integers(-4, 5))
    lane = tuple(ChordChange(bar * 4 * Q, LOOP[bar % 4].transposed(up)) for bar in range(bars))
    tones = [sorted(change.chord.pitch_classes) for change in lane if change.chord]
    notes = tuple(
        Note((bar * 4 + beat) * Q, 60 + int(rng.choice(tones[bar])), Q) for bar in range(bars) for beat in range(4)
    )
    under = tuple(Note(bar * 4 * Q, 48 + tone, 4 * Q) for bar in range(bars) for tone in tones[bar])
    parts = (part_of("melody", 0, notes), part_of("keys", 0, under))
    return Song(
        name, name, "pop909" if genre == "pop" else "mine", genre, "CC0", "green", parts, (Metre(0),), 100.0, 0, False,
        chords=lane if chords else (),
    )  # fmt: skip


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    songs = [song(f"s{i:02d}", i, chords=i % 4 != 3, genre="rock" if i % 4 == 3 else "pop") for i in range(20)]
    return corpus_of(songs, ["valid", "test", "valid", "test"] + ["train"] * 16, "made up")


def config_for(**changes: object) -> Config:
    settings = HarmoniserSettings(("pop", "rock", "singer-songwriter"), width=16, window=32, dropout=0.0, ema_decay=0.5)
    base = Config(
        "chords", "Chords", "pop", "", technique="harmoniser", tracks=(), epochs=6, batch_size=4, learning_rate=1e-2,
        evaluate_every=6, model=settings,
    )  # fmt: skip
    return replace(base, **changes)  # type: ignore[arg-type]


def trainer(corpus: Corpus, config: Config | None = None) -> HarmoniserTraining:
    config = config or config_for()
    return HarmoniserTraining(config, corpus, Fabric(accelerator="cpu"), Shape(3, 16, 0.0))


def test_genres_follow_corpora() -> None:
    assert genre_of("pop909", "pop") == "pop"
    assert genre_of("openewld", "pop") == genre_of("openewld", "jazz") == "jazz"
    assert genre_of("openewld", "folk, world, & country") == "folk"
    assert genre_of("openscore-lieder-cc0", "artsong") == "symphony"
    assert genre_of("mine", "polka") == "polka"


def test_songs_are_read_at_home_and_heard_where_nobody_wrote_chords() -> None:
    for chords in (True, False):
        found = harmony_song(song("a", 3, chords=chords), "pop")
        assert found is not None and found.written == chords
        assert [chord_of(int(state)) for state in found.states[::4]] == list(LOOP) * 4
        assert found.basses[0] == 0


def test_a_melody_that_is_never_on_its_chords_has_another_songs() -> None:
    wrong = song("a", 3)
    assert harmony_song(replace(wrong, chords=(ChordChange(0, Chord(1, "5")),)), "pop") is None


def test_plain_songs_stand_for_singers_and_habits_are_counted(corpus: Corpus) -> None:
    genres = ("pop", "rock", "singer-songwriter")
    songs = harmony_songs(corpus, "train", genres)
    pairs = with_singers(songs, genres)
    assert {genre for _, genre in pairs} == {0, 1, 2}
    habits = habits_of(songs, genres).habits("pop")
    # C, A minor, F, G, and round again.
    c, am = (1 + root * 21 + quality for root, quality in ((0, 0), (9, 1)))
    assert habits.moves[c].argmax() == am


def test_attention_does_not_look_at_padding() -> None:
    torch.manual_seed(0)
    attention = Attention(16, 0.0).eval()
    slots, real = torch.randn(1, 9, 16), torch.arange(9)[None] < 6
    other = slots.clone()
    other[:, 6:] = 7.0
    with torch.no_grad():
        assert torch.allclose(attention(slots, real)[:, :6], attention(other, real)[:, :6], atol=1e-6)


def test_it_learns_the_loop(corpus: Corpus) -> None:
    training = trainer(corpus)
    before = training.loss("valid")
    while training.step < training.total_steps:
        training.advance()
    assert training.loss("valid") < 0.7 * before
    assert training.loss("valid") == training.loss("valid")


def test_a_run_goes_on_bit_for_bit(corpus: Corpus) -> None:
    whole, first, second = (trainer(corpus) for _ in range(3))
    for _ in range(4):
        whole.advance()
    for _ in range(2):
        first.advance()
    second.restore(first.state())
    for _ in range(2):
        second.advance()
    for name, weights in whole.state()["network"].items():
        assert torch.equal(weights, second.state()["network"][name]), name


def test_a_run_is_measured_exported_and_harmonises(corpus: Corpus, tmp_path: Path) -> None:
    config = config_for()
    run = new_run(tmp_path / "runs", config, corpus)
    train(config, corpus, run, Fabric(accelerator="cpu"), resume=False)
    (stage,) = read_figures(run, "stages")
    assert 0 <= stage["agreement"] <= 1 and np.isfinite(stage["valid_loss"])
    folder = export_run(run, tmp_path / "models")
    manifest = read_bundle(folder)
    assert manifest.parts == () and manifest.training["parity"] < 1e-4
    assert manifest.data["genres"] == ["pop", "rock", "singer-songwriter"]
    predictor = OnnxPredictor(folder / manifest.graph)
    score = to_score(corpus.song(0))
    lane = harmonise(predictor, manifest, score, find_melody(score, 0), genre="pop", seed=0)
    assert lane and lane[0].tick == 0
    report = prove_harmony(predictor, manifest, corpus, "test", seeds=1, out=tmp_path / "report.json")
    systems = report["genres"]["pop"]["systems"]
    assert systems["human"]["agreement"] == [1.0, 1.0, 1.0]
    assert systems["heard in all notes"]["agreement"][0] > 0.9
    assert set(systems["network"]["distance"]) == {"ctnctr", "pcs", "mctd"}
    assert (tmp_path / "report.json").is_file()


def test_eight_bars_are_cut_with_their_chords() -> None:
    first, second = segments_of(to_score(replace(song("a", 1, bars=17), metres=(Metre(0),))))
    assert [len(part.tracks[0].notes) for part in (first, second)] == [32, 32]
    assert first.chords[0].tick == second.chords[0].tick == 0
    assert first.chords[0].chord == second.chords[0].chord


def test_intervals_hold_their_mean() -> None:
    mean, low, high = interval(np.array([0.0, 1.0, np.nan, 1.0, 0.0]))
    assert mean == 0.5 and 0 <= low <= mean <= high <= 1
    assert np.isnan(interval(np.array([np.nan]))[0])


def test_the_table_compares_with_rules(corpus: Corpus) -> None:
    config = config_for()
    network = technique_of("harmoniser").network(config)
    manifest = manifest_of(config, facts_of(corpus, config))
    systems = systems_of(predictor_of(config, network), manifest, "pop")
    table = harmony_table([to_score(corpus.song(0))], "pop", systems, seeds=1)
    assert table["systems"]["rules"]["over_rules"] == [0.0, 0.0, 0.0]
    assert table["systems"]["human"]["over_rules"][0] > 0


def test_only_this_technique_may_do_without_tracks() -> None:
    with pytest.raises(ConfigError, match="tracks"):
        config_from_dict({"model_id": "a", "title": "A", "genre": "x", "description": "", "tracks": []})
    shipped = load_config(Path("model_training/configs/harmoniser.toml"))
    assert shipped.tracks == () and len(shipped.model.weights) == len(shipped.model.genres)
