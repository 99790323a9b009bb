"""Chords that people wrote beside a corpus's files, in tables of tab-separated values, all of it mistrusted."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path

from music_core.harmony.chord import Chord
from music_core.harmony.lane import ChordLane, merged
from music_core.harmony.symbols import ChordSymbolError, chord_from_harte, chord_from_symbol
from music_core.score import TICKS_PER_QUARTER, ChordChange

# The tables that a folder may have, best first, each with one row a chord, in quarter notes of the file named.
TABLES = ("chords_beats.tsv", "chords.tsv")
MOST_BYTES = 64 * 1024 * 1024
MOST_QUARTERS = 80_000.0


class ChordTableError(ValueError):
    """A table of chords cannot be used; one sentence with the file and the line."""


def chord_tables(folder: Path) -> Mapping[str, ChordLane]:
    """The chords of the files of a folder, by file name, equal neighbours as one; raises ChordTableError.

    A symbol that names no chord ends what is known, as far as "no chord" does.
    """
    path = next((folder / name for name in TABLES if (folder / name).is_file()), None)
    if path is None:
        return {}
    rows = sorted(_rows(path), key=lambda row: row[:2])
    return {file: _lane([row[1:] for row in of_file]) for file, of_file in groupby(rows, key=lambda row: row[0])}


def _lane(rows: list[tuple[int, int, Chord | None]]) -> ChordLane:
    changes: dict[int, ChordChange] = {}
    end = 0
    for tick, length, chord in rows:
        if tick > end and changes:
            changes[end] = ChordChange(end, None)
        changes[tick] = ChordChange(tick, chord)
        end = tick + length
    return merged(tuple(changes[tick] for tick in sorted(changes)))


def _rows(path: Path) -> Iterator[tuple[str, int, int, Chord | None]]:
    """File, start and length in ticks, chord."""
    for where, cells in _lines(path):
        try:
            start, length = (_ticks(cells[name]) for name in ("onset_quarter", "duration_quarter"))
            yield cells["file"], start, length, _chord(cells)
        except (KeyError, ValueError):
            raise ChordTableError(
                f"{where} is no chord: it needs a file, an onset_quarter, a duration_quarter and a chord or symbol."
            ) from None


def _chord(cells: Mapping[str, str]) -> Chord | None:
    try:
        return chord_from_harte(cells["chord"]) if "chord" in cells else chord_from_symbol(cells["symbol"])
    except ChordSymbolError:
        return None


def _ticks(text: str) -> int:
    quarters = float(text)
    if not 0 <= quarters <= MOST_QUARTERS:
        raise ValueError(text)
    return round(quarters * TICKS_PER_QUARTER)


def _lines(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Where each row stands, in words, and its cells by heading."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ChordTableError(f"{path} is larger than {MOST_BYTES >> 20} MB; split the corpus into folders.")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ChordTableError(f"{path} cannot be read as text in UTF-8 ({type(error).__name__}).") from None
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter="\t", restkey="", restval="")
    try:
        for cells in reader:
            yield f"{path}, line {reader.line_num},", {k: v.strip() for k, v in cells.items() if isinstance(v, str)}
    except csv.Error as error:
        raise ChordTableError(f"{path}, line {reader.line_num}, is broken ({error}).") from None
