"""Moved onsets put back into notes: never before the piece, never past a neighbour of the same pitch.

All limits look at the note's own bar only. Towards other bars a note keeps a margin that no note of theirs uses, so
that what another bar holds never changes this one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from music_core.performing.positions import Bars, IntArray
from music_core.score import Note, without_overlaps

# The most that a note comes early where the note of its pitch before it may be in another bar, in ticks; and the most
# that any note moves.
EARLY, FAR = 30, 60


def replayed(
    notes: Sequence[Note],
    bars: Bars,
    starts: NDArray[np.float64],
    ends: NDArray[np.float64],
    offsets: NDArray[np.float64],
    velocities: NDArray[np.float64],
    final_tick: int,
    reach: float = 1.0,
) -> tuple[Note, ...]:
    """The notes at `starts` + `offsets` (ticks), lasting to `ends`, with new velocities (rounded, 1..127).

    `starts` and `ends` (notes,) are the written ticks, swung or not. A note that reached the bar line or past it ends
    EARLY before where it would, for the next bar may strike its pitch so much early; `reach` 0..1 scales EARLY. What
    lasts to `final_tick` has nothing after it, and keeps its end.
    """
    if not notes:
        return ()
    written = np.asarray([note.start_tick for note in notes], np.int64)
    pitch = np.asarray([note.pitch for note in notes], np.int64)
    bar = bars.places(written).bar
    line = bars.lines[np.minimum(bar + 1, len(bars.lines) - 1)]
    at, following = _moved(starts, offsets, pitch, bar, line, EARLY * reach)
    over = (ends >= line) & (ends < final_tick)
    stop = np.where(over, ends - EARLY * reach, ends)
    stop = np.maximum(np.minimum(np.round(stop).astype(np.int64), following), at + 1)
    loud = np.clip(np.round(velocities), 1, 127).astype(np.int64)
    order = np.lexsort((pitch, at))
    columns = (column[order].tolist() for column in (at, pitch, stop - at, loud))
    made = tuple(Note(*values) for values in zip(*columns, strict=True))
    # Only notes off any grid can still touch.
    return without_overlaps(made) if _touch(at, stop, pitch) else made


def _touch(at: IntArray, stop: IntArray, pitch: IntArray) -> bool:
    """Whether a note begins while another of its pitch sounds."""
    order = np.lexsort((at, pitch))
    same = np.diff(pitch[order]) == 0
    return bool((same & (at[order][1:] < stop[order][:-1])).any())


def _moved(
    starts: NDArray[np.float64],
    offsets: NDArray[np.float64],
    pitch: IntArray,
    bar: IntArray,
    line: IntArray,
    margin: float,
) -> tuple[IntArray, IntArray]:
    """Onsets within their limits, and the onset of the next note of the same pitch and bar (or far away)."""
    order = np.lexsort((starts, pitch, bar))
    same = (np.diff(pitch[order]) == 0) & (np.diff(bar[order]) == 0)
    gap = np.where(same, np.diff(starts[order]) / 2 - 0.5, np.inf)
    early = np.minimum(np.concatenate([[np.inf], gap]), FAR)
    early[np.concatenate([[True], ~same])] = margin
    late = np.minimum(np.concatenate([gap, [np.inf]]), FAR)
    to_line = np.maximum(line[order] - starts[order], 0.0)
    last = np.concatenate([~same, [True]])
    late = np.where(last, np.minimum(late, np.maximum(to_line - margin - 1, 0.0)), late)
    early, late = np.maximum(early, 0.0), np.maximum(late, 0.0)
    moved = np.round(starts[order] + np.clip(offsets[order], -early, late)).astype(np.int64)
    moved = np.maximum(moved, 0)
    following = np.full(len(moved), np.iinfo(np.int64).max)
    following[:-1][same] = moved[1:][same]
    at, after = np.empty_like(moved), np.empty_like(moved)
    at[order], after[order] = moved, following
    return at, after
