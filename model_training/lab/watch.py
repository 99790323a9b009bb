"""What goes wrong in a run, in plain words: pure functions over its figures so far."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean, median

from model_training.lab.figures import EMPTY_BARS, LOSSES, POSITION, Figures, Floors, badness, best_stage, in_words

# All noises give the same music: below a third of the best difference seen, or never any.
DIVERSITY_SHARE, DIVERSITY_FLOOR = 1 / 3, 0.02
# A part is silent when nine bars of ten are empty, where the data's own part is silent in less than half.
SILENT_SHARE, SILENT_IN_DATA = 0.9, 0.5
# What has never been otherwise is no news until this many stages have passed.
PATIENT_STAGES = 3
# The critic's distance, averaged over five rows: dead below 2 % of its peak, wild at 20 times what was usual.
CRITIC_ROWS, CRITIC_DEAD, CRITIC_WILD, CRITIC_LEAST = 5, 0.02, 20.0, 0.02
# Held-out loss worse than its best by a hundredth for two stages or more, while the training loss still fell.
OVERFIT_SHARE, OVERFIT_STAGES = 0.01, 2
# The critic knows its training songs by heart when in two stages on end held-out songs have less than half the distance
# from written ones that training songs have.
HEART_SHARE, HEART_STAGES = 0.5, 2
# Copied passages: twice the data's own share and five points above it.
COPIED_TIMES, COPIED_POINTS = 2.0, 0.05


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to know about a run: what kind it is, at which step it was seen, and one sentence."""

    kind: str
    step: int
    sentence: str


@dataclass(frozen=True, slots=True)
class History:
    """The figures of a run so far, oldest first, with what the data itself measures."""

    steps: Sequence[Figures] = ()
    stages: Sequence[Figures] = ()
    floors: Floors = field(default_factory=Floors)

    @property
    def step(self) -> int:
        """The newest step in any row."""
        return max((int(rows[-1].get("step", 0)) for rows in (self.steps, self.stages) if rows), default=0)


def watch(history: History) -> tuple[Finding, ...]:
    """Everything that is wrong by the newest figures."""
    checks = (_not_a_number, _collapse, _silent_parts, _critic, _overfitting, _critic_by_heart, _copies)
    return tuple(finding for check in checks for finding in check(history))


def news(before: Sequence[Finding], now: Sequence[Finding]) -> tuple[Finding, ...]:
    """What was not already known: the same kind of trouble is told once until it has gone."""
    known = {finding.kind for finding in before}
    return tuple(finding for finding in now if finding.kind not in known)


def early_stop(history: History, metric: str, patience: int) -> Finding | None:
    """Why to stop, if the metric has got no better for `patience` stages; raises UnknownFigureError."""
    if not metric or not history.stages:
        return None
    best = best_stage(history.stages, metric, history.floors)
    waited = len(history.stages) - 1 - best
    if waited < patience:
        return None
    row, last = history.stages[best], history.stages[-1]
    sentence = (
        f"Stopped early: the {in_words(metric)} has been no better for {waited} stages than {row[metric]:.3f} "
        f"in epoch {int(row['epoch'])} (now {last[metric]:.3f})."
    )
    return Finding("stop", history.step, sentence)


def is_best(history: History, metric: str) -> bool:
    """Whether the newest stage is better than all before it by the metric."""
    values = [badness(row, metric, history.floors) for row in history.stages]
    return bool(values) and values[-1] < min(values[:-1], default=math.inf)


def _not_a_number(history: History) -> list[Finding]:
    # A metric of a stage may well be no number, as not every metric has a meaning for every music; a loss may not.
    stage = history.stages[-1] if history.stages else {}
    losses = {name: stage[name] for name in LOSSES if name in stage}
    newest = {**(history.steps[-1] if history.steps else {}), **losses}
    bad = [in_words(name) for name, value in newest.items() if name not in POSITION and not math.isfinite(value)]
    if not bad:
        return []
    text = f"No longer a number: {', '.join(sorted(bad))}. Lower the learning rate and start again from the best stage."
    return [Finding("nan", int(newest.get("step", history.step)), text)]


def _collapse(history: History) -> list[Finding]:
    values = [row["diversity"] for row in history.stages if math.isfinite(row.get("diversity", math.nan))]
    if len(values) < 2 or "diversity" not in history.stages[-1]:
        return []
    best, now = max(values), values[-1]
    if now < DIVERSITY_SHARE * best and best >= DIVERSITY_FLOOR:
        text = (
            f"All noises give nearly the same music: takes of one melody differ by {now:.2f}, at best by {best:.2f}. "
            "The network has begun to ignore its noise (mode collapse)."
        )
    elif best < DIVERSITY_FLOOR and len(values) >= PATIENT_STAGES:
        text = f"All noises have given the same music in all {len(values)} stages (difference {now:.2f})."
    else:
        return []
    return [Finding("collapse", history.step, text)]


def _silent_parts(history: History) -> list[Finding]:
    if not history.stages:
        return []
    data, found = history.floors.data, []
    for name, share in history.stages[-1].items():
        if not name.startswith(EMPTY_BARS) or share < SILENT_SHARE or data.get(name, 0.0) >= SILENT_IN_DATA:
            continue
        role = name.removeprefix(EMPTY_BARS)
        played = any(row.get(name, 1.0) < SILENT_SHARE for row in history.stages)
        if not played and len(history.stages) < PATIENT_STAGES:
            continue  # networks often begin with silence
        what = "has fallen silent" if played else f"has been silent in all {len(history.stages)} stages"
        text = f"The {role} {what}: {share:.0%} of its bars are empty, in the data {data.get(name, 0):.0%}."
        found.append(Finding(f"silent {role}", history.step, text))
    return found


def _critic(history: History) -> list[Finding]:
    values = [row["distance"] for row in history.steps if math.isfinite(row.get("distance", math.nan))]
    if len(values) < 2 * CRITIC_ROWS:
        return []
    means = [fmean(values[i : i + CRITIC_ROWS]) for i in range(len(values) - CRITIC_ROWS + 1)]
    now, peak, usual = means[-1], max(means), median(abs(mean) for mean in means)
    if abs(now) > CRITIC_WILD * max(usual, CRITIC_LEAST):
        text = f"The critic's distance is exploding: {now:.3g}, usually it was {usual:.3g}. Lower its learning rate."
        return [Finding("critic wild", history.step, text)]
    if now < max(CRITIC_DEAD * peak, CRITIC_LEAST):
        past = f"at best it was {peak:.3g}" if peak >= CRITIC_LEAST else "and it never was larger"
        text = (
            f"The critic no longer tells the network's music from real music: its distance is {now:.3g}, {past}. "
            "The network learns nothing from it; raise the update ratio or the critic's learning rate."
        )
        return [Finding("critic dead", history.step, text)]
    return []


def _overfitting(history: History) -> list[Finding]:
    rows = [row for row in history.stages if "valid_loss" in row and "train_loss" in row]
    if len(rows) <= OVERFIT_STAGES:
        return []
    best = min(range(len(rows)), key=lambda i: rows[i]["valid_loss"])
    then, now = rows[best], rows[-1]
    worse = now["valid_loss"] - then["valid_loss"] > OVERFIT_SHARE * abs(then["valid_loss"])
    if len(rows) - 1 - best < OVERFIT_STAGES or not worse or now["train_loss"] >= then["train_loss"]:
        return []
    text = (
        f"The network begins to learn by heart: since epoch {int(then['epoch'])} the loss on training songs fell from "
        f"{then['train_loss']:.3f} to {now['train_loss']:.3f}, on held-out songs it rose from "
        f"{then['valid_loss']:.3f} to {now['valid_loss']:.3f}."
    )
    return [Finding("overfitting", history.step, text)]


def _critic_by_heart(history: History) -> list[Finding]:
    rows = [row for row in history.stages if "valid_distance" in row and "train_distance" in row][-HEART_STAGES:]
    if len(rows) < HEART_STAGES or any(row["train_distance"] < CRITIC_LEAST for row in rows):
        return []
    if any(not row["valid_distance"] < HEART_SHARE * row["train_distance"] for row in rows):
        return []
    now = rows[-1]
    text = (
        "The critic knows its training songs by heart: it tells them from written music by "
        f"{now['train_distance']:.3g}, held-out songs by {now['valid_distance']:.3g}. "
        "What it asks for is those songs, not their style; train on more songs, in more keys, or stop earlier."
    )
    return [Finding("critic by heart", history.step, text)]


def _copies(history: History) -> list[Finding]:
    rows = [row for row in history.stages if "copied" in row]
    if not rows:
        return []
    own, now = history.floors.data.get("copied", 0.0), rows[-1]["copied"]
    if now <= max(COPIED_TIMES * own, own + COPIED_POINTS) or now < max(row["copied"] for row in rows[:-1] or rows):
        return []
    text = (
        f"The network copies its training songs: {now:.0%} of its passages stand in them note for note; "
        f"songs that it never saw share {own:.0%}."
    )
    return [Finding("copies", history.step, text)]
