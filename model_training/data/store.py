"""A folder of files on a disk or in object storage (`s3://...`, `memory://...`), whole files only."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fsspec
import pyarrow as pa

from music_core.atomic import replacing

_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,100}")


@dataclass(frozen=True, slots=True)
class Folder:
    """A place for files with plain names; every write is whole or did not happen. It can be sent to another machine."""

    url: str

    @classmethod
    def at(cls, place: Path | str) -> Folder:
        """The folder at a path or URL; it need not exist yet."""
        text = str(place)
        return cls(text if "://" in text else str(Path(text).absolute()))

    @property
    def is_local(self) -> bool:
        """Whether its files lie on this machine's disk and can be memory-mapped."""
        return "://" not in self.url or self.url.startswith("file://")

    def inside(self, name: str) -> Folder:
        """A folder within this one."""
        return Folder(f"{self.url.rstrip('/')}/{_plain(name)}")

    def read(self, name: str) -> bytes:
        """All bytes of a file; raises FileNotFoundError where there is none."""
        files, root = self._open()
        data: bytes = files.cat_file(f"{root}/{_plain(name)}")
        return data

    def map(self, name: str) -> pa.NativeFile:
        """A file for reading: memory-mapped on a disk, fetched whole from anywhere else."""
        if not self.is_local:
            return pa.BufferReader(self.read(name))
        return pa.memory_map(str(self._path(name)), "r")

    def write(self, name: str, data: bytes | pa.Buffer) -> None:
        """Write a file, whole; on a disk it replaces an older one in a single step."""
        if self.is_local:
            path = self._path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path) as beside:
                beside.write_bytes(data)
            return
        files, root = self._open()
        files.makedirs(root, exist_ok=True)
        files.pipe_file(f"{root}/{_plain(name)}", bytes(data))

    def names(self, suffix: str) -> tuple[str, ...]:
        """Names of the files that end in `suffix`, sorted; none where the folder does not exist."""
        files, root = self._open()
        try:
            found = files.ls(root, detail=False)
        except FileNotFoundError:
            return ()
        names = (str(path).rstrip("/").rpartition("/")[2] for path in found)
        return tuple(sorted(name for name in names if name.endswith(suffix) and _PLAIN_NAME.fullmatch(name)))

    def remove(self, name: str) -> None:
        """Remove a file; none there is well, and one that another program holds open stays."""
        files, root = self._open()
        try:
            files.rm_file(f"{root}/{_plain(name)}")
        except (FileNotFoundError, PermissionError):
            return

    def remove_if_empty(self) -> None:
        """Remove the folder itself where nothing is left in it."""
        files, root = self._open()
        try:
            files.rmdir(root)
        except OSError:
            return

    def _path(self, name: str) -> Path:
        return Path(self.url.removeprefix("file://")) / _plain(name)

    def _open(self) -> tuple[Any, str]:
        files, root = fsspec.core.url_to_fs(self.url)
        return files, str(root).rstrip("/")


def digest(data: bytes | pa.Buffer | memoryview) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _plain(name: str) -> str:
    """The name itself; raises ValueError where it could lead out of the folder."""
    if not _PLAIN_NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no plain file name.")
    return name
