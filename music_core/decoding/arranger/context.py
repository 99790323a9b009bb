"""What the arranger is given and never writes: melody, chords, metre, phrases, genre and wishes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

TOKEN = 4  # slots that the network sees as one: a quarter note
REST, SOUNDS, STRUCK = range(3)  # what a pitch of the melody does in a slot
NO_ROOT = -1  # no chord, or none known
DUPLE, TRIPLE, COMPOUND = range(3)
BAR_TOKENS = 8  # the longest bar, in quarter notes
HYPERMETRE = 4  # bars that are counted together
EDGES = ("phrase begins", "phrase ends", "piece begins", "piece ends")
UNKNOWN = -1  # a wish that is left to the network


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """Conditions of stretches of equal length; T slots, N = T / 4 tokens, all with a leading batch axis.

    `melody` int8 (B, T, 72) of REST, SOUNDS, STRUCK; `root`, `bass` int8 (B, T), pitch classes or NO_ROOT; `tones`
    bool (B, T, 12); `known` bool (B, T), false where nobody said what the chord is; `place` int8 (B, N), the token's
    place in its bar; `metre` int8 (B,) of DUPLE, TRIPLE, COMPOUND; `bar` int8 (B, N), the bar's number in its phrase
    modulo 4; `edges` bool (B, N, 4) of EDGES; `genre` int8 (B,); `wishes` int8 (B, parts + 1, wishes), bins or
    UNKNOWN, the drums' last; `present` bool (B, parts + 1), the parts that there are.
    """

    melody: NDArray[np.int8]
    root: NDArray[np.int8]
    bass: NDArray[np.int8]
    tones: NDArray[np.bool_]
    known: NDArray[np.bool_]
    place: NDArray[np.int8]
    metre: NDArray[np.int8]
    bar: NDArray[np.int8]
    edges: NDArray[np.bool_]
    genre: NDArray[np.int8]
    wishes: NDArray[np.int8]
    present: NDArray[np.bool_]


def stacked(contexts: Sequence[Context]) -> Context:
    """Contexts of equal length as one batch."""
    return Context(*(np.concatenate([getattr(c, name) for c in contexts]) for name in Context.__slots__))


def from_the_bass(context: Context, where: NDArray[np.bool_] | None = None) -> Context:
    """The same with every chord heard from its bass note up, as if that were its root, `where` bool (B,) or everywhere.

    Networks that answer in steps above the root learn next to nothing of a chord's other bass (decision 0031).
    """
    heard = context.bass != NO_ROOT
    if where is not None:
        heard &= where[:, None]
    return replace(context, root=np.where(heard, context.bass, context.root).astype(np.int8))


def changes(context: Context) -> NDArray[np.bool_]:
    """Where another chord begins than the one before, or the same over another bass, bool (B, T).

    Where a piece begins with its melody, its first chord is another too.
    """
    other = np.zeros(context.root.shape, np.bool_)
    other[:, 0] = context.edges[:, 0, EDGES.index("piece begins")] & (context.melody[:, 0] != REST).any(axis=-1)
    for lane in (context.root, context.bass):
        other[:, 1:] |= lane[:, 1:] != lane[:, :-1]
    return np.asarray(other & context.known & (context.root != NO_ROOT))
