"""What the window is given: the session, the bus, and the few things beside them that it may ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop_app.audio.drivers import OutputChoice
from desktop_app.audio.levels import Levels
from desktop_app.audio.output_measure import MeasuredOutput
from desktop_app.events import EventBus
from desktop_app.outlets import Outlets
from desktop_app.preview import Preview
from desktop_app.right_of_way import RightOfWay
from desktop_app.session import Session
from desktop_app.shelf import Shelf
from desktop_app.sound_watch import SoundVitals
from music_core.manifest import Manifest
from music_core.performance import LiveMessage


@dataclass(frozen=True, slots=True)
class MelodyEntry:
    """A sample melody as the command palette lists it."""

    id: str
    title: str
    composer: str


@dataclass(frozen=True, slots=True)
class InputPorts:
    """The MIDI inputs: which there are, and taking one (None: the first real one)."""

    names: Callable[[], tuple[str, ...]]
    choose: Callable[[str | None], None]
    retry: Callable[[], None]


@dataclass(frozen=True, slots=True)
class SoundFonts:
    """The SoundFonts that were found, and loading one while the music goes on, to keep or to try it out."""

    found: Callable[[], tuple[Path, ...]]
    choose: Callable[[Path], None]
    try_out: Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class LearnableControl:
    """Something a button or knob can do, and the MIDI controller that does it, if any."""

    id: str
    label: str
    controller: int | None


@dataclass(frozen=True, slots=True)
class ControlLearning:
    """What can be learned, and teaching it: a controller does one thing."""

    table: Callable[[], tuple[LearnableControl, ...]]
    learn: Callable[[str, int], None]
    reset: Callable[[], None]
    pause: Callable[[bool], None]


@dataclass(frozen=True, slots=True)
class OutputChanged:
    """The sound output was opened, changed or could not be opened (`is_silent`)."""

    driver: str
    sentence: str
    is_silent: bool
    soundfont: str = ""


@dataclass(frozen=True, slots=True)
class SoundDesk:
    """The sound output: how loud, how busy, what it may be, and trying it. `outputs` gives each driver its devices.

    `outputs` and `measure` hand their answer back on the GUI thread, when they have it.
    """

    levels: Callable[[], Levels]
    vitals: Callable[[], SoundVitals]
    outputs: Callable[[Callable[[Mapping[str, tuple[str, ...]]], None]], None]
    choice: Callable[[], OutputChoice]
    choose: Callable[[OutputChoice], None]
    test_tone: Callable[[], None]
    measure: Callable[[Callable[[MeasuredOutput | None], None]], None]


@dataclass(frozen=True, slots=True)
class Studio:
    """Everything that `app` hands to the main window."""

    session: Session
    events: EventBus
    models: tuple[Manifest, ...]
    refused_models: tuple[str, ...]
    read_card: Callable[[str], str]
    melodies: Callable[[], tuple[MelodyEntry, ...]]
    shelf: Shelf
    preview: Preview
    send_live: Callable[[LiveMessage], None]
    clock: Callable[[], float]
    key_offset: Callable[[int, str], int | None]
    inputs: InputPorts
    soundfonts: SoundFonts
    recover: Callable[[], object]
    retry_sound: Callable[[], None]
    sound: SoundDesk
    outlets: Outlets
    controls: ControlLearning
    way: RightOfWay
