"""A manifest reads back as written; whatever cannot be honoured is refused in a sentence."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from music_core.manifest import (
    GridSpec,
    Manifest,
    ManifestError,
    OptionSpec,
    PartSpec,
    TensorSpec,
    from_json,
    read_bundle,
    sha256,
    to_json,
)

MANIFEST = Manifest(
    id="test-model",
    title="Тест",
    technique="gan",
    genre="baroque",
    description="For tests.",
    licence="MIT",
    parts=(PartSpec("Alto", "alto", 52, 53, 77), PartSpec("Bass", "bass", 42, 36, 64)),
    grid=GridSpec(),
    inputs=(TensorSpec("melody", "float32", ("batch", 1, 64, 64)),),
    outputs=(TensorSpec("roll", "float32", ("batch", 4, 64, 64)),),
    options=(OptionSpec("wildness", "Wild", 0, 1.5, 1, "safe", "wild"),),
    training={"epochs": 3},
)


def changed(**entries: Any) -> str:
    """The manifest's JSON with some entries replaced, or removed where None."""
    data = json.loads(to_json(MANIFEST)) | entries
    return json.dumps({name: value for name, value in data.items() if value is not None})


def test_a_manifest_reads_back_as_written() -> None:
    assert from_json(to_json(MANIFEST)) == MANIFEST
    assert "Тест" in to_json(MANIFEST)


PART = {"name": "x", "role": "alto", "program": 0, "low": 40, "high": 60}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not valid JSON"),
        ("[]", "not a JSON object"),
        (changed(format_version=99), "format 99"),
        (changed(parts=None), "parts"),
        (changed(surprise=1), "surprise"),
        (changed(title=3), "title"),
        (changed(parts=[{**PART, "role": "kazoo"}]), "kazoo"),
        (changed(parts=[{**PART, "low": 70}]), "range"),
        (changed(parts=[{**PART, "program": True}]), "program"),
        (changed(parts=["alto"]), "str in PartSpec"),
        (changed(grid={"hop_steps": 0}), "below 1"),
        (changed(grid={"hop_steps": 65}), "windows"),
        (changed(grid={"low_pitch": 100}), "pitches"),
        (changed(grid={"window_steps": "64"}), "window_steps"),
        (changed(grid=[]), "GridSpec"),
        (changed(inputs=[{"name": "x", "dtype": "float32", "shape": "wide"}]), "tensor"),
        (changed(inputs=[{"name": "x", "dtype": "float32", "shape": [1.5]}]), "shape"),
        (changed(options=[{"name": "o", "label": "O", "low": 0, "high": 1, "default": 2}]), "outside its range"),
    ],
)
def test_what_cannot_be_honoured_is_refused_in_a_sentence(text: str, words: str) -> None:
    with pytest.raises(ManifestError, match=words) as caught:
        from_json(text)
    assert str(caught.value).endswith(".")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(json.loads(to_json(MANIFEST)))), json_values)
def test_no_value_anywhere_ends_in_anything_but_a_sentence(name: str, value: Any) -> None:
    text = json.dumps(json.loads(to_json(MANIFEST)) | {name: value})
    try:
        from_json(text)
    except ManifestError as error:
        assert str(error).endswith(".")


def test_options_are_clipped_to_their_range() -> None:
    assert MANIFEST.option("wildness", {}) == 1
    assert MANIFEST.option("wildness", {"wildness": 9}) == 1.5
    assert MANIFEST.option("wildness", {"wildness": -9}) == 0
    with pytest.raises(KeyError, match="wildness"):
        MANIFEST.option("colour", {})


def bundle(folder: Path, **files: str) -> Path:
    """A model folder whose network is three bytes, with entries of `files` changed."""
    (folder / "model.onnx").write_bytes(b"net")
    listed = {"model.onnx": sha256(folder / "model.onnx")} | files
    (folder / "manifest.json").write_text(to_json(replace(MANIFEST, files=listed)), encoding="utf-8")
    return folder


def test_a_bundle_is_read_when_its_files_are_whole(tmp_path: Path) -> None:
    assert read_bundle(bundle(tmp_path)).id == "test-model"
    (tmp_path / "model.onnx").write_bytes(b"not")
    with pytest.raises(ManifestError, match=r"model\.onnx .* damaged"):
        read_bundle(tmp_path)


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "gone.txt"])
def test_a_bundle_that_lists_what_it_does_not_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ManifestError, match=r"outside|missing"):
        read_bundle(bundle(tmp_path, **{name: "0" * 64}))


def test_a_bundle_must_list_its_network(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(to_json(MANIFEST), encoding="utf-8")
    with pytest.raises(ManifestError, match="does not list its network"):
        read_bundle(tmp_path)
    with pytest.raises(ManifestError, match="no readable manifest"):
        read_bundle(tmp_path / "none")
