"""From the tracks of a file to a song's parts: one melody, and the rest merged by what the instruments are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model_training.data.manifest_csv import Row
from model_training.data.melody import choose_melody
from model_training.data.raw import RawTrack
from model_training.data.reading import UnfitError
from model_training.data.song import DURATION, PITCH, START, NoteTable, Part, notes_of
from music_core.melody import top_line

# The first General MIDI program of each run, and the role that it plays; sound effects have none.
_ROLES_BY_PROGRAM = (
    (0, "keys"), (24, "guitar"), (32, "bass"), (40, "strings"), (47, "timpani"), (48, "strings"), (56, "brass"),
    (64, "winds"), (88, "strings"), (104, "guitar"), (112, ""),
)  # fmt: skip
# The order in which a song keeps its parts.
_BAND = ("drums", "bass", "keys", "guitar", "strings", "winds", "brass", "timpani")
FEWEST_MELODY_NOTES = 4
_TRUSTED = ("given", "high", "medium")


def role_of(track: RawTrack) -> str:
    """The role that a track's instrument has in a band; empty for sound effects."""
    if track.is_drum:
        return "drums"
    return next(role for first, role in reversed(_ROLES_BY_PROGRAM) if track.program >= first)


def arrange(tracks: Sequence[RawTrack], row: Row | None) -> tuple[tuple[Part, ...], str]:
    """The song's parts, melody first, and how the melody was found; raises UnfitError where there is none.

    Tracks that double another, and notes that double the melody, are left out. Where the melody's track plays
    chords, their top line is the melody and the rest stays with the instrument.
    """
    index, found_by = _melody(tracks, row)
    doubled = {other for _, other in row.doubled_tracks} if row else set()
    track = tracks[index]
    melody = _line(track)
    if len(melody) < FEWEST_MELODY_NOTES:
        raise UnfitError(f"the melody has fewer than {FEWEST_MELODY_NOTES} notes")
    by_role: dict[str, list[RawTrack]] = {}
    seen: set[bytes] = set()
    for number, other in enumerate(tracks):
        music = other.notes[:, :DURATION].tobytes() + bytes([other.is_drum])
        role = role_of(other)
        if role and len(other.notes) and music not in seen and (number not in doubled or number == index):
            by_role.setdefault(role, []).append(other)
        seen.add(music)
    parts = [Part("melody", track.program, melody)]
    for role in _BAND:
        part = _merged(role, by_role.get(role, []))
        notes = part.notes if role == "drums" else _without(part.notes, melody)
        if len(notes):
            parts.append(Part(role, part.program, notes))
    return tuple(parts), found_by


def _melody(tracks: Sequence[RawTrack], row: Row | None) -> tuple[int, str]:
    """Number of the melody's track, and how it was found."""
    marked = row.melody_track if row and row.melody_conf in _TRUSTED else None
    if marked is not None:
        if marked >= len(tracks) or not len(tracks[marked].notes) or tracks[marked].is_drum:
            raise UnfitError(f"its manifest marks track {marked} as the melody, which has no notes")
        return marked, "marked"
    end = max(int((t.notes[:, START] + t.notes[:, DURATION]).max()) for t in tracks if len(t.notes))
    try:
        choice = choose_melody(tracks, end)
    except ValueError as error:
        raise UnfitError(f"no melody: {error}") from None
    return choice.index, choice.by


def _line(track: RawTrack) -> NoteTable:
    """The track's top line, (n, 4)."""
    notes = track.notes
    starts, ends = notes[:, START], notes[:, START] + notes[:, DURATION]
    if (starts[1:] >= ends[:-1]).all():
        return notes
    line, _ = top_line(notes_of(Part("melody", 0, notes)))
    rows = [(note.start_tick, note.pitch, note.duration_ticks, note.velocity) for note in line]
    return np.array(rows, np.int32).reshape(-1, 4)


def _merged(role: str, tracks: Sequence[RawTrack]) -> Part:
    """One part of all tracks, with the program that plays the most notes; a pitch sounds once at a time."""
    programs: Counter[int] = Counter()
    for track in tracks:
        programs[track.program] += len(track.notes)
    notes = np.concatenate([*(track.notes for track in tracks), np.zeros((0, 4), np.int32)])
    # By pitch, then start, the longest first: of notes struck together the first is kept, and each ends at the next.
    notes = notes[np.lexsort((-notes[:, DURATION], notes[:, START], notes[:, PITCH]))]
    again = (notes[1:, PITCH] == notes[:-1, PITCH]) & (notes[1:, START] == notes[:-1, START])
    notes = notes[np.concatenate([np.ones(min(1, len(notes)), np.bool_), ~again])]
    same = notes[1:, PITCH] == notes[:-1, PITCH]
    room = np.where(same, notes[1:, START] - notes[:-1, START], np.iinfo(np.int32).max)
    notes[:-1, DURATION] = np.minimum(notes[:-1, DURATION], room)
    notes = notes[np.lexsort((notes[:, PITCH], notes[:, START]))]
    return Part(role, programs.most_common(1)[0][0] if programs else 0, np.ascontiguousarray(notes))


def _without(notes: NoteTable, melody: NoteTable) -> NoteTable:
    """The notes that do not begin together with the same pitch in the melody."""
    return notes[~np.isin(_struck(notes), _struck(melody))]


def _struck(notes: NoteTable) -> NDArray[np.int64]:
    """A number for each pair of start and pitch."""
    struck: NDArray[np.int64] = notes[:, START].astype(np.int64) * 128 + notes[:, PITCH]
    return struck
