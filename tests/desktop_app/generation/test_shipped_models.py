"""The models that Tutti comes with, through the same composer as in the app."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.generation.composer import Composer, Request
from desktop_app.generation.registry import Registry
from desktop_app.library.melodies import load_sample
from desktop_app.paths import resources_folder
from music_core.adapters import open_onnx
from music_core.midi_file import score_to_bytes
from music_core.score import Score

SHIPPED = Registry([resources_folder() / "models"])


@pytest.fixture(scope="module")
def composer() -> Composer:
    return Composer(SHIPPED, open_onnx)


def test_all_are_sound_and_there_is_one() -> None:
    assert SHIPPED.refused() == ()
    assert SHIPPED.models()
    for model in SHIPPED.models():
        folder: Path = SHIPPED.folder_of(model.id)
        assert folder.name == model.id
        assert (folder / "CARD.md").is_file()
        assert all(option.low <= option.default <= option.high for option in model.options)


@pytest.mark.parametrize("sample", ["ode-to-joy", "greensleeves", "amazing-grace", "yankee-doodle"])
@pytest.mark.parametrize("model_id", [model.id for model in SHIPPED.models() if model.needs_melody])
def test_each_writes_parts_under_tunes_of_every_metre(composer: Composer, model_id: str, sample: str) -> None:
    score = load_sample(sample)
    first, second = composer.arrange(Request(score, model_id, seed=1, takes=2))
    (again,) = composer.arrange(Request(score, model_id, seed=1))
    assert score_to_bytes(first.score) == score_to_bytes(again.score)
    assert [t.notes for t in first.score.tracks] != [t.notes for t in second.score.tracks]
    melody, *parts = first.score.tracks
    assert melody == score.tracks[0]
    assert sorted(part.role for part in parts) == sorted(part.role for part in SHIPPED.get(model_id).parts)
    for part in parts:
        assert part.notes
        assert part.end_tick <= score.end_tick
        assert part.generated_by == model_id


@pytest.mark.parametrize("model_id", [model.id for model in SHIPPED.models() if not model.needs_melody])
def test_each_other_writes_a_piece_out_of_nothing(composer: Composer, model_id: str) -> None:
    first, second = composer.arrange(Request(Score(), model_id, seed=1, takes=2))
    (again,) = composer.arrange(Request(Score(), model_id, seed=1))
    assert score_to_bytes(first.score) == score_to_bytes(again.score)
    assert [t.notes for t in first.score.tracks] != [t.notes for t in second.score.tracks]
    assert sorted(part.role for part in first.score.tracks) == sorted(p.role for p in SHIPPED.get(model_id).parts)
    assert first.score.tracks[0].role == "melody" and first.score.tracks[0].notes
    assert all(track.generated_by == model_id for track in first.score.tracks)
