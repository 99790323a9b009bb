"""Edits of a range of bars over one or more tracks: the arrange view's copy, cut, delete and repeat."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace

from desktop_app.note_edits.clip import Clip, pasted
from desktop_app.note_edits.edited import Edited, exchanged, with_notes
from music_core.score import InOrder, Note, Score


@dataclass(frozen=True, slots=True)
class BarRange:
    """The ticks [start, end) of the tracks first..last."""

    start_tick: int
    end_tick: int
    first_track: int
    last_track: int

    @property
    def tracks(self) -> range:
        """The tracks, by index."""
        return range(self.first_track, self.last_track + 1)


def notes_of(score: Score, area: BarRange, track: int) -> tuple[Note, ...]:
    """The notes of a track that begin in the range."""
    notes = score.tracks[track].notes
    first, last = (
        bisect_left(notes, tick, key=lambda note: note.start_tick) for tick in (area.start_tick, area.end_tick)
    )
    return notes[first:last]


def copied(score: Score, area: BarRange) -> Clip:
    """The range's notes as a clip, those that ring on cut at its end."""
    length = area.end_tick - area.start_tick
    rows = tuple(
        tuple(
            replace(
                note,
                start_tick=note.start_tick - area.start_tick,
                duration_ticks=min(note.duration_ticks, area.end_tick - note.start_tick),
            )
            for note in notes_of(score, area, track)
        )
        for track in area.tracks
        if track < len(score.tracks)
    )
    return Clip(length, rows)


def cleared(score: Score, area: BarRange) -> Score:
    """The score with nothing in the range: its notes are gone, and those that ring into it end where it begins."""
    for track in area.tracks:
        if track >= len(score.tracks):
            break
        notes = score.tracks[track].notes
        gone = notes_of(score, area, track)
        longest = (
            notes.longest_ticks if isinstance(notes, InOrder) else max((n.duration_ticks for n in notes), default=0)
        )
        first = bisect_left(notes, area.start_tick - longest, key=lambda note: note.start_tick)
        last = bisect_left(notes, area.start_tick, key=lambda note: note.start_tick)
        ringing = [note for note in notes[first:last] if note.end_tick > area.start_tick]
        if gone or ringing:
            cut = [replace(note, duration_ticks=area.start_tick - note.start_tick) for note in ringing]
            score = with_notes(score, track, exchanged(Edited(notes, frozenset()), (*gone, *ringing), cut))
    return score


def repeated(score: Score, area: BarRange) -> tuple[Score, BarRange]:
    """The score with the range's notes once more after it, in place of what was there; also where they are now."""
    length = area.end_tick - area.start_tick
    after = replace(area, start_tick=area.end_tick, end_tick=area.end_tick + length)
    again, _ = pasted(cleared(score, after), area.first_track, copied(score, area), after.start_tick)
    return again, after


def replaced(score: Score, first_track: int, clip: Clip, tick: int) -> tuple[Score, BarRange]:
    """The score with a clip of bars in place of what is at a tick; also where it is now."""
    last = min(len(score.tracks), first_track + max(1, len(clip.rows))) - 1
    area = BarRange(tick, tick + clip.length_ticks, first_track, last)
    return pasted(cleared(score, area), first_track, clip, tick)[0], area
