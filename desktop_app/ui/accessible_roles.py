"""What the self-drawn controls are, for screen readers: without it they would be empty grounds."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

Role = QAccessible.Role
ROLES: dict[str, QAccessible.Role] = {
    "RollView": Role.Canvas,
    "LanesView": Role.Canvas,
    "VelocityLane": Role.Canvas,
    "ChordLaneView": Role.Canvas,
    "Ruler": Role.Canvas,
    "KeysColumn": Role.Canvas,
    "PianoKeyboard": Role.Canvas,
    "QKeySequenceEdit": Role.HotkeyField,
    "KeyCaps": Role.StaticText,
    "Lamp": Role.Indicator,
    "LevelMeter": Role.Indicator,
    "Meter": Role.Indicator,
    "InputLight": Role.ButtonMenu,
    "OutputLight": Role.ButtonMenu,
    "DragHandle": Role.Button,
    "MixerPanel": Role.Grouping,
    "MixerStrip": Role.Grouping,
    "TrackStrip": Role.Grouping,
    "TrackStrips": Role.Grouping,
}
"""Roles by the name of the class; Qt knows those of its own classes and what is derived from them."""

# Qt's cache points to the interfaces; they live as long as their widgets.
_alive: dict[int, QAccessibleInterface] = {}


def install() -> None:
    """Let Qt ask for these roles; once a program."""
    QAccessible.installFactory(_interface)


def _interface(name: str, thing: QObject) -> QAccessibleInterface | None:
    role = ROLES.get(name)
    if role is None or not isinstance(thing, QWidget):
        return None
    made = QAccessibleWidget(thing, role)
    key = id(thing)
    _alive[key] = made
    thing.destroyed.connect(lambda: _alive.pop(key, None))
    return made
