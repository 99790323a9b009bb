"""A run's report as one HTML page that carries everything it shows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from model_training.lab.charts import Curve, Mark, curves_svg, strip_svg
from model_training.lab.figures import DISTANCES, EMPTY_BARS, LOSSES, POSITION, title_of
from model_training.lab.listening import Listening
from model_training.lab.pages import render
from model_training.lab.story import Story
from model_training.lab.words import duration, setting_in_words, settings_in_words
from music_core.metrics import METRIC_FACTS

# By which part of the way from the data to nonsense a metric, or their mean, is called what.
_NEAR, _MIDDLING = 0.15, 0.5
_FRONT = ("epochs", "learning_rate", "update_ratio")


@dataclass(frozen=True, slots=True)
class MetricRow:
    """One line of the table of metrics."""

    title: str
    definition: str
    flag: str
    strip: str
    model: float
    data: float
    shuffled: float
    silence: float


@dataclass(frozen=True, slots=True)
class Chart:
    """One small chart with its heading."""

    title: str
    note: str
    svg: str


def report_page(story: Story, listenings: Sequence[Listening], remarks: Sequence[str] = ()) -> str:
    """The page; `remarks` are sentences on what could not be shown."""
    config = story.config
    return render(
        "report.html",
        title=str(config.get("title") or config.get("model_id") or story.folder.name),
        kind=f"Training report · {config.get('technique', 'unet-gan')}",
        verdict=verdict(story),
        facts=facts(story),
        listenings=listenings,
        remarks=list(remarks),
        metrics=metric_rows(story),
        metrics_note=_metrics_note(story),
        warnings=[(_when(story, finding.step), finding.sentence) for finding in story.warnings],
        curves=learning_curves(story),
        more_curves=metric_curves(story),
        data_note=_data_note(story),
        made=_made(story),
        settings=settings_in_words(config),
        foot=f"Run {story.folder.name}, written by tutti-train report. Nothing on this page is loaded from elsewhere.",
    )


def verdict(story: Story) -> str:
    """How the run went, in a sentence or two."""
    if not story.stages:
        return "This run has not reached its first evaluation, so there is nothing to judge yet."
    last = story.stages[-1]
    text = f"After {_epochs(story)} "
    share = last.get("gap", math.nan)
    if math.isfinite(share):
        text += (
            f"its music is {100 * share:.0f} % of the way from the data to nonsense, "
            f"as the mean of {len(_compared(story))} metrics {_measured_on(story)}."
        )
    else:
        text += f"its music was measured {_measured_on(story)}; the data's own values were not kept."
    best = story.stages[story.best]
    least = best.get("gap", math.nan)
    if best is not last:
        text += f" It was best in epoch {int(best['epoch'])}"
        # A share that rounds to the same is no news.
        text += f" ({100 * least:.0f} %)." if f"{100 * least:.0f}" not in (f"{100 * share:.0f}", "nan") else "."
    return text


def _measured_on(story: Story) -> str:
    given = "melody" not in story.config.get("tracks", ())
    return "on melodies that it never saw" if given else "beside songs that it never saw"


def facts(story: Story) -> list[tuple[str, str]]:
    """The few numbers that stand at the top."""
    data = story.about.get("data", {})
    step = int(max((row.get("step", 0) for row in (*story.steps[-1:], *story.stages[-1:])), default=0))
    rows = [("Epochs", f"{_last_epoch(story)} of {story.config.get('epochs', '?')}"), ("Steps", f"{step:,}")]
    if story.seconds:
        rows.append(("Time", duration(story.seconds)))
    if data.get("songs"):
        rows.append(("Training songs", f"{data['songs']:,}"))
    if data.get("tiers"):
        rows.append(("Licence tier", ", ".join(data["tiers"])))
    if story.warnings:
        rows.append(("Warnings", str(len(story.warnings))))
    return rows


def metric_rows(story: Story) -> list[MetricRow]:
    """Every metric of the last stage beside the data's own value, shuffled voices and silence."""
    floors, rows = story.floors, []
    for name in story.metrics:
        trail = [row.get(name, math.nan) for row in story.stages]
        data, shuffled, silence = (row.get(name, math.nan) for row in (floors.data, floors.shuffled, floors.silence))
        known = METRIC_FACTS[name]
        flag = "silence passes this" if floors.passed_by_silence(name) else ""
        if not flag and abs(silence - data) < abs(trail[-1] - data):
            flag = "silence is nearer"
        strip = strip_svg(trail, data, shuffled, silence)
        rows.append(MetricRow(known.title, known.definition, flag, strip, trail[-1], data, shuffled, silence))
    return rows


def learning_curves(story: Story) -> list[Chart]:
    """The gap to the data, the losses and the difference between noises by epoch; then each loss by step."""
    charts = []
    marks = _marks(story)
    if any("gap" in row for row in story.stages):
        svg = curves_svg([_curve(story, "gap")], level=0.0, level_name="the data", marks=marks, x_name="epoch")
        charts.append(Chart(title_of("gap"), "0 is the data’s own values, 1 as far off as nonsense", svg))
    for title, names in (("Loss by epoch", LOSSES), ("Critic’s distance by epoch", DISTANCES)):
        pair = [_curve(story, name, i) for i, name in enumerate(names) if any(name in row for row in story.stages)]
        if pair:
            note = "training songs amber, held-out songs blue" if len(pair) > 1 else ""
            charts.append(Chart(title, note, curves_svg(pair, marks=marks, x_name="epoch")))
    for name in ("diversity", "copied"):
        if any(name in row for row in story.stages):
            level = story.floors.data.get(name, math.nan)
            svg = curves_svg([_curve(story, name)], level=level, level_name="the data", marks=marks, x_name="epoch")
            charts.append(Chart(title_of(name), "", svg))
    for name in dict.fromkeys(key for row in story.steps for key in row if key not in POSITION):
        points = [(row["step"], row[name]) for row in story.steps if name in row]
        charts.append(Chart(title_of(name), "by step", curves_svg([Curve(name, points, 1)], x_name="step")))
    return [chart for chart in charts if chart.svg]


def metric_curves(story: Story) -> list[Chart]:
    """Every metric over the epochs with the data's own value as a level."""
    charts = []
    shares = sorted({key for row in story.stages for key in row if key.startswith(EMPTY_BARS)})
    for name in (*story.metrics, *shares):
        level = story.floors.data.get(name, math.nan)
        svg = curves_svg([_curve(story, name)], level=level, level_name="the data", marks=_marks(story), x_name="epoch")
        charts.append(Chart(title_of(name), METRIC_FACTS[name].definition if name in METRIC_FACTS else "", svg))
    return [chart for chart in charts if chart.svg]


def _curve(story: Story, name: str, colour: int = 0) -> Curve:
    return Curve(title_of(name), [(row["epoch"], row[name]) for row in story.stages if name in row], colour)


def _marks(story: Story) -> list[Mark]:
    marks = [Mark(_epoch_of(story, f.step), f"{_when(story, f.step)}: {f.sentence}") for f in story.warnings]
    if story.stages and story.best != len(story.stages) - 1:
        epoch = story.stages[story.best]["epoch"]
        marks.append(Mark(epoch, f"Best stage: epoch {epoch:g}", "best"))
    return marks


def _epoch_of(story: Story, step: int) -> float:
    if not story.stages:
        return 0.0
    last = story.stages[-1]
    return step * float(last["epoch"]) / max(1.0, float(last["step"]))


def _when(story: Story, step: int) -> str:
    return f"Epoch {_epoch_of(story, step):.0f}" if story.stages else f"Step {step:,}"


def _last_epoch(story: Story) -> int:
    return int(story.stages[-1]["epoch"]) if story.stages else 0


def _epochs(story: Story) -> str:
    count = _last_epoch(story)
    return f"{count} epoch" if count == 1 else f"{count} epochs"


def _compared(story: Story) -> list[str]:
    return [name for name in story.metrics if story.floors.scale(name) > 1e-3]


def _metrics_note(story: Story) -> str:
    if not story.floors.data:
        return "The data's own values were not measured in this run, so these figures stand alone."
    return (
        "None of these is a score to push up: what counts is how close the model comes to the data’s own value, "
        "on either side. Where silence passes, the figure means something only beside the empty bars."
    )


def _data_note(story: Story) -> str:
    data: Mapping[str, Any] = story.about.get("data", {})
    if not data:
        return f"Trained on {story.config.get('data', 'unknown data')}; nothing more was written down."
    licences = ", ".join(data.get("licences", [])) or "unknown"
    text = f"Trained on {data.get('songs', 0):,} songs of “{data.get('title', '')}”. Licences: {licences}."
    if set(data.get("tiers", [])) - {"green"}:
        text += " Not all of it is of the green tier: look at the licences before you pass the model or this page on."
    return text


def _made(story: Story) -> list[tuple[str, str]]:
    config, about = story.config, story.about
    rows = [(name.replace("_", " ").capitalize(), setting_in_words(config[name])) for name in _FRONT if name in config]
    rows += [("Technique", str(config.get("technique", "unet-gan"))), ("Seed", str(config.get("seed", "")))]
    if config.get("tracks"):
        rows.append(("Parts it writes", ", ".join(map(str, config["tracks"]))))
    rows += [(name.capitalize(), str(about[name])) for name in ("machine", "torch", "code") if about.get(name)]
    return rows
