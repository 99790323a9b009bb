"""The table of proof as Markdown: one column for each system, what people do first."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from model_training.proof.table import HUMAN, LANE_FIGURES
from music_core.metrics import FEATURES

Figures = dict[str, Any]


def markdown(report: Figures) -> str:
    """The report's figures with their intervals; the human column of overlap and classifier is of two halves."""
    systems: Figures = report["systems"]
    lines = [
        f"{report['segments']} segments of {len(report['songs'])} songs, {report['seeds']} seeds, "
        f"given {report['given']}. In brackets: 95 % by songs.",
        "",
        f"| | {' | '.join(systems)} |",
        "|---|" + "---|" * len(systems),
    ]

    def add(title: str, cell: Callable[[Figures], str]) -> None:
        lines.append(f"| {title} | " + " | ".join(cell(row) for row in systems.values()) + " |")

    add("real or generated, told apart (0.5 best)", lambda row: _with_interval(row, "told_apart"))
    add("overlap with people (their halves: the ceiling)", lambda row: _with_interval(row, "overlap"))
    for name in FEATURES:
        add(name, lambda row, name=name: _feature(row["features"][name]))  # type: ignore[misc]
    for name in LANE_FIGURES:
        add(f"{name} (off by human sd)", lambda row, name=name: _lane(row["lane"][name]))  # type: ignore[misc]
    add("4-bar passages copied", lambda row: _number(row["copied"]))
    for name in ("note_f1", "chroma", "groove"):
        add(f"like the human's: {name}", lambda row, name=name: _number(row.get("likeness", {}).get(name)))  # type: ignore[misc]
    for name in systems[HUMAN]["faults"]:
        add(name, lambda row, name=name: str(row["faults"][name]))  # type: ignore[misc]
    for name, drums in report.get("drums", {}).items():
        lines.append(f"\nDrums of {name} beside drummers: " + ", ".join(f"{k} {_number(v)}" for k, v in drums.items()))
    if "genres" in report:
        lines.append("\nGenres recognised: " + ", ".join(f"{k} {_number(v)}" for k, v in report["genres"].items()))
    return "\n".join(lines)


def _with_interval(row: Figures, name: str) -> str:
    low, high = row.get(f"{name}_interval", (math.nan, math.nan))
    return _number(row[name]) + ("" if math.isnan(low) else f" ({low:.3f}–{high:.3f})")


def _feature(figure: Figures) -> str:
    return f"{figure['mean']:.3f} ({figure['low']:.3f}–{figure['high']:.3f})"


def _lane(figure: Figures) -> str:
    return f"{_number(figure['mean'])} ({figure['sd_off']:+.2f})"


def _number(value: float | None) -> str:
    return "–" if value is None or math.isnan(value) else f"{value:.3f}"
