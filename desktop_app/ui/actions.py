"""Every command of the window in one table: its words, its keys, its menu."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from desktop_app.language import tr

TAKES_WITH_KEYS = 9
MENUS = ("File", "Edit", "View", "Play", "Generate", "Train", "Help")
"""The menus from the left; one without commands is not shown."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command; the first of its keys is shown in the menu. `letter` keys rest while the computer keys play.

    Menu, text and `inside` (a submenu) are English, and translated where they are shown.
    """

    id: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    checkable: bool = False
    letter: bool = False
    gap_before: bool = False
    inside: str = ""


COMMANDS: tuple[Command, ...] = (
    Command("new", "File", "New", ("Ctrl+N",)),
    Command("open", "File", "Open…", ("Ctrl+O",)),
    Command("save", "File", "Save", ("Ctrl+S",)),
    Command("save_as", "File", "Save as…", ("Ctrl+Shift+S",)),
    Command("import_midi", "File", "Import…", ("Ctrl+I",), gap_before=True),
    Command("export_midi", "File", "Export MIDI…", ("Ctrl+E",)),
    Command("export", "File", "Export…", ("Ctrl+Shift+E",)),
    Command("quit", "File", "Quit", ("Ctrl+Q",), gap_before=True),
    Command("undo", "Edit", "Undo", ("Ctrl+Z",)),
    Command("redo", "Edit", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
    Command("cut", "Edit", "Cut", ("Ctrl+X",), gap_before=True),
    Command("copy", "Edit", "Copy", ("Ctrl+C",)),
    Command("paste", "Edit", "Paste at the playhead", ("Ctrl+V",)),
    Command("duplicate", "Edit", "Duplicate notes", ("Ctrl+D",)),
    Command("delete", "Edit", "Delete notes", ("Del", "Backspace")),
    Command("select_all", "Edit", "Select all notes", ("Ctrl+A",), inside="Select", gap_before=True),
    Command("select_bars", "Edit", "Select these bars", ("Ctrl+B",), inside="Select"),
    Command("select_inverse", "Edit", "Select the other notes", ("Ctrl+Shift+I",), inside="Select"),
    Command("select_none", "Edit", "Select nothing", ("Ctrl+Shift+A",), inside="Select"),
    Command("next_note", "Edit", "Next note", ("Alt+Right",), inside="Select"),
    Command("previous_note", "Edit", "Note before", ("Alt+Left",), inside="Select"),
    Command("up", "Edit", "Up a semitone or a step of the scale", ("Ctrl+Up",), inside="Pitch"),
    Command("down", "Edit", "Down a semitone or a step of the scale", ("Ctrl+Down",), inside="Pitch"),
    Command("notes_octave_up", "Edit", "Notes an octave up", ("Ctrl+Shift+Up",), inside="Pitch"),
    Command("notes_octave_down", "Edit", "Notes an octave down", ("Ctrl+Shift+Down",), inside="Pitch"),
    Command("into_scale", "Edit", "Move notes into the key", ("Ctrl+Shift+K",), inside="Pitch"),
    Command("keep_to_scale", "Edit", "Keep to the scale", ("Ctrl+H",), inside="Pitch", checkable=True),
    Command("quantise", "Edit", "Quantise", ("Q", "Ctrl+U"), inside="Timing", letter=True),
    Command("later", "Edit", "Move notes later", ("Ctrl+Right",), inside="Timing"),
    Command("earlier", "Edit", "Move notes earlier", ("Ctrl+Left",), inside="Timing"),
    Command("longer", "Edit", "Longer notes", ("Ctrl+Shift+Right",), inside="Timing"),
    Command("shorter", "Edit", "Shorter notes", ("Ctrl+Shift+Left",), inside="Timing"),
    Command("split", "Edit", "Split notes", ("Ctrl+T",), inside="Timing"),
    Command("join", "Edit", "Join notes", ("Ctrl+J",), inside="Timing"),
    Command("legato", "Edit", "Legato", ("Ctrl+Shift+J",), inside="Timing"),
    Command("louder", "Edit", "Louder notes", ("Alt+Up",), inside="Velocity"),
    Command("softer", "Edit", "Softer notes", ("Alt+Down",), inside="Velocity"),
    Command("add_track", "Edit", "Add a track", ("Ctrl+Shift+N",), gap_before=True),
    Command("delete_track", "Edit", "Delete the track", ("Ctrl+Del",)),
    Command("arrow", "Edit", "Arrow", ("1",), letter=True, gap_before=True),
    Command("pencil", "Edit", "Pencil", ("2",), letter=True),
    Command("library", "View", "Library", ("Ctrl+1",), checkable=True),
    Command("generate_panel", "View", "Generate panel", ("Ctrl+2",), checkable=True),
    Command("piano", "View", "Piano", ("Ctrl+3",), checkable=True),
    Command("mixer", "View", "Mixer", ("Ctrl+5",), checkable=True),
    Command("note_list", "View", "Notes as a list", ("Ctrl+Shift+L",), checkable=True),
    Command("show_scale", "View", "Show the scale", ("Ctrl+Shift+H",), checkable=True),
    Command("fit", "View", "Show the whole piece", ("Ctrl+0",), gap_before=True),
    Command("zoom_in", "View", "Zoom in", ("Ctrl++", "Ctrl+=")),
    Command("zoom_out", "View", "Zoom out", ("Ctrl+-",)),
    Command("theme_system", "View", "As the system", ("F6",), checkable=True, gap_before=True, inside="Appearance"),
    Command("theme_light", "View", "Light", ("F7",), checkable=True, inside="Appearance"),
    Command("theme_dark", "View", "Dark", ("F8",), checkable=True, inside="Appearance"),
    Command("middle_c3", "View", "C3, as in Ableton Live", ("Shift+F3",), checkable=True, inside="Middle C"),
    Command("middle_c4", "View", "C4, as in sheet music", ("Shift+F4",), checkable=True, inside="Middle C"),
    Command("middle_c5", "View", "C5, as in FL Studio", ("Shift+F5",), checkable=True, inside="Middle C"),
    Command("language_system", "View", "Language of the system", ("Ctrl+F5",), checkable=True, inside="Language"),
    Command("language_en", "View", "English", ("Ctrl+F6",), checkable=True, inside="Language"),
    Command("language_de", "View", "Deutsch", ("Ctrl+F7",), checkable=True, inside="Language"),
    Command("language_es", "View", "Español", ("Ctrl+F8",), checkable=True, inside="Language"),
    Command("play", "Play", "Play or stop", ("Space",)),
    Command("to_start", "Play", "To start", ("Return", "Enter", "Home")),
    Command("stop", "Play", "Stop; twice: silence everything", ("Esc",)),
    Command("record", "Play", "Record", ("Ctrl+R",)),
    Command("record_again", "Play", "Record again", ("Alt+R",)),
    Command("record_replace", "Play", "Replace the melody", ("Ctrl+Alt+1",), inside="Recording", checkable=True),
    Command("record_overdub", "Play", "Add to the melody", ("Ctrl+Alt+2",), inside="Recording", checkable=True),
    Command("record_free", "Play", "Free, without a click", ("Ctrl+Alt+3",), inside="Recording", checkable=True),
    Command("record_first_note", "Play", "Start with the first note", ("Alt+N",), inside="Recording", checkable=True),
    Command("step_input", "Play", "Step input", ("Alt+S",), checkable=True),
    Command("step_rest", "Play", "Leave a step empty", ("Ctrl+Alt+Right",), inside="Recording"),
    Command("step_back", "Play", "Take the last step back", ("Ctrl+Alt+Left",), inside="Recording"),
    Command("loop", "Play", "Loop", ("L", "Ctrl+L"), checkable=True, letter=True, gap_before=True),
    Command("punch", "Play", "Punch", ("P", "Ctrl+Shift+P"), checkable=True, letter=True),
    Command("metronome", "Play", "Metronome", ("Ctrl+M",), checkable=True),
    Command("count_in", "Play", "Count-in", ("Ctrl+Shift+M",), checkable=True),
    Command("tap", "Play", "Tap the tempo", ("T", "Ctrl+Shift+T"), letter=True),
    Command("panic", "Play", "Silence everything", ("Ctrl+.",)),
    Command("mute", "Play", "Mute the track", ("M",), letter=True, gap_before=True),
    Command("solo", "Play", "Solo the track", ("S",), letter=True),
    Command("typing", "Play", "Computer keys play notes", ("K",), checkable=True, gap_before=True),
    Command("octave_down", "Play", "Octave down", ("[",)),
    Command("octave_up", "Play", "Octave up", ("]",)),
    Command("learn", "Play", "Learn a controller…", ("Ctrl+Shift+C",), gap_before=True),
    Command("sound_check", "Play", "Sound check…", ("Ctrl+4",)),
    Command("generate", "Generate", "Generate", ("Ctrl+G",)),
    Command("generate_anew", "Generate", "Generate with a new seed", ("Ctrl+Shift+G",)),
    Command("redo_track", "Generate", "Redo the track", ("Ctrl+Shift+R",), gap_before=True),
    Command("fill_track", "Generate", "Fill the marked bars of the track", ("Ctrl+Shift+F",)),
    Command("lock_track", "Generate", "Lock the track", ("Alt+L",)),
    Command("melody_track", "Generate", "Make the track the melody", ("Alt+M",)),
    Command("flip", "Generate", "Back to the take before", ("Alt+0",), gap_before=True),
    Command("story", "Generate", "How this take was made", ("Alt+I",)),
    Command("card", "Generate", "About this model", ("Alt+Shift+I",)),
    Command("palette", "Help", "Find a command…", ("Ctrl+K", "Ctrl+P")),
    Command("shortcuts", "Help", "Keyboard shortcuts", ("F1", "?")),
    Command("keys", "Help", "Change shortcuts…", ("Ctrl+F1",)),
    Command("about", "Help", "About Tutti", ("Shift+F1",), gap_before=True),
)


class Actions:
    """The commands as Qt actions, in the window's menus."""

    def __init__(self, window: QMainWindow, handlers: Mapping[str, Callable[[], object]]) -> None:
        missing = {command.id for command in COMMANDS} ^ set(handlers)
        if missing:
            raise KeyError(f"Commands and their handlers differ: {', '.join(sorted(missing))}")
        self._actions: dict[str, QAction] = {}
        menus: dict[str, QMenu] = {}
        for command in sorted(COMMANDS, key=lambda command: MENUS.index(command.menu)):
            menu = self._menu(menus, window, command)
            action = QAction(command_text(command), window)
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.setCheckable(command.checkable)
            action.setMenuRole(QAction.MenuRole.NoRole)
            action.triggered.connect(lambda _on=False, act=handlers[command.id]: act())
            menu.addAction(action)
            self._actions[command.id] = action
        self.set_keys({command.id: command.keys for command in COMMANDS})

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def __iter__(self) -> Iterator[tuple[Command, QAction]]:
        return ((command, self._actions[command.id]) for command in COMMANDS)

    def check(self, name: str, on: bool) -> None:
        """Show a switch as on or off, without acting."""
        self._actions[name].setChecked(on)

    def set_keys(self, keys: Mapping[str, tuple[str, ...]]) -> None:
        """Give every command its keys."""
        for name, action in self._actions.items():
            action.setShortcuts([QKeySequence(key) for key in keys[name]])

    def _menu(self, menus: dict[str, QMenu], window: QMainWindow, command: Command) -> QMenu:
        if command.menu not in menus:
            menus[command.menu] = window.menuBar().addMenu(f"&{menu_text(command.menu)}")
        menu = menus[command.menu]
        if command.gap_before:
            menu.addSeparator()
        if not command.inside:
            return menu
        path = f"{command.menu}/{command.inside}"
        if path not in menus:
            menus[path] = menu.addMenu(menu_text(command.inside))
        return menus[path]


def command_text(command: Command) -> str:
    """A command's words in the language spoken."""
    return tr(command.text)


def menu_text(menu: str) -> str:
    """A menu's title in the language spoken."""
    return tr(menu, context="menu")
