"""The whole path in the real window: a USB keyboard's notes over JACK, a network, sound, and a file that is re-read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
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
from tests.integration.musician import Musician
from tests.jack_server import JackServer
from tests.ui.conftest import Answers

pytestmark = [pytest.mark.device, pytest.mark.slow]

WAIT_MS = 60_000
STOP, RECORD = 106, 107


@dataclass
class Stage:
    """The studio on JACK, and a musician who plays into it and hears it."""

    studio: app.RunningStudio
    musician: Musician
    answers: Answers
    qtbot: QtBot

    def wait(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT_MS)


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
    with Musician() as musician:
        qtbot.waitUntil(lambda: studio.sound.is_ready and studio.midi.status.state == "connected", timeout=WAIT_MS)
        musician.listen()
        yield Stage(studio, musician, answers, qtbot)
        studio.shutdown()
    studio.window.typing.close()
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
    stage.musician.press(RECORD)
    stage.wait(lambda: session.is_recording and session.position_tick() >= 0)
    stage.musician.listen()
    for pitch in (60, 64, 67, 72, 67, 64):
        stage.musician.key(pitch, 100)
        stage.qtbot.wait(200)
        stage.musician.key(pitch, 0)
        stage.qtbot.wait(60)
    stage.musician.press(STOP)
    stage.wait(lambda: not session.is_playing)
    assert stage.musician.heard()["loud"] > 0
    (melody,) = session.score.tracks
    assert [note.pitch for note in melody.notes] == [60, 64, 67, 72, 67, 64]
    assert {note.velocity for note in melody.notes} == {100}

    # Generate by the visible button: the network's parts appear, and the piece plays to its end.
    stage.musician.listen()
    QTest.mouseClick(window.generate_panel.button, Qt.MouseButton.LeftButton)
    stage.wait(lambda: session.takes and session.is_playing)
    parts = session.score.tracks[1:]
    assert sorted(track.role for track in parts) == sorted(p.role for p in studio.window.generate_panel.model.parts)
    assert session.score.tracks[0].notes == melody.notes
    assert all(track.notes for track in parts)
    stage.wait(lambda: not session.is_playing)
    heard = stage.musician.heard()
    expected = TempoMap(session.score.tempos).seconds(session.score.end_tick) * heard["rate"]
    assert heard["loud"] > 0
    assert heard["loud"] + heard["missed"] > expected / 2, heard

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
