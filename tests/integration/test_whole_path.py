"""The whole path in the real window: a USB keyboard's notes over JACK, a network, sound, and a file that is re-read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import rtmidi
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app import app
from desktop_app.events import Notice
from desktop_app.paths import app_paths
from music_core.midi_file import read_midi
from music_core.score import TempoMap
from music_core.soundfonts import find_soundfonts
from tests.jack_capture import Capture
from tests.jack_server import JackServer
from tests.ui.conftest import Answers

pytestmark = [pytest.mark.device, pytest.mark.slow]

WAIT_MS = 60_000
PLAY, STOP, RECORD = 105, 106, 107
LOUD = 1e-3


@dataclass
class Stage:
    """The studio on JACK, a keyboard plugged into it, and an ear at its output."""

    studio: app.RunningStudio
    keyboard: rtmidi.MidiOut
    ear: Capture
    answers: Answers
    qtbot: QtBot

    def wait(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT_MS)

    def press(self, controller: int) -> None:
        """One of the keyboard's buttons."""
        self.keyboard.send_message([0xB0, controller, 127])
        self.keyboard.send_message([0xB0, controller, 0])

    def loud_frames(self) -> int:
        """Frames in which something was heard since the ear was cleared."""
        return int(np.count_nonzero(np.abs(self.ear.sound()[1]).max(axis=1) > LOUD))


@pytest.fixture
def stage(qapp: QApplication, qtbot: QtBot, jack: JackServer, tmp_path: Path) -> Iterator[Stage]:
    if not find_soundfonts():
        pytest.skip("no SoundFont is installed")
    studio = app.build(qapp, app_paths(tmp_path / "home"))
    if not studio.window.generate_panel.button.isEnabled():
        pytest.skip("no model is installed")
    answers = Answers(to_save=tmp_path / "arrangement.mid")
    studio.window.questions = answers
    studio.window.show()
    studio.start()
    keyboard = rtmidi.MidiOut(rtapi=rtmidi.API_UNIX_JACK, name="AKM322")
    keyboard.open_virtual_port("AKM322 MIDI 1")
    qtbot.waitUntil(lambda: studio.sound.is_ready, timeout=WAIT_MS)
    with Capture() as ear:
        ear.listen_to("Tutti")
        yield Stage(studio, keyboard, ear, answers, qtbot)
    studio.shutdown()
    keyboard.close_port()
    keyboard.delete()
    qapp.removeEventFilter(studio.window.typing)
    studio.window.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_from_a_played_melody_to_an_exported_arrangement(stage: Stage, tmp_path: Path) -> None:
    studio, session, window = stage.studio, stage.studio.session, stage.studio.window
    light = window.transport.input_light
    stage.wait(lambda: "AKM322" in light.name.text() and light.lamp.state == "on")
    stage.wait(lambda: window.transport.output_light.detail.text())

    # A melody from the keyboard's own record button on, heard while it is played.
    session.new()
    session.set_tempo(160)
    stage.press(RECORD)
    stage.wait(lambda: session.is_recording and session.position_tick() >= 0)
    stage.ear.clear()
    for pitch in (60, 64, 67, 72, 67, 64):
        stage.keyboard.send_message([0x90, pitch, 100])
        stage.qtbot.wait(200)
        stage.keyboard.send_message([0x80, pitch, 0])
        stage.qtbot.wait(60)
    stage.press(STOP)
    stage.wait(lambda: not session.is_playing)
    assert stage.loud_frames() > 0
    (melody,) = session.score.tracks
    assert [note.pitch for note in melody.notes] == [60, 64, 67, 72, 67, 64]
    assert {note.velocity for note in melody.notes} == {100}

    # Generate by the visible button: the network's parts appear, and the piece plays to its end.
    stage.ear.clear()
    QTest.mouseClick(window.generate_panel.button, Qt.MouseButton.LeftButton)
    stage.wait(lambda: session.takes and session.is_playing)
    parts = session.score.tracks[1:]
    assert [track.role for track in parts] == [part.role for part in studio.window.generate_panel.model.parts]
    assert session.score.tracks[0].notes == melody.notes
    assert all(track.notes for track in parts)
    stage.wait(lambda: not session.is_playing)
    expected = TempoMap(session.score.tempos).seconds(session.score.end_tick) * stage.ear.rate
    missed = sum(last - first + 1 for first, last in stage.ear.gaps())  # by a busy ear, not by the player
    assert stage.loud_frames() > 0
    assert stage.loud_frames() + missed > expected / 2

    # Export by its shortcut: told only when verified, and the file says the same as the window.
    told: list[Notice] = []
    studio.events.subscribe(Notice, told.append)
    QTest.keyClick(window.arrangement.roll, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    target = tmp_path / "arrangement.mid"
    stage.wait(lambda: any("arrangement.mid" in notice.sentence for notice in told))
    assert [notice.level for notice in told] == ["info"]
    written = read_midi(target)
    assert [track.name for track in written.tracks] == [track.name for track in session.score.tracks]
    for kept, shown in zip(written.tracks, session.score.tracks, strict=True):
        assert kept.notes == shown.notes
        assert kept.program == shown.program
