"""What is known of the parts while they are being written, and the stages in which that happens."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.arranger.lanes import Lanes

MASKED = -2  # not known yet; other negative values are classes of their own
# Rhythm first (how many notes begin where, and the drums), then pitches, then lengths.
RHYTHM, PITCHED, LASTING = range(3)
STAGES = 3


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """Half-written parts, with a leading batch axis; `stage` int8 (B,).

    `counts` int8 (B, parts, T) or MASKED; `onsets` bool (B, parts, T, 72), the notes that are known; `lengths` int8
    (B, parts, T, 3), a class, NOTHING or MASKED; `hits` int8 (B, T, 9) or MASKED.
    """

    stage: NDArray[np.int8]
    counts: NDArray[np.int8]
    onsets: NDArray[np.bool_]
    lengths: NDArray[np.int8]
    hits: NDArray[np.int8]

    @property
    def missing(self) -> NDArray[np.int8]:
        """Notes that are counted and not found yet, int8 (B, parts, T); none where the count is not known."""
        found = self.onsets.sum(axis=-1).astype(np.int8)
        return np.where(self.counts == MASKED, 0, self.counts - found).astype(np.int8)


def known(lanes: Lanes, stage: int) -> State:
    """Everything known."""
    batch = lanes.onsets.shape[0]
    return State(np.full(batch, stage, np.int8), lanes.counts, lanes.onsets, lanes.lengths, lanes.hits)
