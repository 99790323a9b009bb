"""Writing a whole piece with the network, some bars at a time, with those before in sight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.arranger.context import Context, stacked
from music_core.decoding.arranger.draft import Draft, with_repeats
from music_core.decoding.arranger.draws import Draws, returning_bars
from music_core.decoding.arranger.filling import Filler
from music_core.decoding.arranger.lanes import Lanes, between, one, side_by_side, with_filled
from music_core.decoding.arranger.model_data import ModelData
from music_core.decoding.arranger.sheet import cut
from music_core.decoding.arranger.taste import Taste
from music_core.decoding.noise import philox
from music_core.decoding.predictor import GenerationCancelled, Progress, no_progress

WINDOW_BARS, KNOWN_BARS = 8, 2  # bars that are written together, and those before them that are kept in sight


class PartlyWritten(GenerationCancelled):
    """Writing was cancelled after some bars; `lanes` has them, and nothing after them."""

    def __init__(self, lanes: Lanes) -> None:
        super().__init__()
        self.lanes = lanes


def write(
    filler: Filler, data: ModelData, drafts: Sequence[Draft], name: str, taste: Taste, progress: Progress = no_progress
) -> Lanes:
    """The drafts' lanes as one batch with all that is wanted written; the rest stays as it is.

    Bars are written eight at a time, each time with two bars before in sight, by noise that belongs to their place.
    The drafts have the same bars. Raises GenerationCancelled, or PartlyWritten where some bars were done.
    """
    bars = drafts[0].sheet.bars
    lanes = [draft.lanes for draft in drafts]
    open_ = np.stack([draft.wanted for draft in drafts])
    firsts = range(0, max(1, len(bars) - KNOWN_BARS), WINDOW_BARS - KNOWN_BARS)
    for done, first in enumerate(firsts):
        end = min(first + WINDOW_BARS, len(bars))
        for n, draft in enumerate(drafts):
            lanes[n] = with_repeats(draft, lanes[n], open_[n], name, first, end)
        here = slice(bars[first].start, bars[end - 1].span.stop)
        if open_[:, :, here].any():
            context = stacked([
                cut(draft.sheet, first, end, data.genre, draft.wishes_in(here), data.present) for draft in drafts
            ])  # fmt: skip
            batch = side_by_side([between(each, here) for each in lanes])
            louder = replace(taste, swell=None if taste.swell is None else taste.swell[:, here])
            try:
                needed = [_silent(data, *each) for each in zip(lanes, open_, strict=True)] if end == len(bars) else ()
                draws = _draws(data, drafts, name, first, context)
                filled = filler.fill(context, batch, open_[:, :, here], draws, louder, needed)
            except GenerationCancelled:
                if not done:
                    raise
                raise PartlyWritten(side_by_side(lanes)) from None
            lanes = [with_filled(each, here, one(filled, n)) for n, each in enumerate(lanes)]
            open_[:, :, here] = False
        progress(done + 1, len(firsts))
    return side_by_side(lanes)


def _draws(data: ModelData, drafts: Sequence[Draft], name: str, first: int, context: Context) -> Draws:
    """Noise of the drafts for the window whose first bar this is; what returns is the same in all windows."""
    each = [philox(draft.seed, name, (first, 0, 0)) for draft in drafts]
    if not data.habit.any():
        return Draws(*each)
    # One number a take: where the band has riffs of two bars, those parts have them that most often do.
    shared = [philox(draft.seed, name, (0, 0, 7)).random() for draft in drafts]
    paired = np.array(shared)[:, None] < np.array(data.paired) if any(data.paired) else None
    bars = returning_bars(
        context, data.habit, [philox(draft.seed, name, (first, 0, 4)) for draft in drafts], data.fills, data.varied,
        paired,
    )  # fmt: skip
    return Draws(*each, habits=[philox(draft.seed, name, (0, 0, 5)) for draft in drafts], bars=bars)


def _silent(data: ModelData, lanes: Lanes, open_: NDArray[np.bool_]) -> list[tuple[int, ...]]:
    """The parts of each track that plays nowhere but in what is still `open_`."""
    playing = [bool((part.any(axis=-1) & ~own).any()) for part, own in zip(lanes.onsets[0], open_[:-1], strict=True)]
    playing.append(bool((lanes.hits[0].any(axis=-1) & ~open_[-1]).any()))
    return [numbers or (-1,) for numbers in data.tracks if not any(playing[n] for n in numbers or (-1,))]
