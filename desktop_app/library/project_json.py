"""Project <-> the bytes of a `.tutti` file: JSON with a format version, hostile until every field is checked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain, repeat
from typing import Any, NoReturn, TypeVar

from desktop_app.library.fields import MAX_TICK, Field, LibraryError
from desktop_app.library.message_json import message_from, message_to
from desktop_app.library.migrations import FORMAT_VERSION, migrated
from desktop_app.library.project import VERBS, Project, Recording, Take, Wish
from desktop_app.library.score_json import chords_from, chords_to, score_from, score_to, track_from, track_to
from desktop_app.right_of_way import GiveWay, go_on
from music_core.performance import PerformedTake
from music_core.quantize import Grid
from music_core.tick_map import TickMap

__all__ = ["LibraryError", "project_from_bytes", "project_to_bytes"]

_MOST_TAKES = 1000
_MOST_MESSAGES = 2_000_000
_LONGEST_S = 1e12
_ROWS_AT_ONCE = 1000

T = TypeVar("T")


def project_to_bytes(project: Project, give_way: GiveWay = go_on) -> bytes:
    """The file's content; the same project gives the same bytes. `give_way` is called again and again meanwhile."""
    data = {
        "format_version": FORMAT_VERSION,
        "name": project.name,
        "score": score_to(project.score, give_way),
        "takes": [_take_to(take) for take in project.takes],
        "recorded": [_recording_to(recording) for recording in project.recorded],
    }
    return "".join(_giving_way(_written(data), give_way)).encode("ascii") + b"\n"


def _giving_way(pieces: Iterable[T], give_way: GiveWay) -> Iterator[T]:
    for piece in pieces:
        give_way()
        yield piece


def _written(value: Any) -> Iterator[str]:
    """JSON, a piece at a time: the encoder lets no other thread run until it is done, and there may be many notes."""
    if isinstance(value, dict) and value:
        for before, (name, entry) in zip(chain("{", repeat(",")), value.items(), strict=False):
            yield f"{before}{_json(name)}:"
            yield from _written(entry)
        yield "}"
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for before, entry in zip(chain("[", repeat(",")), value, strict=False):
            yield before
            yield from _written(entry)
        yield "]"
    elif isinstance(value, list) and len(value) > _ROWS_AT_ONCE:
        for before, start in zip(chain("[", repeat(",")), range(0, len(value), _ROWS_AT_ONCE), strict=False):
            yield before + _json(value[start : start + _ROWS_AT_ONCE])[1:-1]
        yield "]"
    else:
        yield _json(value)


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def project_from_bytes(data: bytes, file_name: str = "The project", give_way: GiveWay = go_on) -> Project:
    """The project in a file's content; raises LibraryError, one sentence that names the file and the place."""
    try:
        parsed = json.loads(data, parse_constant=_no_constant, object_hook=partial(_pass_on, give_way=give_way))
    except (ValueError, RecursionError):
        raise LibraryError(f"«{file_name}» is not a Tutti project, or it is damaged.") from None
    if not isinstance(parsed, dict):
        raise LibraryError(f"«{file_name}» is not a Tutti project.")
    try:
        return _project_from(Field(migrated(parsed), "the project"), give_way)
    except ValueError as error:
        raise LibraryError(f"«{file_name}» cannot be opened: {error}.") from None


def _project_from(field: Field, give_way: GiveWay) -> Project:
    field.only("format_version", "name", "score", "takes", "recorded")
    return Project(
        field.entry("name").text(),
        score_from(field.entry("score"), give_way),
        field.entry("takes").each(_take_from, _MOST_TAKES),
        field.entry("recorded").each(_recording_from, _MOST_TAKES),
    )


def _take_to(take: Take) -> dict[str, Any]:
    return {
        "model_id": take.model_id,
        "seed": take.seed,
        "options": dict(take.options),
        "starred": take.starred,
        "notes": list(take.notes),
        "tracks": [track_to(track) for track in take.tracks],
        "chords": chords_to(take.chords),
        "wish": _wish_to(take.wish),
    }


def _take_from(field: Field) -> Take:
    field.only("model_id", "seed", "options", "starred", "notes", "tracks", "chords", "wish")
    return Take(
        field.entry("tracks").each(track_from, 64),
        field.entry("model_id").text(200),
        field.entry("seed").whole(0, 2**63 - 1),
        field.entry("options").numbers_by_name(100),
        field.entry("starred").flag(),
        field.entry("notes").each(Field.text, 100),
        chords_from(field.entry("chords")),
        _wish_from(field.entry("wish")),
    )


def _wish_to(wish: Wish) -> dict[str, Any]:
    return {
        "verb": wish.verb,
        "roles": None if wish.roles is None else sorted(wish.roles),
        "bars": None if wish.bars is None else list(wish.bars),
        "share": wish.share,
        "keeps_rhythm": wish.keeps_rhythm,
    }


def _wish_from(field: Field) -> Wish:
    field.only("verb", "roles", "bars", "share", "keeps_rhythm")
    verb = next((verb for verb in VERBS if verb == field.entry("verb").text(20)), None)
    if verb is None:
        raise field.entry("verb").wrong(f"is none of {', '.join(VERBS)}")
    roles = field.entry("roles").optional(lambda roles: frozenset(roles.each(Field.text, 64)))
    bars = field.entry("bars").optional(lambda bars: bars.whole_row((0, MAX_TICK), (1, MAX_TICK)))
    share = field.entry("share").number(0, 1)
    keeps_rhythm = field.entry("keeps_rhythm").flag()
    return Wish(verb, roles, None if bars is None else (bars[0], bars[1]), share, keeps_rhythm)


def _recording_to(recording: Recording) -> dict[str, Any]:
    take, grid = recording.performance, recording.grid
    return {
        "origin_s": take.origin_s,
        "end_s": take.end_s,
        "bpm": take.bpm,
        "start_tick": recording.start_tick,
        "end_tick": recording.end_tick,
        "grid": None if grid is None else [grid.step_ticks, grid.strength, grid.swing],
        "beats": None if recording.beats is None else [list(recording.beats.times_s), list(recording.beats.ticks)],
        "stack": recording.stack,
        "overdub": recording.overdub,
        "messages": [message_to(message) for message in take.messages],
    }


def _recording_from(field: Field) -> Recording:
    field.only("origin_s", "end_s", "bpm", "start_tick", "end_tick", "grid", "beats", "stack", "overdub", "messages")
    take = PerformedTake(
        field.entry("messages").each(message_from, _MOST_MESSAGES),
        field.entry("origin_s").number(-_LONGEST_S, _LONGEST_S),
        field.entry("end_s").number(-_LONGEST_S, _LONGEST_S),
        field.entry("bpm").number(1, 10_000),
    )
    return Recording(
        take,
        field.entry("start_tick").whole(0, MAX_TICK),
        field.entry("end_tick").optional(lambda end: end.whole(0, MAX_TICK)),
        field.entry("grid").optional(_grid_from),
        field.entry("beats").optional(_beats_from),
        field.entry("stack").whole(0, _MOST_TAKES),
        field.entry("overdub").flag(),
    )


def _beats_from(field: Field) -> TickMap:
    if not isinstance(field.value, list) or len(field.value) != 2:
        raise field.wrong("is not two rows of numbers")
    rows = (
        Field(row, field.where).each(lambda entry: entry.number(-_LONGEST_S, _LONGEST_S), _MOST_MESSAGES)
        for row in field.value
    )
    try:
        return TickMap(*rows)
    except ValueError as error:
        raise field.wrong(f"makes no sense: {error}") from None


def _grid_from(field: Field) -> Grid:
    if not isinstance(field.value, list) or len(field.value) != 3:
        raise field.wrong("is not a row of 3 numbers")
    step, strength, swing = (Field(value, field.where) for value in field.value)
    return Grid(step.whole(1, 100_000), strength.number(0, 1), swing.number(0, 1))


def _pass_on(entries: dict[str, Any], give_way: GiveWay) -> dict[str, Any]:
    """Python is called for each object, as the decoder itself lets no other thread run from first to last."""
    give_way()
    return entries


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
