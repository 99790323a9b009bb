"""What somebody wants exported: which files, where to, and how they are called. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from desktop_app.exports.stems import Stem

FormatId = Literal["midi", "wav", "flac", "ogg", "mp3", "musicxml", "pdf"]


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """One kind of file; `is_sound` where it is rendered."""

    id: FormatId
    suffix: str
    is_sound: bool = False


FORMATS: tuple[ExportFormat, ...] = (
    ExportFormat("midi", ".mid"),
    ExportFormat("wav", ".wav", True),
    ExportFormat("flac", ".flac", True),
    ExportFormat("ogg", ".ogg", True),
    ExportFormat("mp3", ".mp3", True),
    ExportFormat("musicxml", ".musicxml"),
    ExportFormat("pdf", ".pdf"),
)


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """The files wanted: the whole piece in some formats, and stems in one of those of sound, or none."""

    folder: Path
    name: str
    formats: tuple[FormatId, ...]
    stems: FormatId | None = None
    split_drums: bool = False
    title: str = ""
    artist: str = ""

    def file(self, wanted: FormatId) -> Path:
        """Where the whole piece goes in a format."""
        return self.folder / f"{file_name(self.name)}{_suffix(wanted)}"

    def stem_file(self, stem: Stem) -> Path:
        """Where a stem goes: into a folder of their own, under the piece's name and its own."""
        own = f"{file_name(self.name)} - {file_name(stem.name)}{_suffix(self.stems or 'wav')}"
        return self.folder / f"{file_name(self.name)} stems" / own


def file_name(name: str) -> str:
    """A name as a file's: without what some system forbids in file names."""
    kept = "".join("-" if sign in '<>:"/\\|?*' or ord(sign) < 32 else sign for sign in name).strip(" .")
    return kept[:120] or "Untitled"


def _suffix(wanted: FormatId) -> str:
    return next(one.suffix for one in FORMATS if one.id == wanted)
