"""The mix of a new arrangement: the melody on top, every part at its place in level and panorama."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from music_core.performing.loudness import level_db, volume_db, volume_for
from music_core.score import Score, Track

# How far under the melody each role lies, in dB; a role that is not named lies as far as `other`.
UNDER_MELODY_DB = {
    "drums": 3.0, "bass": 4.0, "soprano": 3.0, "alto": 3.0, "tenor": 3.0, "guitar": 7.0, "keys": 7.0, "winds": 8.0,
    "strings": 9.0, "brass": 10.0, "timpani": 9.0, "harmony": 9.0, "other": 8.0,
}  # fmt: skip
# A part in the melody's own register masks it: so much softer when all of its notes lie there.
_MASKING_DB = 4.0
SOFTEST, LOUDEST = 20, 112
# Low parts and the melody in the middle, the others to both sides; a second part of a role goes to the other side.
_PAN = {
    "guitar": 88,
    "keys": 44,
    "strings": 36,
    "winds": 92,
    "brass": 100,
    "timpani": 72,
    "harmony": 80,
    "alto": 50,
    "tenor": 78,
    "other": 52,
}
_MIDDLE = 64


def balanced(score: Score, melody: int, tracks: Collection[int] | None = None) -> Score:
    """The score with volumes and pans of its accompaniment set under the melody track; no note is touched.

    `tracks` (indices) limits which are set. The melody's own fader is the user's, and stays.
    """
    tune = score.tracks[melody]
    reference = level_db(tune)
    if not np.isfinite(reference):
        return score
    seen: dict[str, int] = {}
    mixed = []
    for index, track in enumerate(score.tracks):
        rank = seen.get(track.role, 0)
        if index != melody and track.role != "melody":
            seen[track.role] = rank + 1
            if track.notes and (tracks is None or index in tracks):
                pan = _pan(track, rank)
                track = replace(track, volume=_volume(track, tune, reference), pan=pan)
        mixed.append(track)
    return score.with_tracks(*mixed)


def register_share(track: Track, tune: Track) -> float:
    """Share of a part's notes within a melody's lowest and highest pitch, 0..1; drums have none."""
    if track.is_drum or not track.notes or not tune.notes:
        return 0.0
    low, high = min(n.pitch for n in tune.notes), max(n.pitch for n in tune.notes)
    return sum(low <= note.pitch <= high for note in track.notes) / len(track.notes)


def _volume(track: Track, tune: Track, reference: float) -> int:
    under = UNDER_MELODY_DB.get(track.role, UNDER_MELODY_DB["other"]) + _MASKING_DB * register_share(track, tune)
    loud = level_db(replace(track, volume=LOUDEST)) - volume_db(LOUDEST)
    return min(LOUDEST, max(SOFTEST, volume_for(reference - under - loud)))


def _pan(track: Track, rank: int) -> int:
    side = _PAN.get(track.role, _MIDDLE)
    return side if rank % 2 == 0 else 2 * _MIDDLE - side
