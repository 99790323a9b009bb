"""The real studio on an offscreen display: everything is real but the sound card, the cable and the dialogs."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.update(LC_ALL="C.UTF-8", LANGUAGE="en")  # the tests read English, whatever the machine speaks

import pytest
from hypothesis import settings as hypothesis_settings
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app import app
from desktop_app.audio.recording_synth import RecordingSynth
from desktop_app.devices.port_choice import Port
from desktop_app.devices.rtmidi_ports import PortSource
from desktop_app.events import Notice
from desktop_app.paths import AppPaths, app_paths, resources_folder
from desktop_app.ui.dialogs import UnsavedAnswer
from tests.ui.small_model import write_bundle

# A busy machine is not a wrong program.
hypothesis_settings.register_profile("patient", deadline=None)
hypothesis_settings.load_profile("patient")

WAIT_MS = 20_000


class NoPorts:
    """A computer without any MIDI input."""

    def ports(self) -> list[Port]:
        return []

    def open(self, port: Port) -> object:
        raise AssertionError(f"There is no port {port} to open")

    def close(self) -> None:
        pass


class NoOutputs(NoPorts):
    """A computer without any MIDI output."""


@dataclass(frozen=True)
class OpenedSound:
    """A sound output that writes down what it is asked to play."""

    synth: RecordingSynth
    driver: str = "test"
    sentence: str = "Sound through the test."
    is_silent: bool = False


@dataclass
class Answers:
    """Dialogs that answer what the test says, and keep what they showed."""

    to_open: Path | None = None
    to_save: Path | None = None
    to_folder: Path | None = None
    about_unsaved: UnsavedAnswer = "cancel"
    about_warnings: bool = True
    asked: list[str] = field(default_factory=list)
    shown: list[tuple[str, str]] = field(default_factory=list)

    def open_file(self, title: str, folder: Path, name_filter: str) -> Path | None:
        self.asked.append(title)
        return self.to_open

    def save_file(self, title: str, suggested: Path, name_filter: str) -> Path | None:
        self.asked.append(title)
        return self.to_save

    def folder(self, title: str, start: Path) -> Path | None:
        self.asked.append(title)
        return self.to_folder

    def unsaved(self, name: str) -> UnsavedAnswer:
        self.asked.append(f"unsaved {name}")
        return self.about_unsaved

    def goes_on(self, title: str, text: str, button: str) -> bool:
        self.asked.append(text)
        return self.about_warnings

    def show_text(self, title: str, text: str, *, markdown: bool) -> None:
        self.shown.append((title, text))


class Desk:
    """The running studio with what the test needs to act on it and to look at it."""

    def __init__(self, running: app.RunningStudio, synth: RecordingSynth, qtbot: QtBot) -> None:
        self.running = running
        self.window = running.window
        self.session = running.session
        self.synth = synth
        self.qtbot = qtbot
        self.answers = Answers()
        self.window.questions = self.answers
        self.notices: list[Notice] = []
        running.events.subscribe(Notice, self.notices.append)

    def wait(self, condition: Callable[[], object]) -> None:
        """Run the event loop until the condition holds."""
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT_MS)

    def live_notes(self) -> list[tuple[int, int]]:
        """(pitch, velocity) of everything that was sounded live."""
        return [(event.pitch, event.velocity) for _, event in self.synth.notes_on(112)]


@pytest.fixture(scope="session")
def resources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A resources folder with the real melodies and the small model."""
    folder = tmp_path_factory.mktemp("resources")
    shutil.copytree(resources_folder() / "melodies", folder / "melodies")
    write_bundle(folder / "models")
    return folder


@pytest.fixture
def paths(tmp_path: Path, resources: Path) -> AppPaths:
    """An installation of its own."""
    return replace(app_paths(tmp_path / "home"), resources=resources)


@pytest.fixture
def desk(qapp: QApplication, qtbot: QtBot, paths: AppPaths) -> Iterator[Desk]:
    """The studio as a new user finds it: started, shown, its first melody loaded, its sound open."""
    yield from run_studio(qapp, qtbot, paths)


def run_studio(
    qapp: QApplication, qtbot: QtBot, paths: AppPaths, port_source: PortSource | None = None
) -> Iterator[Desk]:
    """Build, start, hand out, and end in order."""
    synth = RecordingSynth(time.perf_counter)
    running = app.build(
        qapp,
        paths,
        open_sound=lambda _font, _driver, _loaded: OpenedSound(synth),
        port_source=port_source or NoPorts(),
        output_source=NoOutputs(),
    )
    desk = Desk(running, synth, qtbot)
    running.window.show()
    qtbot.waitExposed(running.window)
    running.start()
    desk.wait(lambda: running.sound.is_ready)
    running.window.activateWindow()
    running.window.arrangement.roll.setFocus()
    yield desk
    finish(qapp, running)


def finish(qapp: QApplication, running: app.RunningStudio) -> None:
    """End a studio in order, and leave no window behind."""
    running.shutdown()
    running.window.typing.close()
    running.window.gave_up = True
    running.window.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # processEvents alone would leave the window behind
