"""Generate: ask for takes in the background, and put the first one into the score as one undo step."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from desktop_app.collaborators import Arranger, JobRunner
from desktop_app.document import Document
from desktop_app.events import EventBus, JobEnded, JobOutcome, JobProgress, Notice
from desktop_app.generation.composer import TOP_LINE_NOTE, Arrangement, Request
from desktop_app.jobs import Cancellable
from desktop_app.language import mark, tr, tr_count
from desktop_app.library.project import Take, Verb, Wish
from desktop_app.parts import melody_index
from desktop_app.sentences import sentence_of
from desktop_app.settings import Settings
from desktop_app.transport import Transport
from desktop_app.wishes import bars_of, for_fewer_bars, kept_material, own_material, redo_of, rewritten, shown
from music_core.score import Score, bar_lines

_log = logging.getLogger(__name__)

JOB = "generate"
SHOW_LINE = mark("Show what it reads")
TRY_FEWER = mark("Try 32 bars")
WHOLE_BAND = Wish()

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
        self._stop = threading.Event()
        self._is_first_there = False
        self._line_told_of: int | None = None
        self._started_s = 0.0
        self._fraction = 0.0
        self._too_long: _Asked | None = None

    @property
    def is_running(self) -> bool:
        """Whether parts are being written."""
        return self._handle is not None

    @property
    def is_stopping(self) -> bool:
        """Whether what is done will be kept as soon as it is handed over."""
        return self._stop.is_set()

    def start(
        self, model_id: str, seed: int, takes: int, options: Mapping[str, float], wish: Wish = WHOLE_BAND
    ) -> None:
        """Write `takes` takes with the seeds seed, seed + 1 ...; a run under way is overtaken."""
        now = self._document.score
        score, redo = shown(now, wish), redo_of(now, wish)
        needs_melody = self._composer.needs_melody(model_id)
        melody = melody_index(score) if needs_melody else None
        if needs_melody and (melody is None or not score.tracks[melody].notes):
            sentence = tr("There is no melody yet. Record, type, import or pick a melody.")
            self._events.publish(Notice("warning", sentence))
            return
        if redo.roles is not None and not redo.roles:
            self._events.publish(Notice("warning", _nothing_to_write(now, wish)))
            return
        if self._handle is not None:
            self._handle.cancel()
        request = Request(score, model_id, seed, melody, takes, dict(options), redo)
        asked = _Asked(request, wish, now, self._document.load_number)
        self._started_s = self._clock()
        self._fraction = 0.0
        self._stop = stop = threading.Event()
        self._is_first_there = False
        self._events.publish(JobProgress(JOB, 0.0, tr("Writing the parts")))
        self._handle = self._jobs.run(
            JOB,
            lambda progress, cancelled: self._composer.arrange(
                asked.request, progress, cancelled, stop.is_set, lambda first: self._hand_over(asked, stop, first)
            ),
            lambda arrangements: self._take_over(asked, arrangements),
            lambda error: self._fail(asked, error),
            self._show_progress,
        )

    def try_fewer(self) -> None:
        """What the memory did not suffice for, once more for its first bars."""
        asked = self._too_long
        wish = asked and for_fewer_bars(self._document.score, asked.wish)
        if asked and wish:
            request = asked.request
            self.start(request.model_id, request.seed, request.takes, request.options, wish)

    def stop(self) -> None:
        """End soon and keep what is done; when nothing is yet, or when asked again, leave everything as it is."""
        if self._handle is None:
            return
        if self._stop.is_set() or not self._fraction:
            self.cancel()
            return
        self._stop.set()
        self._events.publish(JobProgress(JOB, self._fraction, tr("Stopping… What is done is kept.")))

    def cancel(self) -> None:
        """End at once; the score stays as it is."""
        if self._handle is not None:
            self._handle.cancel()
            self._end("kept" if self._is_first_there else "cancelled")

    def _show_progress(self, done: int, total: int) -> None:
        fraction = min(1.0, done / max(1, total))
        self._fraction = fraction
        if self._stop.is_set():
            return
        passed_s = self._clock() - self._started_s
        if passed_s > _PATIENCE_S and 0 < fraction < 1:
            left = max(1, round(passed_s * (1 - fraction) / fraction))
            sentence = tr(
                "Writing the parts: {done} of {total} windows, about {left} s left", done=done, total=total, left=left
            )
        else:
            sentence = tr("Writing the parts: {done} of {total} windows", done=done, total=total)
        self._events.publish(JobProgress(JOB, fraction, sentence))

    def _hand_over(self, asked: _Asked, run: threading.Event, first: Arrangement) -> None:
        """Called where the first of several takes was written: it is seen, then heard, while the others are."""

        def is_wanted() -> bool:
            # A run that was overtaken has another event.
            return self._handle is not None and run is self._stop

        def take_over() -> None:
            if is_wanted() and asked.may_be_heard_at_once(self._document):
                self._is_first_there = True
                self._let_hear(asked, self._keep(asked, (first,)))

        def play() -> None:
            if is_wanted() and self._is_first_there:
                self._play(asked.wish)

        # One after the other: what the window has to show and what playing needs are each of some length.
        self._jobs.hand_over(take_over)
        self._jobs.hand_over(play)

    def _take_over(self, asked: _Asked, arrangements: tuple[Arrangement, ...]) -> None:
        stopped, is_first_there = self._stop.is_set(), self._is_first_there
        if asked.load_number != self._document.load_number or not arrangements:
            self._end("cancelled")
        elif asked.is_late(self._document.score):
            self._end("kept" if is_first_there else "cancelled")
            sentence = tr("The melody or its chords changed while the parts were being written. Generate again.")
            self._events.publish(Notice("info", sentence, "Generate"))
        elif is_first_there:
            self._keep(asked, arrangements[1:], told=arrangements[0].notes)
            self._end("kept" if stopped else "done")
        else:
            self._let_hear(asked, self._keep(asked, arrangements))
            self._end("kept" if stopped else "done")
            self._play(asked.wish)

    def _keep(self, asked: _Asked, arrangements: tuple[Arrangement, ...], told: tuple[str, ...] = ()) -> int:
        """Keep takes, say what is to be said of them, and return the index of the first."""
        now = self._document.score
        takes = tuple(asked.take_of(arrangement, now) for arrangement in arrangements)
        first = self._document.add_takes(takes) if takes else 0
        for sentence in dict.fromkeys(note for take in takes for note in take.notes if note not in told):
            self._events.publish(Notice("info", tr(sentence), self._action_for(sentence)))
        return first

    def _action_for(self, sentence: str) -> str:
        """What can be done about a take's note. Once a piece: who has seen what a model reads knows it."""
        if sentence != TOP_LINE_NOTE or self._line_told_of == self._document.load_number:
            return ""
        self._line_told_of = self._document.load_number
        return SHOW_LINE

    def _let_hear(self, asked: _Asked, take: int) -> None:
        self._document.history.seal()  # a run is a step of its own, whatever take was turned to before
        self._document.choose_take(take, verb_label(asked.wish.verb))

    def _play(self, wish: Wish) -> None:
        if self._settings().play_after_generate and not self._transport.is_playing:
            self._transport.seek(self._first_tick(wish))
            self._transport.play()

    def _first_tick(self, wish: Wish) -> int:
        """Where what was written is first heard."""
        lines = bar_lines(self._document.score.metres, max(1, self._document.score.end_tick))
        return 0 if wish.bars is None else lines[min(wish.bars[0], len(lines) - 1)]

    def _fail(self, asked: _Asked, error: Exception) -> None:
        self._end("failed")
        if not isinstance(error, MemoryError):
            self._events.publish(Notice("error", sentence_of(error, tr("The model stopped"))))
            return
        first, end = bars_of(asked.before, asked.wish)
        sentence = tr_count(
            "The model stopped: not enough memory for {count} bar.",
            "The model stopped: not enough memory for {count} bars.",
            end - first,
        )
        # A model that needs no melody has its length among its options.
        fits = asked.request.melody_track is not None and for_fewer_bars(asked.before, asked.wish)
        self._too_long = asked if fits else None
        self._events.publish(Notice("error", sentence, TRY_FEWER if fits else ""))

    def _end(self, outcome: JobOutcome) -> None:
        self._handle = None
        self._stop.clear()
        self._events.publish(JobEnded(JOB, outcome))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request with the wish that it came from, and the whole score and its number at that time."""

    request: Request
    wish: Wish
    before: Score
    load_number: int

    def may_be_heard_at_once(self, document: Document) -> bool:
        """Whether the first take may go into the score before the others are there, and does not make them late."""
        now = document.score
        is_same = self.load_number == document.load_number and not self.is_late(now)
        return is_same and kept_material(now, self.request.redo) is None

    def is_late(self, now: Score) -> bool:
        """Whether the score no longer goes with what is being written for it."""
        tune_matters = self.request.melody_track is not None
        if tune_matters and own_material(now) != own_material(self.before):
            return True
        return kept_material(now, self.request.redo) != kept_material(self.before, self.request.redo)

    def take_of(self, arrangement: Arrangement, now: Score) -> Take:
        """What is kept of an arrangement: its generated parts, its chords, and how to make them again."""
        parts = rewritten(now, arrangement.score.tracks, self.wish, self.request.redo)
        return Take(
            parts,
            arrangement.model_id,
            arrangement.seed,
            dict(self.request.options),
            notes=arrangement.notes,
            chords=arrangement.score.chords,
            wish=self.wish,
        )


def verb_label(verb: Verb) -> str:
    """What the undo menu calls a run."""
    labels = {"band": tr("Generate"), "redo": tr("New parts"), "fill": tr("Fill bars"), "vary": tr("Vary parts")}
    return labels[verb]


def _nothing_to_write(score: Score, wish: Wish) -> str:
    parts = [track for track in score.tracks if track.generated_by]
    if wish.verb != "band" and not parts:
        return tr("There are no parts yet. Add a band first.")
    asked = [track for track in score.tracks if not wish.roles or track.role in wish.roles]
    if any(track.locked for track in asked):
        return tr("All of that is locked. Unlock a track, then generate.")
    if wish.roles is not None and not wish.roles:
        return tr("No part is chosen. Light one of the parts, then generate.")
    return tr("None of the chosen parts is in the piece. Choose another one, or add a band.")
