"""What each command of the window does: files, editing and transport, asked of the session."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from desktop_app.exports.order import file_name
from desktop_app.language import tr
from desktop_app.library.suffixes import MIDI_SUFFIXES, MUSICXML_SUFFIXES
from desktop_app.session import Session
from desktop_app.ui.dialogs import IMPORT_FILTER, MIDI_FILTER, OPEN_FILTER, PROJECT_FILTER, UnsavedAnswer

PROJECT_SUFFIX = ".tutti"
OPENED = (PROJECT_SUFFIX, *MIDI_SUFFIXES, *MUSICXML_SUFFIXES)
"""What files that the studio opens end in."""


class Questions(Protocol):
    """What the file commands ask the user; `dialogs.Dialogs` fits."""

    def open_file(self, title: str, folder: Path, name_filter: str) -> Path | None:
        """A file to read, or None."""

    def save_file(self, title: str, suggested: Path, name_filter: str) -> Path | None:
        """Where to write, or None."""

    def unsaved(self, name: str) -> UnsavedAnswer:
        """What to do with unsaved work."""

    def goes_on(self, title: str, text: str, button: str) -> bool:
        """Whether to go on after a warning; the button says with what."""

    def folder(self, title: str, start: Path) -> Path | None:
        """A folder to write to, or None."""

    def show_text(self, title: str, text: str, *, markdown: bool) -> None:
        """A page to read."""


class FileCommands:
    """New, open, save, import and export, with the question about unsaved work where it belongs."""

    def __init__(
        self,
        session: Session,
        questions: Callable[[], Questions],
        projects: Path,
        exports: Path,
    ) -> None:
        self._session = session
        self._questions = questions
        self._projects = projects
        self._exports = exports
        self._open_folder = projects

    def may_leave(self) -> bool:
        """Whether the open project may be closed: it is saved, was saved now, or is given up."""
        if not self._session.is_dirty:
            return True
        answer = self._questions().unsaved(self._session.project_name)
        return self.save() if answer == "save" else answer == "discard"

    def new(self) -> None:
        """An empty project."""
        if self.may_leave():
            self._session.new()

    def open(self) -> None:
        """Open a project, or a MIDI or MusicXML file, by dialog."""
        self._choose(tr("Open a project"), f"{tr(OPEN_FILTER)};;{tr(PROJECT_FILTER)};;{tr(IMPORT_FILTER)}")

    def open_path(self, path: Path) -> None:
        """Open a project or import a file, as when it was dropped on the window."""
        if self.may_leave():
            self._open_or_import(path)

    def _choose(self, title: str, name_filter: str) -> None:
        if self.may_leave():
            path = self._questions().open_file(title, self._open_folder, name_filter)
            if path is not None:
                self._open_folder = path.parent
                self._open_or_import(path)

    def _open_or_import(self, path: Path) -> None:
        if path.suffix.lower() == PROJECT_SUFFIX:
            self._session.open(path)
        else:
            self._session.import_file(path)

    def load_sample(self, sample_id: str) -> bool:
        """A new project with a sample melody; false when the present one stays."""
        return self.may_leave() and self._session.load_sample(sample_id)

    def save(self) -> bool:
        """Save where it was saved before, or ask."""
        return self._session.save() if self._session.path is not None else self.save_as()

    def save_as(self) -> bool:
        """Save under another name."""
        suggested = self._session.path or self._projects / f"{file_name(self._session.project_name)}{PROJECT_SUFFIX}"
        path = self._questions().save_file(tr("Save the project"), suggested, tr(PROJECT_FILTER))
        return path is not None and self._session.save(path)

    def import_file(self) -> None:
        """Import a MIDI or MusicXML file by dialog."""
        self._choose(tr("Import a MIDI or MusicXML file"), tr(IMPORT_FILTER))

    def export_midi(self) -> None:
        """Export a MIDI file; the session tells when it is verified.

        What other programs may not play as it is here is said before, while the piece can still be changed.
        """
        from desktop_app.exports.midi import shared_channels  # not at the top: the window opens sooner without it

        warning = shared_channels(self._session.score)
        if warning and not self._questions().goes_on(tr("Export MIDI"), warning, tr("Export")):
            return
        suggested = self._exports / f"{file_name(self._session.project_name)}.mid"
        path = self._questions().save_file(tr("Export MIDI"), suggested, tr(MIDI_FILTER))
        if path is not None:
            self._exports = path.parent
            self._session.export_midi(path)
