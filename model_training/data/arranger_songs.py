"""Songs as the arranger's sheets and lanes, at home; which of a song's parts fills which of the arranger's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model_training.data.song import DURATION, PITCH, START, NoteTable, Song, notes_of, to_score
from music_core.analysis.phrases import phrases
from music_core.decoding.arranger.grid import Grid, grid_of
from music_core.decoding.arranger.keeping import hits_of
from music_core.decoding.arranger.lanes import (
    DRUM_LANES,
    NOTHING,
    PITCHES,
    RANKS,
    Lanes,
    Rows,
    is_bass,
    rows_to_lanes,
)
from music_core.decoding.arranger.sheet import Sheet, bars_of, sheet_of
from music_core.decoding.home import semitones_home
from music_core.harmony.infer import infer_chords
from music_core.melody import top_line

LOWEST, REST, _WHOLE = "lowest", "rest", ""


@dataclass(frozen=True, slots=True, eq=False)
class LaidSong:
    """A song on slots at home; `present` bool (parts + 1,) says which parts it has, the drums last.

    `pace` is beats a minute of a drummer's recording, 0 where it does not matter.
    """

    name: str
    genre: int
    sheet: Sheet
    lanes: Lanes
    present: NDArray[np.bool_]
    pace: float = 0.0


def laid(song: Song, sources: Sequence[str], genre: int, *, drums: bool) -> LaidSong | None:
    """The song on slots, or None where it has no melody or none of the parts.

    Each of `sources` names the roles that may fill a part: the first that the song has and that no part before has
    taken ("strings|winds"). A role may be split: "keys:lowest" is its bass line, "keys:rest" what is left, and
    after a part took the bass line, "keys" is what is left too. Chords that nobody wrote are inferred.
    """
    melody = song.part("melody")
    if melody is None or not len(melody.notes):
        return None
    grid = grid_of(np.concatenate([part.notes[:, START] for part in song.parts]).astype(np.int64))
    shift = semitones_home(song.tonic, song.minor)
    line, _ = top_line(notes_of(melody))
    cuts = [(phrase.start_bar, phrase.end_bar) for phrase in phrases(line, song.metres)]
    bars = bars_of(song.metres, song.end_tick, line[0].start_tick, cuts)
    tune = np.array([(n.start_tick, n.pitch, n.duration_ticks, n.velocity) for n in line], np.int32)
    chords = song.chords or infer_chords(to_score(song))
    sheet = sheet_of(rows_of(tune, grid), chords, bars, grid, shift)
    onsets = np.zeros((len(sources), sheet.slots, PITCHES), np.bool_)
    lengths = np.full((len(sources), sheet.slots, RANKS), NOTHING, np.int8)
    taken: dict[str, set[str]] = defaultdict(set)
    for number, source in enumerate(sources):
        rows = _rows(song, source, grid, taken)
        rows[:, 1] += shift
        onsets[number], lengths[number] = rows_to_lanes(rows, sheet.slots)
    hits = np.zeros((sheet.slots, DRUM_LANES), np.int8)
    kit = song.part("drums")
    if drums and kit is not None:
        hits = hits_of(notes_of(kit), rows_of(kit.notes, grid), sheet.slots)
    present = np.append(onsets.any(axis=(1, 2)), hits.any())
    if not present.any():
        return None
    return LaidSong(song.name, genre, sheet, Lanes(onsets, lengths, hits), present)


def rows_of(notes: NoteTable, grid: Grid) -> Rows:
    """Rows (n, 3) of slot, pitch and slots it lasts, one at least."""
    starts = grid.slots(notes[:, START].astype(np.int64))
    ends = grid.slots(notes[:, START].astype(np.int64) + notes[:, DURATION])
    return np.column_stack((starts, notes[:, PITCH].astype(np.int64), np.maximum(1, ends - starts)))


def _rows(song: Song, source: str, grid: Grid, taken: dict[str, set[str]]) -> Rows:
    """The rows of the first role that is there and free; `taken` says what parts before took of which role."""
    for choice in source.split("|"):
        role, _, share = choice.partition(":")
        part = song.part(role)
        gone = taken[role]
        if not share and gone:
            share = REST if LOWEST in gone else LOWEST
        if part is None or not len(part.notes) or share in gone or _WHOLE in gone:
            continue
        gone.add(share)
        rows = rows_of(part.notes, grid)
        if not share:
            return rows
        lowest = is_bass(rows)
        return rows[lowest] if share == LOWEST else rows[~lowest]
    return np.zeros((0, 3), np.int64)
