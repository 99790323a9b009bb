"""The likeliest sixteenth of every strike of a free take in one metre: position in the bar and tempo, found together.

A hidden Markov model whose states are a place in the bar and a tempo, searched by Viterbi's algorithm. The metrical
part is that of Temperley (2007, "Music and Probability"), place and tempo together that of Raphael (2002, "A hybrid
graphical model for rhythmic parsing") and of Nakamura, Yoshii and Sagayama (2017, "Rhythm transcription of polyphonic
piano music"); the prior of tempos is Parncutt's (1994, "A perceptual model of pulse salience").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from music_core.analysis.metrical import Array, BarShape, distance_worth

# Tempos in seconds a sixteenth, at equal ratios: quarters from 42 to 200 a minute.
_TEMPO_STEP = 0.03
_FASTEST_S, _SLOWEST_S = 60 / 200 / 4, 60 / 42 / 4
_REACH = 6  # tempo levels that a tempo may change by from one strike to the next
_LONGEST_BARS = 2
# The beat that people prefer to hear (seconds), and how widely they do, in natural logarithms.
_LIKED_BEAT_S, _LIKED_SPREAD = 0.56, 0.22
# How uneven hands are: a fixed part in seconds (Wing and Kristofferson, 1973: motor noise), and a part of the time.
_HAND_S, _KEEPING = 0.06, 0.065
# How far the tempo wanders in a second, in natural logarithms, and in no time at all.
_WANDER, _WANDER_LEAST = 0.045, 0.012
# How far strong places are accented, in units of the accents' spread.
_ACCENT = 0.26
# A stop to look for the next key: how likely, and how long it takes at most.
_STOP_LOG, _STOP_S = -4.8, 3.0
# A distance is out of reach where it takes so many standard deviations longer than the interval.
_FAR = 5.0
# Parses so much less likely than the best of their metre are not looked at any further.
_HOPELESS = 15.0


@dataclass(frozen=True, slots=True)
class Parse:
    """Where every strike lies: sixteenths from the first bar line, the seconds a sixteenth there, and how likely."""

    steps: tuple[int, ...]
    sixteenths_s: tuple[float, ...]
    log_likelihood: float


def tempo_levels() -> Array:
    """Seconds a sixteenth of every tempo that is thought of, rising, float64 (levels,)."""
    count = int(np.log(_SLOWEST_S / _FASTEST_S) / _TEMPO_STEP) + 1
    levels: Array = _FASTEST_S * np.exp(_TEMPO_STEP * np.arange(count))
    return levels


def search(times_s: Array, accents: Array, shape: BarShape) -> tuple[Parse, ...]:
    """The likeliest parses of strikes at `times_s` (rising) in a metre, likeliest first; at least one strike.

    One for each place in the bar where the last strike may lie, so that evidence about whole phrases, which no step
    of the search sees, can choose among them; without those that are hopeless.

    `accents` (strikes,) about 0 say how strong each is: strong ones fall on strong places.
    """
    taus = tempo_levels()
    longest = _LONGEST_BARS * shape.steps
    distances = distance_worth(shape, longest)
    liked = -0.5 * ((np.log(taus * max(4, shape.beat_steps) / _LIKED_BEAT_S)) / _LIKED_SPREAD) ** 2
    accented = _accented(accents, shape)
    state = np.log(shape.first_chances)[:, None] + liked[None, :] + accented[0][:, None]
    back: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    targets = (np.arange(shape.steps)[None, :] - np.arange(longest + 1)[:, None]) % shape.steps
    arrived = np.take_along_axis(distances, targets, axis=1)
    for n in range(1, len(times_s)):
        interval_s = float(times_s[n] - times_s[n - 1])
        moved, came = _changed_tempo(state, interval_s)
        timing = _timing(interval_s, taus, longest)
        far = timing.shape[0]
        # From the place so many sixteenths before each place: (distance, place, tempo).
        worth = moved[targets[:far]] + arrived[:far, :, None] + timing[:, None, :]
        chosen = worth.argmax(axis=0)
        state = np.take_along_axis(worth, chosen[None], axis=0)[0] + accented[n][:, None]
        back.append((chosen, came))
    ends = state.max(axis=1)
    hopeful = [int(place) for place in np.argsort(-ends) if ends[place] > ends.max() - _HOPELESS]
    return tuple(_traced(state, back, taus, place) for place in hopeful)


def _accented(accents: Array, shape: BarShape) -> Array:
    """Log odds of each strike's accent at each place against its accent anywhere, float64 (strikes, steps)."""
    chances = shape.chances / shape.chances.sum()
    strengths = shape.strengths - chances @ shape.strengths
    expected = _ACCENT * strengths / np.sqrt(chances @ strengths**2)
    odds: Array = accents[:, None] * expected[None, :] - 0.5 * expected[None, :] ** 2
    return odds


def _changed_tempo(state: Array, interval_s: float) -> tuple[Array, NDArray[np.int64]]:
    """The best worth of every place and new tempo, and the tempo level that it came from."""
    spread = _WANDER_LEAST + _WANDER * np.sqrt(min(interval_s, 2.0))
    shifts = np.arange(-_REACH, _REACH + 1)
    costs = -0.5 * (shifts * _TEMPO_STEP / spread) ** 2
    costs -= np.log(np.exp(costs).sum())
    levels = state.shape[1]
    padded = np.full((state.shape[0], levels + 2 * _REACH), -np.inf)
    padded[:, _REACH : _REACH + levels] = state
    choices = np.stack([padded[:, _REACH + s : _REACH + s + levels] + c for s, c in zip(shifts, costs, strict=True)])
    best = choices.argmax(axis=0)
    came = np.clip(np.arange(levels)[None, :] + shifts[best], 0, levels - 1)
    return np.take_along_axis(choices, best[None], axis=0)[0], came


def _timing(interval_s: float, taus: Array, longest: int) -> Array:
    """Log density of an interval for every distance and tempo, float64 (distances, levels).

    The distances are 0 to `longest`, without those that are out of reach at the fastest tempo.
    """
    fastest_s = np.arange(longest + 1) * taus[0]
    spread = np.hypot(_HAND_S, _KEEPING * fastest_s)
    expected = np.arange(longest + 1)[fastest_s - interval_s < _FAR * spread][:, None] * taus[None, :]
    spread = np.hypot(_HAND_S, _KEEPING * expected)
    near = -0.5 * ((interval_s - expected) / spread) ** 2 - np.log(spread)
    late = interval_s - expected
    stopped = np.where((late > 0) & (late < _STOP_S), _STOP_LOG - np.log(_STOP_S), -np.inf)
    density: Array = np.logaddexp(near, stopped)
    density[0] = -np.inf
    # After a rest longer than any distance the music goes on at the longest one.
    if interval_s > _STOP_S:
        density[-1] = np.logaddexp(density[-1], _STOP_LOG - np.log(interval_s))
    return density


def _traced(
    state: Array, back: Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]], taus: Array, place: int
) -> Parse:
    """The best way to a last place, walked back."""
    bar, level = len(state), int(state[place].argmax())
    likelihood = float(state[place, level])
    distances: list[int] = []
    levels = [level]
    for chosen, came in reversed(back):
        distance = int(chosen[place, level])
        place = (place - distance) % bar
        level = int(came[place, level])
        distances.append(distance)
        levels.append(level)
    steps = np.cumsum([place, *reversed(distances)])
    return Parse(tuple(steps.tolist()), tuple(taus[levels[::-1]].tolist()), likelihood)
