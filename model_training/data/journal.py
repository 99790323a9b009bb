"""What has been done so far, kept beside the shards, so that a run that was killed goes on where it was.

Every task writes its own page, whole, after its shard: nothing is ever appended, so that the journal lies as well in
object storage, and pages of several machines never meet.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from model_training.data.store import Folder
from model_training.data.tasks import Page

_ASKED = "asked.json"


class Journal:
    """The pages of one run; a run that asks for something else begins a new journal."""

    def __init__(self, out: Folder, asked: Mapping[str, Any]) -> None:
        self.folder = out.inside("journal")
        written = json.dumps(asked, indent=1, sort_keys=True).encode()
        try:
            same = self.folder.read(_ASKED) == written
        except OSError:
            same = False
        if not same:
            self.remove()
            self.folder.write(_ASKED, written)

    def pages(self) -> Iterator[Page]:
        """The pages, one at a time; a damaged one is passed over, and its files are read again."""
        for name in self.folder.names(".jsonl"):
            try:
                yield Page.from_bytes(self.folder.read(name))
            except (TypeError, ValueError):
                self.folder.remove(name)

    def done(self) -> set[tuple[str, int]]:
        """Name and size of every file that need not be read again."""
        return {(fact.name, fact.size) for page in self.pages() for fact in page.facts}

    def remove(self) -> None:
        """Throw the pages away."""
        for name in self.folder.names(".jsonl"):
            self.folder.remove(name)
        self.folder.remove(_ASKED)
        self.folder.remove_if_empty()
