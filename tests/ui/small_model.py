"""A real model bundle small enough to write in a test: three voices in parallel below the melody.

The graph runs in onnxruntime like any other. Each voice follows the melody's channel 0 a fixed interval lower;
where the cell's noise is positive it takes the other of two intervals, so that another seed gives another take.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from music_core.manifest import GridSpec, Manifest, OptionSpec, PartSpec, TensorSpec, sha256, to_json

MODEL_ID = "parallel-lines"
GRID = GridSpec()
_CHANNELS, _NOISE = 7, 4
# For each voice: semitones below the melody, by the sign of the noise.
_INTERVALS = ((4, 5), (9, 12), (16, 19))
_PARTS = (("Alto", "alto", 48, 79), ("Tenor", "tenor", 43, 72), ("Bass", "bass", 36, 64))


def write_bundle(parent: Path) -> Path:
    """Write the bundle's folder under `parent` and return it."""
    folder = parent / MODEL_ID
    folder.mkdir(parents=True)
    onnx.save(_graph(), str(folder / "model.onnx"))
    (folder / "CARD.md").write_text("# Parallel lines\n\nThree voices that follow the melody.\n", encoding="utf-8")
    manifest = Manifest(
        id=MODEL_ID,
        title="Parallel lines",
        technique="unet-gan",
        genre="test",
        description="Three voices that follow the melody at a distance.",
        licence="MIT",
        parts=tuple(PartSpec(name, role, 19, low, high) for name, role, low, high in _PARTS),
        grid=GRID,
        inputs=(
            TensorSpec("melody", "float32", ("batch", _CHANNELS, "steps", GRID.pitches)),
            TensorSpec("noise", "float32", ("batch", _NOISE, "cells")),
        ),
        outputs=(
            TensorSpec("pitch_logits", "float32", ("batch", len(_PARTS), "steps", GRID.pitches + 1)),
            TensorSpec("onset_logits", "float32", ("batch", len(_PARTS), "steps")),
        ),
        options=(OptionSpec("variety", "Safe to wild", 0.0, 1.5, 1.0, "Safe", "Wild"),),
        files={name: sha256(folder / name) for name in ("model.onnx", "CARD.md")},
    )
    (folder / "manifest.json").write_text(to_json(manifest), encoding="utf-8")
    return folder


def _graph() -> onnx.ModelProto:
    nodes, constants = [], {}

    def constant(name: str, value: np.ndarray) -> str:
        constants[name] = numpy_helper.from_array(value, name)
        return name

    def node(kind: str, inputs: list[str], output: str, **attributes: object) -> str:
        nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    axis1 = constant("axis1", np.array([1], np.int64))
    starts = constant("zero", np.array([0], np.int64))
    line = node("Slice", ["melody", starts, constant("one", np.array([1], np.int64)), axis1], "line")
    chance = node("Slice", ["noise", "zero", "one", "axis1"], "chance")  # (batch, 1, cells)
    sign = node("Cast", [node("Greater", [chance, constant("nought", np.float32(0))], "above")], "sign", to=1)
    cells = node("Unsqueeze", [sign, constant("axes34", np.array([3, 4], np.int64))], "cells5")
    ones = constant("ones", np.ones((1, 1, 1, GRID.cell_steps, 1), np.float32))
    spread = node("Mul", [cells, ones], "spread")
    shape = constant("shape", np.array([0, 1, -1, 1], np.int64))
    other = node("Reshape", [spread, shape], "other")  # (batch, 1, steps, 1)
    voices = []
    for number, (one, two) in enumerate(_INTERVALS):
        near = node("MatMul", [line, constant(f"near{number}", _lowered(one))], f"near_line{number}")
        far = node("MatMul", [line, constant(f"far{number}", _lowered(two))], f"far_line{number}")
        moved = node("Mul", [far, other], f"moved{number}")
        voices.append(node("Add", [near, node("Add", [moved, moved], f"twice{number}")], f"voice{number}"))
    node("Concat", voices, "pitch_logits", axis=1)
    struck = node("ReduceSum", ["melody", constant("axis3", np.array([3], np.int64))], "sums", keepdims=0)
    onset = node("Slice", [struck, "one", constant("two", np.array([2], np.int64)), "axis1"], "onset")
    less = node("Sub", [onset, constant("half", np.float32(0.5))], "less")
    node("Concat", [less] * len(_INTERVALS), "onset_logits", axis=1)
    graph = helper.make_graph(
        nodes,
        "parallel",
        [
            helper.make_tensor_value_info("melody", TensorProto.FLOAT, ["batch", _CHANNELS, "steps", GRID.pitches]),
            helper.make_tensor_value_info("noise", TensorProto.FLOAT, ["batch", _NOISE, "cells"]),
        ],
        [
            helper.make_tensor_value_info("pitch_logits", TensorProto.FLOAT, ["batch", 3, "steps", GRID.pitches + 1]),
            helper.make_tensor_value_info("onset_logits", TensorProto.FLOAT, ["batch", 3, "steps"]),
        ],
        list(constants.values()),
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def _lowered(semitones: int) -> np.ndarray:
    """A matrix that maps a pitch row to logits so many semitones lower; silence is a weak default."""
    matrix = np.zeros((GRID.pitches, GRID.pitches + 1), np.float32)
    for row in range(semitones, GRID.pitches):
        matrix[row, row - semitones] = 4.0
    return matrix
