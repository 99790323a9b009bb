"""Who plays when: parts rest for whole sections, as people's do.

Of the bars in which people's parts are silent three in four lie in rests of four bars and more (decision 0038): an
arranger gives the guitar the chorus, the horns the return of the tune. No network that sees eight bars at a time plans
that, so who rests is lent by a real song, section by section. In the last section everybody plays: nobody stops before
the melody does, and nobody who was asked for is missing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

_FEWEST = 2  # sections in which each part plays, where there are three: who chooses an instrument wants to hear it

# Who rests in each section of a song, bool (sections, parts + 1), the drums last.
Rests = NDArray[np.bool_]


def lent_rests(lenders: Sequence[Rests], count: int, rng: np.random.Generator) -> Rests:
    """Who rests in each of `count` sections, bool (count, parts + 1): a stretch of one of the songs, all as likely.

    Everybody plays in the last section and, of three and more, in another one, where there is such a stretch. Songs
    begin again where none is as long. Raises ValueError without lenders.
    """
    if not lenders:
        raise ValueError("No song says who plays when.")
    long = [song for song in lenders if len(song) >= count]
    songs = long or [song[np.arange(count) % len(song)] for song in lenders]
    stretches = np.concatenate([np.moveaxis(sliding_window_view(song, count, axis=0), 2, 1) for song in songs])
    stretches[:, -1:] = False
    heard = ((~stretches).sum(axis=1) >= min(_FEWEST, (count + 1) // 2)).all(axis=1)
    stretches = stretches[heard] if heard.any() else stretches
    rests: Rests = stretches[rng.integers(len(stretches))]
    return rests


def shortened(rests: Rests, shares: NDArray[np.float64]) -> Rests:
    """The rests, each of them cut short to a share of it, 0..1, by part: (parts + 1,). Sections are left whole."""
    kept = np.zeros_like(rests)
    for part in range(rests.shape[1]):
        edges = np.flatnonzero(np.diff(rests[:, part], prepend=False, append=False)).reshape(-1, 2)
        for first, end in edges.tolist():
            kept[first : first + int((end - first) * shares[part] + 0.5), part] = True
    return kept
