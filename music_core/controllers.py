"""MIDI controller numbers by name, and which of them belong to the playing itself."""

from __future__ import annotations

MODULATION = 1
BREATH = 2
VOLUME = 7
PAN = 10
EXPRESSION = 11
SUSTAIN_PEDAL = 64
SOSTENUTO_PEDAL = 66
SOFT_PEDAL = 67
REVERB = 91
CHORUS = 93
ALL_SOUND_OFF = 120
ALL_NOTES_OFF = 123

# What hands and feet do while playing. A recording keeps these and the live voice obeys them; every other
# controller is a knob or a button of the desk and must not end up in the music.
PERFORMING = frozenset({MODULATION, BREATH, EXPRESSION, SUSTAIN_PEDAL, SOSTENUTO_PEDAL, SOFT_PEDAL})
