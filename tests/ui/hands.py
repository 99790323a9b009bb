"""What a test does with mouse and keys where Qt's own helpers do not reach."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.ui.piano_roll.view import RollView
from tests.ui.conftest import Desk

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


def drag(widget: QWidget, start: QPoint, end: QPoint, keys: Qt.KeyboardModifier = NONE) -> None:
    """Press, go there in two strides, let go."""
    QTest.mousePress(widget, LEFT, keys, start)
    for share in (0.5, 1.0):
        point = QPointF(start) + (QPointF(end) - QPointF(start)) * share
        event = QMouseEvent(QEvent.Type.MouseMove, point, widget.mapToGlobal(point), LEFT, LEFT, keys)
        QApplication.sendEvent(widget, event)
    QTest.mouseRelease(widget, LEFT, keys, end)


def at(roll: RollView, tick: float, pitch: int) -> QPoint:
    """Where a tick and a pitch meet in the piano roll."""
    scale = roll._axis.scale
    return QPoint(round(scale.x(tick)), round(roll.pitch.y(pitch) + roll.pitch.row_px / 2))


def press(desk: Desk, key: Qt.Key, keys: Qt.KeyboardModifier = NONE) -> None:
    """A key in the piano roll."""
    QTest.keyClick(desk.window.arrangement.roll, key, keys)


def click(widget: QWidget) -> None:
    """A click in a control's middle."""
    QTest.mouseClick(widget, LEFT)
