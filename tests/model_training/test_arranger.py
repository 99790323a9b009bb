"""The arranger's data, masks and training: parts by role, what is hidden and found, learning, resuming, exporting."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from lightning_fabric import Fabric

from model_training.bundle import manifest_of, predictor_of
from model_training.checkpoint import load_checkpoint
from model_training.config import Config
from model_training.data.arranger_songs import laid
from model_training.data.arranger_windows import ArrangerWindows
from model_training.data.corpus import Corpus, Member, corpus_of, load_corpus, save_corpus
from model_training.data.song import Song, part_of
from model_training.export import TOLERANCE, ExportError, export_run, network_of, parity
from model_training.loop import train
from model_training.models import technique_of
from model_training.models.arranger_masks import task_of
from model_training.models.arranger_technique import tracks_of
from model_training.models.arranger_training import ArrangerTraining, genre_numbers, windows_of
from model_training.runs import facts_of, new_run
from model_training.settings import ArrangerSettings
from music_core.decoding.arranger.lanes import LOW_PITCH, NOTHING, Lanes
from music_core.decoding.arranger.state import LASTING, MASKED, PITCHED, RHYTHM
from music_core.harmony.chord import Chord
from music_core.manifest import graph_beside, read_bundle
from music_core.score import TICKS_PER_QUARTER as Q
from music_core.score import ChordChange, Metre, Note

pytestmark = pytest.mark.torch

ROOTS = (0, 9, 5, 7)
SETTINGS = ArrangerSettings(
    ("keys:lowest", "keys:rest"), True, ("pop", "rock|punk"), width=32, slot=32, layers=2, heads=2, rise_steps=1,
    key_spread=1, dropout=0.0,
)  # fmt: skip


def made_up_band(name: str, seed: int, bars: int = 12) -> Song:
    """A tune over four chords: the bass on every first beat, the chord on every second, a kick and a snare."""
    rng = np.random.default_rng(seed)
    tones = [[(root + step) % 12 for step in (0, 4, 7)] for root in ROOTS]
    melody, keys, drums, lane = [], [], [], []
    for bar in range(bars):
        start, chord = bar * 4 * Q, tones[bar % 4]
        lane.append(ChordChange(start, Chord(ROOTS[bar % 4])))
        melody += [Note(start + beat * Q, 72 + int(rng.choice(chord)), Q) for beat in range(4)]
        keys += [Note(start, 36 + ROOTS[bar % 4], 4 * Q)]
        keys += [Note(start + beat * Q, 60 + tone, Q // 2) for beat in (1, 3) for tone in chord]
        drums += [Note(start + beat * Q, 36 if beat % 2 == 0 else 38, Q // 4, 100) for beat in range(4)]
    parts = (
        part_of("melody", 0, tuple(melody)), part_of("drums", 0, tuple(drums)), part_of("keys", 0, tuple(keys))
    )  # fmt: skip
    genre = "rock" if seed % 2 else "pop"
    return Song(name, name, "made up", genre, "CC0", "green", parts, (Metre(0),), 100.0, 0, False, chords=tuple(lane))


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    songs = [made_up_band(f"band-{i}", i) for i in range(12)]
    return corpus_of(songs, ["valid", "test"] + ["train"] * 10, "made up")


@pytest.fixture
def config() -> Config:
    return Config(
        "tiny", "Tiny", "pop", "", epochs=2, batch_size=4, technique="arranger", tracks=("keys", "drums"),
        learning_rate=3e-3, model=SETTINGS,
    )  # fmt: skip


def training_of(config: Config, corpus: Corpus) -> ArrangerTraining:
    training = technique_of("arranger").training(config, corpus, Fabric(accelerator="cpu", devices=1))
    assert isinstance(training, ArrangerTraining)
    return training


def test_a_split_role_fills_two_parts() -> None:
    song = laid(made_up_band("a", 0), SETTINGS.parts, 0, drums=True)
    assert song is not None
    assert song.present.tolist() == [True, True, True]
    bass, rest = song.lanes.onsets
    assert np.argwhere(bass[:16]).tolist() == [[0, 36 - LOW_PITCH]]
    assert sorted(np.argwhere(rest[:16]).tolist()) == [[s, 60 + t - LOW_PITCH] for s in (4, 12) for t in (0, 4, 7)]
    assert song.lanes.hits[:16:4, 0].tolist() == [4, 0, 4, 0]


def test_a_role_is_taken_once_and_what_a_bass_left_is_the_rest() -> None:
    song = laid(made_up_band("a", 0), ("bass|keys:lowest", "guitar|keys", "keys|strings"), 0, drums=False)
    assert song is not None
    assert song.present.tolist() == [True, True, False, False]
    assert song.lanes.onsets[1].sum(axis=-1).max() == 3


def test_chords_that_nobody_wrote_are_inferred() -> None:
    song = laid(replace(made_up_band("a", 0), chords=()), SETTINGS.parts, 0, drums=True)
    assert song is not None
    assert [song.sheet.root[bar * 16 + 4] for bar in range(4)] == list(ROOTS)


def test_a_run_begins_with_another_ones_network_and_learns_on(config: Config, corpus: Corpus, tmp_path: Path) -> None:
    fabric = Fabric(accelerator="cpu", devices=1)
    config = replace(config, epochs=12)
    run = new_run(tmp_path, config, corpus)
    first = train(config, corpus, run, fabric, resume=False)
    lines = replace(SETTINGS, lines=True, bass_turns=0.5, begin=str(run))
    begun = training_of(replace(config, model=lines), corpus)
    fresh = training_of(replace(config, model=replace(lines, begin="")), corpus)
    assert isinstance(first, ArrangerTraining)
    assert begun.loss("valid") < (first.loss("valid") + fresh.loss("valid")) / 2
    before = begun.network.state_dict()["slot.0.weight"][:, -10:].clone()
    begun.advance()
    assert not torch.equal(begun.network.state_dict()["slot.0.weight"][:, -10:], before)


def test_masks_hide_what_is_to_be_found_and_nothing_else(config: Config, corpus: Corpus) -> None:
    batch = windows_of(config, corpus, "train").draw(64, np.random.default_rng(1))
    task = task_of(batch.lanes, batch.context.present, np.random.default_rng(2))
    state, lanes = task.state, batch.lanes
    assert set(state.stage.tolist()) == {RHYTHM, PITCHED, LASTING}
    assert ((state.counts == MASKED) == task.counts).all()
    assert (state.counts == lanes.counts)[~task.counts].all()
    assert not (state.onsets & ~lanes.onsets).any()
    assert not (state.onsets & task.pitches).any()
    assert ((state.onsets | task.pitches) == lanes.onsets)[state.stage == PITCHED].all()
    assert (state.onsets == lanes.onsets)[state.stage == LASTING].all()
    assert (lanes.lengths != NOTHING)[task.lengths].all()
    assert (state.lengths == MASKED)[task.lengths].all()
    assert ((state.hits == MASKED) == task.hits).all()
    for stage, wanted in ((RHYTHM, task.counts), (PITCHED, task.pitches), (LASTING, task.lengths)):
        assert wanted[state.stage == stage].any()
        assert not wanted[state.stage != stage].any()


def test_shifted_windows_keep_melody_chords_and_parts_together(config: Config, corpus: Corpus) -> None:
    windows = windows_of(config, corpus, "train")
    home, up = (windows.at(windows.windows[:1], np.array([shift])) for shift in (0, 3))
    assert np.array_equal(home.lanes.onsets[..., :-3], up.lanes.onsets[..., 3:])
    assert np.array_equal(home.context.melody[..., :-3], up.context.melody[..., 3:])
    assert np.array_equal((home.context.root + 3) % 12, up.context.root)
    assert np.array_equal(np.roll(home.context.tones, 3, axis=-1), up.context.tones)


def test_genres_are_drawn_by_their_weights(config: Config, corpus: Corpus) -> None:
    songs = windows_of(config, corpus, "train").songs
    windows = ArrangerWindows(songs, (1.0, 0.0))
    assert set(windows.draw(50, np.random.default_rng(0)).context.genre.tolist()) == {0}
    assert genre_numbers(SETTINGS.genres) == {"pop": 0, "rock": 1, "punk": 1}


def test_what_is_busy_in_a_genre_is_said_by_its_own_songs(config: Config, corpus: Corpus) -> None:
    songs = [replace(song, genre=0) for song in windows_of(config, corpus, "train").songs]
    sparse = [replace(song, genre=1, lanes=_sparse(song.lanes)) for song in songs]
    alone, beside = ArrangerWindows(sparse), ArrangerWindows([*songs, *sparse])
    own = alone.at(alone.windows, np.zeros(len(alone.windows), np.int64)).context.wishes
    numbers = [window for window in beside.windows if beside.songs[window.song].genre == 1]
    mixed = beside.at(numbers, np.zeros(len(numbers), np.int64)).context.wishes
    assert np.array_equal(own, mixed)
    assert not np.array_equal(beside.edges[0], beside.edges[1])


def _sparse(lanes: Lanes) -> Lanes:
    """Nothing begins on every second beat."""
    onsets, lengths, hits = lanes.onsets.copy(), lanes.lengths.copy(), lanes.hits.copy()
    onsets[:, 4::8], lengths[:, 4::8], hits[4::8] = False, NOTHING, 0
    return Lanes(onsets, lengths, hits)


def test_songs_with_every_part_are_drawn_more_often_where_they_are_wanted(config: Config, corpus: Corpus) -> None:
    full = windows_of(config, corpus, "train").songs[:4]
    thin = [replace(song, present=song.present & np.array([True, False, True])) for song in full[2:]]

    def share(full_songs: float) -> float:
        windows = ArrangerWindows([*full[:2], *thin], full_songs=full_songs)
        drawn = windows.draw(2000, np.random.default_rng(0)).context.present
        return float(drawn[:, :-1].all(axis=1).mean())

    assert share(1.0) == pytest.approx(0.5, abs=0.05)
    assert share(3.0) == pytest.approx(0.75, abs=0.05)


def test_it_learns_and_keeps_nothing_from_the_held_out_songs(config: Config, corpus: Corpus) -> None:
    training = training_of(config, corpus)
    before = training.loss("valid")
    for _ in range(60):
        training.advance()
    assert training.loss("valid") < 0.85 * before
    assert training.loss("valid") == training.loss("valid")


def test_four_steps_are_two_a_resume_and_two(config: Config, corpus: Corpus, tmp_path: Path) -> None:
    whole, first, second = (training_of(config, corpus) for _ in range(3))
    torch.manual_seed(1)
    for _ in range(4):
        whole.advance()
    torch.manual_seed(1)
    for _ in range(2):
        first.advance()
    torch.save(first.state(), tmp_path / "state")
    second.restore(torch.load(tmp_path / "state", weights_only=True))
    for _ in range(2):
        second.advance()
    expected = whole.network.state_dict()
    assert all(torch.equal(value, expected[name]) for name, value in second.network.state_dict().items())


def test_one_run_is_exported_as_several_bundles_that_share_a_graph(
    config: Config, corpus: Corpus, tmp_path: Path
) -> None:
    folder = tmp_path / "prepared"
    save_corpus(
        [Member(corpus.song(i), i, entry.split, "") for i, entry in enumerate(corpus.spec.entries)],
        folder,
        title="made up",
        seed=1,
    )
    config = replace(config, data=str(folder), model=replace(SETTINGS, harmoniser="finder"))
    fabric = Fabric(accelerator="cpu", devices=1)
    earlier = new_run(tmp_path / "runs", config, load_corpus(folder))
    train(config, load_corpus(folder), earlier, fabric, resume=False, max_steps=1)
    config = replace(config, model=replace(config.model, begin=str(earlier), lines=True, intervals=True))
    run = new_run(tmp_path / "runs", config, load_corpus(folder))
    train(config, load_corpus(folder), run, fabric, resume=False, max_steps=1)
    calm = replace(config.model, energy=0.25)  # how a face is played is its own
    other = replace(config, model_id="other", genre="punk", tracks=("drums", "bass", "guitar"), model=calm)
    with pytest.raises(ExportError, match="export it first"):
        export_run(run, tmp_path / "models", other=other)
    first, second = export_run(run, tmp_path / "models"), export_run(run, tmp_path / "models", other=other)
    own, shared = read_bundle(first), read_bundle(second)
    network = network_of(config, load_checkpoint(run / "last.ckpt"))
    assert TOLERANCE < parity(network, config, first / "model.onnx") < 0.05  # rounded to 16 bits, and no more than that
    assert (own.shares, shared.shares, shared.harmoniser) == ("", "tiny", "finder")
    assert graph_beside(own, first) == graph_beside(shared, second)
    assert not (second / "model.onnx").exists()
    assert own.training["config"]["model"]["begin"] == earlier.name  # and not where it is
    assert (own.option("energy", {}), shared.option("energy", {})) == (0.5, 0.25)
    assert shared.data["genre"] == 1
    assert own.data["genre"] == 0
    assert shared.data["tracks"] == [[], [0], [1]]
    assert shared.training["config"]["epochs"] == config.epochs  # what was learned is the run's, whatever the face says
    calmer = replace(config, epochs=99, model=replace(calm, legato=(0.25,) * len(config.model.parts)))
    again = read_bundle(export_run(run, tmp_path / "again", other=calmer))  # the run's own id: a graph of its own
    assert (again.id, again.shares, again.option("energy", {})) == (own.id, "", 0.25)
    assert (again.data["legato"], own.data["legato"]) == ([0.25] * len(config.model.parts), [])
    assert again.training["config"]["epochs"] == config.epochs
    assert again.training["config"]["model"]["begin"] == earlier.name
    with pytest.raises(ExportError, match=r"other \[model\] settings"):
        export_run(run, tmp_path / "models", other=replace(other, model=replace(other.model, width=64)))


def test_a_setting_has_the_melody_and_every_track(config: Config, corpus: Corpus) -> None:
    training = training_of(config, corpus)
    manifest = manifest_of(config, facts_of(corpus, config))
    score = replace(_score(corpus), chords=(ChordChange(0, Chord(0)),))
    predictor = predictor_of(config, training.network)
    takes = [technique_of("arranger").setting(predictor, manifest, score, seed=s, options={}) for s in (1, 1, 2)]
    assert takes[0] == takes[1] != takes[2]
    assert takes[0].tracks[0] == score.tracks[0]
    assert [track.role for track in takes[0].tracks] == ["melody", "keys", "drums"]
    assert all(track.notes for track in takes[0].tracks)


def test_as_many_tracks_as_parts_take_them_in_order(config: Config) -> None:
    assert tracks_of(config) == ((0, 1), ())
    assert tracks_of(replace(config, tracks=("drums", "bass", "guitar"))) == ((), (0,), (1,))
    band = replace(SETTINGS, parts=("bass", "guitar|keys", "strings|winds"))
    assert tracks_of(replace(config, tracks=("drums", "bass", "keys"), model=band)) == ((), (0,), (1,))


def test_a_track_without_a_part_is_refused(config: Config) -> None:
    with pytest.raises(ValueError, match="track 'strings'"):
        tracks_of(replace(config, tracks=("keys", "strings", "drums", "bass")))


def _score(corpus: Corpus):  # type: ignore[no-untyped-def]
    from model_training.data.song import to_score

    return to_score(corpus.song(corpus.songs("valid")[0]), ("keys", "drums"))
