"""Numbers about the parts of an arrangement: bars, notes, lengths, drums, from the first bar line to the last.

The accompaniment is every track but the melody. A mean over parts leaves out parts without notes, which
`empty_bars` shows; where no part at all has a note the value is 0, never a perfect one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from music_core.metrics.setting import DURATION, START, BoolArray, Part, Setting, chroma_steps, raster
from music_core.roll import OFF
from music_core.score import TICKS_PER_QUARTER, TICKS_PER_SIXTEENTH, Score, bar_lines

# A note counts as whole from a 32nd on: three of MuseGAN's 96 steps in a bar of 4/4.
QUALIFIED_TICKS = TICKS_PER_QUARTER // 8
# MuseGAN's drum raster has 24 steps a quarter; a hit one such step beside the grid still counts this much.
DRUM_STEP_TICKS = TICKS_PER_QUARTER // 24
DRUM_TOLERANCE = 0.1


def empty_bars(score: Score) -> float:
    """Share of bars in which a part does not sound, in the accompanying part (or drums) where that is most.

    0..1 (EB of MuseGAN, arXiv 1709.06298). Without notes 1; nan where there is no accompanying track.
    """
    return max(empty_bars_by_part(score), default=float("nan"))


def empty_bars_by_part(score: Score) -> list[float]:
    """Share of bars without a sounding step, for each accompanying track in order; 1 in a score without bars."""
    setting = raster(score)
    return [
        1.0 - float(_sounding_bars(setting, part).mean()) if setting.bars else 1.0 for part in setting.accompaniment
    ]


def pitch_classes_a_bar(score: Score) -> float:
    """Different pitch classes (0..12) in a bar, mean over the bars in which a part sounds, then over parts.

    Pitched accompaniment (UPC of MuseGAN, arXiv 1709.06298). Silence gives 0; nan without a pitched accompanying track.
    """

    def classes(setting: Setting, part: Part) -> float:
        counts = np.add.reduceat(chroma_steps(part.roll), setting.lines[:-1], axis=0)
        return float((counts > 0).sum(axis=1)[_sounding_bars(setting, part)].mean())

    return _mean_over_parts(score, classes)


def qualified_notes(score: Score, unit_ticks: int = QUALIFIED_TICKS) -> float:
    """Share of a part's notes that last a 32nd or longer, mean over pitched accompanying parts; 0..1.

    QN of MuseGAN (arXiv 1709.06298: three of 96 steps a bar), counted on the notes' own lengths in ticks, each struck
    note for itself. On a raster of sixteenths every note passes by construction; there `short_notes` tells flicker.
    Silence gives 0; nan without a pitched accompanying track.
    """
    return _mean_over_parts(score, lambda _, part: float((part.notes[:, DURATION] >= unit_ticks).mean()))


def polyphonic_rate(score: Score) -> float:
    """Share of all sixteenth steps at which a part sounds two or more pitches, mean over pitched accompanying parts.

    0..1 (MusPy's polyphony rate, arXiv 2008.01951, part by part, from two pitches on where it asks for three).
    Silence gives 0, as do single lines; nan without a pitched accompanying track.
    """
    return _mean_over_parts(score, lambda _, part: float(((part.roll != OFF).sum(axis=1) >= 2).mean()))


def polyphony(score: Score) -> float:
    """Pitches that the pitched accompaniment sounds at a time, mean over the steps at which it sounds at all.

    All its parts together, unisons once (MusPy, arXiv 2008.01951). Silence gives 0; nan without such a track.
    """
    parts = raster(score).pitched
    if not parts:
        return float("nan")
    return pitches_at_a_time(np.logical_or.reduce([part.roll != OFF for part in parts]))


def pitches_at_a_time(sounding: BoolArray) -> float:
    """Mean number of set cells over the steps that have any, of cells (steps, 128); 0 without any."""
    counts = sounding.sum(axis=1)
    return float(counts[counts > 0].mean()) if counts.any() else 0.0


def notes_a_bar(score: Score) -> float:
    """Notes struck in a bar by all pitched accompanying parts together. Silence gives 0; nan without such a track."""
    return _notes_a_bar(score, raster(score).pitched)


def drum_hits_a_bar(score: Score) -> float:
    """Notes struck in a bar by the drums. Empty drums give 0; nan without a drum track."""
    return _notes_a_bar(score, raster(score).drums)


def note_length(score: Score) -> float:
    """Mean length of the pitched accompaniment's notes in quarters, over all its notes, from their own ticks.

    Silence gives 0; nan without a pitched accompanying track.
    """
    parts = raster(score).pitched
    if not parts:
        return float("nan")
    lengths = np.concatenate([part.notes[:, DURATION] for part in parts])
    return float(lengths.mean()) / TICKS_PER_QUARTER if len(lengths) else 0.0


def note_length_histogram(score: Score, longest: int = 16) -> NDArray[np.float64]:
    """Share of the pitched accompaniment's notes by length in sixteenths, float64 (longest,).

    1, 2, 3 ... sixteenths; the last entry holds all longer ones too. Lengths go to the nearest, at least 1.
    Without notes all shares are 0.
    """
    parts = raster(score).pitched
    lengths = np.concatenate([np.zeros(0, np.int64), *(part.notes[:, DURATION] for part in parts)])
    steps = np.clip((lengths + TICKS_PER_SIXTEENTH // 2) // TICKS_PER_SIXTEENTH, 1, longest)
    return np.bincount(steps - 1, minlength=longest) / max(1, len(steps))


def drum_pattern(score: Score) -> float:
    """Share of drum onsets on the sixteenths of the bar; 0.1 of one for a hit a 96th of a bar beside them.

    0..1 (DP of MuseGAN, arXiv 1709.06298, 16-beat patterns; the tolerance is pypianoroll's), by the notes' own ticks
    from their bar line. On a raster of sixteenths it is 1 by construction; there `drums_on_eighths` tells more.
    Triplets and swing are off it, in human music too. Empty drums give 0; nan without a drum track.
    """
    return _on_grid(score, TICKS_PER_SIXTEENTH)


def drums_on_eighths(score: Score) -> float:
    """Share of drum onsets on the eighths of the bar (8-beat patterns); else as `drum_pattern`.

    On a raster of sixteenths: the share on every other step, where hits spread evenly give 0.5.
    """
    return _on_grid(score, 2 * TICKS_PER_SIXTEENTH)


def _on_grid(score: Score, grid_ticks: int) -> float:
    drums = raster(score).drums
    if not drums:
        return float("nan")
    onsets = np.concatenate([part.notes[:, START] for part in drums])
    if not len(onsets):
        return 0.0
    lines = np.array(bar_lines(score.metres, score.end_tick))
    place = (onsets - lines[np.searchsorted(lines, onsets, side="right") - 1]) % grid_ticks
    off = np.minimum(place, grid_ticks - place)
    return float(np.where(off == 0, 1.0, np.where(off <= DRUM_STEP_TICKS, DRUM_TOLERANCE, 0.0)).mean())


def _sounding_bars(setting: Setting, part: Part) -> NDArray[np.bool_]:
    """Whether a part sounds in each bar, bool (bars,)."""
    sounds = (part.roll != OFF).any(axis=1)
    return np.logical_or.reduceat(sounds, setting.lines[:-1]) if setting.bars else np.zeros(0, np.bool_)


def _mean_over_parts(score: Score, value: Callable[[Setting, Part], float]) -> float:
    """The mean over pitched accompanying parts with notes; 0 where none has any, nan where there is no such track."""
    setting = raster(score)
    if not setting.pitched:
        return float("nan")
    values = [value(setting, part) for part in setting.pitched if part.plays]
    return float(np.mean(values)) if values else 0.0


def _notes_a_bar(score: Score, parts: Sequence[Part]) -> float:
    counts = [len(part.notes) for part in parts]
    if not counts:
        return float("nan")
    return sum(counts) / max(1, raster(score).bars)
