"""The health of a corpus as one HTML page, and as a table for a terminal."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from model_training.data.corpus import main_metre
from model_training.data.findings import findings, usual_roles
from model_training.data.health import Health, RoleFigures
from model_training.data.song import START, Song, to_score
from model_training.lab.pages import render
from model_training.lab.roll_svg import Drawing, draw
from model_training.lab.rolls import picture, span
from music_core.score import bar_lines
from music_core.theory import key_from_tonic, key_name, pitch_name

SHOWN_FILES = 2000  # of one reason, and of the songs kept: a page must stay a page
SHOWN_BARS = 8
PURPOSES = {
    "train": "what the network learns from",
    "valid": "what tells when to stop",
    "test": "what it is judged by, and never sees",
}
MELODY_BY = {
    "marked": "marked by its corpus",
    "named": "by the track’s name",
    "guessed": "guessed from the notes",
    "only": "the only track it could be",
}
# By fifths, so that neighbours share most of their notes.
_FIFTHS = tuple(7 * i % 12 for i in range(-5, 7))
_KEY_HEIGHT = 58


@dataclass(frozen=True, slots=True)
class DrawnSong:
    """One song on the page: its name, a line about it, and its first bars with a melody."""

    title: str
    note: str
    roll: Drawing


def health_page(health: Health, songs: Sequence[Song]) -> str:
    """The page; `songs` are those of `health.drawn`, whose first bars are shown."""
    refused = health.refused
    files = len(health.entries) + health.left_out
    return render(
        "health.html",
        title=plain(health.title or "A corpus"),
        verdict=verdict(health),
        facts=facts(health),
        findings=[plain(sentence) for sentence in findings(health)],
        tracks=[f'"{role}"' for role in usual_roles(health)],
        songs=[_drawn(song) for song in songs],
        songs_note=_songs_note(songs),
        refused=None if refused is None else [_refused(r.kind, r.files) for r in refused],
        files=max(1, files),
        kept_line=f"{len(health.entries):,} of {files:,} were kept. Open a line to see the files.",
        kept=_kept(health),
        kept_count=len(health.entries),
        counts={name: [(plain(label), n) for label, n in rows] for name, rows in health.counts.items()},
        keys=_keys(health),
        roles=[_role_row(row, max(r.notes_a_bar[2] for r in health.roles)) for row in health.roles],
        roles_note=_roles_note(health),
        splits=health.splits,
        purposes=PURPOSES,
        tunes_line=_tunes_line(health),
        repeated=[(len(names), [plain(name) for name in names[:12]]) for names in health.repeated[:SHOWN_FILES]],
        repeated_count=len(health.repeated),
        melody_by=[(MELODY_BY.get(how, plain(how)), n) for how, n in health.counts.get("melody_by", ())],
        asked=[(plain(str(name)), plain(_asked(value))) for name, value in health.filters.items() if value],
    )


def plain(text: str) -> str:
    """A stranger's text without characters that steer a terminal or turn the direction of a line."""
    return "".join("·" if unicodedata.category(letter)[0] == "C" else letter for letter in text)


def verdict(health: Health) -> str:
    """What the corpus is, in a sentence or two."""
    songs, bars = len(health.entries), health.bars
    genres = [genre for genre, _ in health.counts.get("genre", ()) if genre != "unknown"][:3]
    text = f"{songs:,} songs with {health.tunes:,} different tunes and {bars:,} bars"
    text += f" of {plain(', '.join(genres))}" if genres else ""
    if health.refused:
        text += f"; {health.left_out:,} of {songs + health.left_out:,} files were left out"
    return f"{text}."


def facts(health: Health) -> list[tuple[str, str]]:
    """The few numbers that stand at the top."""
    lengths = sorted(entry.bars for entry in health.entries)
    rows = [("Songs", f"{len(lengths):,}"), ("Bars", f"{health.bars:,}"), ("Tunes", f"{health.tunes:,}")]
    if lengths:
        rows.append(("A song in the middle", f"{lengths[len(lengths) // 2]} bars"))
    if health.refused is not None:
        rows.append(("Files left out", f"{health.left_out:,}"))
    rows.append(("Licence tier", plain(", ".join(tier for tier, _ in health.counts.get("tier", ()))) or "–"))
    return rows


def _drawn(song: Song) -> DrawnSong:
    about = (
        plain(song.genre) or "no genre", key_name(key_from_tonic(song.tonic, song.minor)),
        main_metre(song), f"{song.bpm:.0f} bpm", f"melody {MELODY_BY.get(song.melody_by, '')}",
    )  # fmt: skip
    score = to_score(song)
    lines = bar_lines(score.metres, score.end_tick)
    # From the bar in which the melody begins: many songs open with drums alone.
    first = max(0, bisect_right(lines, int(song.parts[0].notes[0, START])) - 1)
    last = min(first + SHOWN_BARS, len(lines) - 1)
    shown = span(score, lines[first], lines[last])
    # Parts that rest in these bars are left out, so that the colours below are those in the picture.
    sounding = shown.with_tracks(*(track for track in shown.tracks if track.notes))
    title = plain(PurePosixPath(song.name).name)
    return DrawnSong(title, " · ".join((*about, f"from bar {first + 1}")), draw(picture(sounding), first_bar=first + 1))


def _songs_note(songs: Sequence[Song]) -> str:
    if all(song.tier == "green" for song in songs):
        return "Drawn from where the melody begins."
    return "Drawn from where the melody begins; not all of these notes may be passed on, so keep this page to yourself."


@dataclass(frozen=True, slots=True)
class _Refused:
    kind: str
    count: int
    files: list[tuple[str, str]]


def _refused(kind: str, files: Sequence[tuple[str, str]]) -> _Refused:
    return _Refused(plain(kind), len(files), [(plain(name), plain(reason)) for name, reason in files[:SHOWN_FILES]])


def _kept(health: Health) -> list[tuple[str, ...]]:
    return [
        (
            plain(entry.name), str(entry.bars), entry.metre, key_name(key_from_tonic(entry.tonic, entry.minor)),
            ", ".join(entry.roles), entry.melody_by, entry.split,
        )
        for entry in health.entries[:SHOWN_FILES]
    ]  # fmt: skip


def _keys(health: Health) -> list[dict[str, Any]]:
    """Twelve columns by fifths: songs in major above, in minor below, heights in pixels."""
    major, minor = (dict(health.counts.get(kind, ())) for kind in ("major", "minor"))
    most = max(1, *major.values(), *minor.values()) if health.entries else 1
    columns = []
    for tonic in _FIFTHS:
        name = key_name(key_from_tonic(tonic, False)).split()[0]
        up, down = major.get(str(tonic), 0), minor.get(str(tonic), 0)
        columns.append(
            {
                "name": name, "major": up, "minor": down, "title": f"{name} major {up}, minor {down}",
                "up": round(_KEY_HEIGHT * up / most, 1), "down": round(_KEY_HEIGHT * down / most, 1),
            }
        )  # fmt: skip
    return columns


def _role_row(row: RoleFigures, most: float) -> dict[str, Any]:
    """A line of the table of roles; places on the line of densities in per cent of its width."""
    few, middle, many = (round(100 * value / most, 1) for value in row.notes_a_bar)
    lowest, highest = (pitch_name(pitch) for pitch in (row.lowest, row.highest))
    return {
        "role": row.role, "songs": f"{row.songs:,}", "few": few, "at": middle, "reach": round(many - few, 1),
        "middle": f"{row.notes_a_bar[1]:.1f}", "empty": f"{100 * row.empty:.0f} %",
        "range": "" if row.role == "drums" else f"{lowest}–{highest}",
    }  # fmt: skip


def _roles_note(health: Health) -> str:
    note = "The band is from the tenth emptiest to the tenth fullest song, the dot is the song in the middle."
    if health.read < len(health.entries):
        note += f" Measured on {health.read:,} songs, evenly spread."
    return note


def _tunes_line(health: Health) -> str:
    if not health.repeated:
        return "Here every song has a tune of its own."
    songs = sum(len(names) for names in health.repeated)
    return f"Here {songs:,} songs share a tune with others."


def _asked(value: Any) -> str:
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(map(str, value))
    return str(value)
