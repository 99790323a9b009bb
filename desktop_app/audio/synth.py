"""What the studio asks of anything that makes sound, and the synth that makes none."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

# One synth, many hands: the player's tracks, the metronome, the live keyboard and auditioned notes each have
# channels of their own, so that muting, an instrument change or a pedal of one never touches the other.
DRUM_CHANNEL = 9
PLAYER_CHANNELS = 112
LIVE_CHANNEL = 112
METRONOME_CHANNEL = 113
AUDITION_CHANNEL = 114
CHANNELS = 128


@dataclass(frozen=True, slots=True)
class NoteOff:
    """A key of a channel goes up."""

    channel: int
    pitch: int


@dataclass(frozen=True, slots=True)
class Control:
    """A controller of a channel takes a value 0..127."""

    channel: int
    controller: int
    value: int


@dataclass(frozen=True, slots=True)
class Bend:
    """The pitch wheel of a channel goes to -8192..8191."""

    channel: int
    value: int


@dataclass(frozen=True, slots=True)
class NoteOn:
    """A key of a channel goes down with velocity 1..127."""

    channel: int
    pitch: int
    velocity: int


SynthEvent = NoteOff | Control | Bend | NoteOn


class Synth(Protocol):
    """Sixteen-and-more channels of sound with a clock of their own; every method may be called from any thread."""

    @property
    def latency_s(self) -> float:
        """Seconds from a sample being rendered to its being heard."""

    def now_s(self) -> float:
        """Seconds of sound rendered so far: the clock that `schedule` goes by. It moves in small jumps."""

    def note_on(self, channel: int, pitch: int, velocity: int) -> None:
        """Sound a note at once."""

    def note_off(self, channel: int, pitch: int) -> None:
        """Release a note at once."""

    def control(self, channel: int, controller: int, value: int) -> None:
        """Set a controller at once."""

    def bend(self, channel: int, value: int) -> None:
        """Set the pitch wheel, -8192..8191, at once."""

    def program(self, channel: int, program: int, bank: int = 0, *, is_drum: bool = False) -> None:
        """Choose the instrument of a channel; may take a moment while its samples are read."""

    def all_notes_off(self, channel: int | None = None) -> None:
        """Release every note of a channel, or of all, and lift its pedal."""

    def set_gain(self, level: float) -> None:
        """Master volume, 0..1."""

    def schedule(self, at_s: float, event: SynthEvent) -> None:
        """Do `event` when `now_s` reaches `at_s`; what is already due is done at once."""

    def cancel_scheduled(self) -> None:
        """Forget every event not yet done. Notes that sound go on sounding."""

    def close(self) -> None:
        """Fall silent and give the sound device back; closing twice does no harm."""


def perform(synth: Synth, event: SynthEvent) -> None:
    """Do an event at once."""
    match event:
        case NoteOn(channel, pitch, velocity):
            synth.note_on(channel, pitch, velocity)
        case NoteOff(channel, pitch):
            synth.note_off(channel, pitch)
        case Control(channel, controller, value):
            synth.control(channel, controller, value)
        case Bend(channel, value):
            synth.bend(channel, value)


class NullSynth:
    """Silence that keeps time: everything works as with sound, on the computer's own clock."""

    latency_s = 0.0

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._began_s = clock()

    def now_s(self) -> float:
        """Seconds since it was made."""
        return self._clock() - self._began_s

    def note_on(self, channel: int, pitch: int, velocity: int) -> None:
        """Sound nothing."""

    def note_off(self, channel: int, pitch: int) -> None:
        """Release nothing."""

    def control(self, channel: int, controller: int, value: int) -> None:
        """Turn no knob."""

    def bend(self, channel: int, value: int) -> None:
        """Bend nothing."""

    def program(self, channel: int, program: int, bank: int = 0, *, is_drum: bool = False) -> None:
        """Choose nothing."""

    def all_notes_off(self, channel: int | None = None) -> None:
        """Nothing sounds anyway."""

    def set_gain(self, level: float) -> None:
        """Silence has one loudness."""

    def schedule(self, at_s: float, event: SynthEvent) -> None:
        """Plan nothing."""

    def cancel_scheduled(self) -> None:
        """Nothing was planned."""

    def close(self) -> None:
        """Nothing to give back."""
