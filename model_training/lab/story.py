"""A run as it can be told afterwards: its settings, its figures, its warnings and what the data itself measures."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from model_training.lab.figures import EMPTY_BARS, POSITION, Figures, Floors, best_stage, gap
from model_training.lab.samples import Stage, read_stages
from model_training.lab.watch import Finding
from model_training.models.parts import PARTS
from model_training.runs import about_run, append_figures, read_figures
from music_core.atomic import replacing
from music_core.metrics import metric_names

_FLOORS, _WARNINGS, _MELODIES = "floors.json", "warnings", "melodies.json"


@dataclass(frozen=True, slots=True)
class Melody:
    """One of the fixed melodies: the stem of its sample files and what is known of its song."""

    stem: str
    title: str
    source: str = ""
    licence: str = ""
    tier: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that a run's folder says about the run."""

    folder: Path
    about: Mapping[str, Any]
    steps: Sequence[Figures]
    stages: Sequence[Figures]
    floors: Floors
    warnings: Sequence[Finding]
    melodies: Sequence[Melody]
    samples: Sequence[Stage] = field(default_factory=list)

    @property
    def config(self) -> Mapping[str, Any]:
        """The settings that the run was started with."""
        config: Mapping[str, Any] = self.about["config"]
        return config

    @property
    def roles(self) -> tuple[str, ...]:
        """The parts beside the melody."""
        return accompaniment([str(role) for role in self.config.get("tracks", ("alto", "tenor", "bass"))])

    @property
    def best(self) -> int:
        """Index of the best stage: by the run's own stop_metric, else by the gap to the data, else the last."""
        names = (str(self.config.get("stop_metric", "")), "gap", "valid_loss")
        metric = next((name for name in names if name and all(name in row for row in self.stages)), "")
        return best_stage(self.stages, metric, self.floors) if metric and self.stages else len(self.stages) - 1

    @property
    def seconds(self) -> float:
        """Time spent training; pauses and the gaps between a kill and a resume are left out."""
        times = [row["time_s"] for row in self.steps if "time_s" in row]
        waits = [b - a for a, b in pairwise(times) if b > a]
        usual = median(waits) if waits else 0.0
        # An evaluation in between is part of the work; a night is not.
        return sum(wait for wait in waits if wait <= max(20 * usual, 300))

    @property
    def metrics(self) -> tuple[str, ...]:
        """The stages' musical metrics, in the order of the table of metrics, those without any value left out."""
        last = self.stages[-1] if self.stages else {}
        names = metric_names(drums="drums" in self.roles, chords=plays_chords(self.roles))
        return tuple(name for name in names if math.isfinite(last.get(name, math.nan)))


def read_story(folder: Path) -> Story:
    """Read a run's folder. Raises ConfigError where it is none."""
    about = about_run(folder)
    floors = read_floors(folder)
    stages = [dict(row) for row in read_figures(folder, "stages")]
    for row in stages:
        if floors.data and "gap" not in row:
            row["gap"] = gap(row, floors)
    return Story(
        folder,
        about,
        read_figures(folder, "steps"),
        stages,
        floors,
        [Finding(str(r["kind"]), int(r["step"]), str(r["sentence"])) for r in read_figures(folder, _WARNINGS)],
        read_melodies(folder),
        read_stages(folder),
    )


def accompaniment(tracks: Sequence[str]) -> tuple[str, ...]:
    """A config's tracks without the melody, which some techniques write too."""
    return tuple(role for role in tracks if role != "melody")


def plays_chords(tracks: Sequence[str]) -> bool:
    """Whether one of the tracks may hold several notes at once."""
    return any(PARTS[role].voices > 1 for role in tracks if role in PARTS)


def tell(folder: Path, finding: Finding) -> None:
    """Add a warning to a run's folder."""
    append_figures(folder, _WARNINGS, asdict(finding))


def write_floors(folder: Path, floors: Floors) -> None:
    """Keep what the data itself, shuffled voices and silence measure."""
    _write(folder / _FLOORS, asdict(floors))


def read_floors(folder: Path) -> Floors:
    """What `write_floors` kept, or nothing."""
    data = _read(folder / _FLOORS)
    return Floors(**{name: data.get(name, {}) for name in ("data", "shuffled", "silence")}) if data else Floors()


def write_melodies(folder: Path, melodies: Sequence[Melody]) -> None:
    """Keep which songs the samples' melodies are from."""
    _write(folder / _MELODIES, [asdict(melody) for melody in melodies])


def read_melodies(folder: Path) -> list[Melody]:
    """What `write_melodies` kept, or nothing."""
    return [Melody(**row) for row in _read(folder / _MELODIES) or []]


def own_figures(row: Figures) -> dict[str, float]:
    """A row without its position and without the shares of each part."""
    return {k: v for k, v in row.items() if k not in POSITION and not k.startswith(EMPTY_BARS)}


def _write(path: Path, data: Any) -> None:
    with replacing(path) as fresh:
        fresh.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
