"""Finding by a few letters: how well a text answers to what was typed, and which of its letters did."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_START, _RUN, _EACH, _SKIP, _FIRST = 8.0, 9.0, 1.0, 0.2, 3.0


@dataclass(frozen=True, slots=True)
class Match:
    """How well a text matched (more is better) and where, as indices into the text."""

    score: float
    places: tuple[int, ...]


def match(typed: str, text: str) -> Match | None:
    """The best way in which all typed letters occur in the text in order, or None; case and accents do not count.

    Starts of words and letters in a row are worth more; `gn` finds "Generate with a new seed" below "Generate".
    """
    wanted = [letter for letter in folded(typed) if not letter.isspace()]
    letters = _letters(text)
    if not wanted:
        return Match(0.0, ())
    # best[i]: the best match of the letters so far that ends at place i.
    best: dict[int, Match] = {}
    for number, letter in enumerate(wanted):
        places = [place for place, found in enumerate(letters) if found == letter and place >= number]
        best = {place: found for place in places if (found := _extended(best, letters, place, number)) is not None}
        if not best:
            return None
    found = max(best.values(), key=lambda one: one.score)
    return Match(found.score - _SKIP * len(letters) / 4, found.places)


def folded(text: str) -> str:
    """Small letters without accents."""
    return "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))


def _letters(text: str) -> list[str]:
    """One folded letter for each of the text's, so that places stay the same."""
    return [folded(letter)[:1] or letter for letter in text]


def _extended(best: dict[int, Match], letters: list[str], place: int, number: int) -> Match | None:
    """The best match so far with the letter at `place` added."""
    worth = _EACH + (_START if place == 0 or not letters[place - 1].isalnum() else 0.0)
    if number == 0:
        return Match(worth + (_FIRST if place == 0 else 0.0), (place,))
    options = [
        Match(before.score + worth + (_RUN if end == place - 1 else -_SKIP * (place - end)), (*before.places, place))
        for end, before in best.items()
        if end < place
    ]
    return max(options, key=lambda one: one.score, default=None)
