"""A synth that can be exchanged while the studio runs: it remembers what the next one must be told."""

from __future__ import annotations

import threading

from desktop_app.audio.synth import NullSynth, Synth, SynthEvent


class SwitchSynth:
    """Begins in silence and hands everything on to whichever synth was attached last.

    Opening a sound output can take seconds; with this the window, the player and the keyboard are ready at
    once. Instruments, controllers and volume are told to the new synth, and its clock goes on from the old one's.
    """

    def __init__(self, first: Synth | None = None) -> None:
        self._synth: Synth = first if first is not None else NullSynth()
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

    def attach(self, synth: Synth) -> None:
        """Play through `synth` from now on; the one before is closed."""
        with self._lock:
            if self._closed:
                synth.close()
                return
            # Copies: others may play meanwhile.
            for channel, (program, bank, is_drum) in dict(self._programs).items():
                synth.program(channel, program, bank, is_drum=is_drum)
            for (channel, controller), value in dict(self._controls).items():
                synth.control(channel, controller, value)
            if self._gain is not None:
                synth.set_gain(self._gain)
            before = self._synth
            before.all_notes_off()
            self._ahead_s += before.now_s() - synth.now_s()
            self._synth = synth
        before.close()

    def now_s(self) -> float:
        """A clock that no exchange disturbs."""
        with self._lock:
            return self._synth.now_s() + self._ahead_s

    # Live notes take no lock: the MIDI thread never waits for an exchange.

    def note_on(self, channel: int, pitch: int, velocity: int) -> None:
        """Sound a note at once."""
        self._synth.note_on(channel, pitch, velocity)

    def note_off(self, channel: int, pitch: int) -> None:
        """Release a note at once."""
        self._synth.note_off(channel, pitch)

    def control(self, channel: int, controller: int, value: int) -> None:
        """Set a controller at once."""
        self._controls[channel, controller] = value
        self._synth.control(channel, controller, value)

    def bend(self, channel: int, value: int) -> None:
        """Set the pitch wheel at once."""
        self._synth.bend(channel, value)

    def program(self, channel: int, program: int, bank: int = 0, *, is_drum: bool = False) -> None:
        """Choose the instrument of a channel."""
        self._programs[channel] = (program, bank, is_drum)
        self._synth.program(channel, program, bank, is_drum=is_drum)

    def all_notes_off(self, channel: int | None = None) -> None:
        """Release every note of a channel, or of all."""
        self._synth.all_notes_off(channel)

    def set_gain(self, level: float) -> None:
        """Master volume, 0..1."""
        self._gain = level
        self._synth.set_gain(level)

    def schedule(self, at_s: float, event: SynthEvent) -> None:
        """Do `event` when `now_s` reaches `at_s`."""
        with self._lock:
            self._synth.schedule(at_s - self._ahead_s, event)

    def cancel_scheduled(self) -> None:
        """Forget every event not yet done."""
        self._synth.cancel_scheduled()

    def close(self) -> None:
        """Close the present synth; one that arrives later is closed at once."""
        with self._lock:
            self._closed = True
            self._synth.close()
