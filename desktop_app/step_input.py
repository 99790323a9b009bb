"""Step input: one note or chord after the other, each on the next step of the grid, with no clock running."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from desktop_app.events import EventBus, LiveNote
from desktop_app.language import mark
from desktop_app.session import Session
from music_core.performance import LiveMessage, NoteMessage
from music_core.score import Note, Score, Track


class StepInput:
    """While it is on, keys write into the selected track at the playhead, which goes on when they are let go."""

    def __init__(self, session: Session, events: EventBus, step_ticks: Callable[[], int]) -> None:
        self._session = session
        self._step_ticks = step_ticks
        self._on = False
        self._held: dict[int, int] = {}
        self._tick = 0
        self.on_changed: Callable[[], None] = lambda: None
        events.subscribe(LiveNote, lambda event: self._hear(event.message))

    @property
    def is_on(self) -> bool:
        """Whether keys write notes."""
        return self._on

    def set_on(self, on: bool) -> None:
        """Begin at the step in which the playhead is, or end."""
        if on == self._on:
            return
        self._on = on
        self._held.clear()
        if on:
            if self._session.is_playing or self._session.is_recording:
                self._session.stop()
            self._session.seek(self._here())
        self.on_changed()

    def rest(self) -> None:
        """Leave this step empty and go on."""
        if self._may_write():
            self._session.seek(self._here() + self._step_ticks())

    def back(self) -> None:
        """Go back a step and take out what begins there."""
        if not self._may_write():
            return
        step = self._step_ticks()
        tick = max(0, self._here() - step)
        self._session.edit(
            mark("Step back"), with_step(self._session.score, self._session.selected_track, tick, step, ())
        )
        self._session.seek(tick)

    def _hear(self, message: LiveMessage) -> None:
        if not isinstance(message, NoteMessage) or not self._may_write():
            return
        if message.velocity:
            if not self._held:
                self._tick = self._here()
            self._held[message.pitch] = message.velocity
            self._write()
        elif message.pitch in self._held:
            self._held.pop(message.pitch)
            if not self._held:
                self._session.seek(self._tick + self._step_ticks())

    def _write(self) -> None:
        score, step = self._session.score, self._step_ticks()
        notes = (Note(self._tick, pitch, step, velocity) for pitch, velocity in self._held.items())
        written = with_step(score, self._session.selected_track, self._tick, step, notes)
        self._session.edit(mark("Step input"), written, f"step {self._tick}")

    def _may_write(self) -> bool:
        return self._on and not self._session.is_playing and not self._session.is_recording

    def _here(self) -> int:
        step = self._step_ticks()
        return max(0, round(self._session.position_tick())) // step * step


def with_step(score: Score, index: int, tick: int, step_ticks: int, notes: Iterable[Note]) -> Score:
    """The score with exactly these notes beginning in a step of a track; what rings into it is cut there.

    A score without tracks gets a melody.
    """
    if not score.tracks:
        score, index = score.with_tracks(Track("Melody", role="melody")), 0
    track, new = score.tracks[index], tuple(notes)
    kept = tuple(
        replace(note, duration_ticks=tick - note.start_tick) if note.start_tick < tick < note.end_tick else note
        for note in track.notes
        if not tick <= note.start_tick < tick + step_ticks
    )
    by_hand = track.by_hand
    if track.generated_by:
        by_hand = (by_hand & set(kept)) | (set(kept) - set(track.notes)) | set(new)
    return score.with_track(index, replace(track, notes=(*kept, *new), by_hand=frozenset(by_hand)))
