"""The braces of loop and punch over the ruler: drawn, dragged and removed with the mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from desktop_app.ui.piano_roll.braces import LOOP_ROW, PUNCH_ROW, dragged, drawn, grip_at
from desktop_app.ui.piano_roll.coords import TimeScale
from tests.ui.conftest import Desk

LEFT = Qt.MouseButton.LeftButton
NO, SHIFT, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
LOOP_Y, PUNCH_Y, BARS_Y = 4, 12, 24


def by_beats(tick: float) -> int:
    return round(tick / 480) * 480


def test_grips_and_what_dragging_them_does() -> None:
    scale = TimeScale().starting_at(0)
    span = (480, 4800)
    left, right = (scale.x(tick) for tick in span)
    assert grip_at(span, LOOP_ROW, scale, left, LOOP_Y) == "start"
    assert grip_at(span, LOOP_ROW, scale, right, LOOP_Y) == "end"
    assert grip_at(span, LOOP_ROW, scale, (left + right) / 2, LOOP_Y) == "whole"
    assert grip_at(span, LOOP_ROW, scale, left, PUNCH_Y) is None
    assert grip_at(None, PUNCH_ROW, scale, left, PUNCH_Y) is None
    assert dragged(span, "end", 4800, 2900, by_beats) == (480, 2880)
    assert dragged(span, "start", 480, 5300, by_beats) == (4800, 5280)
    assert dragged(span, "whole", 1000, 1960, by_beats) == (1440, 5760)
    assert dragged(span, "whole", 1000, -9000, by_beats) == (0, 4320)
    assert dragged(span, "end", 4800, 500, by_beats) is None
    assert drawn(2000, 490, by_beats) == (480, 1920)
    assert drawn(10, 20, by_beats) is None


def drag(desk: Desk, from_tick: float, to_tick: float, y: int, modifier: Qt.KeyboardModifier = NO) -> None:
    """From one tick to another along the ruler, at one height."""
    ruler, scale = desk.window.arrangement.ruler, desk.window.arrangement.axis.scale
    QTest.mousePress(ruler, LEFT, modifier, QPoint(round(scale.x(from_tick)), y))
    for tick in ((from_tick + to_tick) / 2, to_tick):
        point = QPointF(scale.x(tick), y)
        QApplication.sendEvent(
            ruler, QMouseEvent(QEvent.Type.MouseMove, point, ruler.mapToGlobal(point), LEFT, LEFT, modifier)
        )
    QTest.mouseRelease(ruler, LEFT, modifier, QPoint(round(scale.x(to_tick)), y))


def test_loop_and_punch_are_drawn_moved_stretched_and_removed(desk: Desk) -> None:
    session, transport = desk.session, desk.window.transport
    drag(desk, 1940, 5700, BARS_Y)
    assert session.loop == (1920, 5760)
    drag(desk, 5760, 7600, LOOP_Y)
    assert session.loop == (1920, 7680)
    drag(desk, 4000, 6000, LOOP_Y)
    assert session.loop == (3840, 9600)
    assert session.punch is None
    drag(desk, 1900, 3900, BARS_Y, SHIFT)
    assert session.punch == (1920, 3840)
    assert transport.punch.isChecked()
    assert desk.window.arrangement.ruler.punch == (1920, 3840)
    drag(desk, 1920, 2400, PUNCH_Y, CTRL)
    assert session.punch == (2400, 3840)
    assert session.loop == (3840, 9600)
    ruler, scale = desk.window.arrangement.ruler, desk.window.arrangement.axis.scale
    QTest.mouseDClick(ruler, LEFT, pos=QPoint(round(scale.x(3000)), PUNCH_Y))
    assert session.punch is None
    QTest.mouseDClick(ruler, LEFT, pos=QPoint(round(scale.x(5000)), LOOP_Y))
    assert session.loop is None


def test_loop_and_punch_come_back_where_they_were(desk: Desk) -> None:
    session, transport = desk.session, desk.window.transport
    session.set_loop((1920, 3840))
    for expected in (None, (1920, 3840)):
        QTest.mouseClick(transport.loop, LEFT)
        assert session.loop == expected
    QTest.mouseClick(transport.punch, LEFT)
    assert session.punch == (1920, 3840)  # nothing was marked, so it is the loop
    session.set_punch((3840, 5760))
    for expected in (None, (3840, 5760)):
        desk.window.actions_table["punch"].trigger()
        assert session.punch == expected
        assert desk.window.actions_table["punch"].isChecked() == (expected is not None)
    session.load_sample("ode-to-joy")
    QTest.mouseClick(transport.loop, LEFT)
    assert session.loop == (0, desk.window.arrangement.axis.end_tick)


@pytest.mark.parametrize(
    ("text", "loop", "punch"), [("Loop where to record", (480, 960), (480, 960)), ("Record everywhere", None, None)]
)
def test_the_rulers_menu(desk: Desk, text: str, loop: object, punch: object) -> None:
    desk.session.set_punch((480, 960))
    menu = QMenu()
    desk.window.arrangement.ruler.fill_menu(menu)
    next(action for action in menu.actions() if action.text() == text).trigger()
    assert (desk.session.loop, desk.session.punch) == (loop, punch)
