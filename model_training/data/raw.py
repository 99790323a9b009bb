"""What a file holds before anyone has judged it: named tracks of notes, metres, tempos."""

from __future__ import annotations

from dataclasses import dataclass

from model_training.data.song import NoteTable
from music_core.harmony.lane import ChordLane
from music_core.score import Metre


@dataclass(frozen=True, slots=True, eq=False)
class RawTrack:
    """One track of a file: its name, General MIDI program 0..127, and int32 notes (n, 4) as in `song.Part`, sorted."""

    name: str
    program: int
    is_drum: bool
    notes: NoteTable


@dataclass(frozen=True, slots=True, eq=False)
class RawSong:
    """A file as it was written, at 480 ticks a quarter: its tracks in the file's order, empty ones included.

    `metres` and `tempos` (tick, quarter notes a minute) are what the file says: either may be empty, and a metre's
    tick need not be a bar line of the one before it. `chords` may have come from beside the file.
    """

    title: str
    tracks: tuple[RawTrack, ...]
    metres: tuple[Metre, ...]
    tempos: tuple[tuple[int, float], ...]
    chords: ChordLane = ()
