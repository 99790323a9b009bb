"""More or fewer onsets than the network would play: its own odds, moved.

Wishes tell the network how busy people were in such bars, and some parts heed them little; a slider that says sparse to
busy must do what it says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from music_core.decoding.predictor import FloatArray


def pushed(answers: Mapping[str, FloatArray], push: Sequence[float]) -> Mapping[str, FloatArray]:
    """The rhythm's logits with onsets as much likelier as they are pushed."""
    if not any(push):
        return answers
    counts, hits = answers["counts"].copy(), answers["hits"].copy() if "hits" in answers else None
    counts[..., 1:] += np.array(push[:-1], counts.dtype)[:, None, None]
    if hits is None:
        return {**answers, "counts": counts}
    hits[..., 1:] += push[-1]
    return {**answers, "counts": counts, "hits": hits}
