"""How often people's parts begin notes, where the harmony changes and elsewhere, by how busy they are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model_training.data.arranger_windows import ArrangerWindows
from music_core.decoding.arranger.context import UNKNOWN, changes
from music_core.decoding.arranger.features import BINS
from music_core.decoding.arranger.steadying import AT_CHANGES, ELSEWHERE
from music_core.decoding.arranger.wishes import BUSY


def rates_of(windows: ArrangerWindows, numbers: Sequence[int]) -> NDArray[np.float64]:
    """The share of slots in which each part of these windows begins a note, float (2, parts, BINS) of 0..1.

    AT_CHANGES of the harmony and ELSEWHERE, by the bin of the window's wish of how busy; nan where there is no slot.
    """
    parts = windows.songs[0].lanes.onsets.shape[0]
    begun, slots = np.zeros((2, parts, BINS)), np.zeros((2, parts, BINS))
    for number in numbers:
        batch = windows.at([windows.windows[number]], np.zeros(1, np.int64))
        begins, bins = batch.lanes.onsets[0].any(axis=-1), batch.context.wishes[0, :-1, BUSY]
        playing = np.flatnonzero(bins != UNKNOWN)
        there = changes(batch.context)[0]
        for group, places in ((AT_CHANGES, there), (ELSEWHERE, ~there)):
            begun[group, playing, bins[playing]] += (begins & places).sum(axis=-1)[playing]
            slots[group, playing, bins[playing]] += places.sum()
    return np.asarray(np.divide(begun, slots, out=np.full(begun.shape, np.nan), where=slots > 0))
