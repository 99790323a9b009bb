"""From a network's answers in every cell to notes, for parts in which any pitches may sound together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.predictor import FloatArray
from music_core.roll import HOLD, OFF, ONSET


def read_cells(sounding: FloatArray, onset: FloatArray) -> NDArray[np.int8]:
    """The likeliest course of every pitch under both of the network's answers together (Viterbi 1967).

    A cell is off, or on. After an off cell an on cell is struck, at the odds of an onset; after an on cell it is held,
    at the odds of none, or struck again. Deciding cell by cell would break a note wherever one cell is doubtful, and
    strike where the network itself calls an onset unlikely. Logits are (tracks, steps, pitches), rounded, so that
    machines agree on ties; the answer is int8 of the same shape, of OFF, HOLD and ONSET.
    """
    on, off = _log_sigmoids(sounding)
    strike, hold = _log_sigmoids(onset)
    again, struck_again = np.maximum(strike, hold), strike > hold
    tracks, steps, pitches = sounding.shape
    was_on = np.zeros((2, steps, tracks, pitches), np.bool_)  # where the best course to off, and to on, came from
    score_off, score_on = off[:, 0], on[:, 0] + strike[:, 0]
    for step in range(1, steps):
        was_on[0, step] = score_on > score_off
        held, fresh = score_on + again[:, step], score_off + strike[:, step]
        was_on[1, step] = held >= fresh
        score_off, score_on = np.maximum(score_off, score_on) + off[:, step], np.maximum(held, fresh) + on[:, step]
    rolls = np.full(sounding.shape, OFF, np.int8)
    state = score_on > score_off
    for step in range(steps - 1, -1, -1):
        before = np.where(state, was_on[1, step], was_on[0, step])
        held_here = state & before & ~struck_again[:, step]
        rolls[:, step][state] = ONSET
        rolls[:, step][held_here] = HOLD
        state = before
    return rolls


def _log_sigmoids(logits: FloatArray) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Log-odds of yes and of no."""
    x = np.round(logits, 3).astype(np.float64)
    return -np.logaddexp(0, -x), -np.logaddexp(0, x)
