"""The palette, the shortcuts, the cheat sheet and the languages, in the real window."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.language import languages, speak
from desktop_app.paths import AppPaths
from desktop_app.ui.actions import COMMANDS, MENUS
from desktop_app.ui.bottom import MIXER
from desktop_app.ui.key_caps import caps_of
from desktop_app.ui.palette.matching import match
from desktop_app.ui.piano_roll.lanes import LANE_HEIGHT
from desktop_app.ui.shell import LANGUAGES
from desktop_app.ui.shortcuts.key_map import KeyMap, key_map, normal
from desktop_app.ui.shortcuts.sheet import ShortcutSheet, balanced
from music_core.score import Score, Track
from tests.ui.conftest import Desk, run_studio

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    speak("en")


def open_palette(desk: Desk, typed: str = "") -> list[str]:
    """Open the palette by its key, type, and read what it found."""
    QTest.keyClick(desk.window.arrangement.roll, Qt.Key.Key_K, CTRL)
    palette = desk.window.shell._palette
    assert palette is not None
    desk.wait(palette.isVisible)
    QTest.keyClicks(palette.field, typed)
    return [found.entry.text for found in palette._found.rows]


def activate(desk: Desk, window: QWidget) -> None:
    """Give a window the keyboard."""
    window.activateWindow()
    desk.wait(window.isActiveWindow)


def press(desk: Desk, key: Qt.Key) -> None:
    QTest.keyClick(desk.window.shell._palette.field, key)  # type: ignore[union-attr]


def test_the_palette_finds_a_command_by_a_few_letters_and_does_it(desk: Desk) -> None:
    assert open_palette(desk, "metr")[0] == "Metronome"
    press(desk, Qt.Key.Key_Return)
    assert desk.session.metronome
    assert not desk.window.shell._palette.isVisible()  # type: ignore[union-attr]
    assert open_palette(desk)[0] == "Metronome"  # what was used last is nearest
    assert desk.live_notes() == []


def test_the_palette_opens_melodies_and_says_when_nothing_matches(desk: Desk) -> None:
    assert open_palette(desk, "grnslv")[0] == "Greensleeves"
    press(desk, Qt.Key.Key_Return)
    desk.wait(lambda: desk.session.score.title == "Greensleeves")
    assert open_palette(desk, "qqxxqq") == []
    assert desk.window.shell._palette._nothing.isVisible()  # type: ignore[union-attr]
    press(desk, Qt.Key.Key_Return)
    press(desk, Qt.Key.Key_Escape)
    assert not desk.window.shell._palette.isVisible()  # type: ignore[union-attr]


def test_the_palette_goes_up_and_down_and_offers_only_what_can_be_done(desk: Desk) -> None:
    found = open_palette(desk)
    assert "Undo" not in found
    assert {"Appearance: Dark", "Generate", "Export MIDI"} <= set(found)
    palette = desk.window.shell._palette
    assert palette is not None
    press(desk, Qt.Key.Key_Up)
    assert palette.list.currentIndex().row() == len(found) - 1
    press(desk, Qt.Key.Key_Down)
    assert palette.list.currentIndex().row() == 0


@pytest.mark.parametrize(
    ("typed", "better", "worse"),
    [("gen", "Generate", "Generate with a new seed"), ("sa", "Save as…", "To start"), ("lo", "Loop", "Softly loud")],
)
def test_starts_of_words_and_letters_in_a_row_are_worth_more(typed: str, better: str, worse: str) -> None:
    one, other = match(typed, better), match(typed, worse)
    assert one is not None
    assert other is None or one.score > other.score


def test_matching_folds_accents_and_keeps_places() -> None:
    found = match("frer", "Frère Jacques")
    assert found is not None
    assert found.places == (0, 1, 2, 3)
    assert match("zz", "Frère Jacques") is None


def test_a_shortcut_is_changed_told_of_its_owner_and_kept(desk: Desk, paths: AppPaths) -> None:
    editor = desk.window.shell.open_editor()
    editor.choose("metronome")
    editor.field.setKeySequence(QKeySequence("Ctrl+G"))
    assert "Generate" in editor.told.text()
    QTest.mouseClick(editor.use, Qt.MouseButton.LeftButton)
    assert not desk.window.actions_table["generate"].shortcuts()
    activate(desk, desk.window)
    QTest.keyClick(desk.window.arrangement.roll, Qt.Key.Key_G, CTRL)
    assert desk.session.metronome
    assert not desk.session.is_generating
    desk.running.keeper.flush()
    assert json.loads(paths.settings_file.read_text())["keys"] == {"generate": [], "metronome": ["Ctrl+G"]}
    QTest.mouseClick(editor.reset_all, Qt.MouseButton.LeftButton)
    assert desk.window.actions_table["generate"].shortcuts() == [QKeySequence("Ctrl+G")]
    assert desk.session.settings.keys == {}


def test_keys_kept_are_in_force_after_a_restart(qapp: QApplication, qtbot: QtBot, paths: AppPaths) -> None:
    paths.settings_file.parent.mkdir(parents=True)
    paths.settings_file.write_text(json.dumps({"keys": {"metronome": ["F7"], "typing": ["P"], "nothing": [3]}}))
    for desk in run_studio(qapp, qtbot, paths):
        activate(desk, desk.window)
        QTest.keyClick(desk.window.arrangement.roll, Qt.Key.Key_F7)
        assert desk.session.metronome
        QTest.keyClick(desk.window.arrangement.roll, Qt.Key.Key_P)  # the typing piano's switch, not one of its notes
        assert not desk.window.typing.is_on
        assert desk.live_notes() == []


def test_the_key_map_survives_whatever_the_settings_say() -> None:
    table = key_map({"play": ["Ctrl+G", 5, "", "Alt+1"], "stop": "Esc", "x": ["F2"], "loop": ["Ctrl+G"]}).table()
    assert table["play"] == ("Ctrl+G",)
    assert table["generate"] == table["loop"] == ()
    assert table["stop"] == ("Esc",)
    keys = [key for own in table.values() for key in own]
    assert len(keys) == len(set(keys))


def test_giving_and_taking_back_keys() -> None:
    keys = KeyMap({}).with_key("loop", "Ctrl+G").with_key("generate", "F9")
    assert keys.table()["loop"] == ("Ctrl+G",)
    back = keys.reset("generate")
    assert (back.table()["generate"], back.table()["loop"]) == (("Ctrl+G",), ())
    assert back.reset("loop") == KeyMap({})
    assert keys.without_keys("loop").table()["loop"] == ()
    with pytest.raises(ValueError, match="Alt"):
        keys.with_key("loop", "Alt+1")


def test_the_sheet_lists_every_command_with_keys_and_can_be_searched(desk: Desk) -> None:
    QTest.keyClick(desk.window.arrangement.roll, Qt.Key.Key_F1)
    desk.wait(lambda: desk.window.findChild(ShortcutSheet))
    sheet = desk.window.findChild(ShortcutSheet)
    assert isinstance(sheet, ShortcutSheet)
    activate(desk, sheet)
    assert {command.text.removesuffix("…") for command in COMMANDS if command.keys} <= set(sheet.rows)
    desk.wait(lambda: sheet.scroller.viewport().height() > 100)
    assert sheet.scroller.verticalScrollBar().maximum() == 0  # all of it at one look
    QTest.keyClicks(sheet.search, "metro")
    assert sheet.rows == ("Metronome",)


def test_columns_of_the_sheet_are_as_even_as_their_order_allows() -> None:
    assert balanced([5, 5, 5, 5], 2) == (range(2), range(2, 4))
    assert balanced([9, 1, 1, 1, 6, 2], 3) == (range(1), range(1, 5), range(5, 6))
    assert balanced([3], 4) == (range(1),)
    assert balanced([], 4) == ()


def test_keys_are_drawn_one_cap_each() -> None:
    assert caps_of("Ctrl+Shift+Z") == ["Ctrl", "Shift", "Z"]
    assert caps_of("Ctrl++") == ["Ctrl", "+"]
    assert caps_of("?") == ["?"]


def test_every_menu_is_known_and_every_key_can_be_read() -> None:
    assert {command.menu for command in COMMANDS} <= set(MENUS)
    assert all(normal(key) for command in COMMANDS for key in command.keys)


@pytest.mark.parametrize("on", [True, False])
def test_the_typing_piano_and_the_letter_shortcuts_never_both_answer(desk: Desk, on: bool) -> None:
    """Every plain letter and digit, with the typing piano on and off: a note or a command, never both."""
    desk.window.typing.set_on(on)
    switch = desk.window.shell.keys.table()["typing"]
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789":
        if letter in switch:
            continue
        fired: list[str] = []
        connections = [
            action.triggered.connect(lambda _on=False, name=command.id, out=fired: out.append(name))
            for command, action in desk.window.actions_table
        ]
        before = len(desk.live_notes())
        QTest.keyClick(desk.window.arrangement.roll, letter.lower())  # type: ignore[arg-type]
        played = len(desk.live_notes()) - before
        assert played == 0 if not on else not fired, (letter, fired)
        for (_command, action), connection in zip(desk.window.actions_table, connections, strict=True):
            action.triggered.disconnect(connection)


def test_the_language_is_chosen_in_the_menu_and_spoken_from_the_next_start_on(
    qapp: QApplication, qtbot: QtBot, paths: AppPaths
) -> None:
    assert {"system", *(language.code for language in languages())} == set(LANGUAGES)
    for desk in run_studio(qapp, qtbot, paths):
        desk.window.actions_table["language_de"].trigger()
        assert "Deutsch" in desk.window.messages.status.text()
        assert desk.window.actions_table["language_de"].isChecked()
    for desk in run_studio(qapp, qtbot, paths):
        german = next(language for language in languages() if language.code == "de")
        titles = {action.text().replace("&", "") for action in desk.window.menuBar().actions()}
        assert german.texts["File | menu"] in titles
        assert desk.window.actions_table["save_as"].text() == german.texts["Save as…"]


def test_beside_the_mixer_a_small_window_shows_three_lanes_and_a_shorter_roll(desk: Desk) -> None:
    window, centre = desk.window, desk.window.arrangement
    desk.session.edit("Band", Score(tuple(Track(name) for name in ("Tune", "Bass", "Keys", "Drums"))))
    window.resize(1280, 800)
    window.bottom.show_page(MIXER)
    desk.wait(lambda: centre.strips.height() >= 3 * LANE_HEIGHT)
    assert centre.roll_panel.velocities.isVisible()
    assert centre.tools.quantise.isVisible()
    window.resize(1024, 700)
    desk.wait(lambda: not centre.tools.quantise.isVisible())
    assert centre.strips.height() >= 3 * LANE_HEIGHT
    assert centre.roll.isVisible()
    assert centre.tools.snap.isVisible()
    window.bottom.toggle(MIXER)
    desk.wait(centre.tools.quantise.isVisible)
    assert centre.roll_panel.velocities.isVisible()
