"""Every command of the window in one table: its words, its keys, its menu."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

TAKES_WITH_KEYS = 9


@dataclass(frozen=True, slots=True)
class Command:
    """One command; the first of its keys is shown in the menu. `letter` keys rest while the computer keys play."""

    id: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    checkable: bool = False
    letter: bool = False
    gap_before: bool = False


COMMANDS: tuple[Command, ...] = (
    Command("new", "File", "New", ("Ctrl+N",)),
    Command("open", "File", "Open…", ("Ctrl+O",)),
    Command("save", "File", "Save", ("Ctrl+S",)),
    Command("save_as", "File", "Save as…", ("Ctrl+Shift+S",)),
    Command("import_midi", "File", "Import MIDI…", ("Ctrl+I",), gap_before=True),
    Command("export_midi", "File", "Export MIDI…", ("Ctrl+E",)),
    Command("export_wav", "File", "Export WAV…", ("Ctrl+Shift+E",)),
    Command("export_notation", "File", "Export notation…"),
    Command("quit", "File", "Quit", ("Ctrl+Q",), gap_before=True),
    Command("undo", "Edit", "Undo", ("Ctrl+Z",)),
    Command("redo", "Edit", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
    Command("select_all", "Edit", "Select all notes", ("Ctrl+A",), gap_before=True),
    Command("duplicate", "Edit", "Duplicate notes", ("Ctrl+D",)),
    Command("delete", "Edit", "Delete notes", ("Del", "Backspace")),
    Command("quantise", "Edit", "Quantise the melody", ("Q", "Ctrl+U"), letter=True),
    Command("add_track", "Edit", "Add a track", gap_before=True),
    Command("delete_track", "Edit", "Delete the track"),
    Command("arrow", "Edit", "Arrow", ("1",), letter=True, gap_before=True),
    Command("pencil", "Edit", "Pencil", ("2",), letter=True),
    Command("library", "View", "Library", ("Ctrl+1",), checkable=True),
    Command("generate_panel", "View", "Generate panel", ("Ctrl+2",), checkable=True),
    Command("piano", "View", "Piano", ("Ctrl+3",), checkable=True),
    Command("fit", "View", "Show the whole piece", ("Ctrl+0",), gap_before=True),
    Command("zoom_in", "View", "Zoom in", ("Ctrl++", "Ctrl+=")),
    Command("zoom_out", "View", "Zoom out", ("Ctrl+-",)),
    Command("theme_system", "View", "Appearance: as the system", checkable=True, gap_before=True),
    Command("theme_light", "View", "Appearance: light", checkable=True),
    Command("theme_dark", "View", "Appearance: dark", checkable=True),
    Command("play", "Play", "Play or stop", ("Space",)),
    Command("to_start", "Play", "To start", ("Return", "Enter", "Home")),
    Command("stop", "Play", "Stop; twice: silence everything", ("Esc",)),
    Command("record", "Play", "Record", ("Ctrl+R",)),
    Command("loop", "Play", "Loop", ("L", "Ctrl+L"), checkable=True, letter=True, gap_before=True),
    Command("metronome", "Play", "Metronome", ("Ctrl+M",), checkable=True),
    Command("mute", "Play", "Mute the track", ("M",), letter=True, gap_before=True),
    Command("solo", "Play", "Solo the track", ("S",), letter=True),
    Command("typing", "Play", "Computer keys play notes", ("K",), checkable=True, gap_before=True),
    Command("octave_down", "Play", "Octave down", ("[",)),
    Command("octave_up", "Play", "Octave up", ("]",)),
    Command("learn", "Play", "Learn a controller…", gap_before=True),
    Command("generate", "Generate", "Generate", ("Ctrl+G",)),
    Command("generate_anew", "Generate", "Generate with a new seed", ("Ctrl+Shift+G",)),
    Command("card", "Generate", "About this model"),
    Command("shortcuts", "Help", "Keyboard shortcuts", ("F1", "?")),
    Command("about", "Help", "About Tutti"),
)


class Actions:
    """The commands as Qt actions, in the window's menus."""

    def __init__(self, window: QMainWindow, handlers: Mapping[str, Callable[[], object]]) -> None:
        missing = {command.id for command in COMMANDS} ^ set(handlers)
        if missing:
            raise KeyError(f"Commands and their handlers differ: {', '.join(sorted(missing))}")
        self._actions: dict[str, QAction] = {}
        menus: dict[str, QMenu] = {}
        for command in COMMANDS:
            if command.menu not in menus:
                menus[command.menu] = window.menuBar().addMenu(f"&{command.menu}")
            if command.gap_before:
                menus[command.menu].addSeparator()
            action = QAction(command.text, window)
            action.setShortcuts([QKeySequence(key) for key in command.keys])
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.setCheckable(command.checkable)
            action.setMenuRole(QAction.MenuRole.NoRole)
            action.triggered.connect(lambda _on=False, act=handlers[command.id]: act())
            menus[command.menu].addAction(action)
            self._actions[command.id] = action

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def check(self, name: str, on: bool) -> None:
        """Show a switch as on or off, without acting."""
        self._actions[name].setChecked(on)


def shortcut_sheet() -> str:
    """Every command with its keys, as a page to read."""
    rows = ""
    menu = ""
    for command in COMMANDS:
        if not command.keys:
            continue
        if command.menu != menu:
            menu = command.menu
            rows += f"<tr><td colspan='2'><h3>{menu}</h3></td></tr>"
        keys = " or ".join(QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in command.keys)
        note = " *" if command.letter else ""
        rows += f"<tr><td style='padding-right:26px'>{command.text}</td><td>{_strong(keys)}{note}</td></tr>"
    rows += f"<tr><td>Take A, B, C …</td><td>{_strong(f'Alt+1 … Alt+{TAKES_WITH_KEYS}')}</td></tr>"
    return (
        f"<h2>Keyboard shortcuts</h2><table cellspacing='3'>{rows}</table>"
        "<p>* Plain letters and figures rest while the computer keys play notes (K turns that on and off).</p>"
        f"<p>Computer keys, by their place: {_strong('Z S X D C V G B H N J M')} from C, "
        f"and {_strong('Q 2 W 3 E R 5 T 6 Y 7 U I 9 O 0 P')} an octave higher.</p>"
        "<p>Piano roll: double-click adds a note, drag moves it, its right end changes its length, "
        "arrow keys move what is selected. Chords: double-click types one, Tab goes on to the next bar, drag moves it, "
        "Delete removes it. Wheel scrolls, Shift+wheel goes sideways, Ctrl+wheel zooms.</p>"
    )


def _strong(text: str) -> str:
    """In the weight that our type has; <b> would ask for a bolder one and smear it."""
    return f"<span style='font-weight:600'>{text}</span>"
