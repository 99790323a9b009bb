"""A tiny language for playing: "+60 @0.5 -60 p127" is a key down, half a second later up, then the pedal."""

from __future__ import annotations

from music_core.performance import BendMessage, ControlMessage, LiveMessage, NoteMessage


def played(text: str, start_s: float = 0.0) -> list[LiveMessage]:
    """Read the language.

    `+60` or `+60v20` key down, `-60` up, `c7=99` controller, `p127` pedal, `m64` modulation, `b-100` bend,
    `@1.5` the time of what follows.
    """
    messages: list[LiveMessage] = []
    time_s = start_s
    for word in text.split():
        kind, rest = word[0], word[1:]
        if kind == "@":
            time_s = start_s + float(rest)
        elif kind == "+":
            pitch, _, velocity = rest.partition("v")
            messages.append(NoteMessage(time_s, int(pitch), int(velocity or 80)))
        elif kind == "-":
            messages.append(NoteMessage(time_s, int(rest), 0))
        elif kind == "b":
            messages.append(BendMessage(time_s, int(rest)))
        else:
            controller, value = {"p": "64", "m": "1"}.get(kind), rest
            if controller is None:
                controller, value = rest.split("=")
            messages.append(ControlMessage(time_s, int(controller), int(value)))
    return messages


class Clock:
    """Time that moves only when told to."""

    def __init__(self, now_s: float = 100.0) -> None:
        self.now_s = now_s

    def __call__(self) -> float:
        return self.now_s

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now_s += seconds
