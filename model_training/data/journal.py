"""What has been done so far, kept beside the shards, so that a run that was killed goes on where it was.

Every task writes its own page, whole, after its shard: nothing is ever appended, so that the journal lies as well in
object storage, and pages of several machines never meet.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from model_training.data.store import Folder
from model_training.data.tasks import Key, Page

_ASKED = "asked.json"


class Journal:
    """The pages of one run; a run that asks for something else begins a new journal.

    `other` names the wishes in which an unfinished run differed, whose pages were thrown away for it.
    """

    def __init__(self, out: Folder, asked: Mapping[str, Any]) -> None:
        self.folder = out.inside("journal")
        written = json.dumps(asked, indent=1, sort_keys=True).encode()
        try:
            before = self.folder.read(_ASKED)
        except OSError:
            before = b""
        self.other = _differing(before, json.loads(written))
        if before != written:
            self.remove()
            self.folder.write(_ASKED, written)

    def pages(self) -> Iterator[Page]:
        """The pages, one at a time; a damaged one is passed over, and its files are read again."""
        for name in self.folder.names(".jsonl"):
            try:
                yield Page.from_bytes(self.folder.read(name))
            except (TypeError, ValueError):
                self.folder.remove(name)

    def done(self) -> set[Key]:
        """Every file that need not be read again, as it was when it was read."""
        return {fact.key for page in self.pages() for fact in page.facts}

    def remove(self) -> None:
        """Throw the pages away."""
        for name in self.folder.names(".jsonl"):
            self.folder.remove(name)
        self.folder.remove(_ASKED)
        self.folder.remove_if_empty()


def _differing(before: bytes, asked: Mapping[str, Any]) -> tuple[str, ...]:
    """The wishes that are not what they were; none where there was nothing to begin with, or nothing readable."""
    try:
        was = json.loads(before)
    except ValueError:
        return ()
    if not isinstance(was, dict):
        return ()
    return tuple(sorted(name for name in was.keys() | asked.keys() if was.get(name) != asked.get(name)))
