"""MIDI as it comes over the wire, as live messages."""

from __future__ import annotations

from collections.abc import Sequence

from music_core.performance import BendMessage, ControlMessage, LiveMessage, NoteMessage

_NOTE_OFF, _NOTE_ON, _CONTROL, _BEND = 0x80, 0x90, 0xB0, 0xE0


def parse(data: Sequence[int], time_s: float) -> LiveMessage | None:
    """One message, or None for kinds that nobody here plays (clock, pressure, system exclusive, a torn one)."""
    if len(data) != 3 or not 0x80 <= data[0] < 0xF0 or max(data[1], data[2]) > 127:
        return None
    kind, channel = data[0] & 0xF0, data[0] & 0x0F
    if kind == _NOTE_ON:
        return NoteMessage(time_s, data[1], data[2], channel)
    if kind == _NOTE_OFF:
        return NoteMessage(time_s, data[1], 0, channel)
    if kind == _CONTROL:
        return ControlMessage(time_s, data[1], data[2], channel)
    if kind == _BEND:
        return BendMessage(time_s, (data[1] | data[2] << 7) - 8192, channel)
    return None


def arrival_times(deltas_s: Sequence[float], now_s: float, not_before_s: float) -> list[float]:
    """When messages that were read together came in, given each one's distance from the one before.

    The last counts as come now. Reading may have been late, so without this the notes of a quick run would
    all get one time; but none can be older than the look before, which would have found it.
    """
    times = []
    at_s = now_s
    for delta_s in reversed(deltas_s):
        times.append(at_s)
        at_s = max(min(not_before_s, at_s), at_s - max(0.0, delta_s))
    return times[::-1]
