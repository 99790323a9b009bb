"""Putting newly written notes into parts that stay otherwise as they are, for techniques that write everything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from music_core.decoding.arranger.tracks import beside
from music_core.decoding.noise import philox
from music_core.decoding.redo import Redo
from music_core.manifest import Manifest
from music_core.score import TICKS_PER_QUARTER, Note, Score, Track, bar_lines

# Whether what begins at a tick is written anew.
Wanted = Callable[[int], bool]


def redone(before: Score, written: Sequence[Track], manifest: Manifest, redo: Redo, seed: int) -> tuple[Track, ...]:
    """The written tracks, with all that a redo leaves alone as it was `before`, note by note."""
    end = max((track.end_tick for track in (*before.tracks, *written)), default=0)
    tracks = []
    for index, part in enumerate(manifest.parts):
        new = next((track for track in written if (track.role, track.is_drum) == (part.role, part.is_drum)), None)
        old = redo.old(before, part)
        if new is None or old is None:
            tracks += [track for track in (new, old) if track is not None]
        elif redo.roles is not None and part.role not in redo.roles:
            tracks.append(old)
        else:
            tracks.append(joined(old, new, _wanted(before, redo, end, (seed, manifest.id, index))))
    return tuple(tracks)


def joined(old: Track, new: Track, wanted: Wanted) -> Track:
    """The old track with the new one's notes where they are wanted; new ones end where what is kept goes on."""
    kept = tuple(note for note in old.notes if not wanted(note.start_tick))
    fresh = (note for note in new.notes if wanted(note.start_tick))
    notes = beside(kept, (_until_kept(note, wanted) for note in fresh))
    return old if notes == old.notes else replace(old, notes=notes, generated_by=new.generated_by)


def cut_off(old: Track | None, new: Track, until_tick: int) -> Track:
    """The new track up to a tick, and from there on the old one, or nothing where there is none."""
    if old is None:
        notes = tuple(note for note in new.notes if note.start_tick < until_tick)
        return replace(new, notes=notes, controls=tuple(one for one in new.controls if one.tick < until_tick))
    return joined(old, new, lambda tick: tick < until_tick)


def _wanted(score: Score, redo: Redo, end_tick: int, key: tuple[int, str, int]) -> Wanted:
    lines = bar_lines(score.metres, max(1, end_tick))
    first, end = redo.bars or (0, len(lines))
    low = lines[first] if first < len(lines) else end_tick + 1
    high = lines[end] if end < len(lines) else end_tick + 1
    seed, name, index = key
    draws = philox(seed, name, (index, 0, 3)).random(end_tick // TICKS_PER_QUARTER + 1)
    return lambda tick: low <= tick < high and bool(draws[tick // TICKS_PER_QUARTER] < redo.share)


def _until_kept(note: Note, wanted: Wanted) -> Note:
    """The note, ending at the first quarter after its onset from which on the old notes stay."""
    quarter = note.start_tick // TICKS_PER_QUARTER + 1
    while quarter * TICKS_PER_QUARTER < note.end_tick:
        if not wanted(quarter * TICKS_PER_QUARTER):
            return replace(note, duration_ticks=quarter * TICKS_PER_QUARTER - note.start_tick)
        quarter += 1
    return note
