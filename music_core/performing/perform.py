"""A written arrangement as people would play it: velocities, timing, swing, strum, pedal."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from music_core.performing.draws import track_keys
from music_core.performing.parts import (
    Player,
    drum_offsets_ms,
    drum_velocities,
    pitched_offsets_ms,
    pitched_velocities,
)
from music_core.performing.pedal import pedalled
from music_core.performing.positions import Bars
from music_core.performing.swing import EVEN, band_off_beat, swung
from music_core.performing.tables import Tables, family_of
from music_core.performing.timing import replayed
from music_core.score import TICKS_PER_QUARTER, Score, Track

# How much of the humanising swing needs to be whole: half-swung jazz is neither.
_WHOLE_SWING = 0.5


def perform(
    score: Score,
    *,
    genre: str,
    tables: Tables,
    humanise: float = 1.0,
    seed: int = 0,
    tracks: Collection[int] | None = None,
    drum_bins: tuple[int, ...] = (),
) -> Score:
    """The score as a band of this genre plays it: 0 is the grid exactly as written, 1 as the recorded people play.

    Tracks whose role is melody are never touched; `tracks` (indices) limits who else is. What is drawn for a note
    depends on the seed, its track's role and name, its bar and its place there; of other notes only those of its own
    bar and track count, so that another bar or track written anew leaves this one bit-identical. `drum_bins` (rising
    velocities) keep drum hits within the bin that they were written in. Raises ValueError for a humanise outside 0..1.
    """
    if not 0.0 <= humanise <= 1.0:
        raise ValueError(f"How human a performance is goes from 0 to 1, not {humanise:g}.")
    if humanise == 0.0:
        return score
    melodies = tuple(track for track in score.tracks if track.role == "melody")
    off = band_off_beat(score, melodies, genre, tables)
    off = EVEN + (off - EVEN) * min(1.0, humanise / _WHOLE_SWING)
    bars = Bars(score.metres, max(score.end_tick, 1))
    played = []
    for index, (track, key) in enumerate(zip(score.tracks, track_keys(score), strict=True)):
        asked = tracks is None or index in tracks
        if track.role == "melody" or not track.notes or not asked:
            played.append(track)
            continue
        player = Player(seed, key, family_of(genre), tables, drum_bins)
        part = _played(track, score, bars, player, off, humanise)
        played.append(part if track.is_drum else pedalled(part, score, genre))
    return score.with_tracks(*played)


def _played(track: Track, score: Score, bars: Bars, player: Player, off: float, humanise: float) -> Track:
    starts = np.asarray([note.start_tick for note in track.notes], np.int64)
    ends = starts + np.asarray([note.duration_ticks for note in track.notes], np.int64)
    places = bars.places(starts)
    written = np.asarray([note.velocity for note in track.notes], np.float64)
    loud = (drum_velocities if track.is_drum else pitched_velocities)(player, track, places)
    late_ms = (drum_offsets_ms if track.is_drum else pitched_offsets_ms)(player, track, places)
    notes = replayed(
        track.notes,
        bars,
        swung(starts, score.metres, off),
        swung(ends, score.metres, off),
        humanise * late_ms * _ticks_per_ms(score, starts),
        written + humanise * (loud - written),
        score.end_tick,
        humanise,
    )
    return replace(track, notes=notes)


def _ticks_per_ms(
    score: Score, starts: np.ndarray[tuple[int, ...], np.dtype[np.int64]]
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Ticks in a millisecond at each tick, float64 (n,)."""
    tempos = np.searchsorted([tempo.tick for tempo in score.tempos], starts, side="right") - 1
    us_per_quarter = np.asarray([tempo.us_per_quarter for tempo in score.tempos], np.float64)
    return TICKS_PER_QUARTER * 1000.0 / us_per_quarter[tempos]
