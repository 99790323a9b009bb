"""A model bundle small enough to be made in a test: three voices that follow the melody at fixed distances."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from music_core.manifest import GridSpec, Manifest, OptionSpec, PartSpec, TensorSpec, sha256, to_json

PITCHES = 64
BELOW = (4, 9, 16)


def write_bundle(folder: Path, model_id: str = "tiny", technique: str = "unet-gan") -> Path:
    """Write manifest and graph; the same tensors as the trained U-Net has."""
    folder.mkdir(parents=True)
    graph = folder / "model.onnx"
    onnx.save(_graph(), graph)
    parts = (
        PartSpec("Alto", "alto", 0, 53, 74),
        PartSpec("Tenor", "tenor", 0, 48, 69),
        PartSpec("Bass", "bass", 32, 36, 64),
    )
    manifest = Manifest(
        id=model_id,
        title="Tiny",
        technique=technique,
        genre="test",
        description="Follows the melody.",
        licence="MIT",
        parts=parts,
        grid=GridSpec(),
        inputs=(
            TensorSpec("melody", "float32", ("batch", 7, "steps", PITCHES)),
            TensorSpec("noise", "float32", ("batch", 64, "cells")),
        ),
        outputs=(
            TensorSpec("pitch_logits", "float32", ("batch", 3, "steps", PITCHES + 1)),
            TensorSpec("onset_logits", "float32", ("batch", 3, "steps")),
        ),
        options=(OptionSpec("variety", "Safe to wild", 0.0, 1.5, 1.0),),
        files={"model.onnx": sha256(graph)},
    )
    (folder / "manifest.json").write_text(to_json(manifest), encoding="utf-8")
    return folder


def write_whole_piece_bundle(folder: Path, model_id: str = "whole") -> Path:
    """A model that needs no melody: three tracks of quarter notes, whose pitches are drawn by each track's noise."""
    folder.mkdir(parents=True)
    graph = folder / "model.onnx"
    onnx.save(_whole_piece_graph(), graph)
    cells = ("batch", 3, _STEPS, _ROWS)
    manifest = Manifest(
        id=model_id, title="Whole", technique="musegan", genre="test", description="Needs nothing.", licence="MIT",
        parts=(
            PartSpec("Melody", "melody", 80, 48, 96),
            PartSpec("Drums", "drums", 0, 35, 81, is_drum=True),
            PartSpec("Bass", "bass", 33, 28, 60),
        ),
        grid=GridSpec(12, _STEPS, _STEPS, _STEPS // 4, 24, _ROWS),
        inputs=(
            TensorSpec("shared", "float32", ("batch", 4)),
            TensorSpec("shared_bars", "float32", ("batch", 4, 4)),
            TensorSpec("private", "float32", ("batch", 3, 4)),
            TensorSpec("private_bars", "float32", ("batch", 3, 4, 4)),
        ),
        outputs=(TensorSpec("sounding_logits", "float32", cells), TensorSpec("onset_logits", "float32", cells)),
        options=(
            OptionSpec("variety", "Safe to wild", 0.0, 1.5, 1.0),
            OptionSpec("bars", "Length in bars", 1.0, 101.0, 8.0),
        ),
        files={"model.onnx": sha256(graph)},
    )  # fmt: skip
    (folder / "manifest.json").write_text(to_json(manifest), encoding="utf-8")
    return folder


_STEPS, _ROWS = 192, 84


def _whole_piece_graph() -> onnx.ModelProto:
    """sounding = the track's noise through a matrix, in the first half of every quarter; struck where that begins."""
    times = np.full((1, 1, _STEPS, 1), -50, np.float32)
    times.reshape(-1, 12)[:, :6] = 0
    struck = np.full((1, 3, _STEPS, _ROWS), -6, np.float32)
    struck[:, :, ::12] = 6
    constants = {
        "matrix": np.random.default_rng(0).standard_normal((4, _ROWS)).astype(np.float32),
        "times": times,
        "struck": struck,
        "step_axis": np.array([2], np.int64),
        "nothing": np.array(0.0, np.float32),
        "one": np.array(1.0, np.float32),
    }
    node = helper.make_node
    nodes = [
        node("MatMul", ["private", "matrix"], ["pitches"]),
        node("Sub", ["pitches", "one"], ["thinner"]),
        node("Unsqueeze", ["thinner", "step_axis"], ["everywhere"]),
        node("Add", ["everywhere", "times"], ["sounding_logits"]),
        node("Mul", ["sounding_logits", "nothing"], ["nowhere"]),
        node("Add", ["nowhere", "struck"], ["onset_logits"]),
    ]
    sizes = {"shared": [4], "shared_bars": [4, 4], "private": [3, 4], "private_bars": [3, 4, 4]}
    graph = helper.make_graph(
        nodes,
        "whole",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", *size]) for name, size in sizes.items()],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", 3, _STEPS, _ROWS])
            for name in ("sounding_logits", "onset_logits")
        ],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def _graph() -> onnx.ModelProto:
    """pitch = melody plane shifted down per voice, nudged by the noise of each cell; onset = melody's onsets."""
    shifts = np.zeros((3, PITCHES, PITCHES + 1), np.float32)
    for voice, below in enumerate(BELOW):
        for pitch in range(PITCHES):
            shifts[voice, pitch, max(0, pitch - below)] = 3.0
            shifts[voice, pitch, max(0, pitch - below - 12)] = 2.5
    constants = {
        "shifts": shifts,
        "rest": np.concatenate([np.zeros(PITCHES, np.float32), np.ones(1, np.float32)]),
        "half": np.array(0.5, np.float32),
        "zero": np.array([0], np.int64),
        "one": np.array([1], np.int64),
        "two": np.array([2], np.int64),
        "last_axis": np.array([3], np.int64),
        "eight": np.array(8.0, np.float32),
        "all_steps": np.array([0, 0, -1, 1], np.int64),
        "cell": np.array([1, 1, 1, 16], np.int64),
        "low_half": np.array([1.0] * 24 + [0.0] * (PITCHES + 1 - 24), np.float32),
        "three": np.array([1, 3, 1], np.int64),
    }
    node = helper.make_node
    nodes = [
        node("Slice", ["melody", "zero", "one", "one"], ["plane"]),
        node("MatMul", ["plane", "shifts"], ["moved"]),
        node("Add", ["moved", "rest"], ["plain"]),
        node("ReduceMean", ["noise"], ["mean"], axes=[1], keepdims=1),
        node("Unsqueeze", ["mean", "last_axis"], ["cells"]),
        node("Tile", ["cells", "cell"], ["tiled"]),
        node("Reshape", ["tiled", "all_steps"], ["nudge"]),
        node("Mul", ["nudge", "eight"], ["strong"]),
        node("Mul", ["strong", "low_half"], ["towards_low"]),
        node("Add", ["plain", "towards_low"], ["pitch_logits"]),
        node("Slice", ["melody", "one", "two", "one"], ["onsets"]),
        node("ReduceMax", ["onsets"], ["struck"], axes=[3], keepdims=0),
        node("Sub", ["struck", "half"], ["centred"]),
        node("Tile", ["centred", "three"], ["onset_logits"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [
            helper.make_tensor_value_info("melody", TensorProto.FLOAT, ["batch", 7, "steps", PITCHES]),
            helper.make_tensor_value_info("noise", TensorProto.FLOAT, ["batch", 64, "cells"]),
        ],
        [
            helper.make_tensor_value_info("pitch_logits", TensorProto.FLOAT, ["batch", 3, "steps", PITCHES + 1]),
            helper.make_tensor_value_info("onset_logits", TensorProto.FLOAT, ["batch", 3, "steps"]),
        ],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
