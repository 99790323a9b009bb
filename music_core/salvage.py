"""What was read of a file that may be damaged, told so that a user knows what is there and what is not."""

from __future__ import annotations

from dataclasses import dataclass

from music_core.score import Score


@dataclass(frozen=True, slots=True)
class TrackFault:
    """A track (counted from 1) that went wrong at a bar; bar 0 is one of which nothing was read."""

    track: int
    bar: int
    why: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Salvaged:
    """A score, how many tracks its file has or should have, and all that is missing from it.

    `lost` has a sentence for each loss beside the faults.
    """

    score: Score
    tracks: int
    faults: tuple[TrackFault, ...] = ()
    lost: tuple[str, ...] = ()
