"""A synth that can be exchanged while the studio runs: it remembers what the next one must be told."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Protocol

from desktop_app.audio.levels import SILENT, Levels
from desktop_app.audio.synth import NullSynth, Synth, SynthEvent


class Twin(Protocol):
    """What measures beside the audible synth; `audio.level_twin.LevelTwin` fits."""

    @property
    def synth(self) -> Synth:
        """Gets what the audible synth gets."""

    def schedule(self, at_s: float, event: SynthEvent) -> None:
        """Do `event` when the clock given to `follow` reaches `at_s`."""

    def follow(self, now_s: float) -> Levels:
        """Render up to this time; the peaks on the way."""

    def close(self) -> None:
        """Free everything."""


@dataclass
class _Told:
    """What a new synth knows already."""

    programs: dict[int, tuple[int, int, bool]] = field(default_factory=dict)
    controls: dict[tuple[int, int], int] = field(default_factory=dict)


class SwitchSynth:
    """Begins in silence and hands everything on to whichever synth was attached last.

    Opening a sound output can take seconds; with this the window, the player and the keyboard are ready at
    once. Instruments, controllers and volume are told to the new synth, and its clock goes on from the old one's.
    """

    def __init__(self, first: Synth | None = None) -> None:
        self._synth: Synth = first if first is not None else NullSynth()
        self._twin: Twin | None = None
        self._listening: tuple[Synth, ...] = (self._synth,)  # the audible one first
        self._ahead_s = 0.0  # what to add to the synth's own clock
        self._lock = threading.RLock()
        self._programs: dict[int, tuple[int, int, bool]] = {}
        self._controls: dict[tuple[int, int], int] = {}
        self._gain: float | None = None
        self._closed = False

    @property
    def latency_s(self) -> float:
        """The present synth's."""
        return self._synth.latency_s

    def attach(self, synth: Synth, twin: Twin | None = None) -> None:
        """Play through `synth` from now on, measured by its twin; those before are closed."""
        listening: tuple[Synth, ...] = (synth,) if twin is None else (synth, twin.synth)
        # Without the lock first: choosing an instrument waits for the SoundFont, and others ask for the time.
        told = _Told()
        self._bring_up_to_date(listening, told)
        with self._lock:
            if self._closed:
                synth.close()
                if twin is not None:
                    twin.close()
                return
            self._bring_up_to_date(listening, told)
            before, twin_before = self._synth, self._twin
            before.all_notes_off()
            self._ahead_s += before.now_s() - synth.now_s()
            self._synth, self._twin = synth, twin
            self._listening = listening
        before.close()
        if twin_before is not None:
            twin_before.close()

    def measure(self) -> Levels:
        """Peaks since it was last asked; to be asked often, by one thread that is not in a hurry."""
        twin = self._twin
        return SILENT if twin is None else twin.follow(self.now_s())

    def now_s(self) -> float:
        """A clock that no exchange disturbs."""
        with self._lock:
            return self._synth.now_s() + self._ahead_s

    # Live notes take no lock: the MIDI thread never waits for an exchange.

    def note_on(self, channel: int, pitch: int, velocity: int) -> None:
        """Sound a note at once."""
        for synth in self._listening:
            synth.note_on(channel, pitch, velocity)

    def note_off(self, channel: int, pitch: int) -> None:
        """Release a note at once."""
        for synth in self._listening:
            synth.note_off(channel, pitch)

    def control(self, channel: int, controller: int, value: int) -> None:
        """Set a controller at once."""
        self._controls[channel, controller] = value
        for synth in self._listening:
            synth.control(channel, controller, value)

    def bend(self, channel: int, value: int) -> None:
        """Set the pitch wheel at once."""
        for synth in self._listening:
            synth.bend(channel, value)

    def program(self, channel: int, program: int, bank: int = 0, *, is_drum: bool = False) -> None:
        """Choose the instrument of a channel."""
        self._programs[channel] = (program, bank, is_drum)
        for synth in self._listening:
            synth.program(channel, program, bank, is_drum=is_drum)

    def all_notes_off(self, channel: int | None = None) -> None:
        """Release every note of a channel, or of all."""
        for synth in self._listening:
            synth.all_notes_off(channel)

    def set_gain(self, level: float) -> None:
        """Master volume, 0..1."""
        self._gain = level
        for synth in self._listening:
            synth.set_gain(level)

    def schedule(self, at_s: float, event: SynthEvent) -> None:
        """Do `event` when `now_s` reaches `at_s`."""
        with self._lock:
            self._synth.schedule(at_s - self._ahead_s, event)
            if self._twin is not None:
                self._twin.schedule(at_s, event)

    def cancel_scheduled(self) -> None:
        """Forget every event not yet done."""
        for synth in self._listening:
            synth.cancel_scheduled()

    def close(self) -> None:
        """Close the present synth; one that arrives later is closed at once."""
        with self._lock:
            self._closed = True
            self._synth.close()
            if self._twin is not None:
                self._twin.close()

    def _bring_up_to_date(self, listening: tuple[Synth, ...], told: _Told) -> None:
        """Tell what was not told yet. Copies: others may play meanwhile."""
        programs = {key: value for key, value in dict(self._programs).items() if told.programs.get(key) != value}
        controls = {key: value for key, value in dict(self._controls).items() if told.controls.get(key) != value}
        for new in listening:
            for channel, (program, bank, is_drum) in programs.items():
                new.program(channel, program, bank, is_drum=is_drum)
            for (channel, controller), value in controls.items():
                new.control(channel, controller, value)
            if self._gain is not None:
                new.set_gain(self._gain)
        told.programs.update(programs)
        told.controls.update(controls)
