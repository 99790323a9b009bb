"""The SQLite index of the shelf. It holds nothing that is not in the files it lists: a damaged one is made anew."""

from __future__ import annotations

import contextlib
import json
import logging
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from desktop_app.library.shelf.entry import KINDS, Entry, Kind, Marks, Query, folded

_log = logging.getLogger(__name__)

_SCHEMA_VERSION = 1
_BUSY_S = 2.0
# SQLite's own numbers: somebody else writes; the disk is full, read-only, failing, or not there.
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
_SCHEMA = """
CREATE TABLE sources (path TEXT PRIMARY KEY, size INTEGER NOT NULL, changed_ns INTEGER NOT NULL);
CREATE TABLE entries (
    key TEXT PRIMARY KEY, kind TEXT NOT NULL, rank INTEGER NOT NULL, source TEXT NOT NULL, title TEXT NOT NULL,
    line TEXT NOT NULL, about TEXT NOT NULL, words TEXT NOT NULL, path TEXT NOT NULL, place INTEGER NOT NULL,
    own_star INTEGER NOT NULL, sorted TEXT NOT NULL, found TEXT NOT NULL
);
CREATE INDEX entries_by_source ON entries (source);
CREATE TABLE marks (key TEXT PRIMARY KEY, starred INTEGER NOT NULL, opened_at REAL NOT NULL, tags TEXT NOT NULL);
CREATE TABLE tags (key TEXT NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (key, tag)) WITHOUT ROWID;
"""
# A take's star is in its project file, the others' are among the marks.
_STAR = "max(own_star, coalesce(starred, 0))"
_COLUMNS = f"e.key, kind, title, line, about, words, path, place, {_STAR}, coalesce(tags, '[]'), coalesce(opened_at, 0)"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FileStamp:
    """By which a changed file is told from the one that was read."""

    size: int
    changed_ns: int


class Index:
    """One file of SQLite in WAL mode, for one thread at a time; where it cannot be kept it lives in memory."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._database: sqlite3.Connection | None = None
        self.was_rebuilt = False
        """Whether the file was missing, damaged or of another version, so that everything must be read again."""

    def sources(self) -> dict[str, FileStamp]:
        """The files that were read, by path."""
        rows = self._do(lambda db: db.execute("SELECT path, size, changed_ns FROM sources").fetchall())
        return {path: FileStamp(size, changed_ns) for path, size, changed_ns in rows}

    def replace_source(self, source: str, stamp: FileStamp, entries: Iterable[Entry]) -> None:
        """What one source holds now, in place of what it held."""
        rows = [_row(entry, source) for entry in entries]

        def write(db: sqlite3.Connection) -> None:
            with db:
                db.execute("DELETE FROM entries WHERE source = ?", (source,))
                db.executemany(f"INSERT OR REPLACE INTO entries VALUES ({', '.join('?' * 13)})", rows)
                db.execute("INSERT OR REPLACE INTO sources VALUES (?, ?, ?)", (source, stamp.size, stamp.changed_ns))

        self._do(write)

    def forget_source(self, source: str) -> None:
        """A file is gone."""

        def write(db: sqlite3.Connection) -> None:
            with db:
                db.execute("DELETE FROM entries WHERE source = ?", (source,))
                db.execute("DELETE FROM sources WHERE path = ?", (source,))

        self._do(write)

    def set_marks(self, marks: Mapping[str, Marks]) -> None:
        """Every star, tag and opening, in place of what was known."""
        rows = [(key, one.starred, one.opened_at, json.dumps(one.tags)) for key, one in marks.items()]
        tags = {(key, folded(tag)) for key, one in marks.items() for tag in one.tags}

        def write(db: sqlite3.Connection) -> None:
            with db:
                db.execute("DELETE FROM marks")
                db.execute("DELETE FROM tags")
                db.executemany("INSERT INTO marks VALUES (?, ?, ?, ?)", rows)
                db.executemany("INSERT INTO tags VALUES (?, ?)", sorted(tags))

        self._do(write)

    def marks(self) -> dict[str, Marks]:
        """The marks as last set: the way back when the user's own file of them is damaged."""
        rows = self._do(lambda db: db.execute("SELECT key, starred, opened_at, tags FROM marks").fetchall())
        return {key: Marks(bool(starred), tuple(json.loads(tags)), at) for key, starred, at, tags in rows}

    def search(self, query: Query, kind: Kind | None = None, most: int = 2000) -> tuple[Entry, ...]:
        """The entries that fit, melodies first, starred ones before others, then by title."""
        conditions, values = _conditions(query)
        if kind is not None:
            conditions.append("kind = ?")
            values.append(kind)
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        order = f"ORDER BY rank, {_STAR} DESC, sorted, place LIMIT ?"
        return self._read(f"{where} {order}", (*values, most))

    def recent(self, most: int = 5) -> tuple[Entry, ...]:
        """What was opened last, the newest first."""
        return self._read("WHERE opened_at > 0 ORDER BY opened_at DESC LIMIT ?", (most,))

    def close(self) -> None:
        """Let go of the file."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def _read(self, rest: str, values: tuple[Any, ...]) -> tuple[Entry, ...]:
        text = f"SELECT {_COLUMNS} FROM entries e LEFT JOIN marks m ON m.key = e.key {rest}"
        return self._do(lambda db: tuple(_entry(row) for row in db.execute(text, values)))

    def _do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do it; where the file turns out to be damaged, do it on a new one, and on a full disk in memory."""
        try:
            return work(self._open())
        except (sqlite3.DatabaseError, ValueError, TypeError) as error:
            code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
            if code in _BUSY:
                raise  # another studio writes; nothing is wrong with the file
            _log.warning("The library's index is made anew: %s", error)
            if code in _NO_ROOM:
                self.close()
                self._database = self._made(sqlite3.connect(":memory:", check_same_thread=False))
            else:
                self._start_anew()
            return work(self._open())

    def _open(self) -> sqlite3.Connection:
        if self._database is None:
            self._database = self._connect()
        return self._database

    def _connect(self) -> sqlite3.Connection:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            database = sqlite3.connect(self._path, timeout=_BUSY_S, check_same_thread=False)
        except (OSError, sqlite3.OperationalError) as error:
            _log.warning("The library's index cannot be kept on disk: %s", error)
            return self._made(sqlite3.connect(":memory:", check_same_thread=False))
        try:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            (version,) = database.execute("PRAGMA user_version").fetchone()
            if version == _SCHEMA_VERSION:
                return database
            if version == 0 and not database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                return self._made(database)
            raise sqlite3.DatabaseError(f"it has version {version}")
        except sqlite3.OperationalError as error:  # a read-only folder, a full disk, no locks there
            database.close()
            _log.warning("The library's index cannot be kept on disk: %s", error)
            return self._made(sqlite3.connect(":memory:", check_same_thread=False))
        except BaseException:
            database.close()
            raise

    def _made(self, database: sqlite3.Connection) -> sqlite3.Connection:
        database.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {_SCHEMA_VERSION}; COMMIT;")
        self.was_rebuilt = True
        return database

    def _start_anew(self) -> None:
        """Away with the file; where even that fails, go on in memory."""
        self.close()
        try:
            for suffix in ("", "-wal", "-shm"):
                with contextlib.suppress(FileNotFoundError):
                    self._path.with_name(self._path.name + suffix).unlink()
            self._database = self._connect()
        except (OSError, sqlite3.DatabaseError):
            self._database = self._made(sqlite3.connect(":memory:", check_same_thread=False))


def _conditions(query: Query) -> tuple[list[str], list[Any]]:
    conditions, values = [], []
    for word in query.words:
        like = f"%{_literal(word)}%"
        conditions.append(r"(found LIKE ? ESCAPE '\' OR e.key IN (SELECT key FROM tags WHERE tag LIKE ? ESCAPE '\'))")
        values += [like, like]
    for tag in query.tags:
        conditions.append(r"e.key IN (SELECT key FROM tags WHERE tag LIKE ? ESCAPE '\')")
        values.append(f"{_literal(tag)}%")
    if query.starred:
        conditions.append(_STAR)
    return conditions, values


def _literal(word: str) -> str:
    for sign in "\\%_":
        word = word.replace(sign, f"\\{sign}")
    return word


def _row(entry: Entry, source: str) -> tuple[Any, ...]:
    found = folded(" ".join((entry.title, entry.line, entry.words)))
    about = json.dumps(entry.about)
    told = (entry.title, entry.line, about, entry.words, entry.path, entry.place, entry.marks.starred)
    return (entry.key, entry.kind, KINDS.index(entry.kind), source, *told, folded(entry.title), found)


def _entry(row: tuple[Any, ...]) -> Entry:
    key, kind, title, line, about, words, path, place, starred, tags, opened_at = row
    pairs = tuple((str(name), str(value)) for name, value in json.loads(about))
    marks = Marks(bool(starred), tuple(json.loads(tags)), opened_at)
    return Entry(key, kind, title, line, pairs, words, path, place, marks)
