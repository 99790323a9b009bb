"""XML that may break off or go wrong anywhere, as the measures that are whole up to there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

_PART = re.compile(r"<part(?=[\s>])")
_MEASURE = re.compile(r"<measure(?=[\s>])")
_ID = re.compile(r"\sid\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_DEEPEST = 48
_MAX_MEASURES = 20_000


class BrokenXmlError(ValueError):
    """XML that cannot be read past this point."""


@dataclass(frozen=True, slots=True)
class PartText:
    """One part of a score: its id and what is written in it."""

    id: str
    text: str


def split_score(text: str, most: int) -> tuple[str, tuple[PartText, ...], bool]:
    """What stands before the parts, the parts, `most` of them, and whether there are more.

    A break in one of them leaves the others as they are.
    """
    starts = [match.start() for match in islice(_PART.finditer(text), most + 1)]
    head = text[: starts[0]] if starts else text
    ends = starts[1:] if len(starts) > most else [*starts[1:], len(text)]
    parts = []
    for start, end in zip(starts, ends, strict=False):
        tag = text[start : text.find(">", start) + 1]
        found = _ID.search(tag)
        parts.append(PartText((found[1] or found[2] or "") if found else "", text[start:end]))
    return head, tuple(parts), len(starts) > most


def measures(part: str) -> Iterator[Element | None]:
    """Each measure of a part as an element, None for one that is broken."""
    starts = [match.start() for match in islice(_MEASURE.finditer(part), _MAX_MEASURES + 1)]
    ends = [*starts[1:], len(part)]
    for start, end in zip(starts[:_MAX_MEASURES], ends, strict=False):
        closing = part.rfind("</measure>", start, end)
        try:
            if closing < 0 and not _closes_itself(part, start):
                raise BrokenXmlError
            yield tree(part[start : closing + len("</measure>")] if closing >= 0 else "<measure/>")
        except BrokenXmlError:
            yield None


def head_elements(head: str) -> Element:
    """What stands before the parts as one element, as far as it can be read."""
    start = max(head.find("<score-partwise"), head.find("<score-timewise"))
    return tree(head[start:], whole=False)


def tree(text: str, *, whole: bool = True) -> Element:
    """An element and what is in it; with `whole` False also one that breaks off. Raises BrokenXmlError."""
    builder = TreeBuilder()
    open_tags: list[str] = []
    parser = expat.ParserCreate("utf-8")

    def start(tag: str, attributes: dict[str, str]) -> None:
        if len(open_tags) == _DEEPEST:
            raise BrokenXmlError
        open_tags.append(tag)
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        open_tags.pop()
        builder.end(tag)

    def refuse(*_declaration: object) -> None:
        raise BrokenXmlError

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)
    except expat.ExpatError:
        if whole:
            raise BrokenXmlError from None
        if not open_tags:
            start("score-partwise", {})
        while open_tags:
            end(open_tags[-1])
    return builder.close()


def _closes_itself(part: str, start: int) -> bool:
    return part[start : part.find(">", start) + 1].endswith("/>")
