"""A real graph of two nodes through the real runtime."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pytest

from music_core.adapters.onnx_predictor import OnnxPredictor
from music_core.manifest import ManifestError

# sum = a + b and neg = -a over float32 (n, 2), written by onnx.helper with opset 17.
GRAPH = base64.b64decode(
    "CAg6gAEKEAoBYQoBYhIDc3VtIgNBZGQKDQoBYRIDbmVnIgNOZWcSAWdaFAoBYRIPCg0IARIJCgMSAW4KAggCWhQKAWISDwoNCAESCQoDEgFu"
    "CgIIAmIWCgNzdW0SDwoNCAESCQoDEgFuCgIIAmIWCgNuZWcSDwoNCAESCQoDEgFuCgIIAkIECgAQEQ=="
)

# y = zeros of the shape x, written likewise: 400 TB for the x that is asked of it.
HUNGRY = base64.b64decode(
    "CAk6VwoXCgF4EgFzIgRDYXN0KgkKAnRvGAegAQIKFwoBcxIBeSIPQ29uc3RhbnRPZlNoYXBlEgFnWg8KAXgSCgoICAESBAoCCAJiDwoBeRIK"
    "CggIARIECgAKAEIECgAQEQ=="
)


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    path = tmp_path / "model.onnx"
    path.write_bytes(GRAPH)
    return path


def test_a_graph_runs_by_the_names_of_its_tensors_at_any_length(graph: Path) -> None:
    predictor = OnnxPredictor(graph)
    assert (predictor.input_names, predictor.output_names) == (("a", "b"), ("sum", "neg"))
    for length in (1, 3):
        a = np.arange(2 * length, dtype=np.float32).reshape(length, 2)
        outputs = predictor.run({"b": a.T.copy().T, "a": a})
        np.testing.assert_array_equal(outputs["sum"], 2 * a)
        np.testing.assert_array_equal(outputs["neg"], -a)
        assert outputs["sum"].dtype == np.float32


def test_wrong_arrays_are_refused_in_a_sentence(graph: Path) -> None:
    predictor = OnnxPredictor(graph)
    a = np.zeros((1, 2), np.float32)
    for inputs in ({"a": a}, {"a": a, "b": np.zeros((1, 3), np.float32)}, {"a": a, "b": a, "c": a}):
        with pytest.raises(ManifestError, match="could not run") as caught:
            predictor.run(inputs)
        assert "\n" not in str(caught.value)


def test_lack_of_memory_is_called_so(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(HUNGRY)
    with pytest.raises(MemoryError):
        OnnxPredictor(path).run({"x": np.array([1e7, 1e7], np.float32)})


@pytest.mark.parametrize("content", [None, b"", b"not a graph"])
def test_a_damaged_or_missing_graph_is_refused_in_a_sentence(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "model.onnx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ManifestError, match="install the model again") as caught:
        OnnxPredictor(path)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)
