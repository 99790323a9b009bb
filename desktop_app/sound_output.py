"""Opens the sound off the GUI thread, and tells what came of it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from desktop_app.audio.drivers import OutputChoice
from desktop_app.audio.switch_synth import SwitchSynth
from desktop_app.audio.synth import NullSynth, Synth
from desktop_app.language import tr

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


# open(soundfont, choice, on_font): on_font gets "" when the SoundFont is loaded, else a sentence.
OpenSound = Callable[[Path | None, OutputChoice, Callable[[str], None]], Opened]


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
        self._choice = OutputChoice()
        self._told: tuple[str, str, bool, str] | None = None
        self._was_lost = False
        self._thread: threading.Thread | None = None
        self._ready = threading.Event()

    @property
    def is_ready(self) -> bool:
        """Whether opening is over, one way or the other."""
        return self._ready.is_set()

    @property
    def is_silent(self) -> bool:
        """Whether nothing is heard though one might be."""
        return self._opened is None or (self._opened.is_silent and not getattr(self._opened, "is_final", False))

    @property
    def synth(self) -> Synth | None:
        """What was opened last, or None."""
        return self._opened.synth if self._opened is not None else None

    @property
    def choice(self) -> OutputChoice:
        """What is wanted; the system may have had to give something else."""
        return self._choice

    def start(self, soundfont: Path | None, choice: OutputChoice | None = None) -> None:
        """Begin to open; returns at once."""
        self._font, self._choice = soundfont, choice or OutputChoice()
        self._ready.clear()
        self._thread = threading.Thread(target=self._open, name="open-sound", daemon=True)
        self._thread.start()

    def retry(self) -> None:
        """Look for an output again, as after headphones were plugged in; not while one is being opened."""
        if self._ready.is_set():
            self.start(self._font, self._choice)

    def choose(self, choice: OutputChoice) -> None:
        """Sound through another driver, device or buffer; the music goes on meanwhile."""
        if self._ready.is_set():
            self._told, self._was_lost = None, False
            self.start(self._font, choice)

    def lost(self) -> None:
        """The device is gone: time goes on in silence until `retry` finds one."""
        opened = self._opened
        if not self._ready.is_set() or opened is None or opened.is_silent:
            return
        name = self._title(opened.driver)
        self._opened, self._was_lost = None, True
        self._report_once(
            tr("No sound"), tr("The sound output «{name}» was lost. It comes back by itself.", name=name), True, ""
        )
        self._ready.clear()
        # On a thread of its own: a dead driver may take its time to be closed.
        self._thread = threading.Thread(target=self._fall_silent, name="close-sound", daemon=True)
        self._thread.start()

    def choose_soundfont(self, path: Path) -> None:
        """Load another SoundFont while the music goes on."""
        load = getattr(self._opened.synth, "load_soundfont", None) if self._opened else None
        if load is None:
            self._complain(tr("There is no sound output that could play a SoundFont."))
            return
        before, self._font = self._font, path

        def loaded(problem: str) -> None:
            if problem:
                self._font = before
                self._complain(problem)
            self._tell()

        load(path, loaded)
        twin = getattr(self._opened, "twin", None)
        if twin is not None:
            twin.load_soundfont(path)

    def close(self) -> None:
        """Wait for the opening thread, then fall silent."""
        if self._thread is not None:
            self._thread.join(timeout=5.0)
        self._synth.all_notes_off()
        self._synth.close()

    def _open(self) -> None:
        try:
            if self._opened is not None and not self._opened.is_silent:
                # First: many devices are for one program alone, and a second stream of ours would be refused.
                self._synth.attach(NullSynth())
            opened = self._open_sound(self._font, self._choice, self._font_loaded)
            self._opened = opened
            self._synth.attach(opened.synth, getattr(opened, "twin", None))
        except Exception:
            _log.exception("Opening the sound output failed")
            sentence = tr("No sound output could be opened. You can still write and export.")
            self._report_once(tr("No sound"), sentence, True, "")
        else:
            self._was_lost = self._was_lost and opened.is_silent
            if not self._was_lost:  # that it was lost says more than that none is found yet
                self._tell()
        finally:
            self._ready.set()

    def _fall_silent(self) -> None:
        try:
            self._synth.attach(NullSynth())
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
            name = tr("No sound") if opened.is_silent else self._title(opened.driver)
            font = self._font.stem if self._font and not opened.is_silent else ""
            self._report_once(name, opened.sentence, opened.is_silent, font)

    def _report_once(self, driver: str, sentence: str, is_silent: bool, font: str) -> None:
        """Looking again and finding the same is no news."""
        if self._told != (driver, sentence, is_silent, font):
            self._told = (driver, sentence, is_silent, font)
            self._report(*self._told)
