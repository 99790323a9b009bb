"""Times of a band: every figure is there, and the floor counts the network's multiplications."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from benchmarks import band_times
from desktop_app.generation.registry import Registry
from desktop_app.paths import app_paths


def test_products_are_counted_by_their_shapes(tmp_path: Path) -> None:
    weights = [
        numpy_helper.from_array(np.zeros(shape, np.float32), name) for name, shape in (("a", (6, 4)), ("b", (4, 3)))
    ]
    nodes = [helper.make_node("MatMul", ["x", "a"], ["h"]), helper.make_node("MatMul", ["h", "b"], ["y"])]
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", "steps", 6])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["batch", "steps", 3])
    graph = tmp_path / "model.onnx"
    onnx.save(helper.make_model(helper.make_graph(nodes, "g", [x], [y], weights)), graph)
    counted = band_times.flops(graph, {"x": np.zeros((2, 5, 6), np.float32)})
    assert counted == 2 * 2 * 5 * (6 * 4 + 4 * 3)


def test_percentiles_are_those_of_the_sorted_times() -> None:
    times = [float(n) for n in range(30, 0, -1)]
    assert band_times.percentile(times, 0.95) == 29.0
    assert band_times.percentile([7.0], 0.95) == 7.0


@pytest.mark.slow
def test_every_figure_of_a_shipped_band_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(band_times, "_BARE", 1)
    row = band_times.measured(Registry(app_paths().models), "pop", 2, 2, 50e9)
    assert 0 < row["p50"] <= row["p95"]
    assert 0 < row["floor"] < row["processor_p95"]
    assert row["passes"] > 10
    assert row["bare_one"] > 0 < row["bare_all"]
    assert 0 < row["blocks"] < row["p50"] > row["rules"] > 0
    assert row["limit"] is None
    row["limit"] = 400.0
    lines = band_times.table("pop", 4, 2, 50e9, [row]).splitlines()
    assert {line.count("|") for line in lines[2:]} == {13}
