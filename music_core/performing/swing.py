"""Swing: where the off-beats of a swinging band lie, by tempo and by what the tune itself does."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from music_core.performing.positions import HALF, SECOND_TRIPLET, THIRD_TRIPLET, Bars, Places
from music_core.performing.tables import FAMILIES, Tables, family_of
from music_core.score import Metre, Score, Track

EVEN = 0.5
_LEAST, _MOST = 0.5, 0.7
# Above this tempo swing evens out, and is gone at the second one (Friberg and Sundström 2002, figure 2); the
# recordings behind the tables hold too few fast takes to show it.
_EVENER_FROM_BPM, _EVEN_AT_BPM = 200.0, 340.0
_HALFWAY = 0.5


def swings(genre: str) -> bool:
    """Whether a genre's eighths are played unevenly."""
    return FAMILIES[family_of(genre)] == "jazz"


def off_beat(tables: Tables, bpm: float) -> float:
    """Where the off-beat of a swung beat lies, as a share of it: 0.5 is even, two thirds a triplet's last note."""
    usual = float(np.clip(tables.swing[0] + tables.swing[1] * bpm, _LEAST, _MOST))
    left = (_EVEN_AT_BPM - bpm) / (_EVEN_AT_BPM - _EVENER_FROM_BPM)
    return EVEN + (usual - EVEN) * float(np.clip(left, 0.0, 1.0))


def band_off_beat(score: Score, melodies: tuple[Track, ...], genre: str, tables: Tables) -> float:
    """Where the band puts its off-beats under these melodies, or 0.5 in a genre that does not swing.

    A tune that is played evenly, or more sharply than a band would, is not ours to change: the band comes towards it
    as far as it has off-beats, halfway where every other note is one. A ride cymbal need not give up its swing for two
    eighths in eight bars.
    """
    if not swings(genre):
        return EVEN
    usual = off_beat(tables, score.bpm)
    starts = [note.start_tick for track in melodies for note in track.notes]
    if not starts:
        return usual
    places = Bars(score.metres, max(starts)).places(starts)
    late = np.isin(places.position % 6, (HALF, THIRD_TRIPLET)) & _simple(places)
    if not late.any():
        return usual
    own = float(np.clip((places.into_beat[late] / places.beat_ticks[late]).mean(), _LEAST, _MOST))
    return usual + (own - usual) * min(float(late.mean()), _HALFWAY)


def swung(ticks: NDArray[np.int64], metres: tuple[Metre, ...], off: float) -> NDArray[np.float64]:
    """Ticks with the off-beats of simple beats moved to `off`, what lies between drawn along, float64 (n,).

    Notes that are written as triplets are moved as the halves of a beat are: both ways mean swing.
    """
    if off == EVEN or not len(ticks):
        return ticks.astype(np.float64)
    places = Bars(metres, int(ticks.max())).places(ticks)
    into = places.into_beat / places.beat_ticks
    ternary = np.isin(places.position % 6, (SECOND_TRIPLET, THIRD_TRIPLET))
    written = np.where(ternary, 2 / 3, EVEN)
    moved = np.where(into < written, into * off / written, off + (into - written) * (1 - off) / (1 - written))
    shift = np.where(_simple(places), (moved - into) * places.beat_ticks, 0.0)
    return np.asarray(ticks + shift, np.float64)


def _simple(places: Places) -> NDArray[np.bool_]:
    """Beats that divide in two: quarters and shorter; a dotted beat has no swing."""
    return np.asarray(places.beat_ticks % 360 != 0, np.bool_)
