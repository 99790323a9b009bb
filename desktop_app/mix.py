"""The mix lives outside the undo history: fader and mute changes laid over whatever score is present."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from music_core.score import Score, Track

MIX_FIELDS = ("volume", "pan", "reverb", "chorus", "muted", "soloed", "locked")

# A track has no identity of its own across undo steps and takes; its role, name and rank among equals serve.
TrackKey = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Mix:
    """What the user changed in the mixer, track by track."""

    changes: Mapping[TrackKey, Mapping[str, Any]] = field(default_factory=dict)

    def with_change(self, score: Score, index: int, fields: Mapping[str, Any]) -> Mix:
        """The mix after moving some controls of one track; raises ValueError for a bad field or value."""
        for name, value in fields.items():
            _check(name, value)
        key = list(track_keys(score))[index]
        return Mix({**self.changes, key: {**self.changes.get(key, {}), **fields}})

    def over(self, score: Score) -> Score:
        """The score with the mix applied; the very same object when that changes nothing."""
        tracks = tuple(self._over_track(key, track) for key, track in zip(track_keys(score), score.tracks, strict=True))
        if all(new is old for new, old in zip(tracks, score.tracks, strict=True)):
            return score
        return score.with_tracks(*tracks)

    def agreeing_with(self, score: Score) -> Mix:
        """The mix without what an edit has since set otherwise, so that the edit holds."""
        kept = dict(self.changes)
        for key, track in zip(track_keys(score), score.tracks, strict=True):
            if key in kept:
                kept[key] = {name: value for name, value in kept[key].items() if getattr(track, name) == value}
        return Mix({key: fields for key, fields in kept.items() if fields})

    def _over_track(self, key: TrackKey, track: Track) -> Track:
        differing = {name: value for name, value in self.changes.get(key, {}).items() if getattr(track, name) != value}
        return replace(track, **differing) if differing else track


def track_keys(score: Score) -> Iterator[TrackKey]:
    """What stands for each track, in order."""
    seen: dict[tuple[str, str], int] = {}
    for track in score.tracks:
        same = (track.role, track.name)
        rank = seen.get(same, 0)
        seen[same] = rank + 1
        yield (*same, rank)


def _check(name: str, value: Any) -> None:
    if name not in MIX_FIELDS:
        raise ValueError(f"{name!r} is not in the mixer; it has: {', '.join(MIX_FIELDS)}")
    if name in ("muted", "soloed", "locked"):
        if not isinstance(value, bool):
            raise ValueError(f"{name} is yes or no, not {value!r}")
    elif not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 127:
        raise ValueError(f"{name} is a number from 0 to 127, not {value!r}")
