"""One thing on the shelf, and what a user says of it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["melody", "piece", "take", "model"]
KINDS: tuple[Kind, ...] = get_args(Kind)

MOST_TAGS = 20
LONGEST_TAG = 40


@dataclass(frozen=True, slots=True)
class Marks:
    """What a user says of an entry: a star, tags, and when it was last opened (seconds since 1970; 0 is never)."""

    starred: bool = False
    tags: tuple[str, ...] = ()
    opened_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Entry:
    """A melody, piece, take or model as the library lists it.

    `key` stays the same from scan to scan. `line` stands under the title; `about` says in pairs of words where it is
    from: source, licence, model, seed. `words` are found by a search beside title, line and tags. `place` is the
    take's number in its piece, from 0.
    """

    key: str
    kind: Kind
    title: str
    line: str = ""
    about: tuple[tuple[str, str], ...] = ()
    words: str = ""
    path: str = ""
    place: int = 0
    marks: Marks = Marks()

    @property
    def id(self) -> str:
        """What stands behind the kind in the key: a melody's or a model's id, a piece's path."""
        return self.key.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: entries with every word, every tag (written #tag), and a star if asked."""

    text: str = ""
    starred: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """The words to be found, folded."""
        return tuple(folded(word) for word in self.text.split() if not word.startswith("#"))

    @property
    def tags(self) -> tuple[str, ...]:
        """How the tags to be found begin, folded."""
        return tuple(folded(word[1:]) for word in self.text.split() if word.startswith("#") and word[1:])

    @property
    def is_open(self) -> bool:
        """Whether it asks for everything."""
        return not (self.words or self.tags or self.starred)


def folded(text: str) -> str:
    """Text for comparing: without case and accents, so that "fur elise" finds "Für Elise"."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def cleaned_tags(text: str) -> tuple[str, ...]:
    """Tags as typed, parted by commas: without signs and blanks around them, each once, no more than fit."""
    tags: dict[str, str] = {}
    for part in text.split(","):
        tag = "-".join("".join(c if c.isprintable() else " " for c in part).replace("#", " ").split())[:LONGEST_TAG]
        if tag:
            tags.setdefault(folded(tag), tag)
    return tuple(tags.values())[:MOST_TAGS]
