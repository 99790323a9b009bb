"""The sound server dies under the real window while a piece plays and a key is held, and comes back."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app import app
from desktop_app.events import Notice
from desktop_app.paths import app_paths
from desktop_app.ui.studio import OutputChanged
from music_core.soundfonts import find_soundfonts
from tests.integration.musician import Musician
from tests.jack_server import JackServer, JackUnavailableError, jack_server
from tests.ui.conftest import finish

pytestmark = [pytest.mark.device, pytest.mark.slow]

WAIT_MS = 60_000
ORGAN = 19


@contextmanager
def server() -> Iterator[JackServer]:
    """A sound server; without any the test is skipped."""
    with ExitStack() as stack:
        try:
            found = stack.enter_context(jack_server())
        except JackUnavailableError as error:
            pytest.skip(str(error))
        yield found


@contextmanager
def window(qapp: QApplication, home: Path) -> Iterator[app.RunningStudio]:
    """The whole studio, its sound and its MIDI ports real."""
    studio = app.build(qapp, app_paths(home))
    studio.window.show()
    studio.start()
    yield studio
    finish(qapp, studio)


def test_sound_is_lost_in_one_sentence_and_heard_again(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    if not find_soundfonts():
        pytest.skip("no SoundFont is installed")

    def wait(condition: Callable[[], object]) -> None:
        qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT_MS)

    with ExitStack() as stack:
        first = stack.enter_context(ExitStack())
        jack = first.enter_context(server())
        studio = stack.enter_context(window(qapp, tmp_path / "home"))
        session, roll = studio.session, studio.window.arrangement.roll
        light, bar = studio.window.transport.output_light, studio.window.messages.bar
        outputs: list[OutputChanged] = []
        notices: list[Notice] = []
        studio.events.subscribe(OutputChanged, outputs.append)
        studio.events.subscribe(Notice, notices.append)
        wait(lambda: studio.sound.is_ready and light.lamp.state == "on")
        session.set_instrument(0, ORGAN)  # what hangs on an organ is heard for ever
        with Musician() as ear:
            ear.listen()
            QTest.keyClick(roll, Qt.Key.Key_Space)
            QTest.keyPress(roll, Qt.Key.Key_Z)
            qtbot.wait(1000)
            assert ear.heard()["loud"] > 0
        wait(lambda: session.is_playing and studio.window.held.sources)
        outputs.clear()
        notices.clear()

        os.kill(jack.pid, signal.SIGTERM)
        wait(bar.isVisible)
        assert bar.sentence.text() == "The sound output «JACK» was lost. It comes back by itself."
        assert light.lamp.state == "bad"
        heard_tick = session.position_tick()
        wait(lambda: session.position_tick() > heard_tick + 240)  # time goes on
        first.close()
        qtbot.wait(4000)  # long enough to look for it again, in vain
        assert [event.is_silent for event in outputs] == [True]
        assert not [notice for notice in notices if notice.level != "info"]
        QTest.keyClick(roll, Qt.Key.Key_Escape)
        QTest.keyRelease(roll, Qt.Key.Key_Z)
        wait(lambda: not session.is_playing)
        assert not studio.window.held.sources

        stack.enter_context(server())
        wait(lambda: light.lamp.state == "on" and not bar.isVisible())
        assert outputs[-1].sentence == "Sound through JACK."
        with Musician() as ear:
            ear.listen()
            qtbot.wait(700)
            assert ear.heard()["loud"] == 0  # nothing hangs
            ear.listen()
            QTest.keyPress(roll, Qt.Key.Key_Z)
            qtbot.wait(500)
            QTest.keyRelease(roll, Qt.Key.Key_Z)
            assert ear.heard()["loud"] > 0
            qtbot.wait(1500)
            ear.listen()
            QTest.keyClick(roll, Qt.Key.Key_Space)
            from_tick = session.position_tick()
            wait(lambda: session.position_tick() > from_tick + 960)
            assert ear.heard()["loud"] > 0
