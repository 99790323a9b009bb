"""The notes of a recording under way, so that a take is seen to grow."""

from __future__ import annotations

from collections.abc import Callable

from music_core.performance import LiveMessage, NoteMessage
from music_core.score import Note

_LEAST_TICKS = 30


class TakePreview:
    """Collects live notes at the playhead's ticks; rough, as the recorder's own stamps make the real take."""

    def __init__(self, position_tick: Callable[[], float]) -> None:
        self._position_tick = position_tick
        self._open: dict[int, tuple[int, int]] = {}
        self._done: list[Note] = []

    def hear(self, message: LiveMessage) -> None:
        """A key went down or up while recording."""
        if not isinstance(message, NoteMessage):
            return
        tick = max(0, round(self._position_tick()))
        if message.pitch in self._open:
            start, velocity = self._open.pop(message.pitch)
            self._done.append(Note(start, message.pitch, max(_LEAST_TICKS, tick - start), velocity))
        if message.velocity:
            self._open[message.pitch] = (tick, message.velocity)

    def notes(self) -> tuple[Note, ...]:
        """What was played so far; held keys reach to the playhead."""
        tick = max(0, round(self._position_tick()))
        held = (
            Note(start, pitch, max(_LEAST_TICKS, tick - start), velocity)
            for pitch, (start, velocity) in self._open.items()
        )
        return (*self._done, *held)

    def clear(self) -> None:
        """The take is over: its notes are in the score."""
        self._open.clear()
        self._done.clear()
