"""Where files of music come from: folders in folders, zip and tar archives, all of them mistrusted.

Nothing is ever unpacked onto the disk: a member of an archive is read into memory, up to a limit.
"""

from __future__ import annotations

import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from lzma import LZMAError
from pathlib import Path, PurePosixPath

MIDI = (".mid", ".midi", ".kar")
MUSICXML = (".xml", ".musicxml", ".mxl")
_ZIP = (".zip",)
_TAR = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")

# What one file may hold, and what one archive may hold when it is unpacked.
MOST_FILE_BYTES = 32 * 1024 * 1024
MOST_ARCHIVE_BYTES = 64 * 1024 * 1024 * 1024
MOST_ARCHIVE_FILES = 1_000_000
# Music packs by a factor of 2 to 20; a file that grows a thousandfold was made to fill a memory.
MOST_GROWTH = 1000

_DAMAGED = (zipfile.BadZipFile, tarfile.TarError, zlib.error, LZMAError, EOFError, NotImplementedError, RuntimeError)


class SourceError(ValueError):
    """A place where no music can be looked for; one sentence."""


@dataclass(frozen=True, slots=True)
class Item:
    """A file of music: its name (`source/folder/file.mid`), its size, and a way to its bytes while it is current."""

    name: str
    size: int
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is not opened, and why in a few words."""

    name: str
    reason: str


def is_music(name: str) -> bool:
    """Whether a file's name says that it is MIDI or MusicXML."""
    path = PurePosixPath(name)
    # macOS puts a `._name` beside each file of its archives.
    return path.suffix.lower() in (*MIDI, *MUSICXML) and not path.name.startswith(".") and "__MACOSX" not in path.parts


def items(place: Path, label: str) -> Iterator[Item | Refused]:
    """The files of music in a folder, in an archive, or the file itself, in the order of their names.

    Their names begin with `label`. An item's bytes can be read only until the next one is asked for. Raises
    SourceError where there is no such place.
    """
    if place.is_dir():
        yield from _in_folder(place, label)
    elif not place.exists():
        raise SourceError(f"There is no {place}; give a folder, an archive or a file of music.")
    elif _is_archive(place.name):
        yield from _in_archive(place, label)
    elif is_music(place.name):
        yield _file(place, label)
    else:
        raise SourceError(f"{place} is neither a folder, an archive (zip, tar) nor a MIDI or MusicXML file.")


def count(places: Iterable[Path]) -> int | None:
    """How many files `items` will name, or None where only unpacking everything could tell."""
    total = 0
    for place in places:
        tars = [place] if place.is_file() else _walk(place)
        if any(path.name.lower().endswith(_TAR) for path in tars):
            return None
        total += sum(1 for _ in items(place, ""))
    return total


def _walk(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent) / name for name in sorted(files) if not name.startswith("."))


def _in_folder(folder: Path, label: str) -> Iterator[Item | Refused]:
    root = folder.resolve()
    for path in _walk(folder):
        if not is_music(path.name) and not _is_archive(path.name):
            continue
        name = f"{label}/{path.relative_to(folder).as_posix()}".lstrip("/")
        if path.is_symlink() and not path.resolve().is_relative_to(root):
            yield Refused(name, "a link that leads out of the folder")
        elif not path.is_file():
            yield Refused(name, "a link to nothing, or no file")
        elif _is_archive(path.name):
            yield from _in_archive(path, name)
        else:
            yield _file(path, name)


def _file(path: Path, name: str) -> Item | Refused:
    size = path.stat().st_size
    return Refused(name, _too_large()) if size > MOST_FILE_BYTES else Item(name, size, path.read_bytes)


def _in_archive(path: Path, label: str) -> Iterator[Item | Refused]:
    try:
        yield from (_in_zip if path.name.lower().endswith(_ZIP) else _in_tar)(path, label)
    except _DAMAGED:
        yield Refused(label, "a damaged archive, or one of another kind than its name says")


def _in_zip(path: Path, label: str) -> Iterator[Item | Refused]:
    with zipfile.ZipFile(path) as archive:
        budget = _Budget()
        for member in sorted(archive.infolist(), key=lambda member: member.filename):
            if member.is_dir() or not (is_music(member.filename) or _is_archive(member.filename)):
                continue
            name = f"{label}/{member.filename}"
            growth = member.file_size / max(1, member.compress_size)
            reason = _member_fault(member.filename, member.file_size) or budget.fault(member.file_size)
            if stat.S_ISLNK(member.external_attr >> 16):
                reason = "a link, not a file"
            elif member.flag_bits & 1:
                reason = "locked with a password"
            elif growth > MOST_GROWTH and not reason:
                reason = f"unpacks to more than {MOST_GROWTH} times its size"
            yield Refused(name, reason) if reason else Item(name, member.file_size, _zip_reader(archive, member))
            if budget.is_spent:
                return


def _zip_reader(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            with archive.open(member) as file:
                return file.read(member.file_size)
        except _DAMAGED as error:
            raise OSError(f"damaged in its archive ({error})") from None

    return read


def _in_tar(path: Path, label: str) -> Iterator[Item | Refused]:
    # A stream, so that a compressed archive is unpacked once and never wholly in memory.
    with tarfile.open(path, "r|*") as archive:
        budget = _Budget()
        while (member := archive.next()) is not None:
            vars(archive)["members"] = []  # or every header that was ever read would stay in memory
            spent = budget.fault(member.size)
            if spent:
                yield Refused(label, spent)
                return
            if member.isdir() or not (is_music(member.name) or _is_archive(member.name)):
                continue
            reason = "a link, not a file" if not member.isfile() else _member_fault(member.name, member.size)
            name = f"{label}/{member.name}"
            yield Refused(name, reason) if reason else Item(name, member.size, _tar_reader(archive, member))


def _tar_reader(archive: tarfile.TarFile, member: tarfile.TarInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            file = archive.extractfile(member)
            return file.read(member.size) if file else b""
        except _DAMAGED as error:
            raise OSError(f"damaged in its archive ({error})") from None

    return read


def _member_fault(name: str, size: int) -> str:
    if _is_archive(name):
        return "an archive within an archive; unpack it first"
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        return "its name leads out of the archive"
    return _too_large() if size > MOST_FILE_BYTES else ""


class _Budget:
    """What may still come out of one archive."""

    def __init__(self) -> None:
        self._bytes, self._files = MOST_ARCHIVE_BYTES, MOST_ARCHIVE_FILES

    @property
    def is_spent(self) -> bool:
        """Whether no more may be read."""
        return self._bytes < 0 or self._files < 0

    def fault(self, size: int) -> str:
        """Take a file's size off; words where it was too much."""
        self._bytes -= size
        self._files -= 1
        return "the archive unpacks to more than is allowed" if self.is_spent else ""


def _too_large() -> str:
    return f"larger than {MOST_FILE_BYTES >> 20} MB"


def _is_archive(name: str) -> bool:
    return name.lower().endswith((*_ZIP, *_TAR))
