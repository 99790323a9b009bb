"""Chord tones that nobody plays are likelier, so that a chord is heard whole as often as people let it be.

A network that is unsure plays what is safe, roots and fifths: it left out half of the sevenths that pop pianists play.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.arranger.context import Context
from music_core.decoding.arranger.lanes import PITCHES
from music_core.decoding.predictor import FloatArray


def completing(logits: FloatArray, context: Context, onsets: NDArray[np.bool_], nats: float) -> FloatArray:
    """Logits of pitches (B, parts, T, 72) with so many nats more for tones of a chord that lacks them.

    A tone is lacking where none of the `onsets`, bool (B, parts, T, 72), begins it while the chord lasts.
    """
    if not nats:
        return logits
    more = nats * np.tile(lacking(context, onsets), PITCHES // 12)
    return np.asarray(logits + more[:, None].astype(logits.dtype))


def lacking(context: Context, onsets: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The tones of each slot's chord that no onset begins between the chord's changes, bool (B, T, 12)."""
    batch, _, slots, _ = onsets.shape
    other = np.zeros((batch, slots), np.int64)
    other[:, 1:] = (context.tones[:, 1:] != context.tones[:, :-1]).any(axis=-1)
    chord = np.arange(batch)[:, None], other.cumsum(axis=1)
    begun = onsets.any(axis=1).reshape(batch, slots, -1, 12).any(axis=2)
    played = np.zeros((batch, slots, 12), np.bool_)
    np.logical_or.at(played, chord, begun)
    return np.asarray(context.tones & context.known[..., None] & ~played[chord])
