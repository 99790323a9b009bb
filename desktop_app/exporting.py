"""Exporting: every file of an order, one after the other, from one immutable score, with a notice of how it went."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.collaborators import JobRunner
from desktop_app.events import EventBus, JobEnded, JobProgress, Notice
from desktop_app.exports.audio import AudioExportError, soundfont_for
from desktop_app.exports.notation import NotationWriter
from desktop_app.exports.order import ExportOrder, FormatId
from desktop_app.jobs import Cancellable
from desktop_app.language import tr
from desktop_app.sentences import sentence_of, shown
from music_core.decoding.predictor import Cancelled, GenerationCancelled, Progress
from music_core.score import Score

if TYPE_CHECKING:
    from music_core.engraved_page import Page

JOB = "export"
_UNITS = 1000  # progress within one file


@dataclass(frozen=True, slots=True)
class Credits:
    """What a file of sound says about itself."""

    title: str = ""
    artist: str = ""
    album: str = ""
    comment: str = ""
    copyright: str = ""


SoundWriter = Callable[[Score, Path, Path, Progress, Cancelled, Credits], None]
StemsWriter = Callable[[Score, Sequence[tuple[Score, Path]], Path, Progress, Cancelled, Credits], None]
Engraver = Callable[[Score, Cancelled], "tuple[Page, ...]"]
# print(pages, path, title, done, failed): on the GUI thread, without keeping the caller waiting.
Printer = Callable[["tuple[Page, ...]", Path, str, Callable[[], None], Callable[[Exception], None]], None]


@dataclass(frozen=True, slots=True)
class ExportWriters:
    """The adapters that do the work; chosen in `app`."""

    sound: SoundWriter
    stems: StemsWriter
    notation: NotationWriter
    engrave: Engraver
    print: Printer


@dataclass(frozen=True, slots=True)
class _Outcome:
    written: tuple[Path, ...] = ()
    problems: tuple[str, ...] = ()
    pages: tuple[Page, ...] = ()


class ExportDesk:
    """Runs one order at a time on a worker of its own, so that neither playing nor generating waits for it."""

    def __init__(self, jobs: JobRunner, events: EventBus, writers: ExportWriters, soundfont: Callable[[], str]) -> None:
        self._jobs = jobs
        self._events = events
        self._writers = writers
        self._soundfont = soundfont
        self._running: Cancellable | None = None

    @property
    def is_running(self) -> bool:
        """Whether files are being written."""
        return self._running is not None

    def export(self, score: Score, order: ExportOrder) -> None:
        """Begin to write; progress, outcome and every problem come as events."""
        titled = replace(score, title=order.title or score.title)
        soundfont = Path(self._soundfont()) if self._soundfont() else None
        sentence = tr("Exporting «{name}»", name=order.name)

        def progress(done: int, total: int) -> None:
            self._events.publish(JobProgress(JOB, done / max(1, total), sentence))

        self._events.publish(JobProgress(JOB, 0.0, sentence))
        self._running = self._jobs.run(
            JOB,
            lambda report, cancelled: self._write(titled, order, soundfont, report, cancelled),
            lambda outcome: self._print(titled, order, outcome),
            self._failed,
            progress,
        )

    def cancel(self) -> None:
        """Stop; what is written stays, what it was to replace is untouched."""
        if self._running is not None:
            self._running.cancel()
            self._running = None
            self._events.publish(JobEnded(JOB, "cancelled"))

    def _write(
        self, score: Score, order: ExportOrder, soundfont: Path | None, progress: Progress, cancelled: Cancelled
    ) -> _Outcome:
        order.folder.mkdir(parents=True, exist_ok=True)
        steps = [*order.formats, *(("stems",) if order.stems else ())]
        written: list[Path] = []
        problems: list[str] = []
        pages: tuple[Page, ...] = ()
        for number, step in enumerate(steps):
            place = _part_of(progress, number, len(steps))
            try:
                if step == "stems":
                    written.extend(self._stems(score, order, soundfont_for(soundfont), place, cancelled))
                elif step == "pdf":
                    pages = self._writers.engrave(score, cancelled)
                else:
                    self._file(step, score, order, soundfont, place, cancelled)
                    written.append(order.file(step))
            except GenerationCancelled:
                raise
            except Exception as error:
                problems.append(sentence_of(error, tr("{what} could not be exported", what=step.upper())))
        progress(1, 1)
        return _Outcome(tuple(written), tuple(dict.fromkeys(problems)), pages)

    def _file(
        self,
        wanted: FormatId,
        score: Score,
        order: ExportOrder,
        soundfont: Path | None,
        progress: Progress,
        cancelled: Cancelled,
    ) -> None:
        from desktop_app.exports.midi import export_midi  # not at the top: the window opens sooner without it

        path = order.file(wanted)
        if wanted == "midi":
            export_midi(score, path)
        elif wanted == "musicxml":
            self._writers.notation(score, path)
        else:
            credits = credits_of(score, order)
            self._writers.sound(score, path, soundfont_for(soundfont), progress, cancelled, credits)

    def _stems(
        self, score: Score, order: ExportOrder, soundfont: Path, progress: Progress, cancelled: Cancelled
    ) -> list[Path]:
        from desktop_app.exports.stems import stems_of  # not at the top either

        stems = stems_of(score, split_drums=order.split_drums)
        if not stems:
            raise AudioExportError(tr("There is nothing to hear, so there are no stems; unmute a track."))
        files = [(stem.score, order.stem_file(stem)) for stem in stems]
        files[0][1].parent.mkdir(exist_ok=True)
        self._writers.stems(score, files, soundfont, progress, cancelled, credits_of(score, order))
        return [path for _, path in files]

    def _print(self, score: Score, order: ExportOrder, outcome: _Outcome) -> None:
        if not outcome.pages:
            self._finish(order, outcome)
            return
        path = order.file("pdf")

        def printed() -> None:
            self._finish(order, replace(outcome, written=(*outcome.written, path)))

        def failed(error: Exception) -> None:
            problem = sentence_of(error, tr("{file} could not be printed", file=shown(path)))
            self._finish(order, replace(outcome, problems=(*outcome.problems, problem)))

        self._writers.print(outcome.pages, path, score.title, printed, failed)

    def _finish(self, order: ExportOrder, outcome: _Outcome) -> None:
        self._running = None
        self._events.publish(JobEnded(JOB, "failed" if outcome.problems else "done"))
        if outcome.written:
            names = ", ".join(shown(path) for path in outcome.written[:4])
            more = len(outcome.written) - 4
            listed = tr("{names} and {count} more", names=names, count=more) if more > 0 else names
            self._events.publish(
                Notice("info", tr("Exported {names} to «{folder}»; read back and checked.", names=listed,
                                  folder=order.folder))
            )  # fmt: skip
        for problem in outcome.problems:
            self._events.publish(Notice("error", problem))

    def _failed(self, error: Exception) -> None:
        self._running = None
        self._events.publish(JobEnded(JOB, "failed"))
        self._events.publish(Notice("error", sentence_of(error, tr("Nothing could be exported"))))


def credits_of(score: Score, order: ExportOrder) -> Credits:
    """Who made it and with what: the title, and the piece's own account of model and seed."""
    models = sorted({track.generated_by for track in score.tracks if track.generated_by})
    made = score.provenance or ("Made with Tutti by the model " + ", ".join(models) + "." if models else "")
    title = order.title or score.title or order.name
    return Credits(title, order.artist, "Tutti", made or "Made with Tutti.", score.copyright)


def _part_of(progress: Progress, number: int, count: int) -> Progress:
    def report(done: int, total: int) -> None:
        progress(number * _UNITS + round(_UNITS * done / max(1, total)), count * _UNITS)

    return report
