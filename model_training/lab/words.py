"""Times, figures and settings as one says them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def duration(seconds: float) -> str:
    """A time as one says it: `40 seconds`, `12 minutes`, `1 hour 5 minutes`, `3 days 4 hours`."""
    if seconds < 90:
        return _count(max(1, round(seconds)), "second")
    minutes = round(seconds / 60)
    if minutes < 60:
        return _count(minutes, "minute")
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return _count(hours, "hour") + (f" {_count(minutes, 'minute')}" if minutes else "")
    days, hours = divmod(hours, 24)
    return _count(days, "day") + (f" {_count(hours, 'hour')}" if hours else "")


def figures_in_words(figures: Mapping[str, float]) -> str:
    """Figures as a short list: `pitch 12.30, onset 4.10`."""
    return ", ".join(f"{name.replace('_', ' ')} {value:.3g}" for name, value in figures.items())


def settings_in_words(config: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Every setting of a config by its name, those of a table after the table's name and a dot."""
    rows: list[tuple[str, str]] = []
    for name, value in config.items():
        if isinstance(value, Mapping):
            rows += settings_in_words(value, f"{prefix}{name}.")
        else:
            rows.append((f"{prefix}{name}", setting_in_words(value)))
    return rows


def setting_in_words(value: Any) -> str:
    """A setting's value as one reads it; nothing is a dash."""
    if isinstance(value, list | tuple):
        return ", ".join(map(setting_in_words, value)) or "–"
    return f"{value:g}" if isinstance(value, float) else str(value) if value != "" else "–"


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
