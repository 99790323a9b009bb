"""What the session tells the rest of the app: frozen events on one small bus, published on the GUI thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

from desktop_app.settings import Settings
from music_core.performance import LiveMessage
from music_core.score import Score

_log = logging.getLogger(__name__)

NoticeLevel = Literal["info", "warning", "error"]
ScoreCause = Literal["load", "edit", "mix", "undo", "redo"]
JobOutcome = Literal["done", "kept", "failed", "cancelled"]


class DeviceReport(Protocol):
    """What is known about the MIDI input; `devices.DeviceStatus` fits."""

    @property
    def state(self) -> str:
        """One of connected, searching, busy, missing."""

    @property
    def port(self) -> str:
        """The port's name, or empty."""

    @property
    def sentence(self) -> str:
        """The same in words for the user."""


@dataclass(frozen=True, slots=True)
class ScoreChanged:
    """The score has another value; `cause` says whether notes may have changed or only the mix."""

    score: Score
    cause: ScoreCause


@dataclass(frozen=True, slots=True)
class SelectionChanged:
    """Another track is selected."""

    track: int


@dataclass(frozen=True, slots=True)
class TransportChanged:
    """Playing, recording, the playhead's resting place, loop, punch range, metronome or count-in changed."""

    is_playing: bool
    is_recording: bool


@dataclass(frozen=True, slots=True)
class TakesChanged:
    """There are other takes, or another one is chosen (None: the score's parts belong to no take)."""

    count: int
    chosen: int | None


@dataclass(frozen=True, slots=True)
class PassesChanged:
    """A take was recorded, another pass of a loop chosen, or a recording began (`is_done` false)."""

    is_done: bool


@dataclass(frozen=True, slots=True)
class JobProgress:
    """A job is under way: `fraction` 0..1 and a sentence to show."""

    job: str
    fraction: float
    sentence: str


@dataclass(frozen=True, slots=True)
class JobEnded:
    """A job is over; of one that was stopped what was done is kept, and a failed one has also published a Notice."""

    job: str
    outcome: JobOutcome


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence for the user; `action` is the label of the one thing to do about it, or empty."""

    level: NoticeLevel
    sentence: str
    action: str = ""


@dataclass(frozen=True, slots=True)
class DeviceChanged:
    """The MIDI input came, went or is busy."""

    status: DeviceReport


@dataclass(frozen=True, slots=True)
class LiveNote:
    """Something was played just now, on any input."""

    message: LiveMessage


@dataclass(frozen=True, slots=True)
class ProjectChanged:
    """Another project, another name, or the saved state changed (see `Session.is_dirty`)."""

    name: str
    is_dirty: bool


@dataclass(frozen=True, slots=True)
class FileImported:
    """A file of another program is open: how much of it in a sentence, and a sentence for each thing not read."""

    sentence: str
    losses: tuple[str, ...]
    is_damaged: bool


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """The user's preferences have another value."""

    settings: Settings


E = TypeVar("E")


class EventBus:
    """Calls the listeners of an event's class, in the order they subscribed."""

    def __init__(self) -> None:
        self._listeners: dict[type[Any], tuple[Callable[[Any], None], ...]] = {}

    def subscribe(self, kind: type[E], listener: Callable[[E], None]) -> Callable[[], None]:
        """Call `listener` with every event of this class; the returned function ends that."""
        self._listeners[kind] = (*self._listeners.get(kind, ()), listener)

        def unsubscribe() -> None:
            kept = tuple(other for other in self._listeners.get(kind, ()) if other is not listener)
            self._listeners[kind] = kept

        return unsubscribe

    def publish(self, event: object) -> None:
        """Tell every listener; one that fails is logged and does not stop the others."""
        for listener in self._listeners.get(type(event), ()):
            try:
                listener(event)
            except Exception:
                _log.exception("A listener of %s failed", type(event).__name__)
