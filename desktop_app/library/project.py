"""A project: the score, every take the models wrote for it, and every raw recording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from music_core.harmony.lane import ChordLane
from music_core.performance import PerformedTake
from music_core.quantize import Grid
from music_core.score import Score, Track
from music_core.tick_map import TickMap

_LETTERS = 26
UNTITLED = "Untitled"

# What Generate can be asked to do: write all parts, some parts, some bars of them, or a share of their quarters.
Verb = Literal["band", "redo", "fill", "vary"]
VERBS: tuple[Verb, ...] = get_args(Verb)


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked of a model.

    `roles` are the parts to write, None all of them; `bars` the range [first, end) counted from 0, None all;
    `share` of the quarters, above 0, 1.0 all. `keeps_rhythm` leaves the notes of pitched parts where they are, as long
    and as loud, and takes their pitches only; a band has no rhythm yet to keep.
    """

    verb: Verb = "band"
    roles: frozenset[str] | None = None
    bars: tuple[int, int] | None = None
    share: float = 1.0
    keeps_rhythm: bool = False

    def __post_init__(self) -> None:
        if self.verb not in VERBS:
            raise ValueError(f"one can ask for {', '.join(VERBS)}, not {self.verb!r}")
        if self.bars is not None and not 0 <= self.bars[0] < self.bars[1]:
            raise ValueError("the bars to write are no range")
        if not 0 < self.share <= 1:
            raise ValueError("the share to vary must lie above 0 and be at most 1")
        if self.keeps_rhythm and self.verb == "band":
            raise ValueError("a new band has no rhythm to keep")


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
    wish: Wish = field(default_factory=Wish)


@dataclass(frozen=True, slots=True)
class Recording:
    """A raw performance, the score range [start_tick, end_tick) it filled, and the grid it was put on.

    `grid` None is the timing as played. Without an end the recording is the whole melody from its start on. `beats`
    tell where a take without a click lies in the bars. Passes recorded in one go have the same `stack`, from 1 on;
    0 is a take of its own. An `overdub` is added to what its range had.
    """

    performance: PerformedTake
    start_tick: int = 0
    end_tick: int | None = None
    grid: Grid | None = None
    beats: TickMap | None = None
    stack: int = 0
    overdub: bool = False


def take_letter(place: int) -> str:
    """A, B … Z, A2, B2 …: how takes are called."""
    turn, letter = divmod(place, _LETTERS)
    return chr(ord("A") + letter) + (str(turn + 1) if turn else "")


@dataclass(frozen=True, slots=True)
class Project:
    """Everything that is saved; the file format is in `project_json`."""

    name: str = UNTITLED
    score: Score = field(default_factory=Score)
    takes: tuple[Take, ...] = ()
    recorded: tuple[Recording, ...] = ()
