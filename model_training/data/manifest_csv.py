"""What a corpus says about its own files: a MANIFEST.csv joined with the folders' index.csv, all of it mistrusted."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TypeVar

from model_training.data.chord_tables import chord_tables
from music_core.harmony.lane import ChordLane

MANIFEST = "MANIFEST.csv"
TIERS = ("green", "amber", "red")
MOST_BYTES = 64 * 1024 * 1024
MOST_ROWS = 1_000_000
MOST_TRACKS = 4096
# Mean distance of a melody from annotated 16ths, in 16ths, beyond which the annotation itself is wrong.
MOST_OFF_BEAT = 0.15

# A corpus whose notes were moved onto a clean grid tells the new metres and bars in a second index.
_INDEXES = ("index.csv", "aligned_index.csv")
_METRE = re.compile(r"(\d{1,2})/(\d{1,2})")
_SPLITS = {"": "", "train": "train", "valid": "valid", "validation": "valid", "test": "test"}

_Value = TypeVar("_Value")


class ManifestError(ValueError):
    """A table about a corpus cannot be used; one sentence with the file and the line."""


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of one file; text is empty and numbers are None where nobody said.

    `file` and `duplicate_of` are paths below the manifest's folder, with `/`. Tracks are numbers from 0, counted as
    symusic 0.6 does. `melody_conf` is given (a person said), high, medium or low (a rule guessed).
    `bar_phase_hint_beats` is how many beats the true bar lines come after the written ones. `doubled_tracks` are pairs:
    the first plays what the second plays. `split_hint` is train, valid, test or empty. `chords` come from the tables
    in chord_tables.py; `fault` says why a file that was found to be spoilt is not used.
    """

    file: str
    corpus: str = ""
    genre: str = ""
    licence: str = ""
    tier: str = ""
    melody_track: int | None = None
    melody_conf: str = ""
    metre: str = ""
    bars: int | None = None
    duplicate_of: str = ""
    bar_phase_hint_beats: int = 0
    doubled_tracks: tuple[tuple[int, int], ...] = ()
    split_hint: str = ""
    alt_melody_tracks: tuple[int, ...] = ()
    chords: ChordLane = ()
    fault: str = ""


def rows_for(path: Path) -> Mapping[str, Row]:
    """The rows of a MANIFEST.csv by `Row.file`; raises ManifestError with one sentence.

    Beside each file's own folder, every folder above it up to the manifest's is asked for an index.csv.
    """
    folder = path.parent
    indexes: dict[Path, dict[str, dict[str, str]]] = {}
    chords: dict[Path, Mapping[str, ChordLane]] = {}
    rows: dict[str, Row] = {}
    inside: set[Path] = set()
    for where, cells in _lines(path):
        if not cells.get("file"):
            raise ManifestError(f"{where} has no file name; every row needs one in the column `file`.")
        file = _path_inside(cells["file"], where)
        if file in rows:
            raise ManifestError(f"{where} names {_shown(file)} a second time; give each file one row.")
        _no_way_out(folder, file, inside, where)
        more: dict[str, str] = {}
        for index_folder in _folders_above(folder, file):
            if index_folder not in indexes:
                indexes[index_folder] = _index(index_folder)
                chords[index_folder] = chord_tables(index_folder)
            known = indexes[index_folder]
            more |= known.get(PurePosixPath(file).name, {}) | known.get(_below(folder, file, index_folder), {})
        lanes = (chords[above].get(PurePosixPath(file).name, ()) for above in _folders_above(folder, file))
        rows[file] = replace(_row(file, cells, more, where), chords=next((lane for lane in lanes if lane), ()))
    if not rows:
        raise ManifestError(f"{path} lists no files; it needs a heading line and one line for each file.")
    return rows


def _row(file: str, cells: Mapping[str, str], more: Mapping[str, str], where: str) -> Row:
    def cell(*names: str) -> str:
        return next((found for name in names for table in (cells, more) if (found := table.get(name, ""))), "")

    def parsed(name: str, kind: Callable[[str], _Value], *others: str) -> _Value:
        text = cell(name, *others)
        try:
            return kind(text)
        except ValueError:
            raise ManifestError(f"{where} has {_shown(text)} as {name}; correct it or leave it empty.") from None

    retimed = more.get("aligned_index.csv")  # set by _index: this file's notes were moved, so its old metre is void
    original = cell("duplicate_of", "dup_of")
    return Row(
        file=file,
        corpus=cell("corpus") or PurePosixPath(file).parts[0] * ("/" in file),
        genre=cell("genre"),
        licence=cell("licence"),
        tier=parsed("tier", _tier),
        melody_track=parsed("melody_track", _track),
        melody_conf=cell("melody_conf") or ("given" if cell("melody_track") else ""),
        metre=_metre(more.get("time_signature", "") if retimed else cell("meter", "metre", "time_signature")),
        bars=_whole_or_none(more.get("bars", "") if retimed else cell("bars")),
        duplicate_of=_sibling(file, original, where) if original else "",
        bar_phase_hint_beats=parsed("bar_phase_hint_beats", _beats, "phase_hint_beats"),
        doubled_tracks=parsed("doubled_tracks", _pairs),
        split_hint=parsed("split_hint", _split),
        alt_melody_tracks=parsed("alt_melody_tracks", _tracks),
        fault=_fault(more),
    )


def _fault(cells: Mapping[str, str]) -> str:
    """Why a file that its corpus's makers measured is of no use; empty for all others."""
    try:
        off = float(cells.get("melody_dev_beat16", "") or 0)
    except ValueError:
        return ""
    return f"its beats are wrong: its melody lies {off:.2f} of a 16th off them" if off > MOST_OFF_BEAT else ""


def _tier(text: str) -> str:
    if text and text not in TIERS:
        raise ValueError(text)
    return text


def _split(text: str) -> str:
    if text not in _SPLITS:
        raise ValueError(text)
    return _SPLITS[text]


def _track(text: str) -> int | None:
    return _number(text, MOST_TRACKS) if text else None


def _tracks(text: str) -> tuple[int, ...]:
    return tuple(_number(word, MOST_TRACKS) for word in text.split())


def _pairs(text: str) -> tuple[tuple[int, int], ...]:
    """`4=3 9=8` as ((4, 3), (9, 8))."""
    pairs = [word.split("=") for word in text.split()]
    if any(len(pair) != 2 for pair in pairs):
        raise ValueError(text)
    return tuple((_number(a, MOST_TRACKS), _number(b, MOST_TRACKS)) for a, b in pairs)


def _beats(text: str) -> int:
    return _number(text, 32) if text else 0


def _number(text: str, below: int) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or int(text) >= below:
        raise ValueError(text)
    return int(text)


def _whole_or_none(text: str) -> int | None:
    """Bars are a remark, not an order: what is no number is not known."""
    try:
        return max(0, round(float(text)))
    except (ValueError, OverflowError):
        return None


def _metre(text: str) -> str:
    """The first metre of a list like `4/4|2/4`; empty where the text is none."""
    found = _METRE.fullmatch(text.split("|")[0].strip())
    return found[0] if found and int(found[1]) and int(found[2]) else ""


def _index(folder: Path) -> dict[str, dict[str, str]]:
    """A folder's own tables by the file they name; a row of the second table goes over that of the first."""
    known: dict[str, dict[str, str]] = {}
    for name in _INDEXES:
        if (folder / name).is_file():
            for _, cells in _lines(folder / name):
                row = {key: value for key, value in cells.items() if key != "file"}
                known.setdefault(cells.get("file", ""), {}).update(row | {name: "read"})
    return known


def _lines(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Where each row stands, in words, and its cells by heading, stripped; missing cells are empty."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ManifestError(f"{path} is larger than {MOST_BYTES >> 20} MB; split the corpus into smaller folders.")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ManifestError(f"{path} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise ManifestError(f"{path} is not text in UTF-8; save it again as CSV in UTF-8.") from None
    # Track names copied from MIDI files bring zero bytes with them; they mean nothing.
    reader = csv.DictReader(io.StringIO(text.replace("\0", ""), newline=""), restkey="", restval="", strict=True)
    try:
        if "file" not in (reader.fieldnames or ()):
            if path.name in _INDEXES:
                return  # many folders have an index of some kind; this one is not about files
            raise ManifestError(f"{path} has no column `file`; its first line must name the columns.")
        for count, cells in enumerate(reader):
            if count >= MOST_ROWS:
                raise ManifestError(f"{path} has more than {MOST_ROWS:,} rows; split the corpus into smaller folders.")
            # A line with more cells than headings keeps them under "", as a list.
            yield f"{path}, line {reader.line_num},", {key: value.strip() for key, value in cells.items() if key}
    except csv.Error as error:
        raise ManifestError(f"{path}, line {reader.line_num}, is broken CSV ({error}).") from None


def _path_inside(text: str, where: str) -> str:
    """A path with `/` below the table's folder; raises where it could lead out of it on any system."""
    parts = text.replace("\\", "/").split("/")
    odd = ":" in parts[0] or any(ord(letter) < 32 for letter in text) or len(text) > 1000
    if odd or any(part in ("", ".", "..") for part in parts):
        raise ManifestError(f"{where} has the path {_shown(text)}; only paths below the table's own folder are read.")
    return "/".join(parts)


def _no_way_out(folder: Path, file: str, inside: set[Path], where: str) -> None:
    """Raises where a link on the way leads out of the folder; folders that were found inside are not asked again."""
    path = folder / file
    if path.parent not in inside or path.is_symlink():
        if not path.resolve().is_relative_to(folder.resolve()):
            raise ManifestError(f"{where} has {_shown(file)}, a link that leads out of the folder; put the file there.")
        inside.add(path.parent)


def _sibling(file: str, original: str, where: str) -> str:
    """The path of the file that this one duplicates: beside it where only a name is given."""
    inside = _path_inside(original, where)
    return inside if "/" in inside else str(PurePosixPath(file).with_name(inside))


def _folders_above(folder: Path, file: str) -> tuple[Path, ...]:
    """The file's folder and those above it, outermost first, up to and with the manifest's."""
    return tuple(folder / parent for parent in reversed(PurePosixPath(file).parents))


def _below(folder: Path, file: str, index_folder: Path) -> str:
    return (folder / file).relative_to(index_folder).as_posix()


def _shown(text: str) -> str:
    """A stranger's text, short and on one line, in quotes."""
    return repr(text if len(text) <= 80 else text[:77] + "...")
