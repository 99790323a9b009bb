"""How many beats a band's true bar lines come after the written ones, heard from its drums and bass."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model_training.data.raw import RawTrack
from model_training.data.song import PITCH, START, NoteTable
from music_core.score import TICKS_PER_QUARTER

_BEATS = 4
_KICK, _SNARE, _CRASH = (35, 36), (37, 38, 39, 40), (49, 55, 57)
_BASS_PROGRAMS = range(32, 40)
_FEWEST_HITS = 32
_FEWEST_CRASHES = 4
_NEAR_TICKS = TICKS_PER_QUARTER // 12
# What each of a bar's four beats is worth to kick, snare, crash and bass, in rock, pop and country.
_WORTH = np.array([[1.0, -0.5, 0.0, -0.5], [-0.7, 0.7, -0.7, 0.7], [1.5, 0.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0]])
# Of 192 band files in 4/4, 28 of whose manifests name another phase than the written one, this moves 16 and agrees
# with the manifest on 12 of them; a smaller lead moves more of them wrongly.
_LEAD = 0.5


def late_beats(tracks: Sequence[RawTrack]) -> int:
    """Beats, 0..3, by which the bars of a song in 4/4 come late; 0 where its drums leave any doubt."""
    drums = _joined([track.notes for track in tracks if track.is_drum])
    if len(drums) < _FEWEST_HITS:
        return 0
    bass = _joined([t.notes for t in tracks if not t.is_drum and t.program in _BASS_PROGRAMS])
    crashes = drums[np.isin(drums[:, PITCH], _CRASH)]
    beats = np.stack(
        [
            _by_beat(drums[np.isin(drums[:, PITCH], _KICK)]),
            _by_beat(drums[np.isin(drums[:, PITCH], _SNARE)]),
            _by_beat(crashes) * min(1.0, len(crashes) / _FEWEST_CRASHES),
            _by_beat(bass),
        ]
    )
    worth = np.array([(np.roll(beats, -late, axis=1) * _WORTH).sum() for late in range(_BEATS)])
    second, best = np.sort(worth)[-2:]
    sure = best - second > _LEAD / 2 and best - worth[0] > _LEAD
    return int(worth.argmax()) if sure else 0


def _by_beat(notes: NoteTable) -> NDArray[np.float64]:
    """Shares of the notes on each written beat of the bars, (4,), adding up to 1; zeros without notes."""
    beats = (notes[:, START] + TICKS_PER_QUARTER // 2) // TICKS_PER_QUARTER
    near = np.abs(notes[:, START] - beats * TICKS_PER_QUARTER) <= _NEAR_TICKS
    counts = np.bincount(beats[near] % _BEATS, minlength=_BEATS).astype(np.float64)
    return np.asarray(counts / max(1.0, counts.sum()))


def _joined(tables: Sequence[NoteTable]) -> NoteTable:
    return np.concatenate([*tables, np.zeros((0, 4), np.int32)])
