"""Who plays when in the songs: which parts rest in which of their sections."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model_training.data.arranger_songs import LaidSong
from music_core.decoding.arranger.lanes import lanes_to_rows
from music_core.decoding.arranger.sections import sections
from music_core.decoding.arranger.tacet import Rests

_PLAYS = 0.5  # of a section's bars a part is heard in, or it rests there


def rests_of(song: LaidSong, played: NDArray[np.bool_], basses: Sequence[int] = ()) -> Rests:
    """Who rests in each section that has a melody in half of its bars, bool (sections, parts + 1).

    Of the parts that are `played`, bool (parts + 1,): sections in which no pitched one but `basses` is heard are left
    out, as nobody wants a band without harmony. Basses do not rest, as nobody else takes their place here as people do,
    nor does who is not in the song.
    """
    harmony = played.copy()
    harmony[list(basses)] = False
    heard = heard_bars(song)
    tune = np.array([song.sheet.melody[bar.span].any() for bar in song.sheet.bars])
    rows = []
    for first, end in sections(song.sheet.bars):
        rests = heard[:, first:end].mean(axis=1) < _PLAYS
        if tune[first:end].mean() >= _PLAYS and not rests[:-1][harmony[:-1]].all():
            rows.append(rests & song.present & harmony)
    return np.array(rows, np.bool_).reshape(-1, len(played))


def heard_bars(song: LaidSong) -> NDArray[np.bool_]:
    """In which bars each part sounds, bool (parts + 1, bars), the drums last."""
    lanes, starts = song.lanes, np.array([bar.start for bar in song.sheet.bars])
    pitched = [sounding(*part) for part in zip(lanes.onsets, lanes.lengths, strict=True)]
    slots = np.stack([*pitched, lanes.hits.any(axis=-1)])
    return np.logical_or.reduceat(slots, starts, axis=1)


def sounding(onsets: NDArray[np.bool_], lengths: NDArray[np.int8]) -> NDArray[np.bool_]:
    """In which slots a part sounds, bool (T,), from its lanes bool (T, 72) and int8 (T, 3)."""
    slots = np.zeros(len(onsets), np.bool_)
    for slot, _, last in lanes_to_rows(onsets, lengths).tolist():
        slots[slot : slot + last] = True
    return slots


def lenders(
    songs: Sequence[LaidSong], played: NDArray[np.bool_], basses: Sequence[int], fewest: int, most: int
) -> tuple[Rests, ...]:
    """The rests of up to `most` of the songs that have every pitched part that is played; none where `fewest` do not.

    A song's sections are as many as its melody fills; those of fewer than two say nothing.
    """
    full = [song for song in songs if song.present[:-1][played[:-1]].all()]
    found = [rests for rests in (rests_of(song, played, basses) for song in full) if len(rests) > 1]
    order = np.random.default_rng(0).permutation(len(found))[:most].tolist()
    return tuple(found[number] for number in order) if len(found) >= fewest else ()
