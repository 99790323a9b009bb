"""A score taken apart for stems: one for each part that is heard, drums in groups where that is wanted. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from music_core.render_events import audible_tracks
from music_core.score import Score, Track

# General MIDI's kit as an engineer's channels.
DRUM_GROUPS: tuple[tuple[str, frozenset[int]], ...] = (
    ("Kick", frozenset({35, 36})),
    ("Snare", frozenset({37, 38, 39, 40})),
    ("Hi-hat", frozenset({42, 44, 46})),
    ("Toms", frozenset({41, 43, 45, 47, 48, 50})),
    ("Cymbals", frozenset({49, 51, 52, 53, 55, 57, 59})),
)
_REST = "Percussion"


@dataclass(frozen=True, slots=True)
class Stem:
    """One stem: its name, unlike every other's, and the score in which it alone is heard."""

    name: str
    score: Score


def stems_of(score: Score, *, split_drums: bool = False) -> tuple[Stem, ...]:
    """The stems of what is heard now, in order; mutes and solos count as they do in the mix."""
    parts: list[tuple[str, Track]] = []
    for number, track in enumerate(audible_tracks(score), 1):
        own = replace(track, muted=False, soloed=False)
        name = track.name.strip() or f"Track {number}"
        parts.extend(_drum_parts(name, own) if split_drums and track.is_drum else [(name, own)])
    return tuple(
        Stem(name, score.with_tracks(part))
        for name, (_, part) in zip(_distinct([name for name, _ in parts]), parts, strict=True)
    )


def _drum_parts(name: str, track: Track) -> Iterator[tuple[str, Track]]:
    known = frozenset().union(*(pitches for _, pitches in DRUM_GROUPS))
    for group, pitches in (*DRUM_GROUPS, (_REST, frozenset(range(128)) - known)):
        notes = tuple(note for note in track.notes if note.pitch in pitches)
        if notes:
            yield f"{name} {group}", replace(track, notes=notes)


def _distinct(names: list[str]) -> Iterator[str]:
    """The names, those that are there twice with a number."""
    seen: dict[str, int] = {}
    for name in names:
        seen[name.lower()] = seen.get(name.lower(), 0) + 1
        count = seen[name.lower()]
        yield name if count == 1 else f"{name} {count}"
