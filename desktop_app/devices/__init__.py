"""Keyboards, knobs and the recorder: everything that a hand touches."""
