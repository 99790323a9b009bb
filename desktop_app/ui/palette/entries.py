"""What the palette offers: commands, takes and melodies, and their order for what was typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from desktop_app.ui.palette.matching import match

_BY_OTHER_WORDS = 0.6
_RECENT_BONUS = 4.0


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be done: its words, where it belongs, its keys; `other_words` find it too, unseen."""

    id: str
    text: str
    place: str
    act: Callable[[], object]
    keys: tuple[str, ...] = ()
    other_words: str = ""
    is_checked: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """An entry and the letters of its text that answered."""

    entry: Entry
    places: tuple[int, ...] = ()


def search(entries: Iterable[Entry], typed: str, recent: Sequence[str] = ()) -> list[Found]:
    """The entries that answer to what was typed, the best first; for nothing typed all, those used last in front."""
    rows: list[tuple[float, int, Found]] = []
    for number, entry in enumerate(entries):
        bonus = _RECENT_BONUS * (1 - recent.index(entry.id) / len(recent)) if entry.id in recent else 0.0
        direct = match(typed, entry.text)
        other = match(typed, f"{entry.place} {entry.other_words}")
        if direct is not None and (other is None or direct.score >= other.score * _BY_OTHER_WORDS):
            rows.append((direct.score + bonus, number, Found(entry, direct.places)))
        elif other is not None:
            rows.append((other.score * _BY_OTHER_WORDS + bonus, number, Found(entry)))
    rows.sort(key=lambda row: (-row[0], row[1]))
    return [found for _, _, found in rows]
