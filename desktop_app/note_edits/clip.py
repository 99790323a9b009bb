"""What is cut or copied: notes of one or more tracks, from one place to another, in this window or the next."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from desktop_app.note_edits.edited import Edited, exchanged, with_notes
from music_core.score import Note, Score

MIME = "application/x-tutti-notes"
_MOST_BYTES, _MOST_NOTES, _MOST_TRACKS, _LAST_TICK = 20_000_000, 500_000, 512, 10**8


@dataclass(frozen=True, slots=True)
class Clip:
    """Notes counted from the clip's own start, one row for each track, and how long the clip is."""

    length_ticks: int
    rows: tuple[tuple[Note, ...], ...]


def clip_of(notes: Sequence[Note], origin_tick: int, length_ticks: int) -> Clip:
    """A clip of some notes of one track; none of them may begin before the origin."""
    return Clip(length_ticks, (_shifted(notes, -origin_tick),))


def pasted(score: Score, first_track: int, clip: Clip, tick: int) -> tuple[Score, frozenset[Note]]:
    """The score with a clip at a tick, its rows from a track on (rows beyond the last are left out).

    What the tracks have there stays, except where the same pitch would sound twice. Also the notes in the first row.
    """
    chosen: frozenset[Note] = frozenset()
    for row, notes in enumerate(clip.rows):
        index = first_track + row
        if index >= len(score.tracks):
            break
        edited = exchanged(Edited(score.tracks[index].notes, frozenset()), (), _shifted(notes, tick))
        score = with_notes(score, index, edited)
        chosen = edited.chosen if row == 0 else chosen
    return score, chosen


def clip_to_bytes(clip: Clip) -> bytes:
    """A clip as text that another window reads."""
    rows = [[[n.start_tick, n.pitch, n.duration_ticks, n.velocity] for n in row] for row in clip.rows]
    return json.dumps({"length_ticks": clip.length_ticks, "rows": rows}, separators=(",", ":")).encode("ascii")


def clip_from_bytes(data: bytes) -> Clip | None:
    """The inverse of `clip_to_bytes`; None for anything that is no clip, as the clipboard is anybody's."""
    if len(data) > _MOST_BYTES:
        return None
    try:
        parsed = json.loads(data)
        length, rows = parsed["length_ticks"], parsed["rows"]
        fits = isinstance(rows, list) and len(rows) <= _MOST_TRACKS and sum(map(len, rows)) <= _MOST_NOTES
        if not fits or not _is_tick(length) or length < 1:
            return None
        return Clip(length, tuple(tuple(sorted(_note(row) for row in notes)) for notes in rows))
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _note(row: object) -> Note:
    if not isinstance(row, list) or len(row) != 4 or not all(_is_tick(value) for value in row):
        raise ValueError("no note")
    return Note(*row)


def _is_tick(value: object) -> bool:
    return type(value) is int and 0 <= value <= _LAST_TICK


def _shifted(notes: Sequence[Note], by_ticks: int) -> tuple[Note, ...]:
    return tuple(replace(note, start_tick=note.start_tick + by_ticks) for note in notes)
