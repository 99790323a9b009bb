"""Every control of the real window has a name and a role, can be reached by Tab, and shows that it has the focus."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QDialogButtonBox,
    QKeySequenceEdit,
    QLineEdit,
    QScrollBar,
    QWidget,
)

from desktop_app.ui.accessible_roles import ROLES
from desktop_app.ui.panels.learn import LearnDialog
from tests.ui.conftest import Desk

CONTROLS = (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QAbstractItemView,
    QKeySequenceEdit,
)
NO_ROLE = (QAccessible.Role.NoRole, QAccessible.Role.Client, QAccessible.Role.Window)


def controls(window: QWidget) -> Iterator[QWidget]:
    """Every visible control of a window: Qt's own, what is derived from them, and what draws itself."""
    for widget in window.findChildren(QWidget):
        if not widget.isVisibleTo(window) or (isinstance(widget, QScrollBar) and not widget.accessibleName()):
            continue
        inner = widget.parentWidget()
        if isinstance(inner, (QComboBox, QAbstractSpinBox, QAbstractItemView, QLineEdit, QKeySequenceEdit)):
            continue  # its part
        if isinstance(widget, CONTROLS) or type(widget).__name__ in ROLES:
            yield widget


def spoken(widget: QWidget) -> tuple[str, QAccessible.Role]:
    """The name and role that a screen reader is given."""
    face = QAccessible.queryAccessibleInterface(widget)
    return face.text(QAccessible.Text.Name), face.role()


def windows(desk: Desk) -> dict[str, Callable[[], QWidget]]:
    shell = desk.window.shell
    return {
        "main": lambda: desk.window,
        "mixer": lambda: _opened(desk, "mixer", lambda: desk.window.bottom),
        "export": lambda: _opened(desk, "export", lambda: desk.window.export.dialog),
        "sheet": shell.open_sheet,
        "editor": shell.open_editor,
        "learn": lambda: LearnDialog(desk.window, desk.window.handlers._studio),
    }


def _opened(desk: Desk, command: str, found: Callable[[], QWidget | None]) -> QWidget:
    """What a command shows."""
    desk.window.actions_table[command].trigger()
    widget = found()
    assert widget is not None
    return widget


@pytest.mark.parametrize("which", ["main", "mixer", "export", "sheet", "editor", "learn"])
def test_every_control_has_a_name_and_a_role(desk: Desk, which: str) -> None:
    desk.session.generate(desk.window.generate_panel.model.id, 1, 2, {})  # type: ignore[union-attr]
    desk.wait(lambda: desk.session.takes)
    desk.session.stop()
    window = windows(desk)[which]()
    window.show()
    found = list(controls(window))
    assert len(found) > (40 if which == "main" else 2)
    said = [(type(widget).__name__, widget.objectName(), *spoken(widget)) for widget in found]
    assert [row for row in said if not row[2].strip() or row[3] in NO_ROLE] == []


def test_self_drawn_parts_are_not_empty_grounds(desk: Desk) -> None:
    for widget in (desk.window.arrangement.roll, desk.window.arrangement.chords, desk.window.piano.keyboard):
        name, role = spoken(widget)
        assert name
        assert role == QAccessible.Role.Canvas


def test_every_button_and_field_is_reached_by_tab(desk: Desk) -> None:
    """Track names are the exception: F2 or a double click opens them."""
    unreachable = [
        spoken(widget)[0]
        for widget in controls(desk.window)
        if isinstance(widget, (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QAbstractSlider))
        and not isinstance(widget, QScrollBar)
        and not isinstance(widget.parentWidget(), QDialogButtonBox)
        and widget.isEnabled()
        and not widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.objectName() != "trackName"
    ]
    assert unreachable == []


def test_focus_can_be_seen(desk: Desk) -> None:
    """A picture of each kind of control differs once it has the focus."""
    window = desk.window
    window.activateWindow()
    desk.wait(window.isActiveWindow)
    for widget in (window.transport.play, window.generate_panel.button, window.generate_panel.recipe.models):
        window.arrangement.roll.setFocus()
        desk.qtbot.wait(10)
        before = widget.grab().toImage()
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        desk.wait(widget.hasFocus)
        assert widget.grab().toImage() != before, spoken(widget)[0]
