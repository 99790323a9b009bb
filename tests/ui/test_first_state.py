"""What a new user finds, and what must hold for the window as a whole."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app import app
from desktop_app.audio.synth import NullSynth
from desktop_app.paths import AppPaths
from desktop_app.ui.actions import COMMANDS
from desktop_app.ui.colours import DARK, LIGHT
from desktop_app.ui.transport.sound_check import SoundCheckPage
from tests.ui.conftest import Desk, NoPorts, OpenedSound, finish


def test_a_melody_is_loaded_a_model_chosen_and_generate_enabled(desk: Desk) -> None:
    window = desk.window
    assert window.windowTitle() == "Ode to Joy[*] – Tutti"
    assert not window.isWindowModified()
    assert desk.session.score.tracks[0].notes
    assert window.generate_panel.model is not None
    assert window.generate_panel.button.isEnabled()
    assert window.generate_panel.takes.empty.isVisible()
    desk.wait(lambda: window.library.list.currentIndex().data() == "Ode to Joy")
    desk.wait(lambda: window.transport.output_light.name.text() == "test")
    assert not window.messages.bar.isVisible()
    assert window.typing.is_on


def test_it_opens_at_1280_by_800_and_can_be_used_at_1024_by_700(desk: Desk) -> None:
    window = desk.window
    assert window.size() == QSize(1280, 800)
    assert window.library.isVisible()
    window.resize(1024, 700)
    desk.wait(lambda: not window.library.isVisible())
    assert window.size() == QSize(1024, 700)
    desk.wait(lambda: window.arrangement.roll.width() >= 400)
    assert window.arrangement.roll.height() >= 120
    desk.wait(lambda: window.minimumSizeHint().width() <= 1024)  # laid out anew without what made room
    assert window.minimumSizeHint().height() <= 700
    for widget in (window.generate_panel.button, window.transport.output_light, window.piano.keyboard):
        corner = widget.mapTo(window, widget.rect().bottomRight())
        assert window.rect().contains(corner)
    QTest.keyClick(window.arrangement.roll, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert window.library.isVisible()


def controls(window: QWidget) -> Iterator[QWidget]:
    kinds = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit, QAbstractItemView)
    for widget in window.findChildren(QWidget):
        if (
            isinstance(widget, kinds)
            and widget.isVisibleTo(window)
            and not widget.objectName().startswith("qt_")
            and not inside_a_control(widget)
        ):
            yield widget


def inside_a_control(widget: QWidget) -> bool:
    """Qt's own parts of spin boxes, combo boxes and line edits speak through their owners."""
    parent = widget.parentWidget()
    while parent is not None and not parent.isWindow():
        if isinstance(parent, (QAbstractSpinBox, QComboBox, QLineEdit, QAbstractItemView)):
            return True
        parent = parent.parentWidget()
    return parent is not None and parent.windowType() == Qt.WindowType.Popup


def test_every_control_has_a_name_for_screen_readers(desk: Desk) -> None:
    found = list(controls(desk.window))
    assert len(found) > 30
    nameless = [
        f"{type(widget).__name__} {widget.objectName()}"
        for widget in found
        if not widget.accessibleName() and not getattr(widget, "text", str)()
    ]
    assert nameless == []


def test_none_keeps_its_references_through_thousands_of_qt_calls(desk: Desk) -> None:
    """PySide6 6.12 takes one reference from None with every void call; Python 3.11 dies of that after a while."""
    roll = desk.window.arrangement.roll
    roll.redraw()
    roll.repaint()  # what painting keeps for later may hold None in its fields: let it be kept before counting begins
    before = sys.getrefcount(None)
    for _ in range(5000):
        roll.update()
    for _ in range(5):
        roll.redraw()
        roll.repaint()
    # Other threads keep and drop None meanwhile, by the hundred; the fault takes one with each of the 5,000 calls.
    assert abs(sys.getrefcount(None) - before) < 500


def test_light_and_dark_are_both_complete_and_switch_while_running(desk: Desk) -> None:
    theme, roll = desk.running.theme, desk.window.arrangement.roll

    def corner() -> str:
        return str(roll.grab().toImage().pixelColor(3, roll.height() - 4).name())

    theme.set_appearance("light")
    assert theme.palette is LIGHT
    light = corner()
    theme.set_appearance("dark")
    assert theme.palette is DARK
    assert light in (LIGHT.sunken, LIGHT.row_black)
    assert corner() in (DARK.sunken, DARK.row_black)
    desk.window.actions_table["theme_light"].trigger()
    assert desk.session.settings.theme == "light"


def test_every_command_has_a_key() -> None:
    assert [command.id for command in COMMANDS if not command.keys] == []


def test_a_key_changes_the_look(desk: Desk) -> None:
    QTest.keyClick(desk.window.arrangement.roll, Qt.Key.Key_F8)
    assert desk.running.theme.palette.is_dark
    QTest.keyClick(desk.window.arrangement.roll, Qt.Key.Key_F7)
    assert not desk.running.theme.palette.is_dark


def test_no_two_commands_share_a_key(desk: Desk) -> None:
    keys = [QKeySequence(key).toString() for command in COMMANDS for key in command.keys]
    assert len(keys) == len(set(keys))
    assert not set(keys) & {f"Alt+{number}" for number in range(1, 10)}


@pytest.mark.parametrize("sentence", ["No sound output could be opened (tried Pulse, ALSA). You can still write."])
def test_without_sound_the_window_opens_and_says_what_was_tried(
    qapp: QApplication, qtbot: QtBot, paths: AppPaths, sentence: str
) -> None:
    opened: list[int] = []

    def open_nothing(_font: object, _driver: str, _loaded: object) -> OpenedSound:
        opened.append(1)
        return OpenedSound(NullSynth(), "none", sentence, True)  # type: ignore[arg-type]

    running = app.build(qapp, paths, open_sound=open_nothing, port_source=NoPorts())
    bar = running.window.messages.bar
    running.window.show()
    running.start()
    qtbot.waitUntil(bar.isVisible, timeout=20_000)
    assert bar.sentence.text() == sentence
    assert bar.act.text() == "Choose output…"
    assert running.window.transport.output_light.lamp.state == "bad"
    running.session.play()
    assert running.session.is_playing
    qtbot.waitUntil(lambda: running.session.position_tick() > 0, timeout=20_000)
    running.watch.close()  # every few seconds it tries again by itself
    qtbot.waitUntil(lambda: running.sound.is_ready, timeout=20_000)
    qtbot.mouseClick(bar.act, Qt.MouseButton.LeftButton)
    page = running.window.findChild(SoundCheckPage)
    assert page is not None
    qtbot.waitUntil(page.isVisible, timeout=20_000)
    before = len(opened)
    page.driver.setCurrentIndex(page.driver.count() - 1)
    page.driver.activated.emit(page.driver.count() - 1)
    qtbot.waitUntil(lambda: len(opened) > before, timeout=20_000)
    page.close()
    finish(qapp, running)


def test_without_models_the_panel_says_so(qapp: QApplication, paths: AppPaths, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    shutil.copytree(paths.melodies, bare / "melodies")
    running = app.build(
        qapp, replace(paths, resources=bare), open_sound=lambda *_: OpenedSound(NullSynth()), port_source=NoPorts()
    )
    panel = running.window.generate_panel
    assert not panel.button.isEnabled()
    assert "missing" in panel.recipe.description.text()
    finish(qapp, running)
