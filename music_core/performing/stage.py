"""From a written arrangement to the stage: fills land, the end is played, hands are human, the mix is set."""

from __future__ import annotations

from music_core.performing.balance import balanced
from music_core.performing.endings import with_ending
from music_core.performing.fills import crash_after_fills
from music_core.performing.perform import perform
from music_core.performing.tables import Tables
from music_core.score import Score


def staged(
    score: Score,
    melody: int,
    *,
    genre: str,
    tables: Tables,
    humanise: float = 1.0,
    seed: int = 0,
    drum_bins: tuple[int, ...] = (),
    whole: bool = True,
) -> Score:
    """A quantised arrangement around its melody track (an index), ready to be heard; the melody's notes stay.

    Crashes and the ending are written first, on the grid, and look beyond their bar; then `perform` plays the parts,
    bar by bar, and `balanced` sets the mix. Without drums, a piece ends by its parts ringing out alone. What is not
    `whole`, because its writing was stopped, gets no ending after the bars that nobody wrote.
    """
    written = crash_after_fills(score)
    written = with_ending(written, melody) if whole else written
    played = perform(written, genre=genre, tables=tables, humanise=humanise, seed=seed, drum_bins=drum_bins)
    return balanced(played, melody)
