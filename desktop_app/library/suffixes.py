"""How the files end that can be imported."""

from __future__ import annotations

MIDI_SUFFIXES = (".mid", ".midi", ".kar", ".rmi")
MUSICXML_SUFFIXES = (".musicxml", ".xml", ".mxl")
