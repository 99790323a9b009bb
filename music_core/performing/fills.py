"""A crash where a drum fill lands: drummers fill into a downbeat and hit a cymbal on it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from music_core.decoding.drums import LANE_OF, LANES
from music_core.performing.positions import Bars
from music_core.score import TICKS_PER_SIXTEENTH, Note, Score, Track

_SNARE, _CLOSED_HAT, _OPEN_HAT, _TOMS, _CRASH, _RIDE = 1, 2, 3, (4, 5, 6), 7, 8
# A fill is so many strokes on toms and snare in a bar's second half, two of them on toms, or so many on the snare.
_STROKES, _TOM_STROKES, _ROLL = 4, 2, 6
_CRASH_VELOCITY = 104


def fill_bars(track: Track, bars: Bars) -> tuple[int, ...]:
    """Bars (from 0) of a drum track whose second half is a fill."""
    starts = np.asarray([note.start_tick for note in track.notes], np.int64)
    if not len(starts):
        return ()
    lanes = np.asarray([LANE_OF.get(note.pitch, -1) for note in track.notes])
    bar = bars.places(starts).bar
    last = len(bars.lines) - 1
    ends = bars.lines[np.minimum(bar + 1, last)]
    late = (bar < last) & (2 * (starts - bars.lines[bar]) >= ends - bars.lines[bar])
    toms = np.bincount(bar[late & np.isin(lanes, _TOMS)], minlength=last + 1)
    snares = np.bincount(bar[late & (lanes == _SNARE)], minlength=last + 1)
    found = ((toms >= _TOM_STROKES) & (toms + snares >= _STROKES)) | (snares >= _ROLL)
    return tuple(int(index) for index in np.flatnonzero(found))


def crash_after_fills(score: Score) -> Score:
    """The quantised score with a crash (and the kick) on the downbeat after each fill, in a hat's or ride's place.

    Only downbeats on which the drums play are touched, and only those that have no crash.
    """
    bars = Bars(score.metres, max(score.end_tick, 1))
    tracks = [_with_crashes(track, bars) if track.is_drum else track for track in score.tracks]
    same = all(new is old for new, old in zip(tracks, score.tracks, strict=True))
    return score if same else score.with_tracks(*tracks)


def _with_crashes(track: Track, bars: Bars) -> Track:
    lines = {int(bars.lines[bar + 1]) for bar in fill_bars(track, bars)}
    lanes_at: dict[int, set[int]] = {}
    for note in track.notes:
        if note.start_tick in lines:
            lanes_at.setdefault(note.start_tick, set()).add(LANE_OF.get(note.pitch, -1))
    landings = {tick for tick, lanes in lanes_at.items() if _CRASH not in lanes}
    if not landings:
        return track
    hand = (_CLOSED_HAT, _OPEN_HAT, _RIDE)
    kept = [n for n in track.notes if n.start_tick not in landings or LANE_OF.get(n.pitch) not in hand]
    added = [Note(tick, LANES[_CRASH][1], TICKS_PER_SIXTEENTH, _CRASH_VELOCITY) for tick in landings]
    added += [
        Note(tick, LANES[0][1], TICKS_PER_SIXTEENTH, _CRASH_VELOCITY) for tick in landings if 0 not in lanes_at[tick]
    ]
    return replace(track, notes=tuple(sorted((*kept, *added))))
