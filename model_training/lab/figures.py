"""Rows of figures that a run leaves behind, and how far one lies from the data's own."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from music_core.metrics import METRIC_FACTS

Figures = Mapping[str, float]

EMPTY_BARS = "empty_bars_"  # + role: share of bars in which a part has no note
# What a row says about itself rather than about music.
POSITION = ("step", "epoch", "time_s")
# Figures that have no value of the data's own: which way is better.
LOSSES = ("train_loss", "valid_loss")
# The critic's distance between real and written music on songs that it learns from, and on held-out ones.
DISTANCES = ("train_distance", "valid_distance")
_LOWER = (*LOSSES, "gap")
_HIGHER = ("diversity",)


class UnknownFigureError(ValueError):
    """A figure was asked for that the stages do not hold; one plain sentence."""


@dataclass(frozen=True, slots=True)
class Floors:
    """The same metrics of the held-out songs themselves, with shuffled voices, and with silent ones."""

    data: Figures = field(default_factory=dict)
    shuffled: Figures = field(default_factory=dict)
    silence: Figures = field(default_factory=dict)

    def scale(self, name: str) -> float:
        """How far nonsense lies from the data by this metric: the farther of shuffled and silent voices."""
        rows = (self.shuffled, self.silence)
        return max((abs(row[name] - self.data[name]) for row in rows if name in row), default=0.0)

    def passed_by_silence(self, name: str) -> bool:
        """Whether the metric's own facts say so, or here silence lies nearer to the data than shuffled voices do."""
        if name in METRIC_FACTS and METRIC_FACTS[name].passed_by_silence:
            return True
        if name not in self.silence or name not in self.data:
            return False
        silent = abs(self.silence[name] - self.data[name])
        shuffled = abs(self.shuffled.get(name, math.inf) - self.data[name])
        return silent <= 0.1 * self.scale(name) or silent < shuffled


def gap(row: Figures, floors: Floors) -> float:
    """How far a row lies from the data over all metrics: 0 is the data's own values, 1 as far as nonsense or farther.

    The mean over metrics of the share of `Floors.scale`, each at most 1; NaN where no metric can be compared.
    """
    shares = [
        min(1.0, abs(row[name] - floors.data[name]) / floors.scale(name))
        for name in floors.data
        if name in row and math.isfinite(row[name]) and floors.scale(name) > 1e-3
    ]
    return sum(shares) / len(shares) if shares else math.nan


def badness(row: Figures, metric: str, floors: Floors) -> float:
    """A stage's figure as a number that should fall: a loss itself, or a metric's distance to the data's value.

    Raises UnknownFigureError naming the figures that there are.
    """
    if metric not in row:
        known = ", ".join(name for name in row if name not in POSITION)
        raise UnknownFigureError(f"There is no figure {metric!r} in this run's stages; there are: {known}.")
    value = float(row[metric])
    if not math.isfinite(value):
        return math.inf
    if metric in _LOWER:
        return value
    if metric in _HIGHER:
        return -value
    if metric not in floors.data:
        raise UnknownFigureError(f"Nobody knows which way {metric!r} is better, as the data has no value of its own.")
    return abs(value - floors.data[metric])


def best_stage(stages: Sequence[Figures], metric: str, floors: Floors) -> int:
    """Index of the first stage whose figure is best; raises UnknownFigureError."""
    if not stages:
        raise UnknownFigureError("The run has no stages yet; let it train until its first evaluation.")
    values = [badness(row, metric, floors) for row in stages]
    return values.index(min(values))


def title_of(name: str) -> str:
    """A figure's name as a heading."""
    if name in METRIC_FACTS:
        return METRIC_FACTS[name].title
    if name.startswith(EMPTY_BARS):
        return f"Empty bars: {name.removeprefix(EMPTY_BARS)}"
    words = _WORDS.get(name, name.replace("_", " "))
    return words[:1].upper() + words[1:]


def in_words(name: str) -> str:
    """A figure's name as one reads it in a sentence."""
    title = title_of(name)
    return title[:1].lower() + title[1:]


_WORDS = {
    "valid_loss": "loss on held-out songs",
    "train_loss": "loss on training songs",
    "valid_distance": "critic's distance on held-out songs",
    "train_distance": "critic's distance on training songs",
    "gap": "distance from the data",
    "diversity": "difference between noises",
    "copied": "copied passages",
    "distance": "critic's distance",
    "critic": "critic's loss",
}
