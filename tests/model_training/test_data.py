"""Splits by tune, arrays on disk, and windows that hold what the piece holds."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model_training.data.prepared import Corpus, WrongSpecError, load, save
from model_training.data.split import assign_splits, tune_groups
from model_training.data.windows import Windows
from model_training.evaluate import piece_score
from music_core.manifest import GridSpec
from music_core.score import TICKS_PER_QUARTER as Q
from music_core.score import Note

GRID = GridSpec(window_steps=32, hop_steps=16)


def line(*pitches: int) -> list[Note]:
    return [Note(i * Q, p, Q) for i, p in enumerate(pitches)]


def test_a_transposed_tune_with_another_start_is_the_same_tune() -> None:
    tune = [60, 62, 64, 60, 67, 65, 64, 62, 60, 67, 72, 71]
    other = [72, 70, 72, 70, 72, 70, 72, 70, 72, 70, 72, 70]
    groups = tune_groups([line(*tune), line(50, *[p + 5 for p in tune]), line(*other)])
    assert groups[0] == groups[1] != groups[2]


def test_groups_stay_on_one_side() -> None:
    names = [f"n{i}" for i in range(100)]
    groups = [i // 2 for i in range(100)]
    splits = assign_splits(names, groups, seed=1)
    assert all(splits[2 * i] == splits[2 * i + 1] for i in range(50))
    assert {s: splits.count(s) for s in ("train", "valid", "test")} == {"train": 80, "valid": 10, "test": 10}


def test_the_split_does_not_depend_on_the_order() -> None:
    names = [f"n{i}" for i in range(40)]
    forward = dict(zip(names, assign_splits(names, list(range(40)), 1), strict=True))
    backward = dict(zip(names[::-1], assign_splits(names[::-1], list(range(40)), 1), strict=True))
    assert forward == backward


def test_arrays_survive_the_disk(corpus: Corpus, tmp_path: Path) -> None:
    save(corpus, tmp_path)
    again = load(tmp_path)
    assert again.spec == corpus.spec
    for field in ("pitch", "onset", "beat", "bar"):
        assert np.array_equal(getattr(again, field), getattr(corpus, field))


def test_another_encoding_is_refused(corpus: Corpus, tmp_path: Path) -> None:
    save(replace(corpus, spec=replace(corpus.spec, encoding="other")), tmp_path)
    with pytest.raises(WrongSpecError, match="prepare it again"):
        load(tmp_path)


def test_damage_is_named(corpus: Corpus, tmp_path: Path) -> None:
    save(corpus, tmp_path)
    spec = json.loads((tmp_path / "spec.json").read_text())
    del spec["tonics"]
    (tmp_path / "spec.json").write_text(json.dumps(spec))
    with pytest.raises(WrongSpecError, match="damaged"):
        load(tmp_path)
    with pytest.raises(WrongSpecError, match="no prepared corpus"):
        load(tmp_path / "nowhere")


def test_a_piece_comes_back_as_a_score(corpus: Corpus) -> None:
    score = piece_score(corpus, 0)
    assert [t.role for t in score.tracks] == ["melody", "alto", "tenor", "bass"]
    gaps = {a.pitch - b.pitch for a, b in zip(score.tracks[0].notes, score.tracks[3].notes, strict=True)}
    assert gaps == {24}


def test_windows_transpose_all_voices_alike(corpus: Corpus) -> None:
    windows = Windows(corpus, "train", GRID)
    places = [(windows.pieces[0], 0)] * 2
    batch = windows.at(places, np.array([0, 3]))
    melody = batch.melody[:, 0].argmax(axis=2)
    assert np.array_equal(melody[1] - melody[0], np.full(32, 3))
    assert np.array_equal(batch.rows[1] - batch.rows[0], np.full((3, 32), 3))


def test_a_shift_never_pushes_a_note_off_the_raster(corpus: Corpus) -> None:
    windows = Windows(corpus, "train", GRID)
    batch = windows.at([(windows.pieces[0], 0)] * 2, np.array([-60, 60]))
    assert batch.rows.min() >= 0 and (batch.rows < GRID.pitches).all()
    assert (batch.melody[:, 0].sum(axis=2) == 1).all()


def test_the_same_generator_draws_the_same_windows(corpus: Corpus) -> None:
    windows = Windows(corpus, "train", GRID)
    a, b = (windows.draw(8, np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(a.melody, b.melody) and np.array_equal(a.rows, b.rows)


def test_held_out_pieces_are_never_drawn(corpus: Corpus) -> None:
    train = Windows(corpus, "train", GRID)
    assert not set(train.pieces) & set(corpus.pieces("test")) and not set(train.pieces) & set(corpus.pieces("valid"))
