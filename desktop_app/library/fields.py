"""Reading fields of a file that anyone may have written: every value is checked, and errors say where."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")

MAX_TICK = 2**31 - 1


class LibraryError(ValueError):
    """A project cannot be read or written; the message is one sentence for the user."""


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a parsed JSON file and the way that led to it."""

    value: Any
    where: str

    def entry(self, name: str) -> Field:
        """An object's entry; it must be there."""
        if name not in self._mapping():
            raise self.wrong(f"has no {name!r}")
        return Field(self.value[name], f"{self.where}, {name}")

    def only(self, *names: str) -> Field:
        """The object itself, once it is sure that it has exactly these entries."""
        found = set(self._mapping())
        if found != set(names):
            odd = sorted(found ^ set(names))
            raise self.wrong(f"should have exactly {', '.join(names)} (see {odd[0]!r:.40})")
        return self

    def whole(self, low: int, high: int) -> int:
        """A whole number in low..high."""
        if not isinstance(self.value, int) or isinstance(self.value, bool) or not low <= self.value <= high:
            raise self.wrong(f"is not a whole number from {low} to {high}")
        return self.value

    def number(self, low: float, high: float) -> float:
        """A finite number in low..high."""
        value = self.value
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            raise self.wrong("is not a number")
        if not (math.isfinite(value) and low <= value <= high):
            raise self.wrong(f"is not a number from {low:g} to {high:g}")
        return value

    def flag(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            raise self.wrong("is neither true nor false")
        return self.value

    def text(self, longest: int = 1000) -> str:
        """A string of a sensible length."""
        if not isinstance(self.value, str) or len(self.value) > longest:
            raise self.wrong(f"is not a text of at most {longest} characters")
        return self.value

    def optional(self, read: Callable[[Field], T]) -> T | None:
        """None where the file has null, else what `read` makes of it."""
        return None if self.value is None else read(self)

    def each(self, read: Callable[[Field], T], most: int) -> tuple[T, ...]:
        """A list's entries as `read` makes them."""
        if not isinstance(self.value, list) or len(self.value) > most:
            raise self.wrong(f"is not a list of at most {most} entries")
        return tuple(Field(value, f"{self.where} {i + 1}")._made(read) for i, value in enumerate(self.value))

    def whole_row(self, *ranges: tuple[int, int]) -> tuple[int, ...]:
        """A short list of whole numbers, one for each range."""
        row = self.value
        if not isinstance(row, list) or len(row) != len(ranges):
            raise self.wrong(f"is not a row of {len(ranges)} numbers")
        for value, (low, high) in zip(row, ranges, strict=True):
            if type(value) is not int or not low <= value <= high:
                raise self.wrong(f"has {value!r:.20} where a whole number from {low} to {high} belongs")
        return tuple(row)

    def numbers_by_name(self, most: int) -> Mapping[str, float]:
        """An object whose entries are all finite numbers."""
        if len(self._mapping()) > most:
            raise self.wrong(f"has more than {most} entries")
        return {name: self.entry(name).number(-1e12, 1e12) for name in self.value}

    def wrong(self, complaint: str) -> LibraryError:
        """The error for this value."""
        return LibraryError(f"{self.where} {complaint}")

    def _made(self, read: Callable[[Field], T]) -> T:
        """What `read` makes of this value; what the value's own type refuses is an error of the file too."""
        try:
            return read(self)
        except LibraryError:
            raise
        except ValueError as error:
            raise self.wrong(f"makes no sense: {error}") from None

    def _mapping(self) -> Mapping[str, Any]:
        if not isinstance(self.value, dict):
            raise self.wrong("is not an object")
        return self.value
