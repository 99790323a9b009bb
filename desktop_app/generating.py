"""Generate: ask for takes in the background, and put the first one into the score as one undo step."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from desktop_app.collaborators import Arranger, JobRunner
from desktop_app.document import Document
from desktop_app.events import EventBus, JobEnded, JobOutcome, JobProgress, Notice
from desktop_app.generation.composer import Arrangement, Request
from desktop_app.jobs import Cancellable
from desktop_app.library.project import Take
from desktop_app.parts import melody_index, own_score
from desktop_app.sentences import sentence_of
from desktop_app.settings import Settings
from desktop_app.transport import Transport
from music_core.score import Score

_log = logging.getLogger(__name__)

JOB = "generate"

# The time left is worth showing once this much has passed and it is not over yet.
_PATIENCE_S = 1.0


class Generation:
    """One request at a time; a result for a melody that is no longer there is dropped."""

    def __init__(
        self,
        composer: Arranger,
        jobs: JobRunner,
        document: Document,
        transport: Transport,
        events: EventBus,
        settings: Callable[[], Settings],
        clock: Callable[[], float],
    ) -> None:
        self._composer = composer
        self._jobs = jobs
        self._document = document
        self._transport = transport
        self._events = events
        self._settings = settings
        self._clock = clock
        self._handle: Cancellable | None = None
        self._started_s = 0.0

    @property
    def is_running(self) -> bool:
        """Whether parts are being written."""
        return self._handle is not None

    def start(self, model_id: str, seed: int, takes: int, options: Mapping[str, float]) -> None:
        """Write `takes` takes with the seeds seed, seed + 1 ...; a run under way is overtaken."""
        score = own_score(self._document.score)
        needs_melody = self._composer.needs_melody(model_id)
        melody = melody_index(score) if needs_melody else None
        if needs_melody and (melody is None or not score.tracks[melody].notes):
            self._events.publish(Notice("warning", "There is no melody yet. Record, type, import or pick a melody."))
            return
        if self._handle is not None:
            self._handle.cancel()
        request = Request(score, model_id, seed, melody, takes, dict(options))
        load_number = self._document.load_number
        self._started_s = self._clock()
        self._events.publish(JobProgress(JOB, 0.0, "Writing the parts"))
        self._handle = self._jobs.run(
            JOB,
            lambda progress, cancelled: self._composer.arrange(request, progress, cancelled),
            lambda arrangements: self._take_over(request, load_number, arrangements),
            self._fail,
            self._show_progress,
        )

    def cancel(self) -> None:
        """Stop writing; the score stays as it is."""
        if self._handle is not None:
            self._handle.cancel()
            self._end("cancelled")

    def _show_progress(self, done: int, total: int) -> None:
        fraction = min(1.0, done / max(1, total))
        passed_s = self._clock() - self._started_s
        sentence = f"Writing the parts: {done} of {total} windows"
        if passed_s > _PATIENCE_S and 0 < fraction < 1:
            sentence += f", about {max(1, round(passed_s * (1 - fraction) / fraction))} s left"
        self._events.publish(JobProgress(JOB, fraction, sentence))

    def _take_over(self, request: Request, load_number: int, arrangements: tuple[Arrangement, ...]) -> None:
        if load_number != self._document.load_number:
            self._end("cancelled")
            return
        if _material(own_score(self._document.score), request.melody_track) != _material(
            request.score, request.melody_track
        ):
            self._end("cancelled")
            sentence = "The melody or its chords changed while the parts were being written. Generate again."
            self._events.publish(Notice("info", sentence, "Generate"))
            return
        takes = tuple(take_of(arrangement, request.options) for arrangement in arrangements)
        first = self._document.add_takes(takes)
        self._document.history.seal()  # a run is a step of its own, whatever take was turned to before
        self._document.choose_take(first, "Generate")
        for sentence in dict.fromkeys(note for take in takes for note in take.notes):
            self._events.publish(Notice("info", sentence))
        self._end("done")
        if self._settings().play_after_generate and not self._transport.is_playing:
            self._transport.seek(0)
            self._transport.play()

    def _fail(self, error: Exception) -> None:
        self._end("failed")
        self._events.publish(Notice("error", sentence_of(error, "The model stopped")))

    def _end(self, outcome: JobOutcome) -> None:
        self._handle = None
        self._events.publish(JobEnded(JOB, outcome))


def take_of(arrangement: Arrangement, options: Mapping[str, float]) -> Take:
    """What is kept of an arrangement: its generated parts, its chords, and how to make them again."""
    parts = tuple(track for track in arrangement.score.tracks if track.generated_by)
    chords = arrangement.score.chords
    return Take(parts, arrangement.model_id, arrangement.seed, dict(options), notes=arrangement.notes, chords=chords)


def _material(score: Score, melody_track: int | None) -> object:
    """What the parts were written for; the tempo and the mix are free to change meanwhile."""
    if melody_track is None or melody_track >= len(score.tracks):
        return None
    locked = tuple(change for change in score.chords if change.locked)
    return score.tracks[melody_track].notes, score.metres, score.keys, locked
