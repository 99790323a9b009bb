"""Exporting notation: a job on an immutable score, and a notice of how it went."""

from __future__ import annotations

from pathlib import Path

from desktop_app.collaborators import JobRunner
from desktop_app.events import EventBus, JobEnded, JobProgress, Notice
from desktop_app.exports.notation import NotationWriter, export_notation
from desktop_app.sentences import sentence_of, shown
from music_core.score import Score

JOB = "export notation"


class NotationDesk:
    """Writes MusicXML in the background."""

    def __init__(self, jobs: JobRunner, events: EventBus, write_musicxml: NotationWriter) -> None:
        self._jobs = jobs
        self._events = events
        self._write_musicxml = write_musicxml

    def export(self, score: Score, path: Path) -> None:
        """Write a score to a file; a Notice tells the outcome."""

        def done(sentence: str) -> None:
            self._events.publish(Notice("info", sentence))
            self._events.publish(JobEnded(JOB, "done"))

        def failed(error: Exception) -> None:
            self._events.publish(JobEnded(JOB, "failed"))
            self._events.publish(Notice("error", sentence_of(error, f"{shown(path)} could not be exported")))

        self._events.publish(JobProgress(JOB, 0.0, f"Writing {shown(path)}"))
        self._jobs.run(JOB, lambda _p, _c: export_notation(self._write_musicxml, score, path), done, failed)
