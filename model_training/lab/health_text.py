"""The health of a corpus as lines for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from model_training.data.findings import findings, usual_roles
from model_training.data.health import Health
from model_training.lab.health_page import MELODY_BY, PURPOSES, plain, verdict
from music_core.theory import key_from_tonic, key_name

_WIDTH = 100
_BAR = 24
_MOST_ROWS = 8


def health_text(health: Health) -> str:
    """A page of text, no line wider than a hundred characters unless a file's name is."""
    return "\n".join(_lines(health)) + "\n"


def _lines(health: Health) -> Iterator[str]:
    yield plain(health.title or "A corpus")
    yield from textwrap.wrap(verdict(health), _WIDTH)
    if health.refused is not None:
        files = len(health.entries) + health.left_out
        rows = [("kept", len(health.entries)), *((refusal.kind, len(refusal.files)) for refusal in health.refused)]
        yield from _counts("Files", rows, files, most=16)
    yield from _counts("Bars of a song", health.counts.get("length", ()), len(health.entries))
    yield from _counts("Metre", health.counts.get("metre", ()), len(health.entries))
    yield from _counts("Key", _keys(health), len(health.entries))
    yield from _counts("Genre", health.counts.get("genre", ()), len(health.entries))
    found = [(MELODY_BY.get(how, how), n) for how, n in health.counts.get("melody_by", ())]
    yield from _counts("Melody", found, len(health.entries))
    yield from _counts("Licence tier", health.counts.get("tier", ()), len(health.entries))
    yield from _counts("Licence", health.counts.get("licence", ()), len(health.entries))
    yield from _roles(health)
    yield from _splits(health)
    yield from _findings(health)


def _counts(title: str, rows: Sequence[tuple[str, int]], whole: int, most: int = _MOST_ROWS) -> Iterator[str]:
    if not rows:
        return
    yield from ("", title)
    shown = list(rows[:most])
    rest = sum(count for _, count in rows[most:])
    for name, count in [*shown, *([(f"{len(rows) - most} others", rest)] if rest else [])]:
        bar = "█" * round(_BAR * count / max(1, whole)) or ("▏" if count else "")
        yield f"  {textwrap.shorten(plain(name), 44, placeholder='…'):44} {count:7,} {bar}"


def _keys(health: Health) -> list[tuple[str, int]]:
    rows = [
        (key_name(key_from_tonic(int(tonic), minor)), count)
        for kind, minor in (("major", False), ("minor", True))
        for tonic, count in health.counts.get(kind, ())
        if count
    ]
    return sorted(rows, key=lambda row: -row[1])


def _roles(health: Health) -> Iterator[str]:
    if not health.roles:
        return
    yield from ("", "Role        songs   notes a bar (tenth, half, nine tenths of the songs)   silent bars")
    for row in health.roles:
        few, middle, many = row.notes_a_bar
        yield f"  {row.role:8} {row.songs:6,}   {few:6.1f} {middle:6.1f} {many:6.1f} {'':33} {100 * row.empty:5.0f} %"


def _splits(health: Health) -> Iterator[str]:
    yield from ("", "Split       songs   tunes     bars")
    for split in health.splits:
        yield f"  {split.split:8} {split.songs:6,} {split.tunes:7,} {split.bars:8,}   {PURPOSES[split.split]}"
    if health.repeated:
        songs = sum(map(len, health.repeated))
        yield f"  {songs:,} songs share a tune with others; such songs are never parted."


def _findings(health: Health) -> Iterator[str]:
    yield from ("", "Before you train")
    for sentence in findings(health) or ("Nothing here speaks against training.",):
        yield from textwrap.wrap(plain(sentence), _WIDTH, initial_indent="  - ", subsequent_indent="    ")
    if usual_roles(health):
        roles = ", ".join(f'"{role}"' for role in usual_roles(health))
        yield f"  Most songs have these roles: tracks = [{roles}]"
