"""Tempo, metre and bars of a take that was played without a click, and where in them every note belongs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from music_core.analysis.beat_search import Parse, search
from music_core.analysis.evidence import evidence_of, worth
from music_core.analysis.metrical import Array, BarShape, bar_shape
from music_core.analysis.strikes import Strike, strikes
from music_core.performance import PerformedNote
from music_core.score import TICKS_PER_SIXTEENTH, Metre
from music_core.tick_map import TickMap

# Metres that are tried where nobody said which.
USUAL_METRES = ((4, 4), (3, 4), (6, 8))
LEAST_STRIKES = 4

# How much a strike's length, force, depth and number of notes make it a strong one.
_LENGTH, _FORCE, _DEPTH, _NOTES = 1.12, 0.3, 0.86, 0.21
# How far a moment may lie from its sixteenth and still be drawn to it by rounding, in sixteenths.
_ROUNDS = 0.4


class RhythmError(ValueError):
    """No rhythm can be found; a plain sentence."""


@dataclass(frozen=True, slots=True)
class FreeRhythm:
    """What was found: the metre, the mean tempo in quarters a minute, the map, and the sixteenth of every note."""

    metre: Metre
    bpm: float
    ticks: TickMap
    steps: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a take: its bars, where each strike lies in them, and the evidence."""

    shape: BarShape
    parse: Parse
    evidence: Array


def find_rhythm(notes: Sequence[PerformedNote], metres: Sequence[tuple[int, int]] = ()) -> FreeRhythm:
    """The rhythm of a free take; `metres` are those that may be, without them the usual ones.

    Raises RhythmError where fewer than four notes or chords were struck.
    """
    struck = strikes(notes)
    if len(struck) < LEAST_STRIKES:
        raise RhythmError("Too little was played to find its beat. Play at least four notes.")
    found = readings(notes, struck, metres or USUAL_METRES)
    best = max(found, key=lambda reading: worth(reading.evidence, use_priors=not metres))
    return _rhythm(notes, struck, best.parse, best.shape)


def readings(
    notes: Sequence[PerformedNote], struck: Sequence[Strike], metres: Sequence[tuple[int, int]]
) -> list[Reading]:
    """The readings that are thought of, with what speaks for each."""
    times_s = np.array([strike.time_s for strike in struck])
    accents = strike_accents(notes, struck)
    shapes = [bar_shape(*metre) for metre in metres]
    return [
        Reading(shape, parse, evidence_of(notes, struck, parse, shape))
        for shape in shapes
        for parse in search(times_s, accents, shape)
    ]


def strike_accents(notes: Sequence[PerformedNote], struck: Sequence[Strike]) -> Array:
    """How strong each strike is, float64 (strikes,) about 0: long, loud, low and full ones are.

    Length counts as time to the next strike (Povel and Essens, 1985); the rest as in Dixon (2001), by salience. What
    does not differ, such as the force of keys without touch, says nothing.
    """
    times_s = np.array([strike.time_s for strike in struck])
    waits = np.diff(times_s, append=times_s[-1] + np.median(np.diff(times_s)))
    length = np.clip(np.log2(waits / np.median(waits)), -2.0, 2.0)
    force = np.array([max(notes[i].velocity for i in strike.members) for strike in struck]) / 127
    depth = -np.array([min(notes[i].pitch for i in strike.members) for strike in struck]) / 12
    full = np.minimum(np.array([len(strike.members) for strike in struck]), 4) / 4
    accents: Array = (
        _LENGTH * _standard(length, 0.3)
        + _FORCE * _standard(force, 0.05)
        + _DEPTH * _standard(depth, 0.5)
        + _NOTES * _standard(full, 0.1)
    )
    accents /= np.sqrt(_LENGTH**2 + _FORCE**2 + _DEPTH**2 + _NOTES**2)
    return accents


def _standard(values: Array, least: float) -> Array:
    """Values about 0 in units of their spread, where there is enough of it to mean something."""
    spread = max(float(values.std()), least)
    standard: Array = np.clip((values - values.mean()) / spread, -2.0, 2.0)
    return standard


def _rhythm(notes: Sequence[PerformedNote], struck: Sequence[Strike], parse: Parse, shape: BarShape) -> FreeRhythm:
    steps = [0] * len(notes)
    for strike, step in zip(struck, parse.steps, strict=True):
        for index in strike.members:
            steps[index] = step
    times_s = np.array([strike.time_s for strike in struck])
    at = np.array(parse.steps, np.float64)
    # The tempo that most of the take has: the time that a stop took is no part of the music.
    sixteenth_s = float(np.median(np.repeat(np.diff(times_s) / np.diff(at), np.diff(at).astype(int))))
    return FreeRhythm(
        Metre(0, shape.numerator, shape.denominator), 15.0 / sixteenth_s, _tick_map(times_s, at), tuple(steps)
    )


def _tick_map(times_s: Array, at: Array) -> TickMap:
    """A smooth tempo through the strikes, never so far from one that rounding would move it to another sixteenth.

    At each strike a line through its neighbours, those within about a beat counting most (Cleveland, 1979).
    """
    local_s = np.gradient(times_s) / np.gradient(at)
    smooth = np.empty(len(at))
    for n, place in enumerate(at):
        low, high = np.searchsorted(at, (place - 12, place + 12))
        near, when = at[low:high] - place, times_s[low:high]
        weights = np.exp(-0.5 * (near / 4) ** 2)
        total = weights.sum()
        mean_x, mean_y = (weights @ near) / total, (weights @ when) / total
        spread = weights @ (near - mean_x) ** 2
        slope = (weights @ ((near - mean_x) * (when - mean_y))) / spread if spread > 0 else local_s[n]
        smooth[n] = mean_y - slope * mean_x
    # In ticks: where the smooth line would put this strike.
    drawn = at + np.clip((times_s - smooth) / local_s, -_ROUNDS, _ROUNDS)
    ticks = np.maximum.accumulate(drawn * TICKS_PER_SIXTEENTH + np.arange(len(at)) * 1e-6)
    return TickMap(tuple(times_s.tolist()), tuple(ticks.tolist()))
