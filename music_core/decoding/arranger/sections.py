"""A piece cut into sections of about four bars, as its phrases fall: what an arrangement is planned in."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.arranger.sheet import Bar

_SECTION_BARS, _SHORTEST, _LONGEST = 4, 3, 6  # what a section is cut to, where phrases are shorter or longer

_Cell = TypeVar("_Cell", np.bool_, np.float32)


def sections(bars: Sequence[Bar]) -> tuple[tuple[int, int], ...]:
    """Ranges of bars [first, end), three to six as phrases fall; what is left at the end may be shorter."""
    cuts = [0]
    for number, bar in enumerate(bars, 1):
        length, last = number - cuts[-1], number == len(bars)
        if last or ((bar.ends or bars[number].begins) and length >= _SHORTEST):
            pieces = max(1, round(length / _SECTION_BARS)) if length > _LONGEST else 1
            cuts += [cuts[-1] + round(length * piece / pieces) for piece in range(1, pieces + 1)]
    return tuple(pairwise(cuts))


def by_slot(bars: Sequence[Bar], rows: NDArray[_Cell]) -> NDArray[_Cell]:
    """What is said of each section, (sections, n), said of each slot: (n, slots)."""
    slots = [sum(bar.slots for bar in bars[first:end]) for first, end in sections(bars)]
    return np.repeat(rows, slots, axis=0).T
