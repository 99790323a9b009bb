"""The training benchmark measures what it says and prints a whole table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from benchmarks import training, training_steps
from benchmarks.training_quality import GOALS, quality_table
from model_training.models.reference import ReferenceShape
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


def test_the_shipped_chorales_stand_in_the_table() -> None:
    lines = quality_table(training.shipped()).splitlines()
    assert lines[0].endswith("| bach-unet-gan | random weights | human | silence | shuffled |")
    assert all(cell.strip() for cell in lines[2].split("|")[2:-1])


def test_steps_name_their_part_once() -> None:
    rows = [
        {"part": "fakes", "name": "slow", "gflop": 10.4, "core_s": 2.04},
        {"part": "fakes", "name": "fast", "gflop": 5.0, "core_s": 1.0},
        {"part": "critic", "name": "slow", "gflop": 1.0, "core_s": 1.0},
    ]
    assert training.step_table(rows).splitlines()[2:] == [
        "| fakes: slow | 10 | 2.0 |", "| … fast | 5 | 1.0 |", "| critic: slow | 1 | 1.0 |",
    ]  # fmt: skip


@pytest.mark.torch
@pytest.mark.parametrize("part", training_steps.PARTS)
def test_every_step_computes_the_same(part: str) -> None:
    shape = ReferenceShape(tracks=3, steps=32, pitches=48, width=4, noise=5)
    found = []
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        for form in (form for form in training_steps.FORMS if form.part == part):
            work = training_steps.work_of(shape, 4, plain=form.plain, last=form.last)
            with training_steps.circumstances(form.under):
                found.append(form.compute(work))
    finally:
        torch.set_default_dtype(before)
    assert len(found) >= 4 and all(one.keys() == found[0].keys() for one in found)
    for one in found[1:]:
        for name, tensor in one.items():
            torch.testing.assert_close(tensor, found[0][name], rtol=1e-8, atol=1e-10)


@pytest.mark.torch
def test_steps_are_scaled_to_an_iteration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_steps, "ReferenceShape", lambda: ReferenceShape(width=1, noise=1))
    threads = torch.get_num_threads()
    try:
        one, four = (training_steps.measured(windows, training_steps.FORMS[:1])[0] for windows in (1, 4))
    finally:
        torch.set_num_threads(threads)
    assert one["gflop"] == pytest.approx(four["gflop"]) and one["gflop"] > 0
