"""Played messages <-> rows of JSON, in project files and in the take journal."""

from __future__ import annotations

from typing import Any

from desktop_app.library.fields import Field
from music_core.performance import BendMessage, ControlMessage, LiveMessage, NoteMessage

_LONGEST_S = 1e12


def message_to(message: LiveMessage) -> list[Any]:
    """A message as a row: its kind, its time, its channel, its values."""
    match message:
        case NoteMessage():
            return ["note", message.time_s, message.channel, message.pitch, message.velocity]
        case ControlMessage():
            return ["control", message.time_s, message.channel, message.controller, message.value]
        case BendMessage():
            return ["bend", message.time_s, message.channel, message.value]


def message_from(field: Field) -> LiveMessage:
    """The message of a row; raises LibraryError for anything else."""
    row = field.value
    if not isinstance(row, list) or len(row) < 2:
        raise field.wrong("is not a message")
    kind, time_s = row[0], Field(row[1], field.where).number(-_LONGEST_S, _LONGEST_S)
    numbers = Field(row[2:], field.where)
    if kind == "note":
        channel, pitch, velocity = numbers.whole_row((0, 15), (0, 127), (0, 127))
        return NoteMessage(time_s, pitch, velocity, channel)
    if kind == "control":
        channel, controller, value = numbers.whole_row((0, 15), (0, 127), (0, 127))
        return ControlMessage(time_s, controller, value, channel)
    if kind == "bend":
        channel, value = numbers.whole_row((0, 15), (-8192, 8191))
        return BendMessage(time_s, value, channel)
    raise field.wrong("is neither a note nor a control nor a bend")
