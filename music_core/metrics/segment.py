"""Eight bars of 4/4 as arrays: what the fixed feature vector is counted on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from music_core.harmony.lane import ChordLane, beat_chords
from music_core.metrics.setting import BoolArray, IntArray, chroma_steps, raster
from music_core.roll import OFF, ONSET, Roll
from music_core.score import TICKS_PER_SIXTEENTH, Score, bar_lines

BARS = 8
STEPS_A_BAR = 16
STEPS_A_HALF = STEPS_A_BAR // 2
# A segment is worth measuring where melody and accompaniment both begin notes in at least this many of its bars.
LEAST_BARS = 6


@dataclass(frozen=True, eq=False)
class Segment:
    """Whole bars of 4/4 on sixteenth steps, `steps` = 16 a bar.

    `melody` and `accompaniment` (all other pitched parts, unisons once) are int8 rolls (steps, 128) of OFF, HOLD,
    ONSET; a note that began before the segment has no onset in it. `chord_classes`, bool (steps, 12), is empty and
    `chord_basses`, int64 (steps,), is -1 where there is no chord. `start_tick` is where it lies in its score.
    """

    melody: Roll
    accompaniment: Roll
    chord_classes: BoolArray
    chord_basses: IntArray
    start_tick: int = 0

    @property
    def bars(self) -> int:
        """How many bars it holds."""
        return len(self.melody) // STEPS_A_BAR

    @cached_property
    def sounding(self) -> BoolArray:
        """Where the accompaniment sounds, bool (steps, 128)."""
        cells: BoolArray = np.not_equal(self.accompaniment, OFF)
        return cells

    @cached_property
    def onsets(self) -> BoolArray:
        """Where the accompaniment begins notes, bool (steps, 128)."""
        cells: BoolArray = np.equal(self.accompaniment, ONSET)
        return cells

    @cached_property
    def rhythm(self) -> BoolArray:
        """Whether the accompaniment begins a note, bool (bars, 16)."""
        struck: BoolArray = np.logical_or.reduce(self.onsets, axis=1).reshape(self.bars, STEPS_A_BAR)
        return struck

    @cached_property
    def onset_classes(self) -> BoolArray:
        """Pitch classes that the accompaniment begins, bool (steps, 12)."""
        return classes_of(self.onsets)

    @cached_property
    def played_halves(self) -> NDArray[np.float64]:
        """Note-steps of each pitch class of the accompaniment in each half bar, float64 (half bars, 12)."""
        return halves(chroma_steps(self.accompaniment))

    @cached_property
    def chord_halves(self) -> NDArray[np.float64]:
        """Steps for which each pitch class is a chord tone in each half bar, float64 (half bars, 12)."""
        return halves(self.chord_classes.astype(np.int64))


def segments_of(score: Score, bars: int = BARS) -> Iterator[Segment]:
    """The score's segments that are worth measuring: each run of 4/4 bars from its start, in steps of `bars` bars.

    Melody and accompaniment must begin notes in three quarters of the bars (6 of 8) each.
    """
    rolls = _rolls(score)
    lines = np.array(bar_lines(score.metres, score.end_tick), np.int64)
    for first in _starts(np.diff(lines), bars):
        segment = _cut(score, rolls, int(lines[first]), bars)
        least = bars * LEAST_BARS / BARS
        struck = [
            (roll == ONSET).reshape(bars, -1).any(axis=1).sum() for roll in (segment.melody, segment.accompaniment)
        ]
        if min(struck) >= least:
            yield segment


def segment_at(score: Score, start_tick: int, bars: int = BARS) -> Segment:
    """The bars from a tick on, whatever is in them; steps beyond the score are silent."""
    return _cut(score, _rolls(score), start_tick, bars)


def segments_at(score: Score, start_ticks: Sequence[int], bars: int = BARS) -> list[Segment]:
    """The same from each of several ticks on; the score is rastered once."""
    rolls = _rolls(score)
    return [_cut(score, rolls, start_tick, bars) for start_tick in start_ticks]


def halves(counts: IntArray) -> NDArray[np.float64]:
    """Counts (steps, 12) summed over half bars, float64 (half bars, 12)."""
    summed: NDArray[np.float64] = counts.reshape(-1, STEPS_A_HALF, 12).sum(axis=1).astype(np.float64)
    return summed


def classes_of(cells: BoolArray) -> BoolArray:
    """Which pitch classes are set, bool (steps, 12), of cells (steps, 128)."""
    padded = np.zeros((len(cells), 132), np.bool_)
    padded[:, :128] = cells
    found: BoolArray = np.logical_or.reduce(padded.reshape(len(cells), 11, 12), axis=1)
    return found


def chord_grid(lane: ChordLane, start_tick: int, steps: int) -> tuple[BoolArray, IntArray]:
    """The lane on sixteenth steps: tones, bool (steps, 12), and basses, int64 (steps,); empty and -1 without chord."""
    classes = np.zeros((steps, 12), np.bool_)
    basses = np.full(steps, -1, np.int64)
    ticks = range(start_tick, start_tick + steps * TICKS_PER_SIXTEENTH, TICKS_PER_SIXTEENTH)
    for step, chord in enumerate(beat_chords(lane, ticks)):
        if chord is not None:
            classes[step, list(chord.pitch_classes)] = True
            basses[step] = chord.bass
    return classes, basses


def _starts(bar_ticks: IntArray, bars: int) -> Iterator[int]:
    """The first bar of each block of so many bars of sixteen sixteenths."""
    whole = bar_ticks == STEPS_A_BAR * TICKS_PER_SIXTEENTH
    bar = 0
    while bar + bars <= len(whole):
        odd = np.flatnonzero(~whole[bar : bar + bars])
        if len(odd):
            bar += int(odd[-1]) + 1
        else:
            yield bar
            bar += bars


def _rolls(score: Score) -> tuple[Roll, Roll]:
    setting = raster(score)
    steps = len(setting.parts[0].roll) if setting.parts else 0
    melody = setting.parts[setting.melody_part].roll if setting.melody_part >= 0 else np.zeros((steps, 128), np.int8)
    together = np.zeros((steps, 128), np.int8)
    for part in setting.pitched:
        np.maximum(together, part.roll, out=together)  # ONSET > HOLD > OFF
    return melody, together


def _cut(score: Score, rolls: tuple[Roll, Roll], start_tick: int, bars: int) -> Segment:
    steps = bars * STEPS_A_BAR
    first = start_tick // TICKS_PER_SIXTEENTH
    cut = []
    for roll in rolls:
        part = roll[first : first + steps]
        cut.append(np.concatenate([part, np.zeros((steps - len(part), 128), np.int8)]))
    return Segment(cut[0], cut[1], *chord_grid(score.chords, start_tick, steps), start_tick)
