"""From keys to the melody track: raw takes are kept, and put on a grid as often as one likes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from desktop_app.collaborators import JobRunner, TakeLog, TakeRecorder
from desktop_app.document import Document
from desktop_app.events import EventBus, Notice, PassesChanged
from desktop_app.free_recording import FoundTake, a_beat_later, found_take, in_tempo, read_at, usual_metres
from desktop_app.language import mark, tr, tr_count
from desktop_app.library.project import Recording
from desktop_app.library.take_journal import JournalTake, TakeHead, TakePlan
from desktop_app.parts import melody_index
from desktop_app.record_start import RecordStart
from desktop_app.sentences import sentence_of
from desktop_app.settings import Settings
from desktop_app.takes_to_notes import (
    has_notes,
    is_in,
    merged,
    on_steady_beats,
    quantise_notes,
    recordings_of,
    without,
    without_warm_up,
    written,
)
from desktop_app.transport import Transport
from music_core.performance import LiveMessage, PerformedTake
from music_core.quantize import Grid
from music_core.score import KeySignature, Score, Track
from music_core.theory import find_key

__all__ = ["RecordingDesk", "grid_of", "on_steady_beats", "without_warm_up"]

RECORD, PASS, QUANTISE, READ = mark("Record"), "Pass", mark("Quantise"), mark("Read the beat otherwise")
# Steps that may follow a recording and are about it.
_OF_A_TAKE = (RECORD, PASS, QUANTISE, READ)


class RecordingDesk:
    """Starts and ends recordings and writes their notes into the melody track, one undo step each."""

    def __init__(
        self,
        recorder: TakeRecorder,
        transport: Transport,
        document: Document,
        events: EventBus,
        settings: Callable[[], Settings],
        jobs: JobRunner,
        log: TakeLog,
        clock: Callable[[], float],
    ) -> None:
        self._recorder = recorder
        self._transport = transport
        self._document = document
        self._events = events
        self._settings = settings
        self._jobs = jobs
        self._log = log
        self._start = RecordStart(recorder, transport, document, settings, clock)

    @property
    def start_tick(self) -> int:
        """Where the latest recording began."""
        return self._start.plan.start_tick

    @property
    def is_waiting(self) -> bool:
        """Whether the first note is waited for."""
        return self._start.is_waiting

    @property
    def passes(self) -> tuple[int, ...]:
        """The latest rounds of a loop, as places among the recordings; none where the latest was no loop."""
        recorded = self._document.recorded
        stack = recorded[-1].stack if recorded else 0
        return tuple(i for i, one in enumerate(recorded) if stack and one.stack == stack)

    @property
    def chosen_pass(self) -> int | None:
        """Which of the passes the melody has, counted from 0."""
        melody = self._melody()
        places = self.passes
        found = (
            n for n in reversed(range(len(places))) if melody and is_in(melody, self._document.recorded[places[n]])
        )
        return next(found, None)

    def start(self) -> None:
        """Record as the settings say: after the count-in, with the first note, freely, or into the playing piece."""
        plan = self._start.begin()
        head = TakeHead(
            self._start.origin_s, self._document.score.bpm, plan, self._document.name, str(self._document.path or "")
        )
        self._log.begin(head)
        self._events.publish(PassesChanged(False))

    def hear(self, message: LiveMessage) -> None:
        """What is played; the first note ends the waiting for it."""
        if self._start.hear(message):
            self._log.counts_from(self._start.origin_s)

    def begin_now(self) -> None:
        """End the waiting for the first note."""
        if self._start.go():
            self._log.counts_from(self._start.origin_s)

    def finish(self) -> None:
        """End the recording, keep it raw, and write it into the melody."""
        if self._recorder.is_recording:
            take = self._start.counted(self._recorder.stop())
            self._log.end(take.end_s)
            self._keep(take, self._start.plan)

    def restore(self, found: JournalTake) -> None:
        """Write a take that was found in the journal of a run that did not end well."""
        head, messages = found.head, found.messages
        end_s = found.end_s if found.end_s is not None else max((m.time_s for m in messages), default=head.origin_s)
        self._keep(PerformedTake(messages, head.origin_s, max(end_s, head.origin_s), head.bpm), head.plan)

    def again(self) -> None:
        """Take the latest recording out of the melody and record in its place; it stays among the raw ones."""
        plan, history = self._start.plan, self._document.history
        while history.can_undo and history.undo_label.startswith(_OF_A_TAKE):
            was_recorded = history.undo_label == RECORD
            self._document.undo()
            if was_recorded:
                break
        self._transport.seek(plan.start_tick)
        self.start()

    def choose_pass(self, number: int) -> None:
        """Put another pass (from 0) into the melody; turning through passes is one step in all."""
        places = self.passes
        if 0 <= number < len(places):
            self._write(f"{PASS} {number + 1}", self._document.recorded[places[number]], "pass")
            self._events.publish(PassesChanged(True))

    def quantise(self, grid: Grid | None) -> None:
        """Put the melody on a grid: from the raw recording where it still is one, else from its notes.

        Without a grid a recording goes back to the timing as played.
        """
        melody = self._melody()
        if melody is None:
            self._tell(tr("There is no melody to quantise yet."))
            return
        place = self._written_last(melody)
        if place is not None:
            self._rewrite(place, replace(self._document.recorded[place], grid=grid), QUANTISE)
        elif grid is not None:
            index = melody_index(self._document.score)
            assert index is not None
            track = replace(melody, notes=quantise_notes(melody.notes, grid))
            self._document.edit(QUANTISE, self._document.score.with_track(index, track))

    def reread(self, change: str) -> None:
        """Read the bars of a free take otherwise: "double", "half" or "later" (a beat later in the bar)."""
        melody = self._melody()
        place = self._written_last(melody) if melody else None
        last = self._document.recorded[place] if place is not None else None
        if place is None or last is None or last.beats is None:
            self._tell(tr("Only a free take can be read in other bars."))
            return
        metre = self._document.score.metres[0]
        other = a_beat_later(last, metre) if change == "later" else read_at(last, 2.0 if change == "double" else 0.5)
        if other != last:
            score = in_tempo(self._document.score, other, metre)
            self._rewrite(place, other, READ, score)

    def _keep(self, take: PerformedTake, plan: TakePlan) -> None:
        """Write a take as its plan says."""
        if not has_notes(take):
            self._tell(tr("Nothing was played, so nothing was recorded."))
            return
        if plan.free:
            self._look_for_beat(take)
            return
        stack = max((one.stack for one in self._document.recorded), default=0) + 1
        made = recordings_of(take, plan, self._document.score, grid_of(self._settings()), stack)
        if not made:
            self._tell(tr("Nothing was played there, so nothing was recorded."))
            return
        for recording in made:
            self._document.add_recording(recording)
        for recording in made if plan.overdub else made[-1:]:
            self._write(RECORD, recording, "record" if plan.overdub and plan.loop else "")
        self._events.publish(PassesChanged(True))

    def _look_for_beat(self, take: PerformedTake) -> None:
        """The raw take is kept at once; its notes come when its beat is found."""
        grid, load = grid_of(self._settings()), self._document.load_number
        self._document.add_recording(Recording(take, 0, None, grid))
        place = len(self._document.recorded) - 1
        metres = usual_metres(self._document.score)

        def write(found: FoundTake) -> None:
            if self._document.load_number == load:
                self._document.replace_recording(place, found.recording)
                self._write(RECORD, found.recording, "", in_tempo(self._document.score, found.recording, found.metre))
                self._tell_found(found)
                self._events.publish(PassesChanged(True))

        def give_up(error: Exception) -> None:
            if self._document.load_number == load:
                self._write(RECORD, self._document.recorded[place])
                self._tell(sentence_of(error, tr("The beat was not found")))
                self._events.publish(PassesChanged(True))

        self._jobs.run("rhythm", lambda _p, _c: found_take(take, metres, grid), write, give_up)

    def _rewrite(self, place: int, recording: Recording, label: str, score: Score | None = None) -> None:
        """Put a recording into the melody in another way than it is there now."""
        score = score or self._document.score
        index = melody_index(score)
        assert index is not None
        if recording.overdub:
            score = score.with_track(index, without(score.tracks[index], self._document.recorded[place]))
        self._document.replace_recording(place, recording)
        self._write(label, recording, "", score)

    def _write(self, label: str, recording: Recording, merge_key: str = "", score: Score | None = None) -> None:
        score = score or self._document.score
        index = melody_index(score)
        if index is None:
            score, index = score.with_tracks(Track("Melody", role="melody"), *score.tracks), 0
        melody = merged(score.tracks[index], written(recording), recording)
        score = score.with_track(index, melody)
        if recording.start_tick == 0 or not score.keys:
            key = find_key(melody.notes)
            score = replace(score, keys=(KeySignature(0, key.fifths, key.minor),))
        self._document.edit(label, score, merge_key)

    def _melody(self) -> Track | None:
        index = melody_index(self._document.score)
        return None if index is None else self._document.score.tracks[index]

    def _written_last(self, melody: Track) -> int | None:
        """The newest recording whose notes are all in the melody."""
        recorded = self._document.recorded
        places = self.passes or ((len(recorded) - 1,) if recorded else ())
        return next((i for i in reversed(places) if is_in(melody, recorded[i])), None)

    def _tell(self, sentence: str) -> None:
        self._events.publish(Notice("info", sentence))

    def _tell_found(self, found: FoundTake) -> None:
        bpm, count = round(found.recording.performance.bpm), len(written(found.recording).notes)
        metre = f"{found.metre.numerator}/{found.metre.denominator}"
        self._tell(
            tr_count(
                "Found {metre} at {bpm} beats a minute; {count} note put on the grid.",
                "Found {metre} at {bpm} beats a minute; {count} notes put on the grid.",
                count,
                metre=metre,
                bpm=bpm,
            )
        )


def grid_of(settings: Settings) -> Grid | None:
    """The grid that recordings are put on, or None for the timing as played."""
    step = settings.quantise_step_ticks
    return Grid(step, settings.quantise_strength) if step else None
