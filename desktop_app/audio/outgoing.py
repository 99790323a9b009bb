"""A synth that also tells a MIDI port what it plays, each event at the moment at which it is heard."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Protocol

from desktop_app.audio.sample_clock import SampleClock
from desktop_app.audio.synth import (
    DRUM_CHANNEL,
    LIVE_CHANNEL,
    PLAYER_CHANNELS,
    Bend,
    Control,
    NoteOff,
    NoteOn,
    Synth,
    SynthEvent,
)
from music_core.controllers import ALL_NOTES_OFF, SUSTAIN_PEDAL

MidiBytes = tuple[int, ...]
# What is played live goes to the last channel, which only a sixteenth part would share.
LIVE_OUT_CHANNEL = 15
_PITCHED = tuple(channel for channel in range(16) if channel not in (DRUM_CHANNEL, LIVE_OUT_CHANNEL))


class Port(Protocol):
    """Where the bytes go; `devices.midi_output.MidiOutput` fits. No method waits."""

    def send(self, data: MidiBytes, at_s: float | None = None) -> None:
        """Send at a time of the computer's clock, or at once."""

    def forget(self) -> None:
        """Drop what was to be sent later."""


def out_channel(channel: int) -> int | None:
    """The MIDI channel 0..15 for one of the synth's: parts in order, drums the tenth; None for clicks and previews."""
    if channel == LIVE_CHANNEL:
        return LIVE_OUT_CHANNEL
    if channel >= PLAYER_CHANNELS:
        return None
    if channel == DRUM_CHANNEL:
        return DRUM_CHANNEL
    return _PITCHED[(channel if channel < DRUM_CHANNEL else channel - 1) % len(_PITCHED)]


def to_bytes(event: SynthEvent) -> MidiBytes | None:
    """An event as MIDI, or None where it is not for others."""
    channel = out_channel(event.channel)
    if channel is None:
        return None
    match event:
        case NoteOn(_, pitch, velocity):
            return 0x90 | channel, pitch, velocity
        case NoteOff(_, pitch):
            return 0x80 | channel, pitch, 64
        case Control(_, controller, value):
            return 0xB0 | channel, controller, value
        case Bend(_, value):
            return 0xE0 | channel, (value + 8192) & 0x7F, (value + 8192) >> 7


class Outgoing:
    """Stands before the synth and does everything it does; while `port` is None nothing else happens."""

    def __init__(self, synth: Synth, clock: Callable[[], float]) -> None:
        self._synth = synth
        self._clock = clock
        self._times = SampleClock()
        self._lock = threading.Lock()
        self._programs: dict[int, tuple[int, int, bool]] = {}
        self._controls: dict[tuple[int, int], int] = {}
        self._port: Port | None = None

    @property
    def latency_s(self) -> float:
        """The synth's."""
        return self._synth.latency_s

    def connect(self, port: Port | None) -> None:
        """Tell this port from now on, beginning with every instrument and control that is set; None: nobody."""
        before, self._port = self._port, port
        if before is not None:
            before.forget()
            for data in silence():
                before.send(data)
        if port is not None:
            for channel, (program, bank, _) in sorted(self._programs.items()):
                for data in _program_bytes(channel, program, bank):
                    port.send(data)
            for (channel, controller), value in sorted(self._controls.items()):
                self._tell(Control(channel, controller, value))

    def now_s(self) -> float:
        """The synth's time."""
        now_s = self._synth.now_s()
        if self._port is not None:
            with self._lock:
                self._times.observe(self._clock(), now_s)
        return now_s

    def note_on(self, channel: int, pitch: int, velocity: int) -> None:
        """Sound a note at once."""
        self._synth.note_on(channel, pitch, velocity)
        self._tell(NoteOn(channel, pitch, velocity))

    def note_off(self, channel: int, pitch: int) -> None:
        """Release a note at once."""
        self._synth.note_off(channel, pitch)
        self._tell(NoteOff(channel, pitch))

    def control(self, channel: int, controller: int, value: int) -> None:
        """Set a controller at once."""
        self._synth.control(channel, controller, value)
        self._controls[channel, controller] = value
        self._tell(Control(channel, controller, value))

    def bend(self, channel: int, value: int) -> None:
        """Set the pitch wheel at once."""
        self._synth.bend(channel, value)
        self._tell(Bend(channel, value))

    def program(self, channel: int, program: int, bank: int = 0, *, is_drum: bool = False) -> None:
        """Choose the instrument of a channel."""
        self._synth.program(channel, program, bank, is_drum=is_drum)
        self._programs[channel] = (program, bank, is_drum)
        if self._port is not None:
            for data in _program_bytes(channel, program, bank):
                self._port.send(data)

    def all_notes_off(self, channel: int | None = None) -> None:
        """Release every note of a channel, or of all."""
        self._synth.all_notes_off(channel)
        out = None if channel is None else out_channel(channel)
        if self._port is not None and (channel is None or out is not None):
            for data in silence(out):
                self._port.send(data)

    def set_gain(self, level: float) -> None:
        """Master volume of what is heard here; other instruments have their own."""
        self._synth.set_gain(level)

    def schedule(self, at_s: float, event: SynthEvent) -> None:
        """Do `event` when `now_s` reaches `at_s`; the port gets it when it is heard."""
        self._synth.schedule(at_s, event)
        port, data = self._port, to_bytes(event)
        if port is not None and data is not None:
            with self._lock:
                self._times.observe(self._clock(), self._synth.now_s())
                heard_s = self._times.clock_s(at_s) + self._synth.latency_s
            port.send(data, heard_s)

    def cancel_scheduled(self) -> None:
        """Forget every event not yet done."""
        self._synth.cancel_scheduled()
        if self._port is not None:
            self._port.forget()

    def close(self) -> None:
        """Let the port fall silent, then the synth."""
        self.connect(None)
        self._synth.close()

    def _tell(self, event: SynthEvent) -> None:
        port = self._port
        data = to_bytes(event) if port is not None else None
        if port is not None and data is not None:
            port.send(data)


def silence(channel: int | None = None) -> Iterator[MidiBytes]:
    """What ends every note of a MIDI channel, or of all, pedal included."""
    for each in range(16) if channel is None else (channel,):
        yield 0xB0 | each, SUSTAIN_PEDAL, 0
        yield 0xB0 | each, ALL_NOTES_OFF, 0


def _program_bytes(channel: int, program: int, bank: int) -> Iterator[MidiBytes]:
    out = out_channel(channel)
    if out is not None:
        yield 0xB0 | out, 0, bank >> 7
        yield 0xB0 | out, 32, bank & 0x7F
        yield 0xC0 | out, program
