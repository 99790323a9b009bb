"""A tone to check the sound with: left, right, then both."""

from __future__ import annotations

from desktop_app.audio.synth import AUDITION_CHANNEL, Control, NoteOff, NoteOn, Synth, SynthEvent
from music_core.controllers import PAN, REVERB, VOLUME

# The ocarina is nearly a sine, and a sine tells best whether anything crackles.
_OCARINA = 79
_PITCH, _VELOCITY = 69, 100
_TONE_S, _GAP_S, _LEAD_S = 0.7, 0.15, 0.1
_SIDES = (0, 127, 64)
LENGTH_S = _LEAD_S + len(_SIDES) * (_TONE_S + _GAP_S)


def sound_tone(synth: Synth) -> None:
    """Plan the tone on the synth, from now on; choosing its instrument may take a moment."""
    synth.program(AUDITION_CHANNEL, _OCARINA)
    began_s = synth.now_s() + _LEAD_S
    for at_s, event in tone_events():
        synth.schedule(began_s + at_s, event)


def tone_events() -> tuple[tuple[float, SynthEvent], ...]:
    """(seconds, event): an A on the left, on the right, and in the middle."""
    channel = AUDITION_CHANNEL
    events: list[tuple[float, SynthEvent]] = [(0.0, Control(channel, VOLUME, 100)), (0.0, Control(channel, REVERB, 0))]
    for number, side in enumerate(_SIDES):
        at_s = number * (_TONE_S + _GAP_S)
        events.append((at_s, Control(channel, PAN, side)))
        events.append((at_s + 0.01, NoteOn(channel, _PITCH, _VELOCITY)))
        events.append((at_s + _TONE_S, NoteOff(channel, _PITCH)))
    return tuple(events)
