"""Which notes are heard as the playhead moves: looked up where one begins or ends, not in every frame."""

from __future__ import annotations

from math import inf

from desktop_app.ui.piano_roll.content import ScoreContent
from music_core.score import Score


class HeardNotes:
    """Pitch -> hue of what a score's tracks sound, or of its drums."""

    def __init__(self, content: ScoreContent, *, drums: bool = False) -> None:
        self._content = content
        self._drums = drums
        self._score: Score | None = None
        self._from_tick = 0.0
        self._until_tick = -inf
        self._found: dict[int, str] = {}

    def at(self, tick: float) -> dict[int, str]:
        """What is heard at a tick; the same object as long as nothing begins or ends."""
        score = self._content.score
        if score is not self._score or not self._from_tick <= tick < self._until_tick:
            self._score, self._from_tick = score, tick
            self._until_tick = min(
                (self._content.arrays(index).steady_until(tick) for index in range(len(score.tracks))), default=inf
            )
            self._found = self._content.sounding(tick, drums=self._drums)
        return self._found
