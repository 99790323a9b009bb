"""Who plays when: parts rest for whole sections, as people's do.

Of the bars in which people's parts are silent three in four lie in rests of four bars and more (decision 0038): an
arranger gives the guitar the chorus, the horns the return of the tune. No network that sees eight bars at a time plans
that, so who rests is lent by a real song, section by section. In the last section everybody plays: nobody stops before
the melody does, and nobody who was asked for is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from music_core.decoding.arranger.sheet import Bar

_FEWEST = 2  # sections in which each part plays, where there are three: who chooses an instrument wants to hear it
_SECTION_BARS, _SHORTEST, _LONGEST = 4, 3, 6  # what a section is cut to, where phrases are shorter or longer

# Who rests in each section of a song, bool (sections, parts + 1), the drums last.
Rests = NDArray[np.bool_]


def sections(bars: Sequence[Bar]) -> tuple[tuple[int, int], ...]:
    """Ranges of bars [first, end), three to six as phrases fall; what is left at the end may be shorter."""
    cuts = [0]
    for number, bar in enumerate(bars, 1):
        if (bar.ends or number == len(bars) or bars[number].begins) and (
            number - cuts[-1] >= _SHORTEST or number == len(bars)
        ):
            length = number - cuts[-1]
            pieces = max(1, round(length / _SECTION_BARS)) if length > _LONGEST else 1
            cuts += [cuts[-1] + round(length * piece / pieces) for piece in range(1, pieces + 1)]
    return tuple(pairwise(cuts))


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


def resting_slots(bars: Sequence[Bar], rests: Rests) -> NDArray[np.bool_]:
    """The same by slot, bool (parts + 1, slots); `rests` has as many rows as the bars have `sections`."""
    slots = [sum(bar.slots for bar in bars[first:end]) for first, end in sections(bars)]
    return np.repeat(rests, slots, axis=0).T
