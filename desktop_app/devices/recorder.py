"""Keeps what was played, as it was played."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from music_core.controllers import PERFORMING
from music_core.performance import BendMessage, ControlMessage, LiveMessage, NoteMessage, PerformedTake

_SIXTEENTHS_A_BEAT = 4


class Recorder:
    """Collects messages between `start` and `stop`; `feed` is a listener for the hub, from any thread.

    Notes, velocities, pedals, modulation and bends are kept raw; quantising them is someone else's business
    and can be repeated. Nothing that was kept is ever given up, whatever becomes of the cable.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._recording = False
        self._origin_s = 0.0
        self._bpm = 120.0
        self._messages: list[LiveMessage] = []
        self._opens_s = 0.0
        self._before: dict[tuple[int, int], ControlMessage | BendMessage] = {}

    @property
    def is_recording(self) -> bool:
        """Whether messages are being kept."""
        return self._recording

    @property
    def messages(self) -> tuple[LiveMessage, ...]:
        """What this take holds so far, for showing it while it grows."""
        with self._lock:
            return tuple(self._messages)

    def start(self, origin_s: float, bpm: float) -> None:
        """Begin a take counted from `origin_s`, which may lie ahead (a count-in) or behind (tick 0 of the piece)."""
        with self._lock:
            self._origin_s = origin_s
            self._bpm = bpm
            # Recording may begin in the middle of the piece: then nothing from before this moment counts.
            self._opens_s = max(origin_s, self._clock()) - 60.0 / bpm / _SIXTEENTHS_A_BEAT
            self._messages = []
            self._before = {}
            self._recording = True

    def feed(self, message: LiveMessage) -> None:
        """Keep a message of the playing; those of the desk (volume, buttons, knobs) are left out."""
        if isinstance(message, ControlMessage) and message.controller not in PERFORMING:
            return
        with self._lock:
            if not self._recording:
                return
            if message.time_s >= self._opens_s:
                self._messages.append(message)
            elif not isinstance(message, NoteMessage):
                self._before[_slot(message)] = message

    def stop(self) -> PerformedTake:
        """End the take; messages are in order of time and begin with any pedal or wheel held since before."""
        with self._lock:
            self._recording = False
            held = [replace(message, time_s=self._opens_s) for message in self._before.values() if message.value]
            messages = sorted([*held, *self._messages], key=lambda message: message.time_s)
            return PerformedTake(tuple(messages), self._origin_s, max(self._clock(), self._origin_s), self._bpm)


def _slot(message: ControlMessage | BendMessage) -> tuple[int, int]:
    return (message.channel, message.controller if isinstance(message, ControlMessage) else -1)
