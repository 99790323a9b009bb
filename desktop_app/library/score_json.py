"""Score <-> parsed JSON: notes and other events as short rows of numbers, everything else by name."""

from __future__ import annotations

from itertools import chain, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.fields import MAX_TICK, Field
from desktop_app.right_of_way import GiveWay, go_on
from music_core.harmony.lane import ChordLane
from music_core.harmony.symbols import MAX_SYMBOL_LENGTH, chord_from_symbol, symbol
from music_core.note_columns import Columns, notes_of
from music_core.score import (
    ROLES,
    ChordChange,
    ControlChange,
    KeySignature,
    Marker,
    Metre,
    Note,
    PitchBend,
    Score,
    Tempo,
    Track,
)

_MOST_TRACKS = 512
_MOST_EVENTS = 1_000_000
_ROWS_AT_ONCE = 1000  # numpy lets no other thread run while it reads a list
_TICK, _LENGTH, _SEVEN_BITS = (0, MAX_TICK), (1, MAX_TICK), (0, 127)

_SCORE_ENTRIES = ("tracks", "tempos", "metres", "keys", "markers", "title", "copyright", "provenance", "chords")
_TRACK_ENTRIES = (
    *("name", "role", "program", "bank", "is_drum", "volume", "pan", "reverb", "chorus", "muted", "soloed", "locked"),
    *("generated_by", "notes", "by_hand", "controls", "bends"),
)


def score_to(score: Score, give_way: GiveWay = go_on) -> dict[str, Any]:
    """A score as JSON data."""

    def written(track: Track) -> dict[str, Any]:
        give_way()
        return track_to(track)

    return {
        "tracks": [written(track) for track in score.tracks],
        "tempos": [[tempo.tick, tempo.us_per_quarter] for tempo in score.tempos],
        "metres": [[metre.tick, metre.numerator, metre.denominator] for metre in score.metres],
        "keys": [[key.tick, key.fifths, int(key.minor)] for key in score.keys],
        "markers": [{"tick": marker.tick, "text": marker.text} for marker in score.markers],
        "title": score.title,
        "copyright": score.copyright,
        "provenance": score.provenance,
        "chords": chords_to(score.chords),
    }


def score_from(field: Field, give_way: GiveWay = go_on) -> Score:
    """The inverse of `score_to`; raises LibraryError for anything a score cannot be."""
    field.only(*_SCORE_ENTRIES)

    def read(track: Field) -> Track:
        give_way()
        return track_from(track, give_way)

    return Score(
        field.entry("tracks").each(read, _MOST_TRACKS),
        field.entry("tempos").each(_tempo_from, _MOST_EVENTS),
        field.entry("metres").each(_metre_from, _MOST_EVENTS),
        field.entry("keys").each(_key_from, _MOST_EVENTS),
        field.entry("markers").each(_marker_from, _MOST_EVENTS),
        field.entry("title").text(),
        field.entry("copyright").text(10_000),
        field.entry("provenance").text(10_000),
        chords_from(field.entry("chords")),
    )


def chords_to(lane: ChordLane) -> list[dict[str, Any]]:
    """A chord lane as JSON data."""
    return [{"tick": change.tick, "chord": symbol(change.chord), "locked": change.locked} for change in lane]


def chords_from(field: Field) -> ChordLane:
    """The inverse of `chords_to`; raises LibraryError for anything a lane cannot be."""
    lane = field.each(_chord_from, _MOST_EVENTS)
    if any(a.tick >= b.tick for a, b in pairwise(lane)):
        raise field.wrong("have no rising ticks")
    return lane


def track_to(track: Track) -> dict[str, Any]:
    """A track as JSON data."""
    return {
        "name": track.name,
        "role": track.role,
        "program": track.program,
        "bank": track.bank,
        "is_drum": track.is_drum,
        "volume": track.volume,
        "pan": track.pan,
        "reverb": track.reverb,
        "chorus": track.chorus,
        "muted": track.muted,
        "soloed": track.soloed,
        "locked": track.locked,
        "generated_by": track.generated_by,
        "notes": [[note.start_tick, note.pitch, note.duration_ticks, note.velocity] for note in track.notes],
        "by_hand": [place for place, note in enumerate(track.notes) if track.by_hand and note in track.by_hand],
        "controls": [[control.tick, control.controller, control.value] for control in track.controls],
        "bends": [[bend.tick, bend.value] for bend in track.bends],
    }


def track_from(field: Field, give_way: GiveWay = go_on) -> Track:
    """The inverse of `track_to`; raises LibraryError for anything a track cannot be."""
    field.only(*_TRACK_ENTRIES)
    role = field.entry("role").text(40)
    if role not in ROLES:
        raise field.entry("role").wrong(f"is none of {', '.join(ROLES)}")
    notes = _notes_from(field.entry("notes"), give_way)
    return Track(
        name=field.entry("name").text(),
        notes=notes,
        program=field.entry("program").whole(*_SEVEN_BITS),
        bank=field.entry("bank").whole(0, 16383),
        is_drum=field.entry("is_drum").flag(),
        role=role,
        volume=field.entry("volume").whole(*_SEVEN_BITS),
        pan=field.entry("pan").whole(*_SEVEN_BITS),
        reverb=field.entry("reverb").whole(*_SEVEN_BITS),
        chorus=field.entry("chorus").whole(*_SEVEN_BITS),
        muted=field.entry("muted").flag(),
        soloed=field.entry("soloed").flag(),
        locked=field.entry("locked").flag(),
        controls=field.entry("controls").each(_control_from, _MOST_EVENTS),
        bends=field.entry("bends").each(_bend_from, _MOST_EVENTS),
        generated_by=field.entry("generated_by").text(200),
        by_hand=_by_hand_from(field.entry("by_hand"), notes),
    )


def _notes_from(field: Field, give_way: GiveWay) -> tuple[Note, ...]:
    """All at once where they are as Tutti writes them, which is much sooner; else one by one, to say which is wrong."""
    columns = _columns(field.value, give_way)
    if columns is not None:
        try:
            return notes_of(*columns)
        except ValueError:
            pass
    return field.each(_note_from, _MOST_EVENTS)


def _columns(rows: Any, give_way: GiveWay) -> Columns | None:
    """Rows of four whole numbers in rising order, as columns int64; None for anything else."""
    if not isinstance(rows, list) or not 0 < len(rows) <= _MOST_EVENTS:
        return None
    blocks = []
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        give_way()
        block = _block(rows[start : start + _ROWS_AT_ONCE])
        if block is None:
            return None
        blocks.append(block)
    give_way()
    starts, pitches, lengths, velocities = np.concatenate(blocks).T
    in_order = bool(np.all((np.diff(starts) > 0) | ((np.diff(starts) == 0) & (np.diff(pitches) > 0))))
    return (starts, pitches, lengths, velocities) if in_order and max(starts[-1], lengths.max()) <= MAX_TICK else None


def _block(rows: list[Any]) -> NDArray[np.int64] | None:
    """Rows of four whole numbers as int64 (N, 4); None for anything else."""
    if set(map(type, rows)) != {list} or set(map(len, rows)) != {4}:
        return None
    if set(map(type, chain.from_iterable(rows))) != {int}:
        return None
    try:
        return np.array(rows, np.int64)
    except OverflowError:
        return None


def _note_from(field: Field) -> Note:
    return Note(*field.whole_row(_TICK, _SEVEN_BITS, _LENGTH, (1, 127)))


def _by_hand_from(field: Field, notes: tuple[Note, ...]) -> frozenset[Note]:
    places = field.each(lambda place: place.whole(0, len(notes) - 1), _MOST_EVENTS)
    return frozenset(notes[place] for place in places)


def _control_from(field: Field) -> ControlChange:
    return ControlChange(*field.whole_row(_TICK, _SEVEN_BITS, _SEVEN_BITS))


def _bend_from(field: Field) -> PitchBend:
    return PitchBend(*field.whole_row(_TICK, (-8192, 8191)))


def _tempo_from(field: Field) -> Tempo:
    return Tempo(*field.whole_row(_TICK, (1, 0xFFFFFF)))


def _metre_from(field: Field) -> Metre:
    return Metre(*field.whole_row(_TICK, (1, 255), (1, 128)))


def _key_from(field: Field) -> KeySignature:
    tick, fifths, minor = field.whole_row(_TICK, (-7, 7), (0, 1))
    return KeySignature(tick, fifths, bool(minor))


def _chord_from(field: Field) -> ChordChange:
    field.only("tick", "chord", "locked")
    chord = chord_from_symbol(field.entry("chord").text(MAX_SYMBOL_LENGTH))
    return ChordChange(field.entry("tick").whole(*_TICK), chord, field.entry("locked").flag())


def _marker_from(field: Field) -> Marker:
    field.only("tick", "text")
    return Marker(field.entry("tick").whole(*_TICK), field.entry("text").text())
