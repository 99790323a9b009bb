"""From a request to takes: finds the melody, runs the model's decoder once a take, and puts the score together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from music_core.score import Score


@dataclass(frozen=True, slots=True)
class Request:
    """What to write: take k (from 0) uses seed + k; `melody_track` None lets the composer find the melody."""

    score: Score
    model_id: str
    seed: int
    melody_track: int | None = None
    takes: int = 1
    options: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """One take: the melody first, then the parts from high to low, drums last.

    `stages_ms` has the milliseconds of each stage, `notes` what the user should be told.
    """

    score: Score
    seed: int
    model_id: str
    stages_ms: Mapping[str, float]
    notes: tuple[str, ...] = ()
