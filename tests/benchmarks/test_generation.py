from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import generation
from desktop_app.generation.registry import Registry
from music_core.score import bar_lines
from tests.desktop_app.generation.tiny_model import write_bundle


def test_it_measures_every_row_with_its_floor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_bundle(tmp_path / "tiny")
    monkeypatch.setattr(generation, "_LOADS", 1)
    rows = generation.measure(Registry([tmp_path]), "tiny", 2)
    assert [row["name"] for row in rows] == [
        "load, new process",
        "load, onnxruntime imported",
        "8 bars",
        "32 bars",
        "128 bars",
    ]
    assert all(0 < row["p50_ms"] <= row["p95_ms"] for row in rows)
    assert [row["limit_ms"] for row in rows] == [300.0, None, 100.0, None, None]
    printed = generation.table("tiny", rows).splitlines()
    assert len(printed) == 4 + len(rows)
    assert {line.count("|") for line in printed[2:]} == {7}


def test_percentiles_are_those_of_the_sorted_times() -> None:
    row = generation.row("x", [float(n) for n in range(100, 0, -1)], 3.14)
    assert (row["p50_ms"], row["p95_ms"], row["floor_ms"], row["all_cores_ms"]) == (50.5, 95.0, 3.1, None)


@pytest.mark.parametrize("bars", [1, 8, 32])
def test_the_melody_is_as_long_as_it_says(bars: int) -> None:
    score = generation.melody_of(bars)
    assert len(bar_lines(score.metres, score.end_tick)) - 1 == bars
    assert score.end_tick == bars * 1920
