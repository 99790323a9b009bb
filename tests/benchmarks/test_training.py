"""The training benchmark measures what it says and prints a whole table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from benchmarks import training
from benchmarks.training_quality import GOALS, quality_table
from music_core.manifest import TensorSpec

ROW = {
    "form": "fast", "threads": 2, "iterations": 1, "wall_s": 2.5, "cpu_s": 4.9, "gflop": 1021.0,
    "gflops_a_core": 100.0, "floor_s": 5.1, "peak_mb": 900.0, "load": 0.1,
}  # fmt: skip


def test_the_table_has_every_row_and_what_is_to_be_beaten() -> None:
    figures: dict[str, Any] = {
        "training": [ROW, {**ROW, "form": "plain"}], "import_s": 1.2, "inference": [{"name": "x, eager", "ms": 9.0}],
    }  # fmt: skip
    lines = training.speed_table(figures).splitlines()
    first = lines[: lines.index("")]
    assert {line.count("|") for line in first} == {9}
    assert [line.split("|")[1].strip().split(",")[0] for line in first[2:]] == [
        "the reference", "ours", "ours", "to reach",
    ]  # fmt: skip
    assert "| x, eager, one thread, ms | 9.0 | 24.2 |" in lines


def test_words_in_shapes_become_two_bars() -> None:
    specs = (TensorSpec("a", "float32", ("batch", 3, "steps", 4)), TensorSpec("b", "float32", ("batch", 5, "cells")))
    given = training.two_bars(specs, 32, 16)
    assert {name: array.shape for name, array in given.items()} == {"a": (1, 3, 32, 4), "b": (1, 5, 2)}
    assert all(array.dtype == np.float32 for array in given.values())
    with pytest.raises(KeyError):
        training.two_bars((TensorSpec("a", "float32", ("batch", "moons")),), 32, 16)


def test_quality_stands_beside_goals_and_baselines() -> None:
    report = {"openings": {"model": {"in_key": 0.9, "jaccard": float("nan")}, "human": {"in_key": 0.917}}}
    lines = quality_table({"reference": report, "improved": report}).splitlines()
    assert len(lines) == 2 + len(GOALS)
    assert {line.count("|") for line in lines} == {8}
    assert lines[0].endswith("| reference | improved | human |")
    assert lines[2].endswith("| .90 | 0.900 | 0.900 | 0.917 |")
    assert lines[-1].endswith("|  |  |  |")
