"""From a network's logits to the likeliest monophonic lines."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from music_core.decoding.predictor import FloatArray
from music_core.decoding.voices import REST, BoolArray, Voice
from music_core.manifest import GridSpec


def decode_voices(pitch_logits: FloatArray, onset_logits: FloatArray, grid: GridSpec) -> tuple[Voice, ...]:
    """The likeliest line of each voice under both of the network's answers together (Viterbi 1967).

    A step either goes on with its neighbour's pitch, at the odds that nothing is struck, or is struck, at the odds of
    an onset, on any pitch; silence is neither. Deciding pitch by pitch instead would strike at steps where the
    network itself calls an onset unlikely. Logits are (voices, steps, pitches + 1) and (voices, steps); they are
    rounded, so that machines agree on ties.
    """
    fit = _sound_then_pitch(_log_softmax(np.round(pitch_logits, 3).astype(np.float64)))
    onset = np.round(onset_logits, 3).astype(np.float64)
    # Log-odds of both against the likelier one: being unsure which it is must not speak for silence.
    strike, hold = np.minimum(onset, 0), np.minimum(-onset, 0)
    voices, steps, states = fit.shape
    rest = states - 1
    came_from = np.zeros((voices, steps, states), np.int16)
    struck = np.zeros((voices, steps, states), np.bool_)
    score = fit[:, 0].copy()
    struck[:, 0, :rest] = True
    for step in range(1, steps):
        best = score.argmax(axis=1)
        stay, move = score.copy(), np.repeat(score.max(axis=1)[:, None], states, axis=1)
        stay[:, :rest] += np.maximum(strike[:, step], hold[:, step])[:, None]
        move[:, :rest] += strike[:, step, None]
        moved = move > stay
        came_from[:, step] = np.where(moved, best[:, None], np.arange(states))
        struck[:, step, :rest] = moved[:, :rest] | (strike[:, step] > hold[:, step])[:, None]
        score = np.maximum(stay, move) + fit[:, step]
    return tuple(_trace(came_from[v], struck[v], int(score[v].argmax()), grid) for v in range(voices))


def _trace(came_from: NDArray[np.int16], struck: BoolArray, state: int, grid: GridSpec) -> Voice:
    """Read one voice's line back from its last state."""
    steps = len(came_from)
    pitch, onset = np.full(steps, REST, np.int64), np.zeros(steps, np.bool_)
    for step in range(steps - 1, -1, -1):
        if state < grid.pitches:
            pitch[step], onset[step] = state + grid.low_pitch, struck[step, state]
        state = int(came_from[step, state])
    return Voice(pitch, onset)


def _sound_then_pitch(fit: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weigh silence against all pitches together, then the pitches among themselves.

    Where a network is sure of a note but not of which, each pitch alone may be less likely than silence. And where it
    expects a line to sound on, say, four steps in ten but is never surer than that of any of them, the likeliest
    reading would be no sound at all: the odds of silence are then lowered until as many steps sound as it expects.
    """
    pitches, rest = fit[..., :-1], fit[..., -1:]
    best = pitches.max(axis=-1, keepdims=True)
    sounding = best + np.log(np.exp(pitches - best).sum(axis=-1, keepdims=True))
    odds = sounding - rest
    expected = np.exp(sounding).mean(axis=1, keepdims=True)
    level = [np.quantile(line, 1 - share) for line, share in zip(odds, expected.ravel(), strict=True)]
    lowered = np.minimum(np.round(np.array(level), 3), 0.0).reshape(-1, 1, 1)
    return np.concatenate([pitches - best + sounding, rest + lowered], axis=-1)


def _log_softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    shifted = logits - logits.max(axis=-1, keepdims=True)
    normalised: NDArray[np.float64] = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return normalised
