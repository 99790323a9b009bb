"""The library as the window asks it: finds things in the background, keeps stars, tags and what was opened."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop_app.collaborators import JobRunner
from desktop_app.events import EventBus, Notice, ProjectChanged
from desktop_app.language import tr
from desktop_app.library.fields import LibraryError
from desktop_app.library.project import Project
from desktop_app.library.shelf.catalogue import Catalogue, Found
from desktop_app.library.shelf.entry import Entry, Query, cleaned_tags
from desktop_app.sentences import sentence_of
from desktop_app.session import Session

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ShelfFound:
    """The library has an answer to the query asked last, or its answer has changed."""

    found: Found


class Shelf:
    """Asked and answering on the GUI thread; the catalogue is touched on the library's own worker only."""

    def __init__(
        self,
        catalogue: Catalogue,
        jobs: JobRunner,
        session: Session,
        events: EventBus,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._catalogue = catalogue
        self._jobs = jobs
        self._session = session
        self._events = events
        self._clock = clock
        self._query = Query()
        self._changes: deque[Callable[[], None]] = deque()
        self._file: tuple[Path, bool] | None = None
        events.subscribe(ProjectChanged, lambda _event: self._follow_project())

    def refresh(self) -> None:
        """Look at the files again, then answer anew; what is already known is answered first."""
        self.search(self._query)
        self._change(self._catalogue.refresh)

    def search(self, query: Query) -> None:
        """Look something up; `ShelfFound` brings the answer, only ever to the newest question."""
        self._query = query
        self._jobs.run(
            "library search",
            lambda _progress, _cancelled: self._catalogue.search(query),
            lambda found: self._events.publish(ShelfFound(found)),
            self._failed,
        )

    def star(self, entry: Entry, starred: bool) -> None:
        """Mark an entry as a favourite, or not; a take's star is kept in its piece, which must be open."""
        if entry.kind != "take":
            self._change(lambda: self._catalogue.mark(entry.key, starred=starred))
        elif str(self._session.path) != entry.path:
            self._events.publish(Notice("info", tr("Open the piece first: a take's star is kept in its piece.")))
        elif entry.place < len(self._session.takes):
            self._session.star_take(entry.place, starred)
            sentence = tr("The take has its star; it is kept when you save.") if starred else tr("The star is gone.")
            self._events.publish(Notice("info", sentence))

    def tag(self, entry: Entry, typed: str) -> None:
        """Give an entry the tags as typed, parted by commas."""
        tags = cleaned_tags(typed)
        self._change(lambda: self._catalogue.mark(entry.key, tags=tags))

    def opened(self, key: str) -> None:
        """An entry was opened: it is the newest of the recent ones."""
        now_s = self._clock()
        self._change(lambda: self._catalogue.mark(key, opened_at=now_s))

    def close(self) -> None:
        """Write what is still to be written; the worker must have ended."""
        try:
            self._write_changes()
        except Exception as error:
            _log.warning("The library's last changes were lost: %s", error)
        self._catalogue.close()

    def _change(self, work: Callable[[], None]) -> None:
        """Queue a change. A job may be overtaken by the next of its name; that one then makes both changes."""
        self._changes.append(work)
        self._jobs.run(
            "library changes",
            lambda _progress, _cancelled: self._write_changes(),
            lambda _none: self.search(self._query),
            self._failed,
        )

    def _write_changes(self) -> None:
        """Make every change that waits, in order; one that fails does not stop the others."""
        failure: Exception | None = None
        while self._changes:
            try:
                self._changes.popleft()()
            except (OSError, sqlite3.Error, LibraryError) as error:
                failure = error
        if failure is not None:
            raise failure

    def _follow_project(self) -> None:
        """A piece was opened or saved: list it as it is now."""
        path, is_dirty = self._session.path, self._session.is_dirty
        before, self._file = self._file, None if path is None else (path, is_dirty)
        if path is None or is_dirty or before == self._file:
            return
        project = Project(path.stem, self._session.score, self._session.takes)
        self._change(lambda: self._catalogue.look_at(path, project))
        if before is None or before[0] != path:
            self.opened(f"piece:{path}")

    def _failed(self, error: Exception) -> None:
        _log.warning("The library failed: %s", error)
        if isinstance(error, OSError):
            self._events.publish(Notice("error", sentence_of(error, tr("The library could not be changed"))))
