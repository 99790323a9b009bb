"""Keeps the index in step with the files it lists, and finds things in it. To be used on one thread."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop_app.language import tr
from desktop_app.library.fields import LibraryError
from desktop_app.library.melodies import MelodyTextError, sample_melodies
from desktop_app.library.project import Project
from desktop_app.library.shelf.entry import Entry, Marks, Query
from desktop_app.library.shelf.index import FileStamp, Index
from desktop_app.library.shelf.marks import MarkFile
from desktop_app.library.shelf.sources import ModelFacts, melody_entry, model_entry, piece_entries, unread_entry

_log = logging.getLogger(__name__)

_SUFFIX = ".tutti"
_MOST_PIECES = 5000
_DEEPEST = 4
# A larger project is listed by its name: looking into it would hold up the studio.
_READ_WHOLE_BYTES = 8_000_000
_MELODIES, _MODELS = "melodies", "models"


@dataclass(frozen=True, slots=True)
class Found:
    """What a query found, and, where it asks for everything, what was opened last."""

    query: Query
    entries: tuple[Entry, ...] = ()
    recent: tuple[Entry, ...] = ()


class Catalogue:
    """The shelf: `refresh` looks at the files, everything else at the index."""

    def __init__(
        self,
        index: Index,
        marks: MarkFile,
        open_project: Callable[[Path], Project],
        melodies: Path,
        pieces: Path,
        models: Callable[[], Iterable[ModelFacts]],
    ) -> None:
        self._index = index
        self._marks = marks
        self._open_project = open_project
        self._melodies = melodies
        self._pieces = pieces
        self._models = models
        self._elsewhere: set[Path] = set()

    def refresh(self) -> None:
        """List every melody, model and piece; a piece is read only when its file has changed."""
        known = self._index.sources()
        marks = self._known_marks()
        self._elsewhere |= {Path(path) for path in known.keys() - {_MELODIES, _MODELS}}
        self._elsewhere |= {Path(key.removeprefix("piece:")) for key in marks if key.startswith("piece:")}
        self._index.was_rebuilt = False
        models = {model.id: model for model in self._models()}
        self._list(_MODELS, (model_entry(model) for model in models.values()))
        try:
            self._list(_MELODIES, (melody_entry(melody) for melody in sample_melodies(self._melodies)))
        except MelodyTextError as error:
            _log.warning("%s", error)
        found = {str(path): stamp for path, stamp in self._files()}
        self._take_marks_along(known, found)
        for path, stamp in found.items():
            if known.get(path) != stamp:
                self._index.replace_source(path, stamp, self._read(Path(path), stamp, models))
        for path in known.keys() - found.keys() - {_MELODIES, _MODELS}:
            self._index.forget_source(path)
        self._index.set_marks(self._known_marks())

    def look_at(self, path: Path, project: Project) -> None:
        """A piece was just opened or saved as this project: it is in the list, and its file is not read again."""
        stamp = _stamp(path)
        if stamp is None or not _has_plain_name(path):
            return
        self._elsewhere.add(path)
        if self._index.sources().get(str(path)) != stamp:
            models = {model.id: model for model in self._models()}
            self._index.replace_source(str(path), stamp, piece_entries(path, project, models))

    def search(self, query: Query) -> Found:
        """What fits; an index that turns out to be damaged is made anew first."""
        found = self._look_up(query)
        if self._index.was_rebuilt:
            self.refresh()
            found = self._look_up(query)
        return found

    def mark(self, key: str, **fields: object) -> None:
        """Give an entry a star (`starred`), `tags`, or the time of its opening (`opened_at`)."""
        self._known_marks()  # a damaged file is mended before anything is written to it
        self._index.set_marks(self._marks.change(key, **fields))

    def close(self) -> None:
        """Let go of the index."""
        self._index.close()

    def _look_up(self, query: Query) -> Found:
        recent = self._index.recent() if query.is_open else ()
        return Found(query, self._index.search(query), recent)

    def _list(self, source: str, entries: Iterable[Entry]) -> None:
        self._index.replace_source(source, FileStamp(0, 0), entries)

    def _known_marks(self) -> Mapping[str, Marks]:
        """From the user's file; where that is beyond reading, what the index remembers is written back."""
        marks = self._marks.read()
        if marks is not None:
            return marks
        remembered = self._index.marks()
        try:
            self._marks.write(remembered)
        except OSError as error:
            _log.warning("Stars and tags could not be written: %s", error)
        return remembered

    def _take_marks_along(self, known: Mapping[str, FileStamp], found: Mapping[str, FileStamp]) -> None:
        """A piece that was moved or renamed, untouched otherwise, keeps its star and tags."""
        gone = {stamp: path for path, stamp in known.items() if path not in found and stamp.size}
        moved = {gone[stamp]: path for path, stamp in found.items() if path not in known and stamp in gone}
        marks = self._marks.read() if moved else None
        if not marks or not any(f"piece:{old}" in marks for old in moved):
            return
        for old, new in moved.items():
            if f"piece:{old}" in marks:
                marks[f"piece:{new}"] = marks.pop(f"piece:{old}")
        try:
            self._marks.write(marks)
        except OSError as error:
            _log.warning("Stars and tags could not be written: %s", error)

    def _files(self) -> Iterator[tuple[Path, FileStamp]]:
        """Every piece there is: in the folder and those below it, and those once opened elsewhere."""
        paths = [path for path in _below(self._pieces) if path not in self._elsewhere]
        for path in (*paths[:_MOST_PIECES], *sorted(self._elsewhere)):
            stamp = _stamp(path)
            if stamp is not None and _has_plain_name(path):
                yield path, stamp

    def _read(self, path: Path, stamp: FileStamp, models: Mapping[str, ModelFacts]) -> tuple[Entry, ...]:
        if stamp.size > _READ_WHOLE_BYTES:
            return (unread_entry(path, tr("{size} MB", size=f"{stamp.size / 1e6:.0f}")),)
        try:
            return tuple(piece_entries(path, self._open_project(path), models))
        except (LibraryError, OSError) as error:
            _log.info("Listed without looking inside: %s", error)
            return (unread_entry(path, tr("This file cannot be read.")),)


def _below(folder: Path) -> list[Path]:
    found: list[Path] = []
    for here, folders, files in os.walk(folder):
        depth = len(Path(here).relative_to(folder).parts)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and depth < _DEEPEST)
        found += [Path(here) / name for name in sorted(files) if name.lower().endswith(_SUFFIX) and name[0] != "."]
    return found


def _stamp(path: Path) -> FileStamp | None:
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return FileStamp(status.st_size, status.st_mtime_ns)


def _has_plain_name(path: Path) -> bool:
    """Whether the name can be written down at all; some old file names cannot."""
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
