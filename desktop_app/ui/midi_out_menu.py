"""Choosing the MIDI port that the studio plays to, as a menu within another."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QMenu

from desktop_app.language import tr
from desktop_app.midi_out import MidiOut


def add_midi_out_menu(menu: QMenu, midi_out: MidiOut) -> QMenu:
    """Add the ports there are now, the one that is chosen, and none."""
    inside = menu.addMenu(tr("MIDI out"))
    chosen, names = midi_out.chosen, midi_out.names()
    for name in ("", *names, *((chosen,) if chosen and chosen not in names else ())):
        text = name or tr("Nowhere")
        action = inside.addAction(text if name in ("", *names) else tr("{name} (not there)", name=name))
        action.setCheckable(True)
        action.setChecked(name == chosen)
        action.triggered.connect(partial(_choose, midi_out, name))
    if not names:
        inside.addAction(tr("No MIDI output was found")).setEnabled(False)
    return inside


def _choose(midi_out: MidiOut, name: str, _checked: bool = False) -> None:
    midi_out.choose(name)
