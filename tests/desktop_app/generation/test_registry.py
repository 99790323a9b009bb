from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop_app.generation.registry import Registry, UnknownModelError
from tests.desktop_app.generation.tiny_model import write_bundle


def test_models_of_all_folders_in_order(tmp_path: Path) -> None:
    write_bundle(tmp_path / "own" / "b", "second")
    write_bundle(tmp_path / "shipped" / "a", "first")
    registry = Registry([tmp_path / "shipped", tmp_path / "own", tmp_path / "none"])
    assert [model.id for model in registry.models()] == ["first", "second"]
    assert registry.folder_of("second") == tmp_path / "own" / "b"
    assert registry.refused() == ()


def test_an_unknown_id_lists_the_valid_ones(tmp_path: Path) -> None:
    write_bundle(tmp_path / "a", "first")
    with pytest.raises(UnknownModelError, match=r"no model 'tune'; there are: first\."):
        Registry([tmp_path]).get("tune")
    with pytest.raises(UnknownModelError, match="there are none; install"):
        Registry([]).get("tune")


def test_damage_is_refused_in_a_sentence_and_hides_nothing_else(tmp_path: Path) -> None:
    write_bundle(tmp_path / "a", "good")
    (write_bundle(tmp_path / "b", "torn") / "model.onnx").write_bytes(b"half")
    write_bundle(tmp_path / "c", "strange", technique="telepathy")
    (write_bundle(tmp_path / "d", "odd") / "manifest.json").write_text("{")
    write_bundle(tmp_path / "e", "good")
    (tmp_path / "no model here").mkdir()
    registry = Registry([tmp_path])
    assert [model.id for model in registry.models()] == ["good"]
    assert registry.folder_of("good") == tmp_path / "a"
    torn, strange, odd, twice = registry.refused()
    assert "model.onnx of the model torn is missing or damaged" in torn
    assert "'telepathy'" in strange
    assert "not valid JSON" in odd
    assert "is there twice" in twice


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    path = write_bundle(tmp_path / "a") / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format_version": 99}))
    assert "format 99" in Registry([tmp_path]).refused()[0]


def test_it_looks_again_when_told(tmp_path: Path) -> None:
    registry = Registry([tmp_path])
    assert registry.models() == ()
    write_bundle(tmp_path / "a", "late")
    assert registry.models() == ()
    registry.refresh()
    assert [model.id for model in registry.models()] == ["late"]
