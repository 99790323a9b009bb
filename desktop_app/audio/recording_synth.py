"""A synth that writes down what it was told, for tests of everything that plays."""

from __future__ import annotations

import threading
from collections.abc import Callable

from desktop_app.audio.synth import Bend, Control, NoteOff, NoteOn, SynthEvent


class RecordingSynth:
    """Keeps every event with the synth time at which it took effect; its time is the clock it is given.

    Scheduled events take effect when the clock has passed them and somebody looks (`happened`, `now_s`).
    """

    def __init__(self, clock: Callable[[], float], latency_s: float = 0.0) -> None:
        self._clock = clock
        self._began_s = clock()
        self._latency_s = latency_s
        self._lock = threading.RLock()
        self._happened: list[tuple[float, SynthEvent]] = []
        self._scheduled: list[tuple[float, SynthEvent]] = []
        self._sounding: dict[tuple[int, int], int] = {}
        self._programs: dict[int, tuple[int, int, bool]] = {}
        self.gain = 1.0
        self.closed = False

    @property
    def latency_s(self) -> float:
        """What it was made with."""
        return self._latency_s

    @property
    def happened(self) -> tuple[tuple[float, SynthEvent], ...]:
        """All events that took effect, in order."""
        with self._lock:
            self._settle()
            return tuple(self._happened)

    @property
    def scheduled(self) -> tuple[tuple[float, SynthEvent], ...]:
        """All events still ahead, in order."""
        with self._lock:
            self._settle()
            return tuple(self._scheduled)

    @property
    def sounding(self) -> frozenset[tuple[int, int]]:
        """(channel, pitch) of every note now held."""
        with self._lock:
            self._settle()
            return frozenset(self._sounding)

    @property
    def programs(self) -> dict[int, tuple[int, int, bool]]:
        """Channel -> (program, bank, is_drum) as last chosen."""
        return dict(self._programs)

    def notes_on(self, *channels: int) -> list[tuple[float, NoteOn]]:
        """The notes that have begun, on these channels or on all."""
        return [
            (at_s, event)
            for at_s, event in self.happened
            if isinstance(event, NoteOn) and (not channels or event.channel in channels)
        ]

    def now_s(self) -> float:
        """Seconds on the clock since it was made."""
        with self._lock:
            self._settle()
        return self._clock() - self._began_s

    def note_on(self, channel: int, pitch: int, velocity: int) -> None:
        """Write the note down."""
        self._note(NoteOn(channel, pitch, velocity))

    def note_off(self, channel: int, pitch: int) -> None:
        """Write the release down."""
        self._note(NoteOff(channel, pitch))

    def control(self, channel: int, controller: int, value: int) -> None:
        """Write the control down."""
        self._note(Control(channel, controller, value))

    def bend(self, channel: int, value: int) -> None:
        """Write the bend down."""
        self._note(Bend(channel, value))

    def program(self, channel: int, program: int, bank: int = 0, *, is_drum: bool = False) -> None:
        """Remember the instrument."""
        self._programs[channel] = (program, bank, is_drum)

    def all_notes_off(self, channel: int | None = None) -> None:
        """Release what sounds, note by note."""
        with self._lock:
            for held in sorted(self.sounding):
                if channel is None or held[0] == channel:
                    self.note_off(*held)

    def set_gain(self, level: float) -> None:
        """Remember the volume."""
        self.gain = level

    def schedule(self, at_s: float, event: SynthEvent) -> None:
        """Keep the event for its time."""
        with self._lock:
            self._scheduled.append((at_s, event))
            # Stable, so events of one moment stay in the order given, but a release goes before a new note.
            self._scheduled.sort(key=lambda entry: (entry[0], isinstance(entry[1], NoteOn)))

    def cancel_scheduled(self) -> None:
        """Drop what has not happened yet."""
        with self._lock:
            self._settle()
            self._scheduled.clear()

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True

    def _note(self, event: SynthEvent) -> None:
        with self._lock:
            self._settle()
            self._take_effect(self._clock() - self._began_s, event)

    def _settle(self) -> None:
        now_s = self._clock() - self._began_s
        while self._scheduled and self._scheduled[0][0] <= now_s:
            self._take_effect(*self._scheduled.pop(0))

    def _take_effect(self, at_s: float, event: SynthEvent) -> None:
        self._happened.append((at_s, event))
        if isinstance(event, NoteOn):
            self._sounding[event.channel, event.pitch] = event.velocity
        elif isinstance(event, NoteOff):
            self._sounding.pop((event.channel, event.pitch), None)
