"""Every note of a recording on disk within a second: an append-only file beside the work, read back after a crash.

A line is one JSON value. `{"take": ...}` opens a take, rows are its messages, `{"end_s": ...}` closes it, and
`{"kept": true}` says that all before it is in a saved project or was given up. A line cut short is passed over.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from desktop_app.library.fields import MAX_TICK, Field, LibraryError
from desktop_app.library.message_json import message_from, message_to
from music_core.performance import LiveMessage

SUFFIX = ".takes"
# How often lines go to the disk. With the time that the disk takes, a note is there well within a second.
_EVERY_S = 0.25
_MOST_BYTES = 256_000_000
_LONGEST_S = 1e12

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TakePlan:
    """How a take is to be written: from where, into which range only, over and over, added, or without a click."""

    start_tick: int = 0
    punch: tuple[int, int] | None = None
    loop: tuple[int, int] | None = None
    overdub: bool = False
    free: bool = False


@dataclass(frozen=True, slots=True)
class TakeHead:
    """What a take counts from: clock time of tick 0, tempo, its plan, and the project it is part of."""

    origin_s: float
    bpm: float
    plan: TakePlan = TakePlan()
    project: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class JournalTake:
    """A take as the journal has it; `end_s` None: it never ended, the program did."""

    head: TakeHead
    messages: tuple[LiveMessage, ...]
    end_s: float | None


class TakeJournal:
    """Writes takes down while they are played. `feed` may be called from any thread and never waits for the disk.

    `prepare` makes the folder, and may raise OSError. `on_trouble` is told the first error of a take, on the writing
    thread; what could not be written waits in memory and is tried again until it is on the disk.
    """

    def __init__(self, path: Path, prepare: Callable[[], None] | None = None) -> None:
        self._path = path
        self._prepare = prepare or (lambda: path.parent.mkdir(parents=True, exist_ok=True))
        self.on_trouble: Callable[[OSError], None] | None = None
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._unwritten: list[str] = []
        self._open = False
        self._told = False
        self._torn = False
        self._thread: threading.Thread | None = None
        self._hurry = threading.Event()

    @property
    def path(self) -> Path:
        """Where it is written; the file is there once a take has begun."""
        return self._path

    @property
    def is_open(self) -> bool:
        """Whether a take is being written down."""
        return self._open

    def begin(self, head: TakeHead) -> None:
        """A take begins; what is fed from here on belongs to it."""
        self._told = False
        self._put(json.dumps({"take": asdict(head)}))
        self._open = True

    def counts_from(self, origin_s: float) -> None:
        """Only now is it known when the take's tick 0 was."""
        if self._open:
            self._put(json.dumps({"origin_s": origin_s}))

    def feed(self, message: LiveMessage) -> None:
        """Keep a message of the take; between takes nothing is kept."""
        if self._open:
            self._put(json.dumps(message_to(message)))

    def end(self, end_s: float) -> None:
        """The take is over."""
        if self._open:
            self._open = False
            self._put(json.dumps({"end_s": end_s}))

    def settle(self) -> None:
        """All takes before this are safe elsewhere, or were given up; with none under way the file goes."""
        if self._thread is None:
            return
        self._put(json.dumps({"kept": True}))
        if not self._open:
            self.close()
            self._unwritten.clear()
            try:
                self._path.unlink(missing_ok=True)
            except OSError as error:
                _log.info("The take journal stays: %s", error)

    def close(self) -> None:
        """Write what waits and end the thread; the file stays."""
        if self._thread is not None:
            self._lines.put(None)
            self._hurry.set()
            self._thread.join(timeout=5.0)
            self._hurry.clear()
            self._thread = None

    def _put(self, line: str) -> None:
        self._lines.put(line)
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="take-journal", daemon=True)
            self._thread.start()

    def _serve(self) -> None:
        ending = False
        while not ending:
            first = self._lines.get() if not self._unwritten else self._patient()
            rows = [first, *self._waiting()]
            ending = None in rows
            self._unwritten += [row for row in rows if row]
            self._write()
            if not ending:
                self._hurry.wait(_EVERY_S)

    def _patient(self) -> str | None:
        """Something new, or nothing for a while: then what failed is tried again."""
        try:
            return self._lines.get(timeout=_EVERY_S)
        except queue.Empty:
            return ""

    def _waiting(self) -> Iterator[str | None]:
        while True:
            try:
                yield self._lines.get_nowait()
            except queue.Empty:
                return

    def _write(self) -> None:
        if not self._unwritten:
            return
        # After a line that was cut short a new one begins, so that only the torn one is lost, and it is written again.
        text = ("\n" if self._torn else "") + "".join(f"{line}\n" for line in self._unwritten)
        try:
            self._prepare()
            with self._path.open("ab", buffering=0) as file:
                self._torn = True
                data = text.encode("ascii")
                while data:
                    data = data[file.write(data) :]
                os.fsync(file.fileno())
        except OSError as error:
            self._tell(error)
        else:
            self._torn = False
            self._unwritten.clear()

    def _tell(self, error: OSError) -> None:
        if not self._told:
            self._told = True
            _log.warning("The take journal cannot be written: %s", error)
            if self.on_trouble is not None:
                self.on_trouble(error)


def read_journal(path: Path) -> tuple[JournalTake, ...]:
    """The takes of a journal that are safe nowhere else, as far as they can be read; raises OSError."""
    if path.stat().st_size > _MOST_BYTES:
        raise OSError(f"{path.name} is larger than any journal")
    reader = _Reader()
    for line in path.read_text(encoding="ascii", errors="replace").splitlines():
        try:
            reader.take_in(line)
        except LibraryError as error:
            _log.info("A line of %s is passed over: %s", path.name, error)
    reader.close()
    return tuple(reader.takes)


class _Reader:
    """Puts lines together to takes; a line that was written twice, after trouble with the disk, counts once."""

    def __init__(self) -> None:
        self.takes: list[JournalTake] = []
        self._messages: list[LiveMessage] = []
        self._seen: set[str] = set()

    def take_in(self, line: str) -> None:
        """Read on; raises LibraryError for a line that nobody wrote."""
        row = _parsed(line)
        last = self.takes[-1] if self.takes else None
        if isinstance(row, list) and last is not None and last.end_s is None and line not in self._seen:
            self._seen.add(line)
            self._messages.append(message_from(Field(row, "a message")))
        elif isinstance(row, dict) and "take" in row:
            head = _head_from(Field(row["take"], "a take"))
            if last is None or last.end_s is not None or self._messages or last.head != head:
                self.close()
                self.takes.append(JournalTake(head, (), None))
                self._seen.clear()
        elif isinstance(row, dict) and "kept" in row:
            self.takes = [take for take in self.takes[-1:] if take.end_s is None]
        elif isinstance(row, dict) and last is not None:
            self._put(_told(last, row))

    def close(self) -> None:
        """The last take has all the messages that were read since it began."""
        if self.takes and self._messages:
            self._put(replace(self.takes[-1], messages=tuple(self._messages)))
        self._messages = []

    def _put(self, take: JournalTake) -> None:
        self.takes[-1] = take


def _told(take: JournalTake, row: dict[str, Any]) -> JournalTake:
    """The take with what a line says of it: where tick 0 was, or when it ended."""
    if "origin_s" in row:
        origin_s = Field(row["origin_s"], "an origin").number(-_LONGEST_S, _LONGEST_S)
        return replace(take, head=replace(take.head, origin_s=origin_s))
    if "end_s" in row:
        return replace(take, end_s=Field(row["end_s"], "an end").number(-_LONGEST_S, _LONGEST_S))
    return take


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _head_from(field: Field) -> TakeHead:
    field.only(*TakeHead.__slots__)
    return TakeHead(
        field.entry("origin_s").number(-_LONGEST_S, _LONGEST_S),
        field.entry("bpm").number(1, 10_000),
        _plan_from(field.entry("plan")),
        field.entry("project").text(),
        field.entry("path").text(4000),
    )


def _plan_from(field: Field) -> TakePlan:
    field.only(*TakePlan.__slots__)

    def span(entry: Field) -> tuple[int, int]:
        start, end = entry.whole_row((0, MAX_TICK), (0, MAX_TICK))
        return start, end

    return TakePlan(
        field.entry("start_tick").whole(0, MAX_TICK),
        field.entry("punch").optional(span),
        field.entry("loop").optional(span),
        field.entry("overdub").flag(),
        field.entry("free").flag(),
    )
