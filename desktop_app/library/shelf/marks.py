"""Stars, tags and recents as the user gave them, in a small file of their own that no index can lose."""

from __future__ import annotations

import contextlib
import json
import shutil
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from desktop_app.library.fields import Field, LibraryError
from desktop_app.library.shelf.entry import LONGEST_TAG, MOST_TAGS, Marks
from music_core.atomic import replacing

_FORMAT_VERSION = 1
_LIMIT_BYTES = 16_000_000
_MOST_ENTRIES = 100_000
_LAST_S = 1e12


class MarkFile:
    """Reads and writes the file; a damaged one is set aside and the version before it is read.

    Two studios may share it: every change reads the file first.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._before = path.with_suffix(".previous.json")

    def read(self) -> dict[str, Marks] | None:
        """The marks by entry key; None where a file was there and neither it nor the one before it can be read."""
        if not self._path.exists() and not self._before.exists():
            return {}
        for path in (self._path, self._before):
            with contextlib.suppress(OSError, ValueError, RecursionError):
                return _parsed(path)
        return None

    def change(self, key: str, **fields: object) -> dict[str, Marks]:
        """Give one entry other marks and return them all; raises OSError when they cannot be written."""
        marks = self.read() or {}
        marks[key] = replace(marks.get(key, Marks()), **fields)  # type: ignore[arg-type]  # mypy knows no names here
        self.write(marks)
        return marks

    def write(self, marks: Mapping[str, Marks]) -> None:
        """Replace the file; the one before is kept, and so is one that could not be read."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if self._path.exists():
            try:
                _parsed(self._path)
            except (ValueError, RecursionError):
                self._path.replace(self._path.with_suffix(f".damaged-{int(time.time())}.json"))
            else:
                shutil.copy2(self._path, self._before)
        rows = {
            key: {"starred": one.starred, "tags": list(one.tags), "opened_at": one.opened_at}
            for key, one in sorted(marks.items())
            if one != Marks()
        }
        with replacing(self._path) as temporary:
            text = json.dumps({"format_version": _FORMAT_VERSION, "marks": rows}, ensure_ascii=False, indent=1)
            temporary.write_text(text + "\n", encoding="utf-8")


def _parsed(path: Path) -> dict[str, Marks]:
    if path.stat().st_size > _LIMIT_BYTES:
        raise LibraryError("the file is far too large")
    root = Field(json.loads(path.read_text(encoding="utf-8")), "the marks")
    root.entry("format_version").whole(1, _FORMAT_VERSION)
    rows = root.entry("marks")
    if not isinstance(rows.value, dict) or len(rows.value) > _MOST_ENTRIES:
        raise rows.wrong("are no list of entries")
    return {key: _mark(Field(value, key)) for key, value in rows.value.items()}


def _mark(field: Field) -> Marks:
    return Marks(
        field.entry("starred").flag(),
        field.entry("tags").each(lambda tag: tag.text(LONGEST_TAG), MOST_TAGS),
        field.entry("opened_at").number(0, _LAST_S),
    )
