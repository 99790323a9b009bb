"""A project: the score, every take the models wrote for it, and every raw recording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from music_core.harmony.lane import ChordLane
from music_core.performance import PerformedTake
from music_core.quantize import Grid
from music_core.score import Score, Track

UNTITLED = "Untitled"


@dataclass(frozen=True, slots=True)
class Take:
    """What a model wrote once: the parts, the chords under them, and all that is needed to write them again."""

    tracks: tuple[Track, ...]
    model_id: str
    seed: int
    options: Mapping[str, float] = field(default_factory=dict)
    starred: bool = False
    notes: tuple[str, ...] = ()
    chords: ChordLane = ()


@dataclass(frozen=True, slots=True)
class Recording:
    """A raw performance, the score range [start_tick, end_tick) it filled, and the grid it was put on.

    `grid` None is the timing as played. Without an end the recording is the whole melody from its start on.
    """

    performance: PerformedTake
    start_tick: int = 0
    end_tick: int | None = None
    grid: Grid | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """Everything that is saved; the file format is in `project_json`."""

    name: str = UNTITLED
    score: Score = field(default_factory=Score)
    takes: tuple[Take, ...] = ()
    recorded: tuple[Recording, ...] = ()
