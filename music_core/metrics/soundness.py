"""What must never be wrong with a generated score, counted: overlaps, notes out of range, stuck notes, empty tracks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from music_core.score import TICKS_PER_QUARTER, Score, Track

# The lowest and the highest pitch (key of a drum kit) that a part may play, by role: what instruments allow, guitars
# with seven strings and contrabassoons included.
RANGES: Mapping[str, tuple[int, int]] = {
    "drums": (27, 87), "bass": (23, 67), "keys": (21, 108), "guitar": (28, 96), "strings": (28, 103),
    "winds": (34, 108), "brass": (28, 94), "timpani": (36, 60),
    "soprano": (57, 84), "alto": (50, 77), "tenor": (43, 72), "harmony": (21, 108),
}  # fmt: skip
WHOLE = (0, 127)
# No note of an accompaniment holds longer than eight bars of 4/4, nor longer than that after the melody's end.
LONGEST_TICKS = 32 * TICKS_PER_QUARTER
PEDAL = 64


def faults(score: Score, ranges: Mapping[str, tuple[int, int]] = RANGES) -> dict[str, int]:
    """How often each fault occurs in the accompaniment; all 0 for a sound score.

    `overlaps`: a pitch begins while it sounds in the same track. `out_of_range`: a note beyond its role's range.
    `stuck`: a note longer than eight bars, one that lasts that long beyond the melody, or a pedal never lifted.
    `empty_tracks`: a track without a note. The first track with the role melody is left out.
    """
    melody = next((track for track in score.tracks if track.role == "melody"), None)
    others = [track for track in score.tracks if track is not melody]
    latest = (melody.end_tick if melody is not None and melody.notes else score.end_tick) + LONGEST_TICKS
    return {
        "overlaps": sum(_overlaps(track) for track in others),
        "out_of_range": sum(_outside(track, ranges.get(track.role, WHOLE)) for track in others),
        "stuck": sum(_stuck(track, latest) for track in others),
        "empty_tracks": sum(not track.notes for track in others),
    }


def total_faults(scores: Sequence[Score]) -> dict[str, int]:
    """The faults of some scores added up."""
    found = [faults(score) for score in scores]
    return {name: sum(row[name] for row in found) for name in ("overlaps", "out_of_range", "stuck", "empty_tracks")}


def _overlaps(track: Track) -> int:
    ends: dict[int, int] = {}
    count = 0
    for note in track.notes:
        count += ends.get(note.pitch, 0) > note.start_tick
        ends[note.pitch] = max(ends.get(note.pitch, 0), note.end_tick)
    return count


def _outside(track: Track, pitches: tuple[int, int]) -> int:
    return sum(not pitches[0] <= note.pitch <= pitches[1] for note in track.notes)


def _stuck(track: Track, latest: int) -> int:
    pedal = [change.value >= 64 for change in sorted(track.controls) if change.controller == PEDAL]
    held = sum(note.duration_ticks > LONGEST_TICKS or note.end_tick > latest for note in track.notes)
    return held + (bool(pedal) and pedal[-1])
