"""Projects, imports and exports: what goes to disk and comes from it, with a sentence for every failure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from desktop_app.collaborators import JobRunner, ProjectStore
from desktop_app.document import Document
from desktop_app.events import EventBus, JobEnded, JobProgress, Notice
from desktop_app.exports.midi import export_midi
from desktop_app.language import mark, tr
from desktop_app.library.importing import import_midi
from desktop_app.library.melodies import load_sample
from desktop_app.library.project import UNTITLED, Project
from desktop_app.library.store import ChangedElsewhereError
from desktop_app.sentences import sentence_of, shown
from music_core.decoding.predictor import Cancelled, Progress

T = TypeVar("T")


class Filing:
    """Opens, saves, imports and exports for the session; slow things run as jobs on an immutable score."""

    def __init__(
        self,
        store: ProjectStore,
        jobs: JobRunner,
        document: Document,
        events: EventBus,
    ) -> None:
        self._store = store
        self._jobs = jobs
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
            self._store.save(project, target)
            return project, target
        except ChangedElsewhereError:
            free = self._store.free_name(target)
            project = replace(project, name=free.stem)
            self._store.save(project, free)
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
            tr("Autosave failed"),
        )

    def load_sample(self, sample_id: str) -> bool:
        """A new project with a sample melody."""
        score = self._tried(lambda: load_sample(sample_id), tr("The sample melody could not be opened"))
        if score is None:
            return False
        self._store.claim(None)
        self._document.load(Project(score.title or UNTITLED, score))
        return True

    def import_midi(self, path: Path) -> bool:
        """A new project from a MIDI file; what a damaged file lost is told."""
        imported = self._tried(lambda: import_midi(path), tr("{file} could not be imported", file=shown(path)))
        if imported is None:
            return False
        score, losses = imported
        self._store.claim(None)
        self._document.load(Project(path.stem or UNTITLED, score), None, saved=False)
        for sentence in losses:
            self._events.publish(Notice("warning", sentence))
        return True

    def export_midi(self, path: Path) -> None:
        """Write a Standard MIDI File, re-read and compared; a Notice tells the outcome."""
        score = self._document.score
        self._start(
            "export MIDI",
            tr("Exporting {file}", file=shown(path)),
            lambda _progress, _cancelled: export_midi(score, path),
            lambda sentence: self._events.publish(Notice("info", sentence)),
            tr("{file} could not be exported", file=shown(path)),
        )

    def _start(
        self,
        job: str,
        sentence: str,
        work: Callable[[Progress, Cancelled], T],
        done: Callable[[T], None],
        doing: str,
    ) -> None:
        def finished(result: T) -> None:
            done(result)
            self._events.publish(JobEnded(job, "done"))

        def failed(error: Exception) -> None:
            self._events.publish(JobEnded(job, "failed"))
            self._events.publish(Notice("error", sentence_of(error, doing)))

        def show(done_part: int, total: int) -> None:
            self._events.publish(JobProgress(job, done_part / max(1, total), sentence))

        if sentence:
            self._events.publish(JobProgress(job, 0.0, sentence))
        self._jobs.run(job, work, finished, failed, show)

    def _tried(self, work: Callable[[], T], doing: str) -> T | None:
        try:
            return work()
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
