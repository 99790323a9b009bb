"""What to write anew in a piece that has parts: lock a track, fill some bars, vary a little, add a part."""

from __future__ import annotations

from dataclasses import dataclass

from music_core.manifest import PartSpec
from music_core.score import Score, Track


@dataclass(frozen=True, slots=True)
class Redo:
    """What to write anew in a piece that has parts already.

    `roles` are the parts to write, None all of them; `bars` the range [first, end) counted from 0, None all;
    `share` of the quarters, each by itself, 1.0 all. A part that the piece does not have is written whole.
    """

    roles: frozenset[str] | None = None
    bars: tuple[int, int] | None = None
    share: float = 1.0

    def __post_init__(self) -> None:
        if self.bars is not None and not 0 <= self.bars[0] < self.bars[1]:
            raise ValueError("The bars to write must be a range such as 5 to 8.")
        if not 0 < self.share <= 1:
            raise ValueError("The share to vary must lie above 0 and be at most 1.")

    def old(self, score: Score, part: PartSpec) -> Track | None:
        """The score's own track for a part, of which something stays."""
        if self == ANEW:
            return None
        return next((track for track in score.tracks if (track.role, track.is_drum) == (part.role, part.is_drum)), None)


ANEW = Redo()
