"""What belongs to the window as a whole: the palette, the shortcuts, the language and the appearance."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence

from desktop_app.events import SettingsChanged
from desktop_app.language import AS_SYSTEM, languages, spoken, tr
from desktop_app.ui.actions import Command, command_text, menu_text
from desktop_app.ui.shortcuts.key_map import KeyMap, key_map, shown

# The palette and the dialogs are imported when they are first asked for: the window opens sooner.
if TYPE_CHECKING:
    from desktop_app.ui.main_window import MainWindow
    from desktop_app.ui.palette.entries import Entry
    from desktop_app.ui.palette.view import CommandPalette
    from desktop_app.ui.shortcuts.editor import ShortcutEditor
    from desktop_app.ui.shortcuts.sheet import ShortcutSheet
    from desktop_app.ui.studio import Studio
    from desktop_app.ui.theme import Theme

APPEARANCES = ("system", "light", "dark")
OCTAVES = ("3", "4", "5")
LANGUAGES = (AS_SYSTEM, "en", "de", "es")


class Shell:
    """Its commands are a part of the window's table; `follow` then keeps keys and ticks as the settings say."""

    def __init__(self, window: MainWindow, studio: Studio, theme: Theme) -> None:
        self._window = window
        self._studio = studio
        self._session = studio.session
        self._theme = theme
        self._palette: CommandPalette | None = None

    @property
    def keys(self) -> KeyMap:
        """The keys in force."""
        return key_map(self._session.settings.keys)

    def table(self) -> dict[str, Callable[[], object]]:
        """The handlers of its commands."""
        return {
            "palette": self.open_palette,
            "shortcuts": self.open_sheet,
            "keys": self.open_editor,
            **{f"theme_{name}": partial(self.set_appearance, name) for name in APPEARANCES},
            **{f"middle_c{octave}": partial(self.set_middle_c, octave) for octave in OCTAVES},
            **{f"language_{code}": partial(self.set_language, code) for code in LANGUAGES},
        }

    def follow(self) -> None:
        """Show what the settings say, now and whenever they change."""
        self._studio.events.subscribe(SettingsChanged, lambda _event: self._show_settings())
        self._take_keys(self.keys)
        self._show_settings()

    def open_palette(self) -> None:
        """Find a command, a take or a melody by a few letters."""
        from desktop_app.ui.palette.view import CommandPalette

        if self._palette is None:
            self._palette = CommandPalette(self._window, self._theme, self.entries)
        self._palette.ask()

    def open_sheet(self) -> ShortcutSheet:
        """The cheat sheet."""
        from desktop_app.ui.shortcuts.sheet import ShortcutSheet

        sheet = ShortcutSheet(self._window, self._theme, self.keys, self.open_editor)
        sheet.show()
        return sheet

    def open_editor(self) -> ShortcutEditor:
        """Change shortcuts."""
        from desktop_app.ui.shortcuts.editor import ShortcutEditor

        editor = ShortcutEditor(self._window, self.keys, self._keep_keys)
        editor.show()
        return editor

    def set_appearance(self, appearance: str) -> None:
        """Follow the system, or stay light or dark."""
        self._theme.set_appearance(appearance)
        self._session.change_settings(theme=appearance)

    def set_middle_c(self, octave: str) -> None:
        """Count octaves so that middle C is C3, C4 or C5."""
        self._session.change_settings(middle_c=f"C{octave}")

    def set_language(self, code: str) -> None:
        """Speak another language from the next start on."""
        self._session.change_settings(language=code)
        name = next((language.name for language in languages() if language.code == code), "")
        if code != spoken().code:
            self._window.messages.tell(
                tr("Tutti speaks {language} from the next start on.", language=name)
                if name
                else tr("Tutti speaks the system's language from the next start on.")
            )

    def entries(self) -> list[Entry]:
        """What the palette offers now: what can be done, and the melodies."""
        from desktop_app.ui.palette.entries import Entry

        entries = [
            Entry(
                command.id,
                _words(command),
                menu_text(command.menu),
                action.trigger,
                tuple(shown(key.toString(QKeySequence.SequenceFormat.PortableText)) for key in action.shortcuts()),
                f"{command.text} {command.id.replace('_', ' ')}",
                action.isCheckable() and action.isChecked(),
            )
            for command, action in self._window.actions_table
            if action.isEnabled() and command.id != "palette"
        ]
        for melody in self._studio.melodies():
            entries.append(
                Entry(
                    f"melody {melody.id}",
                    melody.title,
                    f"{tr('Melodies')} · {melody.composer}",
                    partial(self._window.files.load_sample, melody.id),
                )
            )
        return entries

    def _keep_keys(self, keys: KeyMap) -> None:
        self._session.change_settings(keys={name: list(own) for name, own in keys.changed.items()})
        self._take_keys(keys)

    def _take_keys(self, keys: KeyMap) -> None:
        table = keys.table()
        self._window.actions_table.set_keys(table)
        self._window.typing.set_switch_keys(table["typing"])

    def _show_settings(self) -> None:
        settings, actions = self._session.settings, self._window.actions_table
        for appearance in APPEARANCES:
            actions.check(f"theme_{appearance}", settings.theme == appearance)
        for octave in OCTAVES:
            actions.check(f"middle_c{octave}", settings.middle_octave == int(octave))
        for code in LANGUAGES:
            actions.check(f"language_{code}", settings.language == code)


def _words(command: Command) -> str:
    """A command's words outside its menu, where a submenu must be said."""
    words = command_text(command).removesuffix("…")
    return f"{menu_text(command.inside)}: {words}" if command.inside else words
