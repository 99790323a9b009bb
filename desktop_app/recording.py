"""From keys to the melody track: raw takes are kept, and put on a grid as often as one likes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from desktop_app.collaborators import TakeRecorder
from desktop_app.document import Document
from desktop_app.events import EventBus, Notice
from desktop_app.library.project import Recording
from desktop_app.parts import melody_index
from desktop_app.settings import Settings
from desktop_app.transport import Transport
from music_core.performance import NoteMessage, PerformedNote, PerformedTake
from music_core.quantize import Grid, quantize, take_to_track
from music_core.score import TICKS_PER_QUARTER, KeySignature, Note, Score, TempoMap, Track, bar_lines
from music_core.theory import find_key

# What is struck up to this much before the first beat is an early first note, not a warm-up.
_EARLY_BEATS = 0.5


class RecordingDesk:
    """Starts and ends recordings and writes their notes into the melody track, one undo step each."""

    def __init__(
        self,
        recorder: TakeRecorder,
        transport: Transport,
        document: Document,
        events: EventBus,
        settings: Callable[[], Settings],
    ) -> None:
        self._recorder = recorder
        self._transport = transport
        self._document = document
        self._events = events
        self._settings = settings
        self._start_tick = 0

    @property
    def start_tick(self) -> int:
        """Where the latest recording began."""
        return self._start_tick

    def start(self) -> None:
        """Record from the playhead: after the count-in, or at once when the piece is already playing."""
        self._start_tick = max(0, round(self._transport.position_tick()))
        if self._transport.is_playing:
            self._transport.punch_in()
        else:
            self._transport.record_along(self._settings().click_while_recording)
        self._recorder.start(self._transport.origin_s, self._document.score.bpm)

    def finish(self) -> None:
        """End the recording, keep it raw, and write it into the melody."""
        if not self._recorder.is_recording:
            return
        score = self._document.score
        take = on_steady_beats(self._recorder.stop(), score)
        take = without_warm_up(take, self._start_tick)
        if not any(isinstance(message, NoteMessage) and message.velocity for message in take.messages):
            self._events.publish(Notice("info", "Nothing was played, so nothing was recorded."))
            return
        recording = Recording(take, self._start_tick, grid=grid_of(self._settings()))
        if self._start_tick:
            lines = bar_lines(score.metres, max(_written(recording).end_tick, self._start_tick + 1))
            recording = replace(recording, end_tick=lines[-1])
        self._document.add_recording(recording)
        self._write("Record", recording)

    def quantise(self, grid: Grid | None) -> None:
        """Put the melody on a grid: from the raw recording where it still is one, else from its notes.

        Without a grid a recording goes back to the timing as played.
        """
        index = melody_index(self._document.score)
        if index is None:
            self._events.publish(Notice("info", "There is no melody to quantise yet."))
            return
        melody = self._document.score.tracks[index]
        last = self._document.recorded[-1] if self._document.recorded else None
        if last is not None and set(_in_range(_written(last).notes, last)) <= set(melody.notes):
            again = replace(last, grid=grid)
            self._document.replace_last_recording(again)
            self._write("Quantise", again)
        elif grid is not None:
            track = replace(melody, notes=quantise_notes(melody.notes, grid))
            self._document.edit("Quantise", self._document.score.with_track(index, track))

    def _write(self, label: str, recording: Recording) -> None:
        score = self._document.score
        track = _written(recording)
        index = melody_index(score)
        if index is None:
            score, index = score.with_tracks(Track("Melody", role="melody"), *score.tracks), 0
        melody = merged(score.tracks[index], track, recording)
        score = score.with_track(index, melody)
        if recording.start_tick == 0 or not score.keys:
            key = find_key(melody.notes)
            score = replace(score, keys=(KeySignature(0, key.fifths, key.minor),))
        self._document.edit(label, score)


def grid_of(settings: Settings) -> Grid | None:
    """The grid that recordings are put on, or None for the timing as played."""
    step = settings.quantise_step_ticks
    return Grid(step, settings.quantise_strength) if step else None


def on_steady_beats(take: PerformedTake, score: Score) -> PerformedTake:
    """The take with its times stretched as if the piece's first tempo had ruled throughout.

    A take is read against one tempo; where the piece has several, this keeps every beat at its place.
    """
    if len(score.tempos) == 1:
        return take
    tempo_map = TempoMap(score.tempos)

    def steady(time_s: float) -> float:
        since = time_s - take.origin_s
        return time_s if since < 0 else take.origin_s + tempo_map.tick(since) * 60 / (take.bpm * TICKS_PER_QUARTER)

    messages = tuple(replace(message, time_s=steady(message.time_s)) for message in take.messages)
    return replace(take, messages=messages, end_s=steady(take.end_s))


def without_warm_up(take: PerformedTake, start_tick: int) -> PerformedTake:
    """The take without keys struck during the count-in; an early first note stays."""
    beat_s = 60 / take.bpm
    start_s = take.origin_s + (start_tick / TICKS_PER_QUARTER - _EARLY_BEATS) * beat_s
    kept = tuple(
        message
        for message in take.messages
        if message.time_s >= start_s or not (isinstance(message, NoteMessage) and message.velocity)
    )
    return replace(take, messages=kept)


def quantise_notes(notes: tuple[Note, ...], grid: Grid) -> tuple[Note, ...]:
    """Written notes moved to a grid."""
    second = 1 / TICKS_PER_QUARTER  # at 60 bpm a quarter is a second, so nothing is rounded on the way
    performed = [PerformedNote(n.start_tick * second, n.end_tick * second, n.pitch, n.velocity) for n in notes]
    return quantize(performed, origin_s=0.0, bpm=60.0, grid=grid)


def merged(melody: Track, played: Track, recording: Recording) -> Track:
    """The melody track with a recording in its range; around it the old notes, bends and pedals stay."""
    start, end = recording.start_tick, recording.end_tick

    def outside(tick: int) -> bool:
        return tick < start or (end is not None and tick >= end)

    def kept(note: Note) -> Note:
        cut = note.start_tick < start < note.end_tick
        return replace(note, duration_ticks=start - note.start_tick) if cut else note

    return replace(
        melody,
        role="melody",
        generated_by="",
        notes=(*(kept(n) for n in melody.notes if outside(n.start_tick)), *_in_range(played.notes, recording)),
        controls=tuple(sorted((*(c for c in melody.controls if outside(c.tick)), *played.controls))),
        bends=tuple(sorted((*(b for b in melody.bends if outside(b.tick)), *played.bends))),
    )


def _written(recording: Recording) -> Track:
    return take_to_track(recording.performance, recording.grid)


def _in_range(notes: tuple[Note, ...], recording: Recording) -> tuple[Note, ...]:
    """Early first notes are pulled onto the start, as the tick before it belongs to other notes."""
    start = recording.start_tick
    return tuple(
        note if note.start_tick >= start else Note(start, note.pitch, max(1, note.end_tick - start), note.velocity)
        for note in notes
    )
