"""Splits by tune, and windows that hold what the song holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from model_training.config import Config
from model_training.data.corpus import Corpus, corpus_of
from model_training.data.song import Song, part_of, to_score
from model_training.data.split import assign_splits, tune_groups
from model_training.data.windows import Windows
from model_training.models.parts import parts_of
from music_core.decoding.voices import CHANNELS
from music_core.manifest import GridSpec
from music_core.score import TICKS_PER_QUARTER as Q
from music_core.score import Metre, Note

GRID = GridSpec(window_steps=32, hop_steps=16)
VOICES = parts_of(Config("m", "M", "g", "d"))


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


def test_a_song_comes_back_as_a_score(corpus: Corpus) -> None:
    score = to_score(corpus.song(0), ("alto", "tenor", "bass"))
    assert [t.role for t in score.tracks] == ["melody", "alto", "tenor", "bass"]
    gaps = {a.pitch - b.pitch for a, b in zip(score.tracks[0].notes, score.tracks[3].notes, strict=True)}
    assert gaps == {24}


def test_roles_that_a_song_lacks_are_there_and_empty(corpus: Corpus) -> None:
    score = to_score(corpus.song(0), ("drums", "bass"))
    assert [bool(t.notes) for t in score.tracks] == [True, False, True] and score.tracks[1].is_drum


def test_windows_transpose_all_voices_alike(windows: Windows) -> None:
    batch = windows.at([(0, 0)] * 2, np.array([0, 3]))
    melody = batch.melody[:, 0].argmax(axis=2)
    assert np.array_equal(melody[1] - melody[0], np.full(32, 3))
    assert np.array_equal(batch.rows[1] - batch.rows[0], np.full((3, 32), 3))


def test_a_shift_never_pushes_a_note_off_the_raster(windows: Windows) -> None:
    batch = windows.at([(0, 0)] * 3, np.array([-60, 0, 60]))
    assert batch.rows.min() >= 0 and (batch.rows < GRID.pitches).all()
    melody = batch.melody[:, 0]
    assert (melody.sum(axis=2) == 1).all()
    assert np.array_equal(melody[0].argmax(axis=1) % 12, melody[1].argmax(axis=1) % 12)  # folded by octaves


def test_windows_are_drawn_near_home(corpus: Corpus) -> None:
    song = corpus.song(0)
    moved = replace(song, tonic=4)  # called E major: home is four semitones down
    drawn = {
        spread: Windows(corpus_of([moved], ["train"]), "train", VOICES, GRID, spread).draw(40, np.random.default_rng(1))
        for spread in (0, 1)
    }
    scale = CHANNELS.index("scale")
    keys = {spread: {int(row.argmax()) % 12 for row in batch.melody[:, scale, 0]} for spread, batch in drawn.items()}
    c = (0 - GRID.low_pitch) % 12
    assert keys[0] == {c} and keys[1] == {(c - 1) % 12, c, (c + 1) % 12}


def test_the_same_generator_draws_the_same_windows(windows: Windows) -> None:
    a, b = (windows.draw(8, np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(a.melody, b.melody) and np.array_equal(a.rows, b.rows)


def test_a_band_has_chords_in_lines_and_drums_in_lanes() -> None:
    parts = (
        part_of("melody", 0, (Note(0, 72, 16 * Q),)),
        part_of("drums", 0, tuple(Note(i * Q, 36 if i % 2 == 0 else 38, Q // 4) for i in range(16))),
        part_of("guitar", 29, tuple(Note(0, p, 16 * Q) for p in (48, 55, 60))),
        part_of("bass", 33, (Note(0, 16, 16 * Q),)),  # below the raster: folded in by octaves
    )
    song = Song("band", "band", "made up", "rock", "CC0", "green", parts, (Metre(0),), 120.0, 0, False)
    roles = parts_of(Config("m", "M", "g", "d", tracks=("drums", "bass", "guitar")))
    batch = Windows(corpus_of([song], ["train"]), "train", roles, GRID).at([(0, 0)], np.array([5]))
    assert batch.rows[0, :, 4].tolist() == [28 + 5 - GRID.low_pitch, 65 - 28, 60 - 28, 53 - 28]
    assert batch.onsets[0].sum() == 4 and batch.onsets[0, :, 0].all()
    assert np.argwhere(batch.hits[0])[:4].tolist() == [[0, 0], [0, 8], [0, 16], [0, 24]]


def test_a_split_without_songs_or_a_role_without_notes_is_one_sentence(corpus: Corpus) -> None:
    parts = parts_of(Config("m", "M", "g", "d", tracks=("guitar",)))
    with pytest.raises(ValueError, match="No song of the train split has a part for guitar"):
        Windows(corpus, "train", parts, GRID)
    with pytest.raises(ValueError, match="no songs in its train split"):
        Windows(corpus_of([corpus.song(0)], ["test"]), "train", VOICES, GRID)


@pytest.fixture
def windows(corpus: Corpus) -> Windows:
    return Windows(corpus, "train", VOICES, GRID)
