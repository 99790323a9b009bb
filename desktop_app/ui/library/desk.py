"""What a choice in the library does, and which entry is open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from desktop_app.events import EventBus, ProjectChanged, ScoreChanged
from desktop_app.library.shelf.entry import Entry
from desktop_app.preview import Preview
from desktop_app.session import Session
from desktop_app.shelf import Shelf, ShelfFound
from desktop_app.ui.commands import FileCommands
from desktop_app.ui.library.panel import LibraryPanel
from desktop_app.ui.theme import Theme


class LibraryDesk:
    """Connects the panel with the files, the takes and the models of the studio."""

    def __init__(
        self,
        shelf: Shelf,
        preview: Preview,
        session: Session,
        events: EventBus,
        files: FileCommands,
        theme: Theme,
        choose_model: Callable[[str], None],
    ) -> None:
        self._shelf = shelf
        self._session = session
        self._files = files
        self._choose_model = choose_model
        self.panel = LibraryPanel(shelf, preview, session, theme)
        self.panel.entry_chosen.connect(self.open)
        self.panel.import_asked.connect(files.import_file)
        events.subscribe(ShelfFound, self._show_found)
        events.subscribe(ProjectChanged, lambda _event: self._mark_open())
        events.subscribe(ScoreChanged, lambda event: self._mark_open() if event.cause == "load" else None)

    def open(self, entry: Entry) -> None:
        """Load a melody, open a piece, put a take into its piece, choose a model."""
        if entry.kind == "model":
            self._choose_model(entry.id)
        elif entry.kind == "melody":
            if self._files.load_sample(entry.id):
                self._shelf.opened(entry.key)
        elif self._opened(Path(entry.path)) and entry.kind == "take" and entry.place < len(self._session.takes):
            self._session.choose_take(entry.place)
        self._mark_open()

    def _opened(self, path: Path) -> bool:
        if self._session.path != path:
            self._files.open_path(path)
        return self._session.path == path

    def _show_found(self, event: ShelfFound) -> None:
        self.panel.show_found(event)
        self._mark_open()

    def _mark_open(self) -> None:
        path, title = self._session.path, self._session.score.title
        if path is not None:
            self.panel.show_open(f"piece:{path}")
            return
        melodies = (entry for entry in self.panel.rows.entries if entry.kind == "melody" and entry.title == title)
        self.panel.show_open(next((entry.key for entry in melodies), ""))
