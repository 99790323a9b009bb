"""Projects, imports and exports: what goes to disk and comes from it, with a sentence for every failure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from desktop_app.collaborators import JobRunner, ProjectStore
from desktop_app.document import Document
from desktop_app.events import EventBus, FileImported, JobEnded, JobProgress, Notice
from desktop_app.language import mark, tr
from desktop_app.library.melodies import load_sample
from desktop_app.library.project import UNTITLED, Project
from desktop_app.library.store import ChangedElsewhereError
from desktop_app.sentences import sentence_of, shown
from music_core.decoding.predictor import Cancelled, Progress

# What reads and writes other programs' files is imported when the first is read or written: the window opens sooner.
if TYPE_CHECKING:
    from music_core.salvage import Salvaged
    from music_core.score import Score

T = TypeVar("T")


class Aside(Protocol):
    """Does slow work while its caller waits for the result; `ui.aside.aside` keeps the window answering."""

    def __call__(self, work: Callable[[], T], *, hands_off: bool = False) -> T:
        """What `work` returns or raises; `hands_off` where nobody may touch the piece meanwhile."""


def at_once(work: Callable[[], T], *, hands_off: bool = False) -> T:
    """The plain way: nothing else happens meanwhile."""
    del hands_off
    return work()


class Filing:
    """Opens, saves, imports and exports for the session; slow things run as jobs on an immutable score.

    `readers` runs the reading of files: it has to wait neither for a model nor for an export.
    """

    def __init__(
        self,
        store: ProjectStore,
        jobs: JobRunner,
        document: Document,
        events: EventBus,
        readers: JobRunner,
        aside: Aside = at_once,
    ) -> None:
        self._aside = aside
        self._store = store
        self._jobs = jobs
        self._readers = readers
        self._document = document
        self._events = events
        self._autosaved: tuple[object, object, object] = (None, None, None)

    def new(self) -> None:
        """An empty project."""
        self._store.claim(None)
        self._document.load(Project())

    def open(self, path: Path) -> bool:
        """Open a project; False (and a Notice) when that fails, with the present one untouched."""
        project = self._tried(lambda: self._store.open(path), tr("{file} could not be opened", file=shown(path)))
        if project is None:
            return False
        self._document.load(replace(project, name=path.stem), path)
        if not self._store.claim(path):
            sentence = tr(
                "{file} is open in another window too. Whichever saves second gets a file of its own; nothing is lost.",
                file=shown(path),
            )
            self._events.publish(Notice("warning", sentence))
        return True

    def recover(self, path: Path) -> bool:
        """Open a recovery copy as an unsaved project."""
        project = self._tried(lambda: self._store.open(path), tr("{file} could not be recovered", file=shown(path)))
        if project is None:
            return False
        self._store.claim(None)
        self._document.load(project, None, saved=False)
        return True

    def save(self, path: Path | None = None) -> bool:
        """Save to `path`, or where the project was saved before; False (and a Notice) when that fails."""
        target = path or self._document.path
        if target is None:
            return False
        project = replace(self._document.to_project(), name=target.stem)
        try:
            project, target = self._put(project, target)
        except Exception as error:
            sentence = sentence_of(error, tr("{file} could not be saved", file=shown(target)))
            self._events.publish(Notice("error", f"{sentence} {self._safe_copy(project)}".strip(), mark("Save as…")))
            return False
        self._store.claim(target)
        self._document.mark_saved(project, target)
        self._store.discard_recovery()
        self._events.publish(Notice("info", tr("Saved {file}.", file=shown(target))))
        return True

    def _put(self, project: Project, target: Path) -> tuple[Project, Path]:
        """Write a project; where another window has changed its file, into a new one beside it."""
        try:
            self._aside(lambda: self._store.save(project, target))
            return project, target
        except ChangedElsewhereError:
            free = self._store.free_name(target)
            project = replace(project, name=free.stem)
            self._aside(lambda: self._store.save(project, free))
        sentence = tr(
            "{file} was changed in another window. What you have here was saved as {copy} beside it; both are whole.",
            file=shown(target),
            copy=shown(free),
        )
        self._events.publish(Notice("warning", sentence))
        return project, free

    def autosave(self) -> None:
        """Write a recovery copy in the background, if anything is unsaved and new since the last copy."""
        project = self._document.to_project()
        parts = (project.score, project.takes, project.recorded)
        if not self._document.is_dirty or all(a is b for a, b in zip(parts, self._autosaved, strict=True)):
            return
        self._autosaved = parts
        self._start(
            "autosave",
            "",
            lambda _progress, _cancelled: self._store.autosave(project),
            lambda _path: None,
            partial(sentence_of, doing=tr("Autosave failed")),
        )

    def load_sample(self, sample_id: str) -> bool:
        """A new project with a sample melody."""
        score = self._tried(lambda: load_sample(sample_id), tr("The sample melody could not be opened"))
        if score is None:
            return False
        self._store.claim(None)
        self._document.load(Project(score.title or UNTITLED, score))
        return True

    def import_file(self, path: Path, arrived: Callable[[], None]) -> None:
        """Read a MIDI or MusicXML file in the background; `arrived` is called once it is the open project.

        What was changed here while it was read is not thrown away: then the file has to be opened again.
        """
        from desktop_app.import_words import refusal

        load_number, project = self._document.load_number, self._document.to_project()

        def done(read: Salvaged) -> None:
            if self._went_on(load_number, project):
                sentence = tr("{file} was not opened, as you went on here meanwhile. Open it again.", file=shown(path))
                self._events.publish(Notice("warning", sentence))
                return
            self._take_over(read, path)
            arrived()

        self._start(
            "import",
            tr("Reading {file}", file=shown(path)),
            lambda _progress, _cancelled: _read(path),
            done,
            partial(refusal, path=path),
            self._readers,
        )

    def _take_over(self, read: Salvaged, path: Path) -> None:
        """The imported score is the open project, its melody the chosen track."""
        from desktop_app.import_words import summary, told

        self._store.claim(None)
        self._document.load(Project(path.stem or UNTITLED, read.score), None, saved=False)
        melody = next((i for i, track in enumerate(read.score.tracks) if track.role == "melody"), 0)
        self._document.select(melody)
        sentence = summary(read, path)
        self._events.publish(Notice("info", sentence))
        self._events.publish(FileImported(sentence, tuple(map(told, read.lost)), bool(read.faults)))

    def _went_on(self, load_number: int, project: Project) -> bool:
        """Whether anything was changed or opened since."""
        now = self._document.to_project()
        same = now.score is project.score and now.takes is project.takes and now.recorded is project.recorded
        return not same or load_number != self._document.load_number

    def export_midi(self, path: Path) -> None:
        """Write a Standard MIDI File, re-read and compared; a Notice tells the outcome."""
        score = self._document.score
        self._start(
            "export MIDI",
            tr("Exporting {file}", file=shown(path)),
            lambda _progress, _cancelled: _write(score, path),
            lambda sentence: self._events.publish(Notice("info", sentence)),
            partial(sentence_of, doing=tr("{file} could not be exported", file=shown(path))),
        )

    def _start(
        self,
        job: str,
        sentence: str,
        work: Callable[[Progress, Cancelled], T],
        done: Callable[[T], None],
        failure: Callable[[Exception], str],
        runner: JobRunner | None = None,
    ) -> None:
        def finished(result: T) -> None:
            done(result)
            self._events.publish(JobEnded(job, "done"))

        def failed(error: Exception) -> None:
            self._events.publish(JobEnded(job, "failed"))
            self._events.publish(Notice("error", failure(error)))

        def show(done_part: int, total: int) -> None:
            self._events.publish(JobProgress(job, done_part / max(1, total), sentence))

        if sentence:
            self._events.publish(JobProgress(job, 0.0, sentence))
        (runner or self._jobs).run(job, work, finished, failed, show)

    def _tried(self, work: Callable[[], T], doing: str) -> T | None:
        try:
            return self._aside(work, hands_off=True)
        except Exception as error:
            self._events.publish(Notice("error", sentence_of(error, doing)))
            return None

    def _safe_copy(self, project: Project) -> str:
        """Where the work is after a failed save, as a sentence."""
        try:
            copy = self._store.autosave(project)
            return tr("Your work is still open, and a copy is in «{copy}».", copy=copy)
        except Exception:
            return tr("Your work is still open.")


def _read(path: Path) -> Salvaged:
    from desktop_app.library.importing import import_file

    return import_file(path)


def _write(score: Score, path: Path) -> str:
    from desktop_app.exports.midi import export_midi

    return export_midi(score, path)
