"""Opens the sound off the GUI thread, and tells what came of it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from desktop_app.audio.switch_synth import SwitchSynth
from desktop_app.audio.synth import Synth

_log = logging.getLogger(__name__)

# driver for people, sentence, whether nothing will be heard, name of the SoundFont
Report = Callable[[str, str, bool, str], None]


class Opened(Protocol):
    """What opening gives back; `audio.fluid_synth.OpenedSynth` fits."""

    @property
    def synth(self) -> Synth:
        """Ready to play."""

    @property
    def driver(self) -> str:
        """What it sounds through."""

    @property
    def sentence(self) -> str:
        """The same for people."""

    @property
    def is_silent(self) -> bool:
        """Whether nothing will be heard."""


# open(soundfont, driver, on_font): on_font gets "" when the SoundFont is loaded, else a sentence.
OpenSound = Callable[[Path | None, str, Callable[[str], None]], Opened]


class SoundOutput:
    """Owns the thread that opens the synth; `report` and `complain` are called on other threads."""

    def __init__(
        self,
        synth: SwitchSynth,
        open_sound: OpenSound,
        title: Callable[[str], str],
        report: Report,
        complain: Callable[[str], None],
    ) -> None:
        self._synth = synth
        self._open_sound = open_sound
        self._title = title
        self._report = report
        self._complain = complain
        self._opened: Opened | None = None
        self._font: Path | None = None
        self._driver = ""
        self._thread: threading.Thread | None = None
        self._ready = threading.Event()

    @property
    def is_ready(self) -> bool:
        """Whether opening is over, one way or the other."""
        return self._ready.is_set()

    def start(self, soundfont: Path | None, driver: str) -> None:
        """Begin to open; returns at once."""
        self._font, self._driver = soundfont, driver
        self._thread = threading.Thread(target=self._open, args=(soundfont, driver), name="open-sound", daemon=True)
        self._thread.start()

    def retry(self) -> None:
        """Look for an output again, as after headphones were plugged in; not while one is being opened."""
        if self._ready.is_set():
            self._ready.clear()
            self.start(self._font, self._driver)

    def choose_soundfont(self, path: Path) -> None:
        """Load another SoundFont while the music goes on."""
        load = getattr(self._opened.synth, "load_soundfont", None) if self._opened else None
        if load is None:
            self._complain("There is no sound output that could play a SoundFont.")
            return
        before, self._font = self._font, path

        def loaded(problem: str) -> None:
            if problem:
                self._font = before
                self._complain(problem)
            self._tell()

        load(path, loaded)

    def close(self) -> None:
        """Wait for the opening thread, then fall silent."""
        if self._thread is not None:
            self._thread.join(timeout=5.0)
        self._synth.all_notes_off()
        self._synth.close()

    def _open(self, soundfont: Path | None, driver: str) -> None:
        try:
            opened = self._open_sound(soundfont, driver, self._font_loaded)
            self._opened = opened
            self._synth.attach(opened.synth)
        except Exception:
            _log.exception("Opening the sound output failed")
            self._report("No sound", "No sound output could be opened. You can still write and export.", True, "")
        else:
            self._tell()
        finally:
            self._ready.set()

    def _font_loaded(self, problem: str) -> None:
        if problem:
            self._font = None
            self._complain(problem)
            self._tell()

    def _tell(self) -> None:
        opened = self._opened
        if opened is not None:
            name = "No sound" if opened.is_silent else self._title(opened.driver)
            font = self._font.stem if self._font and not opened.is_silent else ""
            self._report(name, opened.sentence, opened.is_silent, font)
