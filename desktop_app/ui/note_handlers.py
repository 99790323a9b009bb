"""The window's commands about notes: which method of the note commands each id of the table calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from desktop_app.language import tr
from desktop_app.parts import melody_index
from desktop_app.session import Session
from desktop_app.ui.panels.arrangement import Arrangement
from desktop_app.ui.piano_roll.commands import OCTAVE, VELOCITY_STEP

if TYPE_CHECKING:
    from desktop_app.ui.actions import Actions

_MENU = (
    *("cut", "copy", "paste", "duplicate", "delete", ""),
    *("quantise", "split", "join", "legato", ""),
    *("notes_octave_up", "notes_octave_down", "into_scale", "louder", "softer", ""),
    *("select_all", "select_bars", "note_list"),
)


class NoteHandlers:
    """One entry a command; tools of the piano roll that do the same go the same way."""

    def __init__(self, arrangement: Arrangement, session: Session) -> None:
        self._arrangement = arrangement
        self._session = session

    def table(self) -> dict[str, Callable[[], object]]:
        """Every note command's handler."""
        notes, tools, panel = self._arrangement.notes, self._arrangement.tools, self._arrangement.roll_panel
        return {
            "cut": notes.cut,
            "copy": notes.copy,
            "paste": notes.paste,
            "duplicate": notes.duplicate,
            "delete": notes.delete,
            "select_all": self._arrangement.editor.choose_all,
            "select_bars": notes.select_bars,
            "select_inverse": notes.select_inverse,
            "select_none": notes.select_none,
            "next_note": lambda: notes.step(1),
            "previous_note": lambda: notes.step(-1),
            "up": lambda: notes.transpose(1),
            "down": lambda: notes.transpose(-1),
            "notes_octave_up": lambda: notes.transpose(OCTAVE),
            "notes_octave_down": lambda: notes.transpose(-OCTAVE),
            "into_scale": notes.into_scale,
            "keep_to_scale": tools.keep.toggle,
            "quantise": self.quantise,
            "later": lambda: notes.nudge(1),
            "earlier": lambda: notes.nudge(-1),
            "longer": lambda: notes.lengthen(1),
            "shorter": lambda: notes.lengthen(-1),
            "split": notes.split,
            "join": notes.join,
            "legato": notes.legato,
            "louder": lambda: notes.louder(VELOCITY_STEP),
            "softer": lambda: notes.louder(-VELOCITY_STEP),
            "note_list": lambda: panel.show_list(not panel.shows_list),
            "show_scale": tools.scale.toggle,
        }

    def quantise(self) -> None:
        """Draw notes to the roll's grid; a whole recorded melody from the raw recording, so that it can be repeated."""
        grid = self._arrangement.tools.grid
        session = self._session
        if not self._arrangement.editor.chosen and session.selected_track == melody_index(session.score):
            session.quantise(grid)
        else:
            self._arrangement.notes.quantise(grid)

    def follow(self, actions: Actions) -> None:
        """Keep the switches in the menus as the tools are."""
        self._arrangement.tools.quantise_asked.connect(self.quantise)
        self._arrangement.tools.scale_shown.connect(lambda on: actions.check("show_scale", on))
        self._arrangement.tools.scale_kept.connect(lambda on: actions.check("keep_to_scale", on))
        self._arrangement.roll_panel.list_shown.connect(lambda on: actions.check("note_list", on))
        self._arrangement.roll.context_actions = lambda menu: fill_note_menu(menu, actions)


def fill_note_menu(menu: QMenu, actions: Mapping[str, QAction] | Actions) -> None:
    """What can be done with the selected notes."""
    for name in _MENU:
        if name:
            menu.addAction(actions[name])
        else:
            menu.addSeparator()
    menu.setAccessibleName(tr("Notes"))
