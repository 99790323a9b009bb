"""The drummer plays first and hears nobody: who taught the drums were drummers alone (decision 0027).

Metre, phrases, genre and wishes are what drums go by; the band then plays to them. Drums that are written anew beside
parts that stay hear those.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.arranger.context import NO_ROOT, REST, UNKNOWN, Context
from music_core.decoding.arranger.lanes import Lanes, empty

DRUMS = -1  # the drums come last of the parts


def plays_first(wanted: NDArray[np.bool_]) -> bool:
    """Whether drums and other parts are wanted, bool (B, parts + 1, T), the drums last."""
    return bool(wanted[:, DRUMS].any() and wanted[:, :DRUMS].any())


def drums_alone(context: Context, lanes: Lanes, wanted: NDArray[np.bool_]) -> tuple[Context, Lanes, NDArray[np.bool_]]:
    """What the drummer sees: no melody, no chords, no other part nor wish for one; of the drums what is not wanted."""
    present = np.zeros_like(context.present)
    present[:, DRUMS] = context.present[:, DRUMS]
    wishes = np.full_like(context.wishes, UNKNOWN)
    wishes[:, DRUMS] = context.wishes[:, DRUMS]
    silence = empty(lanes.onsets.shape[1], lanes.onsets.shape[2], (len(lanes.onsets),))
    seen = replace(
        context,
        melody=np.full_like(context.melody, REST),
        root=np.full_like(context.root, NO_ROOT),
        bass=np.full_like(context.bass, NO_ROOT),
        tones=np.zeros_like(context.tones),
        known=np.zeros_like(context.known),
        wishes=wishes,
        present=present,
    )
    return seen, replace(silence, hits=lanes.hits), wanted & present[..., None]


def then_band(wanted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """What is left to write once the drums are there."""
    rest = wanted.copy()
    rest[:, DRUMS] = False
    return rest
