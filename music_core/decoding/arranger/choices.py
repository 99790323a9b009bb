"""What is drawn from the network's answers: a class from logits, so many pitches from scores."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.arranger.draws import Draws
from music_core.decoding.arranger.lanes import MOST_NOTES, PITCHES
from music_core.decoding.predictor import FloatArray


def busy(places: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which of the batch have a place here, bool (B,)."""
    return np.asarray(places.reshape(len(places), -1).any(axis=1))


def drawn_class(
    logits: FloatArray, temperature: float, draws: Draws, busy: NDArray[np.bool_], *, drums: bool = False
) -> NDArray[np.int64]:
    """A class from each row of logits, by the Gumbel trick."""
    noise = draws.gumbel(logits.shape, busy, drums=drums) * temperature
    drawn: NDArray[np.int64] = (logits + noise).argmax(axis=-1)
    return drawn


def best_pitches(scores: NDArray[np.float64], known: NDArray[np.bool_], counts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """So many new pitches in each slot, bool like `known`, the best by their scores."""
    scores = np.where(known, -np.inf, scores)
    chosen = np.zeros(known.shape, np.bool_)
    some = counts > 0  # few slots: sorting all of them would take as long as the network
    best = np.argsort(-scores[some], axis=-1, kind="stable")[..., :MOST_NOTES]
    found = np.zeros((len(best), PITCHES), np.bool_)
    np.put_along_axis(found, best, np.arange(MOST_NOTES) < counts[some][:, None], axis=-1)
    chosen[some] = found
    return chosen
