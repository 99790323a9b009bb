"""Mouse and fingers on the on-screen piano."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_app.ui.keyboard_widget import PianoKeyboard
from desktop_app.ui.piano_keys import LOUDEST, SOFTEST
from tests.ui.conftest import Desk


def place(keyboard: PianoKeyboard, pitch: int, share: float) -> QPoint:
    """A point on a key, so far down it; on a white key beside the black ones."""
    key = next(key for key in keyboard._keys if key.pitch == pitch)
    return QPoint(int(key.x + key.width / 2), int(share * (key.height - 1)))


def sounding(desk: Desk) -> set[int]:
    return {pitch for channel, pitch in desk.synth.sounding if channel == 112}


def test_a_click_plays_louder_low_on_the_key(desk: Desk) -> None:
    keyboard = desk.window.piano.keyboard
    for share in (0.65, 0.98):
        QTest.mousePress(keyboard, Qt.MouseButton.LeftButton, pos=place(keyboard, 60, share))
        assert sounding(desk) == {60}
        QTest.mouseRelease(keyboard, Qt.MouseButton.LeftButton, pos=place(keyboard, 60, share))
        assert sounding(desk) == set()
    (_, softer), (_, louder) = desk.live_notes()
    assert SOFTEST <= softer < louder <= LOUDEST


def test_sliding_with_the_button_down_plays_a_glissando(desk: Desk) -> None:
    keyboard = desk.window.piano.keyboard
    QTest.mousePress(keyboard, Qt.MouseButton.LeftButton, pos=place(keyboard, 60, 0.9))
    for pitch in (62, 64):
        at = QPointF(place(keyboard, pitch, 0.9))
        left = Qt.MouseButton.LeftButton
        event = QMouseEvent(
            QEvent.Type.MouseMove, at, keyboard.mapToGlobal(at), left, left, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(keyboard, event)
        assert sounding(desk) == {pitch}
    QTest.mouseRelease(keyboard, Qt.MouseButton.LeftButton, pos=place(keyboard, 64, 0.9))
    assert sounding(desk) == set()


@pytest.fixture(scope="module")
def touch_screen() -> QPointingDevice:
    return QTest.createTouchDevice()


def test_several_fingers_play_a_chord(desk: Desk, touch_screen: QPointingDevice) -> None:
    keyboard = desk.window.piano.keyboard
    low, high = place(keyboard, 60, 0.9), place(keyboard, 64, 0.9)
    fingers = QTest.touchEvent(keyboard, touch_screen, False)
    fingers.press(1, low, keyboard).commit()
    fingers.stationary(1).press(2, high, keyboard).commit()
    assert sounding(desk) == {60, 64}
    fingers.move(1, place(keyboard, 62, 0.9), keyboard).stationary(2).commit()
    assert sounding(desk) == {62, 64}
    fingers.release(1, place(keyboard, 62, 0.9), keyboard).stationary(2).commit()
    assert sounding(desk) == {64}
    fingers.release(2, high, keyboard).commit()
    assert sounding(desk) == set()


@pytest.mark.parametrize(("by", "lowest"), [(-1, 41), (1, 65), (-9, 17), (9, 77)])
def test_the_octave_shifts_within_midi(desk: Desk, by: int, lowest: int) -> None:
    keyboard = desk.window.piano.keyboard
    keyboard.shift_octave(by)
    assert keyboard.lowest_pitch == lowest
    assert min(key.pitch for key in keyboard._keys) == lowest


def test_the_octave_buttons_move_mouse_and_computer_keys_together(desk: Desk) -> None:
    QTest.mouseClick(desk.window.piano.octave_up, Qt.MouseButton.LeftButton)
    assert desk.window.typing.base_pitch == 72
    assert desk.window.piano.range.text() == "F4–C7"
    assert desk.window.piano.keyboard._caps[72] == "Z"


def test_it_says_what_it_is_to_a_screen_reader(desk: Desk) -> None:
    assert desk.window.piano.keyboard.accessibleName() == "Piano keyboard"
