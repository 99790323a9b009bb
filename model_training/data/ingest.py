"""Preparing a corpus: files are read by several workers, and end as songs in shards, split by tune.

Memory does not grow with the notes: songs go to shards where they are read, and only names, hashes and tune groups are
held in one place.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path

from model_training.data.finish import Outcome, finish
from model_training.data.journal import Journal
from model_training.data.manifest_csv import MANIFEST, Row, rows_for
from model_training.data.sources import Item, Refused, SourceError, items
from model_training.data.store import Folder
from model_training.data.tasks import Delivery, Key, Wishes, do_task, told
from model_training.data.workers import Workers

# A task is large enough that a cluster's overhead vanishes, small enough that little is lost with a killed run.
TASK_FILES = 64
TASK_BYTES = 4 * 1024 * 1024
_WAITING_TASKS = 2

Progress = Callable[[int], None]
Task = Callable[[Sequence[Delivery]], object]


class IngestError(ValueError):
    """No corpus could be made; one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Source:
    """A place with music, what the names of its files begin with, and what a manifest says of them, if one does."""

    place: Path
    label: str
    rows: Mapping[str, Row] | None = None


def sources_of(places: Sequence[Path]) -> tuple[Source, ...]:
    """Each place with its manifest: its own MANIFEST.csv, or one in a folder above that lists its files."""
    found: list[Source] = []
    for place in places:
        source = _source(place)
        label, again = source.label, 2
        while label in {other.label for other in found}:
            label, again = f"{source.label}-{again}", again + 1
        found.append(Source(source.place, label, source.rows))
    return tuple(found)


def _source(place: Path) -> Source:
    whole = place.resolve()
    if whole.name == MANIFEST and whole.is_file():
        return Source(whole.parent, "", rows_for(whole))
    if (whole / MANIFEST).is_file():
        return Source(whole, "", rows_for(whole / MANIFEST))
    # A folder of a known corpus, or one in it, such as corpus/midi.
    for above in list(whole.parents)[:3]:
        if whole.is_dir() and (above / MANIFEST).is_file():
            label = whole.relative_to(above).as_posix()
            rows = {name: row for name, row in rows_for(above / MANIFEST).items() if name.startswith(f"{label}/")}
            if rows:
                return Source(whole, label, rows)
    return Source(whole if place.exists() else place, whole.name)


def ingest(
    sources: Sequence[Source],
    out: Path | str,
    wishes: Wishes,
    workers: Workers,
    *,
    title: str,
    seed: int,
    limit: int | None = None,
    progress: Progress = lambda _: None,
    say: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Prepare a corpus at `out`; `limit` is the most files that are read, `progress` hears how many more are done.

    Raises IngestError or SourceError. A run that ended early goes on when it is asked for the same again. Files of
    which a manifest says something else by now are read again, and all of them where something else is asked for;
    `say` is told so in a sentence.
    """
    folder = Folder.at(out)
    asked = asdict(wishes) | {"sources": [source.label for source in sources], "limit": limit}
    found = _limited(sources, limit)
    first = next(found, None)
    if first is None:
        places = ", ".join(str(source.place) for source in sources)
        raise SourceError(f"There is no MIDI or MusicXML file in {places}; give a folder or archive that has some.")
    try:
        journal = Journal(folder, asked)
        if journal.other:
            say(
                f"The unfinished run in {out} was asked for something else ({', '.join(journal.other)}), "
                "so all files are read again."
            )
        files = _read_all(chain([first], found), wishes, workers, folder, journal, progress, say)
        return finish(folder, journal, files, title=title, seed=seed, filters=asked)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise IngestError(
                f"The disk is full: there is no more room at {out}. What is done is kept; make room and run this again."
            ) from None
        raise


def _limited(sources: Sequence[Source], limit: int | None) -> Iterator[tuple[Item | Refused, Row | None]]:
    """Every file with its row in a manifest; files of a known corpus that its manifest does not list are refused."""
    taken = 0
    for source in sources:
        for item in items(source.place, source.label):
            if limit is not None and taken >= limit:
                return
            taken += 1
            row = source.rows.get(item.name) if source.rows is not None else None
            if source.rows is not None and row is None and isinstance(item, Item):
                yield Refused(item.name, "its corpus's manifest does not list it"), None
            else:
                yield item, row


def _read_all(
    found: Iterator[tuple[Item | Refused, Row | None]],
    wishes: Wishes,
    workers: Workers,
    folder: Folder,
    journal: Journal,
    progress: Progress,
    say: Callable[[str], None],
) -> set[Key]:
    """Have everything read that is not in the journal; all files as they are now."""
    done = journal.done()
    before = {key[0] for key in done}
    again = 0
    files: set[Key] = set()
    crew = _Crew(workers, partial(do_task, wishes=wishes, folder=folder, journal=journal.folder), progress)
    batch: list[Delivery] = []
    size = 0
    for item, row in found:
        name = _plain_text(item.name)
        key = (name, item.size, told(row)) if isinstance(item, Item) else (name, 0, "")
        files.add(key)
        if key in done:
            progress(1)
            continue
        again += name in before
        batch.append(_delivery(name, item, row))
        size += len(batch[-1].data)
        if len(batch) >= TASK_FILES or size >= TASK_BYTES:
            crew.take(batch)
            batch, size = [], 0
    if batch:
        crew.take(batch)
    if again:
        say(
            f"{again} files, or what a MANIFEST.csv says of them, changed since this run was stopped, "
            "so they are read again."
        )
    crew.finish()
    return files


def _delivery(name: str, item: Item | Refused, row: Row | None) -> Delivery:
    if isinstance(item, Refused):
        return Delivery(name, 0, b"", item.reason)
    try:
        return Delivery(name, item.size, item.read(), "", row)
    except OSError as error:
        return Delivery(name, item.size, b"", f"it cannot be opened ({error.strerror or error})", row)


def _plain_text(name: str) -> str:
    """The name as text that every file format holds: what is no character becomes a question mark."""
    return name.encode("utf-8", "replace").decode()


class _Crew:
    """Keeps the workers busy without piling up tasks, and finds the file that kills a worker."""

    def __init__(self, workers: Workers, task: Task, progress: Progress) -> None:
        self._workers, self._task, self._progress = workers, task, progress
        self._running: dict[Future[object], list[Delivery]] = {}

    def take(self, batch: list[Delivery]) -> None:
        """Start a batch; waits while enough of them are under way."""
        self._start(batch)
        while len(self._running) >= self._workers.count + _WAITING_TASKS:
            self._collect()

    def finish(self) -> None:
        """Wait for everything."""
        while self._running:
            self._collect()

    def _start(self, batch: list[Delivery]) -> None:
        try:
            future = self._workers.submit(self._task, batch)
        except self._workers.crashes:
            self._workers.restart()
            future = self._workers.submit(self._task, batch)
        self._running[future] = batch

    def _collect(self) -> None:
        ended, _ = wait(self._running, return_when=FIRST_COMPLETED)
        suspects = []
        for future in ended:
            batch = self._running.pop(future)
            try:
                future.result()
            except self._workers.crashes:
                suspects.append(batch)
            else:
                self._progress(len(batch))
        if suspects:
            # A worker that dies takes the others' tasks with it: what was under way is done again, one by one.
            suspects += self._running.values()
            self._running.clear()
            self._workers.restart()
            for batch in suspects:
                self._alone(batch)

    def _alone(self, batch: list[Delivery]) -> None:
        try:
            self._workers.submit(self._task, batch).result()
        except self._workers.crashes:
            self._workers.restart()
            if len(batch) == 1 and batch[0].reason:
                raise
            if len(batch) == 1:
                self._alone([replace(batch[0], data=b"", reason="the reader breaks down on it")])
                return
            half = len(batch) // 2
            self._alone(batch[:half])
            self._alone(batch[half:])
        else:
            self._progress(len(batch))
