"""Computer keys play through the real window, and never leave a note behind."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QMenu, QPushButton

from desktop_app.devices.keymap import scan_codes
from desktop_app.ui.key_filter import local_caps
from tests.ui.conftest import Desk

PLAIN = Qt.KeyboardModifier.NoModifier
CODES = {offset: code for code, offset in scan_codes(sys.platform).items()}


def key(desk: Desk, down: bool, offset: int, text: str = "", *, repeat: bool = False) -> None:
    """A physical key, as the window system reports it: by its place, whatever is printed on it."""
    kind = QEvent.Type.KeyPress if down else QEvent.Type.KeyRelease
    code = CODES[offset]
    scan, virtual = (0, code) if sys.platform == "darwin" else (code, 0)
    event = QKeyEvent(kind, Qt.Key.Key_unknown, PLAIN, scan, virtual, 0, text, repeat)
    QApplication.sendEvent(QApplication.focusWidget() or desk.window, event)


def sounding(desk: Desk) -> set[int]:
    """Pitches that sound on the live channel."""
    return {pitch for channel, pitch in desk.synth.sounding if channel == 112}


def test_letters_play_by_their_place_and_light_the_piano(desk: Desk) -> None:
    key(desk, True, 0)
    key(desk, True, 16)
    assert desk.live_notes() == [(60, 90), (76, 90)]
    desk.wait(lambda: desk.window.piano.keyboard._down == {60, 76})
    key(desk, False, 0)
    key(desk, False, 16)
    assert sounding(desk) == set()
    desk.wait(lambda: not desk.window.piano.keyboard._down)


def test_auto_repeat_plays_once(desk: Desk) -> None:
    key(desk, True, 0)
    for _ in range(5):
        key(desk, False, 0, repeat=True)
        key(desk, True, 0, repeat=True)
    assert desk.live_notes() == [(60, 90)]
    assert sounding(desk) == {60}
    key(desk, False, 0)
    assert sounding(desk) == set()


def test_an_octave_shift_while_holding_ends_the_right_note(desk: Desk) -> None:
    key(desk, True, 4)
    desk.window.handlers.table()["octave_up"]()
    key(desk, True, 7)
    assert sounding(desk) == {64, 79}
    key(desk, False, 4)
    key(desk, False, 7)
    assert sounding(desk) == set()


def test_losing_the_window_releases_everything(desk: Desk) -> None:
    key(desk, True, 0)
    QApplication.sendEvent(desk.window, QEvent(QEvent.Type.WindowDeactivate))
    assert sounding(desk) == set()
    key(desk, False, 0)  # the late key-up does no harm
    assert sounding(desk) == set()


@pytest.mark.parametrize("kind", ["menu", "dialog"])
def test_a_popup_or_a_dialog_releases_everything_and_then_no_key_plays(desk: Desk, kind: str) -> None:
    key(desk, True, 0)
    popup = QMenu(desk.window) if kind == "menu" else QDialog(desk.window)
    popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if isinstance(popup, QMenu):
        popup.addAction("Nothing")
        popup.popup(QPoint(40, 40))
    else:
        popup.setModal(True)
        popup.show()
    desk.wait(popup.isVisible)
    assert sounding(desk) == set()
    before = len(desk.live_notes())
    QApplication.sendEvent(desk.window, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_X, PLAIN, CODES[2], 0, 0, "x"))
    assert len(desk.live_notes()) == before
    popup.close()


def test_keys_play_too_while_a_page_beside_the_window_has_them(desk: Desk) -> None:
    page = QDialog(desk.window)
    button = QPushButton("Nothing", page)
    page.show()
    button.setFocus()
    desk.wait(button.hasFocus)
    key(desk, True, 0)
    assert sounding(desk) == {60}
    page.close()
    desk.wait(lambda: sounding(desk) == set())


def test_a_swallowed_key_up_is_found_out(desk: Desk) -> None:
    key(desk, True, 0)
    assert sounding(desk) == {60}
    box = QComboBox(desk.window)
    box.addItems(["one", "two"])
    box.setGeometry(QRect(20, 20, 80, 24))
    box.show()
    box.showPopup()
    desk.wait(lambda: sounding(desk) == set())
    box.hidePopup()
    box.deleteLater()


def test_a_text_field_gets_its_letters_and_plays_nothing(desk: Desk) -> None:
    field = desk.window.library.search
    key(desk, True, 0)
    field.setFocus()
    QApplication.sendEvent(field, QFocusEvent(QEvent.Type.FocusIn))
    assert sounding(desk) == set()
    QTest.keyClicks(field, "sam")
    assert field.text() == "sam"
    assert desk.live_notes() == [(60, 90)]
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert desk.window.arrangement.roll.hasFocus()


def test_while_it_is_on_letters_are_no_shortcuts_and_off_they_are(desk: Desk) -> None:
    roll = desk.window.arrangement.roll
    QTest.keyClick(roll, Qt.Key.Key_M)
    QTest.keyClick(roll, Qt.Key.Key_L)
    assert not desk.session.score.tracks[0].muted
    assert desk.session.loop is None
    assert desk.live_notes() == [(71, 90)]
    QTest.keyClick(roll, Qt.Key.Key_K)
    assert not desk.window.typing.is_on
    QTest.keyClick(roll, Qt.Key.Key_M)
    QTest.keyClick(roll, Qt.Key.Key_L)
    assert desk.session.score.tracks[0].muted
    assert desk.session.loop is not None
    assert desk.live_notes() == [(71, 90)]
    assert not desk.session.settings.typing_piano


def test_ctrl_shortcuts_space_and_escape_work_while_it_is_on(desk: Desk) -> None:
    roll = desk.window.arrangement.roll
    QTest.keyClick(roll, Qt.Key.Key_Space)
    desk.wait(lambda: desk.session.is_playing)
    QTest.keyClick(roll, Qt.Key.Key_Escape)
    desk.wait(lambda: not desk.session.is_playing)
    QTest.keyClick(roll, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert desk.session.metronome
    assert desk.live_notes() == []


def test_the_caps_on_the_keys_are_those_of_the_local_keyboard(desk: Desk) -> None:
    assert local_caps("en_GB")[0] == "Z"
    german = local_caps("de_DE")
    assert (german[0], german[21], german[12]) == ("Y", "Z", "Q")
    french = local_caps("fr_FR")
    assert (french[0], french[12], french[14]) == ("W", "A", "Z")
    key(desk, True, 0, "y")  # what is typed says what is printed there
    key(desk, False, 0, "y")
    assert desk.window.piano.keyboard._caps[60] == "Y"
    desk.window.typing.set_on(False)
    assert desk.window.piano.keyboard._caps == {}


def test_loudness_slider_sets_the_velocity_and_is_kept(desk: Desk) -> None:
    desk.window.piano.velocity.setValue(40)
    desk.window.piano.velocity.sliderReleased.emit()
    key(desk, True, 0)
    key(desk, False, 0)
    assert desk.live_notes() == [(60, 40)]
    assert desk.session.settings.typing_velocity == 40
