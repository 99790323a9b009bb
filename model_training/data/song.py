"""One song of a corpus as plain arrays: parts with roles, metres, key, and where it came from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from music_core.harmony.lane import ChordLane
from music_core.score import Metre, Note, Score, Tempo, Track

# Roles that training knows. A band has the first seven; a chorale's soprano is its melody.
ROLES = ("melody", "drums", "bass", "keys", "guitar", "strings", "winds", "brass", "timpani", "alto", "tenor")

# Columns of a part's notes; ticks are music_core's, 480 a quarter note.
START, PITCH, DURATION, VELOCITY = range(4)

NoteTable = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One role of a song: int32 notes (n, 4) of start tick, pitch, duration in ticks, velocity, sorted."""

    role: str
    program: int
    notes: NoteTable

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise ValueError(f"Unknown role {self.role!r}; known: {', '.join(ROLES)}.")
        if self.notes.ndim != 2 or self.notes.shape[1] != 4:
            raise ValueError(f"Notes must be an (n, 4) table, not {self.notes.shape}.")


@dataclass(frozen=True, slots=True, eq=False)
class Song:
    """A prepared song; the melody is the first part, every role occurs at most once.

    `name` is unique in its corpus; `source` says which file (inside which archive) it was read from;
    `tier` is green, amber, red or empty where nobody said; `melody_by` is how the melody was found:
    marked, named, guessed or only; `chords` are what people wrote, empty where nobody did.
    """

    name: str
    source: str
    corpus: str
    genre: str
    licence: str
    tier: str
    parts: tuple[Part, ...]
    metres: tuple[Metre, ...]
    bpm: float
    tonic: int
    minor: bool
    melody_by: str = "marked"
    chords: ChordLane = ()

    @property
    def end_tick(self) -> int:
        """Tick after the last note of any part."""
        ends = [int((part.notes[:, START] + part.notes[:, DURATION]).max()) for part in self.parts if len(part.notes)]
        return max(ends, default=0)

    def part(self, role: str) -> Part | None:
        """The part with this role, or None."""
        return next((part for part in self.parts if part.role == role), None)


def part_of(role: str, program: int, notes: tuple[Note, ...]) -> Part:
    """A part from written notes."""
    rows = [(n.start_tick, n.pitch, n.duration_ticks, n.velocity) for n in sorted(notes)]
    return Part(role, program, np.array(rows, np.int32).reshape(-1, 4))


def notes_of(part: Part) -> tuple[Note, ...]:
    """The inverse of `part_of`."""
    return tuple(Note(*row) for row in part.notes.tolist())


def to_score(song: Song, roles: tuple[str, ...] = ()) -> Score:
    """The song as a Score, melody first; with `roles`, only the melody and these, each present even if empty."""
    others = tuple(role for role in roles if role != "melody")
    wanted = ("melody", *others) if roles else tuple(part.role for part in song.parts)
    tracks = []
    for role in wanted:
        part = song.part(role)
        notes = notes_of(part) if part is not None else ()
        program = part.program if part is not None else 0
        tracks.append(Track(role.capitalize(), notes, program=program, is_drum=role == "drums", role=role))
    tempos = (Tempo(0, round(60e6 / song.bpm)),)
    return Score(tuple(tracks), tempos=tempos, metres=song.metres, title=song.name, chords=song.chords)
