"""Opens the live synth: FluidSynth on the first sound output that runs, or silence that keeps time."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_app.audio.drivers import NO_DRIVER, can_be_tried, driver_order, silent_sentence, title
from desktop_app.audio.fluid_bindings import FluidBindings
from desktop_app.audio.fluid_engine import FluidSynth, ignore
from desktop_app.audio.synth import NullSynth, Synth
from desktop_app.jack_server import running_server
from music_core.fluid_library import NO_FLUIDSYNTH, library_search

__all__ = ["FluidSynth", "OpenedSynth", "open_synth"]

_NO_FONT = "No SoundFont was found, so nothing can sound. Choose one in the settings."

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OpenedSynth:
    """A synth ready to play, the driver it sounds through ("none" for silence), and how to say that to people."""

    synth: Synth
    driver: str
    sentence: str

    @property
    def is_silent(self) -> bool:
        """Whether nothing will be heard."""
        return self.driver == NO_DRIVER


def open_synth(
    soundfont: Path | None,
    driver: str = "",
    *,
    on_font: Callable[[str], None] = ignore,
    period_frames: int = 0,
    periods: int = 0,
) -> OpenedSynth:
    """Open the first sound output that really runs, or else silence that keeps time; never raises.

    The SoundFont loads meanwhile on a thread of its own, which then calls `on_font` with "" or a sentence
    that says why it could not be read. A period of 0 is the driver's own.
    """
    try:
        library = FluidBindings(_load_library())
    except (ImportError, OSError) as error:
        _LOG.info("FluidSynth cannot be loaded: %s", error)
        return OpenedSynth(NullSynth(), NO_DRIVER, NO_FLUIDSYNTH)
    library.hush()
    order = driver_order(sys.platform, jack_runs=running_server() is not None, chosen=driver)
    for name in order:
        if can_be_tried(name):
            synth = FluidSynth(library)
            if synth.open_driver(name, period_frames, periods):
                synth.load_soundfont(soundfont, on_font)
                return OpenedSynth(synth, name, f"Sound through {title(name)}." if soundfont else _NO_FONT)
            synth.close()
    return OpenedSynth(NullSynth(), NO_DRIVER, silent_sentence(order))


def _load_library() -> Any:
    with library_search():
        import fluidsynth  # not at the top: this loads the C library, which may be missing

    return fluidsynth
