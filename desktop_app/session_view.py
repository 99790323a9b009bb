"""What the open project and the transport are like at this moment."""

from __future__ import annotations

from pathlib import Path

from desktop_app.document import Document
from desktop_app.events import DeviceReport
from desktop_app.generating import Generation
from desktop_app.library.project import Recording, Take
from desktop_app.settings import Settings
from desktop_app.transport import Transport
from music_core.score import Score


class SessionView:
    """The part of the session that changes nothing."""

    _document: Document
    _transport: Transport
    _generation: Generation
    _settings: Settings
    _device: DeviceReport | None

    @property
    def score(self) -> Score:
        """The present score with the present mix."""
        return self._document.score

    @property
    def project_name(self) -> str:
        """The project's name; the stem of its file once saved."""
        return self._document.name

    @property
    def path(self) -> Path | None:
        """Where the project was saved or opened, or None."""
        return self._document.path

    @property
    def is_dirty(self) -> bool:
        """Whether something is not saved."""
        return self._document.is_dirty

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return self._document.history.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether there is an undone step."""
        return self._document.history.can_redo

    @property
    def undo_label(self) -> str:
        """What undo would take back, or empty."""
        return self._document.history.undo_label

    @property
    def redo_label(self) -> str:
        """What redo would bring back, or empty."""
        return self._document.history.redo_label

    @property
    def is_playing(self) -> bool:
        """Whether the playhead moves (recording included)."""
        return self._transport.is_playing

    @property
    def is_recording(self) -> bool:
        """Whether keys go into a take."""
        return self._transport.is_recording

    @property
    def is_generating(self) -> bool:
        """Whether parts are being written."""
        return self._generation.is_running

    @property
    def is_stopping(self) -> bool:
        """Whether generating was cancelled and what is done is about to come."""
        return self._generation.is_stopping

    @property
    def selected_track(self) -> int:
        """The track the piano roll shows."""
        return self._document.selected_track

    @property
    def loop(self) -> tuple[int, int] | None:
        """The repeated range in ticks, or None."""
        return self._transport.loop

    @property
    def punch(self) -> tuple[int, int] | None:
        """The only range in ticks that recordings may change, or None."""
        return self._transport.punch

    @property
    def metronome(self) -> bool:
        """Whether playback clicks."""
        return self._transport.metronome

    @property
    def count_in(self) -> int:
        """Bars of clicks before a recording, 0 to 4."""
        return self._transport.count_in_bars

    @property
    def takes(self) -> tuple[Take, ...]:
        """Every take the models wrote, oldest first."""
        return self._document.takes

    @property
    def chosen_take(self) -> int | None:
        """The take whose notes the score has now, or None."""
        return self._document.chosen_take

    @property
    def recorded(self) -> tuple[Recording, ...]:
        """Every raw recording, oldest first."""
        return self._document.recorded

    @property
    def settings(self) -> Settings:
        """The user's preferences."""
        return self._settings

    @property
    def device(self) -> DeviceReport | None:
        """What was last heard of the MIDI input."""
        return self._device

    def position_tick(self) -> float:
        """Where the playhead is."""
        return self._transport.position_tick()
