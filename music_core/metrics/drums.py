"""Numbers about a drum part as it is played, off the grid and all: for comparison with recorded drummers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from music_core.metrics.segment import STEPS_A_BAR
from music_core.score import TICKS_PER_QUARTER, TICKS_PER_SIXTEENTH, Score, bar_lines

WINDOW_BARS = 4
# Where a beat's sixteenths and its eighth triplets lie; a hit belongs to what is nearest.
_SIXTEENTHS = np.arange(0, TICKS_PER_QUARTER + 1, TICKS_PER_SIXTEENTH)
_TRIPLETS = np.array([TICKS_PER_QUARTER // 3, 2 * TICKS_PER_QUARTER // 3])

IntArray = NDArray[np.int64]


def straight_hits(ticks: IntArray) -> float:
    """Share of drum onsets nearer to a sixteenth of the beat than to an eighth triplet, 0..1; nan without any.

    DP of MuseGAN (arXiv 1709.06298, 16-beat patterns) for drums with micro-timing: on quantised drums it is the
    share of onsets on sixteenths. A sixteenth 20 ticks off is nearest to a triplet, so that a player who is ahead of
    the clock throughout seems to play triplets: `own_beat` tells by how much he is.
    """
    if not len(ticks):
        return float("nan")
    place = (ticks % TICKS_PER_QUARTER)[:, None]
    straight, triplet = (abs(place - grid).min(axis=1) for grid in (_SIXTEENTHS, _TRIPLETS))
    return float((straight <= triplet).mean())


def own_beat(ticks: IntArray) -> float:
    """How far after the clock's beat a player's own lies, in ticks (before: negative); 0 without hits near any.

    The middle of the distances of hits from the nearest eighth, of those that are less than half a sixteenth from it,
    so that neither swung off-beats nor sixteenths count. Drummers play some milliseconds ahead of a click throughout.
    """
    eighth = 2 * TICKS_PER_SIXTEENTH
    distance = (ticks + TICKS_PER_SIXTEENTH) % eighth - TICKS_PER_SIXTEENTH
    near = distance[abs(distance) < TICKS_PER_SIXTEENTH // 2]
    return float(np.median(near)) if len(near) else 0.0


def bar_groove(ticks: IntArray, bars: int) -> float:
    """1 minus the share of 16 steps on which adjacent bars' onset vectors differ, mean; nan without two bars or hits.

    Onsets of any drum on the nearest sixteenth, counted from the first bar line, so many bars of 4/4; 0..1.
    """
    if bars < 2 or not len(ticks):
        return float("nan")
    steps = (ticks + TICKS_PER_SIXTEENTH // 2) // TICKS_PER_SIXTEENTH
    rhythm = np.zeros(bars * STEPS_A_BAR, np.bool_)
    rhythm[steps[steps < len(rhythm)]] = True
    vectors = rhythm.reshape(bars, STEPS_A_BAR)
    return float((vectors[1:] == vectors[:-1]).mean())


def drum_windows(score: Score, bars: int = WINDOW_BARS) -> Iterator[tuple[IntArray, IntArray]]:
    """Each block of so many bars of 4/4 in which drums play: onsets in ticks from its bar line, and velocities."""
    hits = sorted((note.start_tick, note.velocity) for track in score.tracks if track.is_drum for note in track.notes)
    ticks, velocities = (np.array([hit[side] for hit in hits], np.int64) for side in (0, 1))
    lines = np.array(bar_lines(score.metres, score.end_tick), np.int64)
    whole = np.diff(lines) == STEPS_A_BAR * TICKS_PER_SIXTEENTH
    for bar in range(0, len(whole) - bars + 1, bars):
        # A hit just before the first bar line is that bar line's, played early.
        start, end = (line - TICKS_PER_SIXTEENTH // 2 for line in (lines[bar], lines[bar + bars]))
        inside = (ticks >= start) & (ticks < end)
        if whole[bar : bar + bars].all() and inside.any():
            yield np.maximum(ticks[inside] - lines[bar], 0), velocities[inside]
