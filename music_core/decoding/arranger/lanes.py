"""What the arranger reads and writes: per part and slot how many notes begin, which ones, and how long they last.

A slot is a sixteenth note. Pitches are 24..95; what lies outside is folded in by octaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.drums import LANES

LOW_PITCH, PITCHES = 24, 72
MOST_NOTES = 6  # that begin together in one part
COUNTS = MOST_NOTES + 1
# Lengths in slots that a note can have, and the ranks of a slot's notes that have a length of their own.
LENGTHS = np.array((1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32))
LOWEST, INNER, HIGHEST = range(3)
RANKS = 3
DRUM_LANES = len(LANES)
LEVELS = 5  # of a drum hit: none, and four velocities from soft to hard
NOTHING = -1  # the length where no note begins

_BASS_BELOW = 58  # the highest bass note is an A below middle C
_QUARTER = 4  # slots

# Columns of a part's rows: slot, MIDI pitch, slots that it lasts.
SLOT, PITCH, LAST = range(3)
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Lanes:
    """Music on slots; any leading axes, then parts and slots.

    `onsets` bool (..., parts, slots, 72); `lengths` int8 (..., parts, slots, 3), a class of LENGTHS or NOTHING for
    the slot's lowest, inner and highest note; `hits` int8 (..., slots, 9), a level from 0.
    """

    onsets: NDArray[np.bool_]
    lengths: NDArray[np.int8]
    hits: NDArray[np.int8]

    @property
    def counts(self) -> NDArray[np.int8]:
        """Notes that begin, int8 (..., parts, slots)."""
        counts: NDArray[np.int8] = self.onsets.sum(axis=-1).astype(np.int8)
        return counts


def empty(parts: int, slots: int, batch: tuple[int, ...] = ()) -> Lanes:
    """Silence."""
    return Lanes(
        np.zeros((*batch, parts, slots, PITCHES), np.bool_),
        np.full((*batch, parts, slots, RANKS), NOTHING, np.int8),
        np.zeros((*batch, slots, DRUM_LANES), np.int8),
    )


def side_by_side(lanes: Sequence[Lanes]) -> Lanes:
    """Lanes with a leading batch axis as one batch."""
    return Lanes(*(np.concatenate([getattr(each, name) for each in lanes]) for name in Lanes.__slots__))


def one(lanes: Lanes, number: int) -> Lanes:
    """One of a batch, as a batch of one."""
    return Lanes(*(getattr(lanes, name)[number : number + 1] for name in Lanes.__slots__))


def folded(pitches: Rows) -> Rows:
    """MIDI pitches moved into 24..95 by octaves."""
    under, over = np.maximum(LOW_PITCH - pitches, 0), np.maximum(pitches - (LOW_PITCH + PITCHES - 1), 0)
    inside: Rows = pitches + 12 * (-(-under // 12)) - 12 * (-(-over // 12))
    return inside


def rows_to_lanes(rows: Rows, slots: int) -> tuple[NDArray[np.bool_], NDArray[np.int8]]:
    """One part's onsets (slots, 72) and lengths (slots, 3) from rows (n, 3) of slot, pitch and slots it lasts.

    Of more than six notes that begin together the lowest and the five highest are kept.
    """
    onsets = np.zeros((slots, PITCHES), np.bool_)
    lengths = np.full((slots, RANKS), NOTHING, np.int8)
    rows = rows[(rows[:, SLOT] >= 0) & (rows[:, SLOT] < slots)]
    if not len(rows):
        return onsets, lengths
    rows = np.column_stack((rows[:, SLOT], folded(rows[:, PITCH]), rows[:, LAST]))
    rows = rows[np.lexsort((-rows[:, LAST], rows[:, PITCH], rows[:, SLOT]))]
    rows = rows[np.concatenate(([True], (np.diff(rows[:, :2], axis=0) != 0).any(axis=1)))]
    index, size = _ranks(rows[:, SLOT])
    kept = (index == 0) | (index >= size - (MOST_NOTES - 1))
    rows, index, size = rows[kept], index[kept], size[kept]
    onsets[rows[:, SLOT], rows[:, PITCH] - LOW_PITCH] = True
    lengths[rows[:, SLOT], _rank(index, size)] = length_class(rows[:, LAST])
    return onsets, lengths


def lanes_to_rows(onsets: NDArray[np.bool_], lengths: NDArray[np.int8]) -> Rows:
    """The inverse of `rows_to_lanes`; a note ends where its pitch begins again."""
    slots, cells = np.nonzero(onsets)
    index, size = _ranks(slots)
    last = LENGTHS[np.maximum(lengths[slots, _rank(index, size)], 0)]
    order = np.lexsort((slots, cells))
    again = np.full(len(slots), np.iinfo(np.int64).max)
    same = cells[order][1:] == cells[order][:-1]
    gaps = slots[order][1:] - slots[order][:-1]
    again[order[:-1][same]] = gaps[same]
    return np.column_stack((slots, cells + LOW_PITCH, np.minimum(last, again))).astype(np.int64)


def is_bass(rows: Rows) -> NDArray[np.bool_]:
    """Which notes of a part (n, 3) are its bass: low ones, nothing below which sounds or begins in their quarter."""
    if not len(rows):
        return np.zeros(0, np.bool_)
    slots = int((rows[:, SLOT] + rows[:, LAST]).max())
    sounding = np.full(slots, _BASS_BELOW, np.int64)
    for slot, pitch, last in rows.tolist():
        np.minimum(sounding[slot : slot + last], pitch, out=sounding[slot : slot + last])
    beginning = np.full(slots // _QUARTER + 1, _BASS_BELOW, np.int64)
    np.minimum.at(beginning, rows[:, SLOT] // _QUARTER, rows[:, PITCH])
    lowest = rows[:, PITCH] <= np.minimum(sounding[rows[:, SLOT]], beginning[rows[:, SLOT] // _QUARTER])
    bass: NDArray[np.bool_] = lowest & (rows[:, PITCH] < _BASS_BELOW)
    return bass


def slots_until(starts: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How many slots later the next start is, int64 like bool (..., T); to the end where none follows."""
    slots = starts.shape[-1]
    at = np.where(starts, np.arange(slots), slots)
    after = np.minimum.accumulate(at[..., ::-1], axis=-1)[..., ::-1]
    following = np.concatenate((after[..., 1:], np.full((*after.shape[:-1], 1), slots)), axis=-1)
    distances: NDArray[np.int64] = following - np.arange(slots)
    return distances


def length_class(slots: Rows) -> NDArray[np.int8]:
    """The class of LENGTHS nearest in proportion to each length."""
    distances = np.abs(np.log(np.maximum(slots, 1))[:, None] - np.log(LENGTHS)[None])
    nearest: NDArray[np.int8] = distances.argmin(axis=1).astype(np.int8)
    return nearest


def _ranks(slots: Rows) -> tuple[Rows, Rows]:
    """For notes sorted by slot: each one's place in its slot, and how many begin there."""
    if not len(slots):
        return slots, slots
    first = np.concatenate(([True], slots[1:] != slots[:-1]))
    starts = np.flatnonzero(first)
    group = np.cumsum(first) - 1
    size = np.diff(np.append(starts, len(slots)))
    return np.arange(len(slots)) - starts[group], size[group]


def _rank(index: Rows, size: Rows) -> Rows:
    return np.where(index == 0, LOWEST, np.where(index == size - 1, HIGHEST, INNER))


def between(lanes: Lanes, here: slice) -> Lanes:
    """The lanes of the slots `here` alone."""
    return Lanes(lanes.onsets[:, :, here], lanes.lengths[:, :, here], lanes.hits[:, here])


def with_filled(lanes: Lanes, here: slice, filled: Lanes, parts: NDArray[np.bool_] | None = None) -> Lanes:
    """The lanes with what was `filled` in the slots `here`, of these `parts`, bool (parts + 1,), or of all."""
    onsets, lengths, hits = lanes.onsets.copy(), lanes.lengths.copy(), lanes.hits.copy()
    own = np.flatnonzero(np.ones(onsets.shape[1], np.bool_) if parts is None else parts[:-1])
    onsets[:, own, here], lengths[:, own, here] = filled.onsets[:, own], filled.lengths[:, own]
    if parts is None or parts[-1]:
        hits[:, here] = filled.hits
    return Lanes(onsets, lengths, hits)
