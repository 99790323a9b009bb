"""Notes from the note-ons and note-offs of one channel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from music_core.note_columns import columns_of, notes_of
from music_core.score import InOrder, Note, without_overlaps

NOTE_OFF, NOTE_ON = 0x8, 0x9

# (tick, kind, data1, data2) of one channel, in file order.
PartEvent = tuple[int, int, int, int]
PartEvents = NDArray[np.int64]
"""Rows of the same."""


@dataclass(slots=True)
class _Held:
    """A note that sounds: how many note-offs it still expects, the last one seen, and when it cut another note."""

    start_tick: int
    velocity: int
    expected: int = 1
    last_off: int = -1
    cut_another_at: int = -1


def paired(events: PartEvents, end_tick: int) -> InOrder:
    """What `pair_events` gives, for very many events.

    A pitch whose ons and offs take turns, as nearly all do, needs no thought: each pair is a note. The others are left
    to `pair_events`, pitch by pitch, as no pitch has a say in another's notes.
    """
    kinds = events[:, 1]
    events = events[(kinds == NOTE_ON) | (kinds == NOTE_OFF)]
    if not len(events):
        return InOrder()
    by_pitch = events[np.argsort(events[:, 2], kind="stable")]
    ticks, pitches = by_pitch[:, 0], by_pitch[:, 2]
    strikes = (by_pitch[:, 1] == NOTE_ON) & (by_pitch[:, 3] > 0)
    odd = _out_of_turn(ticks, pitches, strikes)[pitches]
    starts = np.flatnonzero(strikes & ~odd)
    lengths = ticks[starts + 1] - ticks[starts]
    columns = [ticks[starts], pitches[starts], lengths, by_pitch[starts, 3]]
    if odd.any():
        rest = columns_of(pair_events(((t, k, one, two) for t, k, one, two in by_pitch[odd].tolist()), end_tick))
        columns = [np.concatenate(pair) for pair in zip(columns, rest, strict=True)]
    return notes_of(*columns)


def _out_of_turn(ticks: NDArray[np.int64], pitches: NDArray[np.int64], strikes: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """By pitch: whether its strikes and releases do not take turns, or a note has no length."""
    same = pitches[1:] == pitches[:-1]
    first, last = np.append(True, ~same), np.append(~same, True)
    bad = (first & ~strikes) | (last & strikes)
    bad[1:] |= same & (strikes[1:] == strikes[:-1])
    bad[1:] |= same & ~strikes[1:] & (ticks[1:] <= ticks[:-1])
    return np.bincount(pitches[bad], minlength=128) > 0


def pair_events(events: Iterable[PartEvent], end_tick: int) -> tuple[Note, ...]:
    """Notes from note-ons and note-offs in ticks.

    A note-on for a sounding pitch ends that note; two at one tick make one note that lasts until the last
    of their offs; a missing off ends at `end_tick`; every note has a tick or more.
    """
    notes: list[Note] = []
    held: dict[int, _Held] = {}

    def close(pitch: int, note: _Held, tick: int) -> None:
        notes.append(Note(note.start_tick, pitch, max(1, tick - note.start_tick), note.velocity))

    for tick, kind, pitch, velocity in events:
        note = held.get(pitch)
        if kind == NOTE_ON and velocity:
            if note is None:
                held[pitch] = _Held(tick, velocity)
            elif note.start_tick == tick:
                note.expected += 1
                note.velocity = max(note.velocity, velocity)
            else:
                close(pitch, note, tick if note.last_off < 0 else note.last_off)
                held[pitch] = _Held(tick, velocity, cut_another_at=tick if note.last_off < 0 else -1)
        elif kind in (NOTE_ON, NOTE_OFF) and note is not None:
            if note.cut_another_at == tick:
                note.cut_another_at = -1  # the off that the earlier note still owed
                continue
            note.expected -= 1
            note.last_off = tick
            if note.expected == 0:
                close(pitch, held.pop(pitch), tick)
    for pitch, note in held.items():
        close(pitch, note, end_tick if note.last_off < 0 else note.last_off)
    return without_overlaps(notes)  # a note without length, given its tick, may meet the next one
