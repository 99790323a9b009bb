"""Changes to the open piece by hand: notes, tempo, metre, key, instruments and the mix."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from desktop_app.document import Document
from desktop_app.edits import with_instrument, with_key, with_metre, with_tempo
from music_core.melody import with_melody
from music_core.score import Score

# Turning the tempo wheel is one undo step as long as the hand does not rest this long.
_GESTURE_S = 1.0


class SessionEdits:
    """The part of the session that edits; each change is one undo step, but the mix, which has none."""

    _document: Document
    _clock: Callable[[], float]
    _last_tempo_s: float

    def edit(self, label: str, score: Score, merge_key: str = "") -> None:
        """Make `score` the present as one undo step; steps with the same merge key in a row are one."""
        self._document.edit(label, score, merge_key)

    def undo(self) -> None:
        """Take the last step back, exactly; the mix stays."""
        self._document.undo()

    def redo(self) -> None:
        """Bring the last undone step back."""
        self._document.redo()

    def change_mix(self, track_index: int, **fields: Any) -> None:
        """Set volume, pan, reverb, chorus (0..127), muted or soloed of a track, outside the undo history."""
        self._document.change_mix(track_index, fields)

    def set_tempo(self, bpm: float) -> None:
        """Set the tempo at the start; later tempos keep their proportion to it."""
        now = self._clock()
        if now - self._last_tempo_s > _GESTURE_S:
            self._document.history.seal()
        self._last_tempo_s = now
        self._document.edit("Tempo", with_tempo(self._document.score, bpm), "tempo")

    def set_metre(self, numerator: int, denominator: int) -> None:
        """Set the metre of the whole piece; a pickup bar stays. Raises ValueError for an impossible one."""
        self._document.edit("Metre", with_metre(self._document.score, numerator, denominator))

    def set_key(self, fifths: int, minor: bool) -> None:
        """Set the key signature of the whole piece; the notes stay."""
        self._document.edit("Key", with_key(self._document.score, fifths, minor))

    def set_instrument(self, track_index: int, program: int, bank: int = 0) -> None:
        """Give a track another instrument."""
        self._document.edit("Instrument", with_instrument(self._document.score, track_index, program, bank))

    def set_melody(self, track_index: int) -> None:
        """Make a track the melody, which models accompany and recordings go into; no other track is it then."""
        self._document.edit("Melody track", with_melody(self._document.score, track_index))

    def select_track(self, index: int) -> None:
        """Show another track in the piano roll."""
        self._document.select(index)
