"""Saving, opening, importing and exporting through the window, judged by what is on disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from music_core.midi_file import read_midi
from tests.ui.conftest import Desk

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def press(desk: Desk, key: Qt.Key, modifiers: Qt.KeyboardModifier = CTRL) -> None:
    QTest.keyClick(desk.window.arrangement.roll, key, modifiers)


def test_export_midi_tells_only_when_the_file_is_verified(desk: Desk, tmp_path: Path) -> None:
    target = tmp_path / "ode.mid"
    desk.answers.to_save = target
    press(desk, Qt.Key.Key_E)
    assert not any("ode.mid" in notice.sentence for notice in desk.notices)  # the job has not reported yet
    desk.wait(lambda: any("ode.mid" in notice.sentence for notice in desk.notices))
    written = read_midi(target)
    assert [n.pitch for n in written.tracks[0].notes] == [n.pitch for n in desk.session.score.tracks[0].notes]
    assert "ode.mid" in desk.window.messages.status.text()


def test_a_cancelled_dialog_exports_nothing(desk: Desk) -> None:
    press(desk, Qt.Key.Key_E)
    assert desk.answers.asked == ["Export MIDI"]
    desk.qtbot.wait(50)
    assert desk.notices == []


def test_an_export_that_fails_says_why(desk: Desk, tmp_path: Path) -> None:
    desk.answers.to_save = tmp_path / "there" / "is" / "no" / "such.mid"
    (tmp_path / "there").write_text("a file where a folder should be", encoding="utf-8")
    press(desk, Qt.Key.Key_E)
    desk.wait(lambda: desk.window.messages.bar.isVisible())
    assert desk.window.messages.bar.notices[-1].level == "error"
    QTest.mouseClick(desk.window.messages.bar.copy, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == desk.window.messages.bar.sentence.text()
    QTest.mouseClick(desk.window.messages.bar.dismiss, Qt.MouseButton.LeftButton)
    assert not desk.window.messages.bar.isVisible()


def test_save_asks_for_a_name_once_and_open_brings_it_back(desk: Desk, tmp_path: Path) -> None:
    target = tmp_path / "My piece.tutti"
    desk.session.set_tempo(93)
    assert desk.window.isWindowModified()
    desk.answers.to_save = target
    press(desk, Qt.Key.Key_S)
    assert target.is_file()
    assert desk.window.windowTitle() == "My piece[*] – Tutti"
    assert not desk.window.isWindowModified()
    desk.session.set_tempo(140)
    press(desk, Qt.Key.Key_S)
    assert desk.answers.asked == ["Save the project"]
    press(desk, Qt.Key.Key_N)
    assert desk.session.score.tracks == ()
    desk.answers.to_open = target
    press(desk, Qt.Key.Key_O)
    assert round(desk.session.score.bpm) == 140
    assert desk.window.transport.tempo.value() == 140


@pytest.mark.parametrize(("answer", "leaves"), [("cancel", False), ("discard", True), ("save", True)])
def test_closing_with_unsaved_work_asks(desk: Desk, tmp_path: Path, answer: str, leaves: bool) -> None:
    desk.answers.about_unsaved = answer  # type: ignore[assignment]
    desk.answers.to_save = tmp_path / "kept.tutti"
    desk.session.set_tempo(93)
    event = QCloseEvent()
    desk.window.closeEvent(event)
    assert event.isAccepted() == leaves
    assert desk.answers.asked[0] == "unsaved Ode to Joy"
    assert (tmp_path / "kept.tutti").exists() == (answer == "save")
    if answer == "cancel":
        assert round(desk.session.score.bpm) == 93


def test_closing_a_saved_project_asks_nothing(desk: Desk) -> None:
    event = QCloseEvent()
    desk.window.closeEvent(event)
    assert event.isAccepted()
    assert desk.answers.asked == []


def test_work_of_a_crashed_session_is_offered_and_set_aside(desk: Desk) -> None:
    desk.session.set_tempo(77)
    store = desk.running.store
    copy = store.autosave(desk.session._document.to_project())
    older = copy.with_name("recovered-1-1.tutti")
    copy.rename(older)
    desk.session.load_sample("greensleeves")
    desk.window.messages.bar._actions["Restore"]()
    assert round(desk.session.score.bpm) == 77
    assert desk.session.is_dirty
    assert not older.exists()
    assert (older.parent / "restored" / older.name).is_file()
