"""More or fewer onsets, longer or shorter notes than the network would play: its own odds, moved.

Wishes tell the network how busy people were in such bars, and some parts heed them little; a slider that says sparse to
busy must do what it says. And a drummer fills at some ends of phrases, where the recordings that taught the drums say
nothing of phrases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.arranger.lanes import LENGTHS
from music_core.decoding.predictor import FloatArray

_TOMS, _SNARE = slice(4, 7), 1
_FILL_TOMS, _FILL_SNARE = 3.5, 1.5  # nats, so that most of the places where a fill is due get one


def pushed(
    answers: Mapping[str, FloatArray],
    push: Sequence[float],
    levels: Sequence[float] = (),
    filling: NDArray[np.bool_] | None = None,
    swell: NDArray[np.float32] | None = None,
) -> Mapping[str, FloatArray]:
    """The rhythm's logits with onsets as much likelier as they are pushed, and drum hits by their `levels` too.

    Where the drummer fills, bool (B, T), toms and snare are likelier yet; `swell` float32 (parts + 1, T), the drums'
    last, has nats for each slot.
    """
    if not any(push) and not any(levels) and filling is None and swell is None:
        return answers
    changed = dict(answers)
    if any(push) or swell is not None:
        counts = changed["counts"] = answers["counts"].copy()
        counts[..., 1:] += pushes(push, swell, counts.shape[1:3])[..., None].astype(counts.dtype)
    if "hits" in answers:
        hits = changed["hits"] = answers["hits"].copy()
        hits[..., 1:] += np.array([(push[-1] if push else 0.0) + nats for nats in levels or (0.0,)], np.float32)
        if filling is not None:
            hits[..., _TOMS, 1:] += _FILL_TOMS * filling[..., None, None]
            hits[..., _SNARE, 1:] += _FILL_SNARE * filling[..., None]
        if swell is not None:
            hits[..., 1:] += swell[-1][:, None, None]
    return changed


def pushes(push: Sequence[float], swell: NDArray[np.float32] | None, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Nats by which onsets of the pitched parts are pushed in each slot, float64 of a `shape` (parts, T)."""
    nats = np.zeros(shape)
    if push:
        nats += np.array(push[:-1])[:, None]
    if swell is not None:
        nats += swell[:-1]
    return nats


def lasting(lengths: FloatArray, legato: Sequence[float]) -> FloatArray:
    """Logits of lengths (B, parts, T, 3, classes) with so many nats for each doubling of a note's length, by part."""
    if not any(legato):
        return lengths
    nats = np.array(legato, lengths.dtype)[:, None] * np.log2(LENGTHS).astype(lengths.dtype)
    return np.asarray(lengths + nats[:, None, None], lengths.dtype)
