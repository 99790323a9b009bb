from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop_app.generation import registry as registry_module
from desktop_app.generation.registry import Registry, UnknownModelError
from music_core.manifest import ManifestError
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


def test_a_large_network_is_checked_before_it_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry_module, "_CHECKED_WHEN_FOUND", 10)
    write_bundle(tmp_path / "a", "good")
    graph = write_bundle(tmp_path / "b", "torn") / "model.onnx"
    graph.write_bytes(bytes(graph.stat().st_size))
    registry = Registry([tmp_path])
    assert {model.id for model in registry.models()} == {"good", "torn"}
    assert registry.graph_of("good").is_file()
    with pytest.raises(ManifestError, match=r"model\.onnx of the model torn is missing or damaged"):
        registry.graph_of("torn")
    graph.unlink()
    registry.refresh()
    assert "torn is missing or damaged" in registry.refused()[0]


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


def test_bands_come_first(tmp_path: Path) -> None:
    write_bundle(tmp_path / "a", "chorale")
    write_bundle(tmp_path / "b", "band", technique="arranger")
    assert [model.id for model in Registry([tmp_path]).models()] == ["band", "chorale"]


def _sharing(folder: Path, model_id: str, shares: str, **entries: object) -> None:
    """A bundle without a graph of its own."""
    write_bundle(folder, model_id)
    (folder / "model.onnx").unlink()
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "shares": shares, "files": {}, **entries}))


def test_a_bundle_may_share_the_graph_of_another_one(tmp_path: Path) -> None:
    write_bundle(tmp_path / "shipped" / "a", "first")
    _sharing(tmp_path / "own" / "b", "second", "first")
    registry = Registry([tmp_path / "own", tmp_path / "shipped"])
    assert registry.graph_of("second") == registry.graph_of("first") == tmp_path / "shipped" / "a" / "model.onnx"


def test_a_shared_graph_that_is_not_there_or_does_not_fit_is_said(tmp_path: Path) -> None:
    write_bundle(tmp_path / "a", "first")
    _sharing(tmp_path / "b", "lonely", "gone")
    _sharing(tmp_path / "c", "other", "first", outputs=[])
    registry = Registry([tmp_path])
    with pytest.raises(UnknownModelError, match="no model 'gone'"):
        registry.graph_of("lonely")
    with pytest.raises(UnknownModelError, match="does not fit first"):
        registry.graph_of("other")


def test_a_shared_graph_is_named_by_a_plain_id(tmp_path: Path) -> None:
    _sharing(tmp_path / "a", "sly", "../../elsewhere")
    assert "no model's id" in Registry([tmp_path]).refused()[0]


def test_models_without_parts_are_not_on_the_menu_but_can_be_asked(tmp_path: Path) -> None:
    write_bundle(tmp_path / "a", "band")
    for name, technique in (("chords", "harmoniser"), ("nothing", "unet-gan")):
        path = write_bundle(tmp_path / name, name, technique=technique) / "manifest.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), "parts": []}))
    registry = Registry([tmp_path])
    assert [model.id for model in registry.models()] == ["band"]
    assert registry.get("chords").technique == "harmoniser"
    assert registry.folder_of("chords") == tmp_path / "chords"
    (refused,) = registry.refused()
    assert "nothing names no part" in refused
