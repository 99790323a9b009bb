"""Upgrades of project files: small functions, each from one format version to the next, applied in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from desktop_app.library.fields import LibraryError

FORMAT_VERSION = 7

Migration = Callable[[dict[str, Any]], dict[str, Any]]


def _with_chord_lanes(data: dict[str, Any]) -> dict[str, Any]:
    """2: a score and each take have a chord lane."""

    def with_lane(value: Any) -> Any:
        return {**value, "chords": []} if isinstance(value, dict) else value

    takes = data.get("takes")
    upgraded = {"takes": [with_lane(take) for take in takes]} if isinstance(takes, list) else {}
    return {**data, "score": with_lane(data.get("score")), **upgraded}


def _with_chorus(data: dict[str, Any]) -> dict[str, Any]:
    """3: a track says how much of it goes to the chorus; before, none did."""

    def with_sends(holder: Any) -> Any:
        tracks = holder.get("tracks") if isinstance(holder, dict) else None
        if not isinstance(tracks, list):
            return holder
        return {**holder, "tracks": [{**one, "chorus": 0} if isinstance(one, dict) else one for one in tracks]}

    takes = data.get("takes")
    upgraded = {"takes": [with_sends(take) for take in takes]} if isinstance(takes, list) else {}
    return {**data, "score": with_sends(data.get("score")), **upgraded}


def _with_wishes(data: dict[str, Any]) -> dict[str, Any]:
    """4: a track can be locked, and a take says what was asked for; before, that was always a whole band."""

    def with_locks(holder: Any) -> Any:
        tracks = holder.get("tracks") if isinstance(holder, dict) else None
        if not isinstance(tracks, list):
            return holder
        return {**holder, "tracks": [{**one, "locked": False} if isinstance(one, dict) else one for one in tracks]}

    def with_wish(take: Any) -> Any:
        return {**take, "wish": {"verb": "band", "roles": None, "bars": None, "share": 1.0}}

    takes = data.get("takes")
    upgraded = (
        {"takes": [with_wish(with_locks(take)) if isinstance(take, dict) else take for take in takes]}
        if isinstance(takes, list)
        else {}
    )
    return {**data, "score": with_locks(data.get("score")), **upgraded}


def _with_hands(data: dict[str, Any]) -> dict[str, Any]:
    """5: a track says which of a model's notes a person has changed; before, nobody wrote it down."""

    def with_none(holder: Any) -> Any:
        tracks = holder.get("tracks") if isinstance(holder, dict) else None
        if not isinstance(tracks, list):
            return holder
        return {**holder, "tracks": [{**one, "by_hand": []} if isinstance(one, dict) else one for one in tracks]}

    takes = data.get("takes")
    upgraded = {"takes": [with_none(take) for take in takes]} if isinstance(takes, list) else {}
    return {**data, "score": with_none(data.get("score")), **upgraded}


def _with_passes(data: dict[str, Any]) -> dict[str, Any]:
    """6: a recording can be free of a click, one pass of several, or added to what was there; before, none was."""
    recorded = data.get("recorded")
    if not isinstance(recorded, list):
        return data
    plain = {"beats": None, "stack": 0, "overdub": False}
    return {**data, "recorded": [{**plain, **one} if isinstance(one, dict) else one for one in recorded]}


def _with_rhythms(data: dict[str, Any]) -> dict[str, Any]:
    """7: a take says whether the rhythm was to stay; before, it never was."""

    def with_none(take: Any) -> Any:
        wish = take.get("wish") if isinstance(take, dict) else None
        return {**take, "wish": {"keeps_rhythm": False, **wish}} if isinstance(wish, dict) else take

    takes = data.get("takes")
    return {**data, "takes": [with_none(take) for take in takes]} if isinstance(takes, list) else data


# From the version in the key to the one after it. A migration gets what an older version wrote, already parsed.
MIGRATIONS: Mapping[int, Migration] = {
    1: _with_chord_lanes,
    2: _with_chorus,
    3: _with_wishes,
    4: _with_hands,
    5: _with_passes,
    6: _with_rhythms,
}


def migrated(
    data: dict[str, Any], target: int = FORMAT_VERSION, migrations: Mapping[int, Migration] = MIGRATIONS
) -> dict[str, Any]:
    """The file's data as the target version would have written it; raises LibraryError where there is no way."""
    version = data.get("format_version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise LibraryError("the file does not say which project format it has")
    if version > target:
        raise LibraryError(f"it was saved by a newer Tutti (format {version}, this one reads up to {target})")
    while version < target:
        if version not in migrations:
            raise LibraryError(f"its format {version} is too old for this Tutti")
        data = migrations[version](data)
        version += 1
        data["format_version"] = version
    return data
