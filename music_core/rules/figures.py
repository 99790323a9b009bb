"""Figures written as text: one sign for each sixteenth of a bar."""

from __future__ import annotations

from collections.abc import Iterator

HOLD, REST = "-", "."


def cells(text: str) -> Iterator[tuple[int, int, str]]:
    """Each struck sign of a figure as (first step, step after the last, sign); holds that follow lengthen it."""
    step = 0
    while step < len(text):
        sign = text[step]
        end = step + 1
        if sign not in (HOLD, REST):
            while end < len(text) and text[end] == HOLD:
                end += 1
            yield step, end, sign
        step = end


def fitted(text: str, steps: int) -> str:
    """The figure over so many steps: cut where it is too long, repeated where it is too short."""
    return (text * -(-steps // len(text)))[:steps]
