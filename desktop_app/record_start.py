"""How a recording begins: with a count-in, with the first note, without a click, or into the playing piece."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from desktop_app.collaborators import TakeRecorder
from desktop_app.document import Document
from desktop_app.library.take_journal import TakePlan
from desktop_app.parts import melody_index
from desktop_app.settings import Settings
from desktop_app.transport import Hears, Transport, without_melody
from music_core.performance import NoteMessage, PerformedTake
from music_core.score import Score, TempoMap, bar_lines


class RecordStart:
    """Begins takes and knows what they count from."""

    def __init__(
        self,
        recorder: TakeRecorder,
        transport: Transport,
        document: Document,
        settings: Callable[[], Settings],
        clock: Callable[[], float],
    ) -> None:
        self._recorder = recorder
        self._transport = transport
        self._document = document
        self._settings = settings
        self._clock = clock
        self.plan = TakePlan()
        self.origin_s = 0.0
        self.is_waiting = False

    def begin(self) -> TakePlan:
        """Start the recorder and what sounds along, or wait for the first note; returns how the take is to be written.

        A loop is recorded from its start, a punch range from a bar before it where the playhead is already past that.
        """
        settings = self._settings()
        self.plan = self._planned(settings)
        self.is_waiting = False
        if self._transport.is_playing:
            self._transport.punch_in(self._hears())
        elif self.plan.free:
            self._transport.record_along(False, count_in=False, hears=_silence)
        else:
            self._transport.seek(self._lead_in(self.plan))
            self.is_waiting = settings.record_on_first_note
            if self.is_waiting:
                self._transport.wait_for_recording()
            else:
                self._go_along(count_in=True)
        self.origin_s = self._clock() if self.is_waiting else self._transport.origin_s
        self._recorder.start(self.origin_s, self._document.score.bpm)
        return self.plan

    def hear(self, message: object) -> bool:
        """Whether this was the first note that was waited for; then the music has begun."""
        return isinstance(message, NoteMessage) and message.velocity > 0 and self.go()

    def go(self) -> bool:
        """Begin at once where the first note is waited for; false where none is."""
        if not self.is_waiting or not self._recorder.is_recording:
            return False
        self.is_waiting = False
        self._go_along(count_in=False)
        self.origin_s = self._transport.origin_s
        return True

    def counted(self, take: PerformedTake) -> PerformedTake:
        """The take counted from where the music began; the note that began it is on the first beat."""
        score = self._document.score
        start_s = self.origin_s + TempoMap(score.tempos).seconds(self.plan.start_tick)
        waited = self._settings().record_on_first_note and not self.plan.free
        messages = tuple(
            replace(message, time_s=start_s) if waited and message.time_s < start_s else message
            for message in take.messages
        )
        self.is_waiting = False
        return replace(take, messages=messages, origin_s=self.origin_s, end_s=max(take.end_s, self.origin_s))

    def _planned(self, settings: Settings) -> TakePlan:
        if self._transport.is_playing:
            tick = max(0, round(self._transport.position_tick()))
            return TakePlan(tick, self._transport.punch, None, settings.record_mode == "overdub")
        if settings.record_mode == "free":
            return TakePlan(free=True)
        loop = self._transport.loop
        start = loop[0] if loop else max(0, round(self._transport.position_tick()))
        return TakePlan(start, self._transport.punch, loop, settings.record_mode == "overdub")

    def _lead_in(self, plan: TakePlan) -> int:
        """Where the playhead starts."""
        if plan.punch is None or plan.loop is not None or plan.start_tick <= plan.punch[0]:
            return plan.start_tick
        before = [line for line in bar_lines(self._document.score.metres, plan.punch[0]) if line < plan.punch[0]]
        self.plan = replace(plan, start_tick=before[-1] if before else 0)
        return self.plan.start_tick

    def _go_along(self, *, count_in: bool) -> None:
        click = self._settings().click_while_recording
        self._transport.record_along(click, count_in=count_in, loop=self.plan.loop, hears=self._hears())

    def _hears(self) -> Hears:
        """What sounds while recording: everything in an overdub; outside the punch range the melody as well."""
        plan = self.plan
        if plan.overdub:
            return lambda score: score
        return without_melody if plan.punch is None else lambda score: _without_melody_in(score, plan.punch)


def _silence(score: Score) -> Score:
    return replace(score, tracks=())


def _without_melody_in(score: Score, span: tuple[int, int] | None) -> Score:
    index = melody_index(score)
    if index is None or span is None:
        return score
    melody = score.tracks[index]
    kept = tuple(note for note in melody.notes if not span[0] <= note.start_tick < span[1])
    return score.with_track(index, replace(melody, notes=kept))
