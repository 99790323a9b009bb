"""The table of what training must reach on held-out openings, filled from evaluation reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Goal:
    """One line: what is measured, its name in a report, and what the reference and its whole budget come to."""

    label: str
    metric: str
    reference: str
    whole_budget: str
    goal: str


# The reference after 565 of its 1000 iterations, on 37 held-out melodies of two bars.
GOALS: Sequence[Goal] = (
    Goal("accompaniment in the melody's key", "in_key", ".877", ".90", ".89-.95"),
    Goal("beats that are a strict chord", "strict_chord", ".311", ".45", ">= .65"),
    Goal("steps with a semitone clash", "clash", ".162", ".12", "<= .10"),
    Goal("silent steps, worst voice", "silent", ".53", "", "<= .05"),
    Goal("exactly one note a step, worst voice", "one_note", ".44", "", ">= .95"),
    Goal("melody kept exactly", "melody_kept", ".971", "", "1.000"),
    Goal("notes of one 16th, worst voice", "short_notes", ".29", "", "<= .10"),
    Goal("distance between takes (Jaccard)", "jaccard", ".07", "", ">= .25"),
)


def quality_table(reports: Mapping[str, Mapping[str, Any]], part: str = "openings") -> str:
    """Markdown from the reports of `tutti-train evaluate`, by name: each one's model, and the first one's baselines.

    A report maps `part` to rows: model, random weights, human, silence, shuffled, each from metric to value.
    """
    rows: dict[str, Row] = {}
    for name, report in reports.items():
        rows[name] = report[part]["model"]
    first: Mapping[str, Row] = next(iter(reports.values()))[part]
    rows.update({label: row for label, row in first.items() if label != "model"})
    titles = ["", "must reach", "the reference", "at its full budget (est.)", *rows]
    lines = ["| " + " | ".join(titles) + " |", "|---|" + "---:|" * (len(titles) - 1)]
    for goal in GOALS:
        values = (_value(row.get(goal.metric)) for row in rows.values())
        lines.append("| " + " | ".join((goal.label, goal.goal, goal.reference, goal.whole_budget, *values)) + " |")
    return "\n".join(lines)


def _value(value: float | None) -> str:
    return "" if value is None or value != value else f"{value:.3f}"
