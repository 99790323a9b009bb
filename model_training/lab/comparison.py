"""Several runs side by side: the settings in which they differ, their figures, and their curves over one another."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from model_training.lab.charts import Curve, curves_svg, level_number
from model_training.lab.figures import LOSSES, POSITION, gap, in_words, title_of
from model_training.lab.pages import render
from model_training.lab.report_page import Chart
from model_training.lab.story import Story
from model_training.lab.words import duration, settings_in_words
from music_core.metrics import METRIC_FACTS

At = Literal["last", "best"]
_EXTRA = ("gap", *LOSSES, "diversity", "copied")
# Names of a run, not settings that could explain a difference.
_NAMES = ("model_id", "title", "description")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A table: one column for each run, named in `runs`; each row is a name and one text for each run."""

    runs: tuple[str, ...]
    settings: tuple[tuple[str, tuple[str, ...]], ...]
    figures: tuple[tuple[str, tuple[str, ...]], ...]
    data: tuple[str, ...]  # the data's own value of each row of figures, empty where it has none


def compare(stories: Sequence[Story], at: At = "last") -> Comparison:
    """The runs' settings that differ, and the figures of their last or best stage."""
    flat = [dict(settings_in_words(story.config)) for story in stories]
    keys = [key for key in dict.fromkeys(k for row in flat for k in row) if key.rpartition(".")[2] not in _NAMES]
    differ = [key for key in keys if len({row.get(key, "–") for row in flat}) > 1]
    rows = _with_common_gap(stories, [_stage(story, at) for story in stories])
    names = [name for name in (*_EXTRA, *METRIC_FACTS) if any(math.isfinite(row.get(name, math.nan)) for row in rows)]
    # Runs on other songs, or with other parts, have other values of their own: no column holds for all of them.
    same = len({(str(story.config.get("data")), str(story.config.get("tracks"))) for story in stories}) == 1
    own = stories[0].floors.data if same else {}
    progress = (
        ("Epoch", tuple(f"{row['epoch']:g}" if row else "–" for row in rows)),
        ("Time", tuple(duration(story.seconds) if story.seconds else "–" for story in stories)),
    )
    figures = tuple((in_words(name), tuple(level_number(row.get(name, math.nan)) for row in rows)) for name in names)
    return Comparison(
        _labels(stories),
        tuple((key, tuple(row.get(key, "–") for row in flat)) for key in differ),
        (*progress, *figures),
        ("", "", *(level_number(own[name]) if name in own else "" for name in names)),
    )


def as_text(comparison: Comparison) -> str:
    """The comparison for a terminal: runs are columns, and the data's own values stand last."""
    head = ["", *comparison.runs, "data"]
    rows = [[name, *values, ""] for name, values in comparison.settings]
    if not rows:
        rows = [["the settings are the same", *([""] * (len(comparison.runs) + 1))]]
    figures = [[name, *values, own] for (name, values), own in zip(comparison.figures, comparison.data, strict=True)]
    widths = [max(len(row[i]) for row in (head, *rows, *figures)) for i in range(len(head))]

    def line(row: Sequence[str]) -> str:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        return "  ".join(cells).rstrip()

    rule = "-" * (sum(widths) + 2 * (len(widths) - 1))
    return "\n".join([line(head), rule, *map(line, rows), rule, *map(line, figures)])


def comparison_page(stories: Sequence[Story], at: At) -> str:
    """The comparison and its curves as one HTML page."""
    return render("compare.html", comparison=compare(stories, at), at=at, charts=_charts(stories))


def _charts(stories: Sequence[Story]) -> list[Chart]:
    charts = []
    by_stage = dict.fromkeys(name for story in stories for row in story.stages for name in row)
    for name in (*_EXTRA, *METRIC_FACTS):
        if name in by_stage:
            level = 0.0 if name == "gap" else stories[0].floors.data.get(name, math.nan)
            curves = [_curve(s.stages, name, "epoch", i) for i, s in enumerate(stories)]
            note = METRIC_FACTS[name].definition if name in METRIC_FACTS else ""
            charts.append(
                Chart(title_of(name), note, curves_svg(curves, level=level, level_name="data", x_name="epoch"))
            )
    by_step = dict.fromkeys(name for story in stories for row in story.steps for name in row if name not in POSITION)
    for name in by_step:
        curves = [_curve(s.steps, name, "step", i) for i, s in enumerate(stories)]
        charts.append(Chart(title_of(name), "by step", curves_svg(curves, x_name="step")))
    return [chart for chart in charts if chart.svg]


def _curve(rows: Sequence[Mapping[str, float]], name: str, x: str, number: int) -> Curve:
    return Curve(name, [(row[x], row[name]) for row in rows if name in row], number % 8)


def _labels(stories: Sequence[Story]) -> tuple[str, ...]:
    """Folder names; of runs that are called the same, with the folder that they lie in."""
    names = [story.folder.resolve().name for story in stories]
    parents = [story.folder.resolve().parent.name for story in stories]
    return tuple(
        f"{parent}/{name}" if names.count(name) > 1 else name for name, parent in zip(names, parents, strict=True)
    )


def _with_common_gap(stories: Sequence[Story], rows: Sequence[Mapping[str, float]]) -> list[Mapping[str, float]]:
    """The gap over the metrics that all of the runs have; over different ones it could not be compared."""
    common = set.intersection(*({name for name in row if name in METRIC_FACTS} for row in rows))
    result: list[Mapping[str, float]] = []
    for story, row in zip(stories, rows, strict=True):
        value = gap({name: row[name] for name in common}, story.floors)
        kept = {name: number for name, number in row.items() if name != "gap"}
        result.append({**kept, "gap": value} if math.isfinite(value) else kept)
    return result


def _stage(story: Story, at: At) -> Mapping[str, float]:
    if not story.stages:
        return {}
    return story.stages[story.best if at == "best" else -1]
