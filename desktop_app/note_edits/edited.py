"""The one way in which notes are exchanged: quick among very many, and no pitch ever sounds twice at once."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from music_core.score import NOTE_ORDER, InOrder, Note, Score, Track

# From one note in so many on, one pass over all of them is quicker than finding each.
_FEW = 40


@dataclass(frozen=True, slots=True)
class Edited:
    """The notes after an edit, in order, and which of them are selected."""

    notes: tuple[Note, ...]
    chosen: frozenset[Note]


def exchanged(before: Edited, gone: Collection[Note], new: Iterable[Note]) -> Edited:
    """Without the notes that are gone and with the new ones, which stay whole and are then what is selected.

    Among the new ones a later cuts an earlier of its pitch, and of two that begin together the longer stays.
    """
    old = before.notes if isinstance(before.notes, InOrder) else InOrder(sorted(before.notes))
    kept = _without(old, gone)
    added = _one_a_pitch(new)
    lost = [*gone]
    if added:
        lost += _make_room(kept, added, max(old.longest_ticks, 1))
        _merge(kept, added)
    end = max([old.end_tick, *(note.end_tick for note in added)])
    longest = max([old.longest_ticks, *(note.duration_ticks for note in added)])
    # Only where a note that ended last is gone or cut must all be asked for the end anew.
    is_sure = any(note.end_tick == end for note in added) or all(note.end_tick < end for note in lost)
    return Edited(InOrder(kept, end if is_sure else -1, longest), frozenset(added))


def changed(before: Edited, changes: Mapping[Note, Note]) -> Edited:
    """Some notes exchanged for others; what stays as it was is only selected."""
    moved = {old: new for old, new in changes.items() if old != new}
    if not moved:
        return before
    return exchanged(before, changes.keys(), changes.values())


def present(notes: tuple[Note, ...], wanted: frozenset[Note]) -> frozenset[Note]:
    """Those of the wanted notes that are there."""
    if len(wanted) * _FEW > len(notes):
        return wanted & frozenset(notes)
    return frozenset(note for note in wanted if _place(notes, note) is not None)


def with_notes(score: Score, index: int, edited: Edited) -> Score:
    """The score with a track's notes after an edit; in a model's part what is new counts as made by hand."""
    track = score.tracks[index]
    return score.with_track(index, replace(track, notes=edited.notes, by_hand=_by_hand(track, edited.notes)))


def is_generated(track: Track, note: Note) -> bool:
    """Whether a model wrote this note and nobody has changed it since."""
    return bool(track.generated_by) and note not in track.by_hand


def difference(old: tuple[Note, ...], new: tuple[Note, ...]) -> tuple[int, int]:
    """How many notes at the start and at the end are the very same in both: (head, tail)."""
    shorter = min(len(old), len(new))
    head = _same(old, new, shorter)
    return head, _same_at_end(old, new, shorter - head)


def _by_hand(track: Track, notes: tuple[Note, ...]) -> frozenset[Note]:
    if not track.generated_by:
        return track.by_hand
    head, tail = difference(track.notes, notes)
    before = frozenset(track.notes[head : len(track.notes) - tail])
    after = frozenset(notes[head : len(notes) - tail])
    return (track.by_hand - (before - after)) | (after - before)


def _place(notes: tuple[Note, ...] | list[Note], note: Note) -> int | None:
    at = bisect_left(notes, NOTE_ORDER(note), key=NOTE_ORDER)
    return at if at < len(notes) and notes[at] == note else None


def _without(notes: InOrder, gone: Collection[Note]) -> list[Note]:
    kept = list(notes)
    if len(gone) * _FEW > len(kept):
        lost = frozenset(gone)
        return [note for note in kept if note not in lost]
    for note in gone:
        while (at := _place(kept, note)) is not None:  # twins go together
            del kept[at]
    return kept


def _one_a_pitch(notes: Iterable[Note]) -> list[Note]:
    """The notes, sorted, each pitch sounding once at a time."""
    last: dict[int, int] = {}
    result: list[Note] = []
    for note in sorted(set(notes), key=lambda one: (one.start_tick, one.pitch, -one.duration_ticks, -one.velocity)):
        at = last.get(note.pitch)
        if at is not None and result[at].start_tick == note.start_tick:
            continue
        if at is not None and result[at].end_tick > note.start_tick:
            result[at] = replace(result[at], duration_ticks=note.start_tick - result[at].start_tick)
        last[note.pitch] = len(result)
        result.append(note)
    return sorted(result, key=NOTE_ORDER)


def _make_room(kept: list[Note], added: list[Note], longest: int) -> list[Note]:
    """Cut or take out, in place, what sounds where the added notes do; returns the notes it has cut or taken out."""
    lines: dict[int, list[Note]] = {}
    for note in added:
        lines.setdefault(note.pitch, []).append(note)
    first = bisect_left(kept, added[0].start_tick - longest, key=lambda note: note.start_tick)
    last = bisect_right(kept, max(note.end_tick for note in added), key=lambda note: note.start_tick)
    fresh, lost = [], []
    for note in kept[first:last]:
        line = lines.get(note.pitch)
        rest = _beside(note, line) if line else note
        if rest is not note:
            lost.append(note)
        if rest is not None:
            fresh.append(rest)
    fresh.sort(key=NOTE_ORDER)  # a note that was cut may belong before its twin
    kept[first:last] = fresh
    return lost


def _beside(note: Note, line: list[Note]) -> Note | None:
    """What is left of a note beside new ones of its pitch: it ends where the next begins, or is gone inside one."""
    after = bisect_right(line, note.start_tick, key=lambda one: one.start_tick)
    if after and line[after - 1].end_tick > note.start_tick:
        return None
    if after < len(line) and line[after].start_tick < note.end_tick:
        return replace(note, duration_ticks=line[after].start_tick - note.start_tick)
    return note


def _merge(kept: list[Note], added: list[Note]) -> None:
    if len(added) * _FEW > len(kept):
        kept += added
        kept.sort(key=NOTE_ORDER)
    else:
        for note in added:
            insort(kept, note, key=NOTE_ORDER)


def _same(old: tuple[Note, ...], new: tuple[Note, ...], most: int) -> int:
    """How long the common beginning is, at most `most`: by halves, as comparing runs costs next to nothing."""
    at, step = 0, 4096
    while step:
        while at + step <= most and old[at : at + step] == new[at : at + step]:
            at += step
        step //= 4
    return at


def _same_at_end(old: tuple[Note, ...], new: tuple[Note, ...], most: int) -> int:
    at, step = 0, 4096
    while step:
        while (
            at + step <= most and old[len(old) - at - step : len(old) - at] == new[len(new) - at - step : len(new) - at]
        ):
            at += step
        step //= 4
    return at
