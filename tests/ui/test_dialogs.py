"""The real dialogs, which other tests answer for the user: what they ask before a file is written over, and how."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog, QLineEdit, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.dialogs import PROJECT_FILTER, Dialogs
from desktop_app.ui.qt_words import speak_qt


@pytest.fixture
def dialogs(qtbot: QtBot) -> Dialogs:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    return Dialogs(parent)


@pytest.fixture
def own_dialogs(qapp: QApplication) -> Iterator[None]:
    """Qt's dialogs, whatever the system has."""
    qapp.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    yield
    qapp.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs, on=False)
    speak_qt(qapp, "en")


def answered(*steps: Callable[[QWidget], None]) -> None:
    """One step after the other, each with the dialog that is open then."""

    def next_one() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            QTimer.singleShot(50, next_one)
            return
        step = waiting.pop(0)
        if waiting:
            QTimer.singleShot(200, next_one)
        step(dialog)

    waiting = list(steps)
    QTimer.singleShot(100, next_one)


def named(name: str) -> Callable[[QWidget], None]:
    def act(dialog: QWidget) -> None:
        assert isinstance(dialog, QFileDialog)
        field = dialog.findChild(QLineEdit)
        assert field is not None
        field.setText(name)
        QTest.keyClick(field, Qt.Key.Key_Return)

    return act


def test_a_name_without_suffix_gets_one_and_nothing_is_overwritten_unasked(
    dialogs: Dialogs, own_dialogs: None, tmp_path: Path
) -> None:
    (tmp_path / "mine.tutti").write_text("work of a year")
    asked: list[str] = []

    def no(box: QWidget) -> None:
        assert isinstance(box, QMessageBox)
        asked.append(box.text())
        box.button(QMessageBox.StandardButton.No).click()

    answered(named("mine"), no, lambda dialog: dialog.reject())
    assert dialogs.save_file("Save", tmp_path / "Ode.tutti", PROJECT_FILTER) is None
    assert "mine.tutti" in asked[0]
    answered(named("yours"))
    assert dialogs.save_file("Save", tmp_path / "Ode.tutti", PROJECT_FILTER) == tmp_path / "yours.tutti"
    answered(named("Song no. 5"))
    assert dialogs.save_file("Save", tmp_path / "Ode.tutti", PROJECT_FILTER) == tmp_path / "Song no. 5.tutti"


@pytest.mark.parametrize(("code", "word"), [("de", "Abbrechen"), ("es", "Cancelar"), ("en", "Cancel")])
def test_qts_own_buttons_speak_the_users_language(
    dialogs: Dialogs, own_dialogs: None, qapp: QApplication, tmp_path: Path, code: str, word: str
) -> None:
    speak_qt(qapp, code)
    seen: list[str] = []

    def look(dialog: QWidget) -> None:
        buttons = dialog.findChild(QDialogButtonBox)
        assert buttons is not None
        seen.extend(button.text().replace("&", "") for button in buttons.buttons())
        assert isinstance(dialog, QFileDialog)
        dialog.reject()

    answered(look)
    assert dialogs.open_file("Open", tmp_path, PROJECT_FILTER) is None
    assert word in seen


def test_a_warning_can_be_heeded_or_not(dialogs: Dialogs, own_dialogs: None) -> None:
    def click(word: str) -> Callable[[QWidget], None]:
        def act(box: QWidget) -> None:
            assert isinstance(box, QMessageBox)
            next(button for button in box.buttons() if button.text() == word).click()

        return act

    answered(click("Export"))
    assert dialogs.goes_on("Export MIDI", "Two parts share a channel.", "Export")
    answered(click("Cancel"))
    assert not dialogs.goes_on("Export MIDI", "Two parts share a channel.", "Export")
