"""The studio's words in the user's language: English in the code, the others from resources/languages."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter

from desktop_app.paths import resources_folder

SOURCE = "en"
"""The language that the code is written in."""
AS_SYSTEM = "system"
_CONTEXT = " | "
_LIMIT_BYTES = 2_000_000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its code, its own name for itself, and its texts by the English ones."""

    code: str
    name: str
    texts: Mapping[str, str] = field(default_factory=dict)


_ENGLISH = Language(SOURCE, "English")
# One process speaks one language; it is chosen before the first window is built.
_spoken = _ENGLISH


def tr(text: str, *, context: str = "", **values: object) -> str:
    """The text in the language spoken, its {names} filled in; `context` tells apart what English does not.

    `text` is a literal, here or in the `mark` that it came from. For a number use `tr_count`.
    """
    translated = _spoken.texts.get(key_of(text, context)) or text
    return _filled(translated, text, values)


def tr_count(one: str, many: str, count: int, **values: object) -> str:
    """`one` or `many`, whichever the count needs; {count} in them is the count."""
    return tr(one if count == 1 else many, context="", count=count, **values)


def mark(text: str) -> str:
    """The text as it is: a literal that `tr` translates later, where it is shown (tables, defaults)."""
    return text


def spoken() -> Language:
    """The language in use."""
    return _spoken


def speak(wanted: str = AS_SYSTEM, system: Iterable[str] = ()) -> Language:
    """Choose the language: a code, or `system` for the first of the system's (`de-AT`, `es`) that is shipped."""
    global _spoken
    shipped = {language.code: language for language in languages()}
    asked = system if wanted == AS_SYSTEM else (wanted,)
    codes = (code.replace("_", "-").split("-")[0].lower() for code in asked)
    _spoken = next((shipped[code] for code in codes if code in shipped), _ENGLISH)
    return _spoken


def languages(folder: Path | None = None) -> tuple[Language, ...]:
    """Every language shipped, English first; a file that cannot be read is left out and logged."""
    folder = folder or resources_folder() / "languages"
    found = (_read(path) for path in sorted(folder.glob("*.json")))
    return (_ENGLISH, *(language for language in found if language is not None))


def key_of(text: str, context: str = "") -> str:
    """A text's key in the catalogues."""
    return f"{text}{_CONTEXT}{context}" if context else text


def placeholders(text: str) -> set[str]:
    """The {names} in a text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _read(path: Path) -> Language | None:
    try:
        if path.stat().st_size > _LIMIT_BYTES:
            raise ValueError("the file is far too large")
        data = json.loads(path.read_text(encoding="utf-8"))
        texts = {str(english): str(translated) for english, translated in data["texts"].items()}
        return Language(path.stem, str(data["name"]), texts)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        _log.warning("The language in %s cannot be read: %s", path, error)
        return None


def _filled(translated: str, text: str, values: Mapping[str, object]) -> str:
    if not values:
        return translated
    try:
        return translated.format(**values)
    except (KeyError, IndexError, ValueError, AttributeError):
        # A catalogue from elsewhere may be wrong; the English text is not.
        return text.format(**values)
