"""Opens the live synth: FluidSynth on the first sound output that runs, or silence that keeps time."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_app.audio.drivers import (
    NO_DRIVER,
    OutputChoice,
    can_be_tried,
    driver_order,
    known_drivers,
    silent_sentence,
    title,
)
from desktop_app.audio.fluid_bindings import FluidBindings
from desktop_app.audio.fluid_engine import FluidSynth, ignore
from desktop_app.audio.level_twin import LevelTwin
from desktop_app.audio.synth import NullSynth, Synth
from desktop_app.jack_server import running_server
from desktop_app.language import mark, tr
from music_core.fluid_library import NO_FLUIDSYNTH, library_search

__all__ = ["FluidSynth", "OpenedSynth", "drivers_and_devices", "open_synth"]

_NO_FONT = mark("No SoundFont was found, so nothing can sound. Choose one in the settings.")

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OpenedSynth:
    """A synth ready to play, the driver it sounds through ("none" for silence), and how to say that to people.

    `twin` measures how loud it is; `is_final` means that looking again will find nothing else.
    """

    synth: Synth
    driver: str
    sentence: str
    twin: LevelTwin | None = None
    is_final: bool = False

    @property
    def is_silent(self) -> bool:
        """Whether nothing will be heard."""
        return self.driver == NO_DRIVER


def open_synth(
    soundfont: Path | None,
    choice: OutputChoice | None = None,
    *,
    on_font: Callable[[str], None] = ignore,
    measured: bool = False,
) -> OpenedSynth:
    """Open the first sound output that really runs, or else silence that keeps time; never raises.

    The SoundFont loads meanwhile on a thread of its own, which then calls `on_font` with "" or a sentence
    that says why it could not be read. `measured` adds the twin.
    """
    try:
        library = FluidBindings(_load_library())
    except (ImportError, OSError) as error:
        _LOG.info("FluidSynth cannot be loaded: %s", error)
        return OpenedSynth(NullSynth(), NO_DRIVER, NO_FLUIDSYNTH, is_final=True)
    library.hush()
    wanted = choice or OutputChoice()
    order = driver_order(sys.platform, jack_runs=running_server() is not None, chosen=wanted.driver)
    for name in order:
        synth = _open(library, name, wanted) if can_be_tried(name) else None
        if synth is not None:
            synth.load_soundfont(soundfont, on_font)
            twin = LevelTwin(library) if measured else None
            if twin is not None:
                twin.load_soundfont(soundfont)
            sentence = tr("Sound through {output}.", output=title(name)) if soundfont else tr(_NO_FONT)
            return OpenedSynth(synth, name, sentence, twin)
    return OpenedSynth(NullSynth(), NO_DRIVER, silent_sentence(order))


def drivers_and_devices() -> dict[str, tuple[str, ...]]:
    """Every driver that can be chosen here, best first, with the devices it knows of; empty without FluidSynth."""
    try:
        library = FluidBindings(_load_library())
    except (ImportError, OSError):
        return {}
    library.hush()
    drivers = known_drivers(
        sys.platform, jack_runs=running_server() is not None, built_in=library.options("audio.driver")
    )
    return {
        driver: tuple(name for name in library.options(f"audio.{driver}.device") if name != "default")
        for driver in drivers
        if can_be_tried(driver)
    }


def _open(library: FluidBindings, driver: str, wanted: OutputChoice) -> FluidSynth | None:
    """With the chosen device, or where that one is gone with the driver's usual one."""
    chosen = wanted.device if driver == wanted.driver else ""
    for device in dict.fromkeys((chosen, "")):
        synth = FluidSynth(library)
        if synth.open_driver(driver, wanted.period_frames, wanted.periods, device):
            return synth
        synth.close()
    return None


def _load_library() -> Any:
    with library_search():
        import fluidsynth  # not at the top: this loads the C library, which may be missing

    return fluidsynth
