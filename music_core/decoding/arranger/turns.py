"""In which step each place that is unknown has its turn to be written."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.arranger.context import BAR_TOKENS, TOKEN
from music_core.decoding.arranger.draws import Draws

NEVER = -1


def at_random(places: NDArray[np.bool_], steps: int, draws: Draws, *, drums: bool = False) -> NDArray[np.int64]:
    """The step in which each place has its turn, NEVER where there is none: few places in the first steps."""
    return _in_steps(places, draws.random(places.shape, drums=drums), steps)


def strong_first(places: NDArray[np.bool_], steps: int, draws: Draws, place: NDArray[np.int8]) -> NDArray[np.int64]:
    """The same for bool (B, parts, T): a bar's strong slots before its weak ones.

    A bar's first slot comes first, then its middle, its quarters, eighths and sixteenths, so that no slot is drawn in
    the step of the slot beside it. `place` int8 (B, N) is each token's place in its bar. Not for drums, which leave out
    a tenth of their hits when they are drawn like that.
    """
    earlier, width = _strength(place)
    return _in_steps(places, earlier[:, None] + width[:, None] * draws.random(places.shape), steps)


def by_halves(places: NDArray[np.bool_], steps: int) -> NDArray[np.int64]:
    """The same for lines, bool (..., T, n): no note in the step of the note beside it.

    The last step has every second note of a line, the one before every second of the others, and so on; what is drawn
    side by side knows nothing of one another, and a bass that walks is all about the note before.
    """
    notes = places.any(axis=-1)
    number = np.where(notes, notes.cumsum(axis=-1) - 1, 0)
    halvings = sum((number % 2**k == 0).astype(np.int64) for k in range(1, steps))
    return np.where(places, (steps - 1 - np.asarray(halvings))[..., None], NEVER).astype(np.int64)


def _in_steps(places: NDArray[np.bool_], share: NDArray[np.float64], steps: int) -> NDArray[np.int64]:
    """Steps of places whose turn comes when so much, 0..1, is written: a quarter of a sine, slow at first."""
    late = np.floor(np.arccos(1 - share) / (np.pi / 2) * steps)
    return np.where(places, np.minimum(late, steps - 1), NEVER).astype(np.int64)


def _strength(place: NDArray[np.int8]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The share of its bar's slots that are stronger than each, and that of one slot, float64 (B, T) of (B, N)."""
    number = (place == 0).cumsum(axis=1)
    tokens = (number[:, :, None] == number[:, None]).sum(axis=-1)
    # Where a stretch begins within a bar, the bar is at least as long as its places say.
    slots = np.repeat(np.maximum(tokens, place + 1), TOKEN, axis=1) * TOKEN
    slot = np.repeat(place.astype(np.int64), TOKEN, axis=1) * TOKEN + np.arange(slots.shape[1]) % TOKEN
    return _RANKS[slots, slot] / slots, 1 / slots


def _ranks() -> NDArray[np.int64]:
    """How many slots of a bar are stronger than each, by the bar's slots: halves before quarters, and so on."""
    slots = np.arange(BAR_TOKENS * TOKEN)
    halvings = len(slots).bit_length() - 1
    mirrored = np.array([sum((slot >> bit & 1) << (halvings - 1 - bit) for bit in range(halvings)) for slot in slots])
    ranks = np.zeros((len(slots) + 1, len(slots)), np.int64)
    for length in slots + 1:
        ranks[length, :length] = np.argsort(np.argsort(mirrored[:length]))
    return ranks


_RANKS = _ranks()
