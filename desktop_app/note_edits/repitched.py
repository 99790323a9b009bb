"""Another version's pitches in this version's rhythm."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from music_core.score import InOrder, Note

# What begins so near together is meant as one chord: hands, and models that play like them, are not exact.
_TOGETHER_TICKS = 40


def repitched(rhythm: Sequence[Note], pitches: Sequence[Note]) -> tuple[Note, ...]:
    """The notes of `rhythm`, as long and as loud as they are, on the pitches that the other notes have there.

    A pitch is taken from what begins with a note, else from what sounds then, else from what begins nearest. Notes
    that are in both stay. A chord with fewer pitches than it had loses its doubles.
    """
    if not pitches:
        return tuple(rhythm)
    there = frozenset(pitches)
    onsets = [note.start_tick for note in pitches]
    result: list[Note] = []
    for start, chord in groupby(sorted(rhythm), key=lambda note: note.start_tick):
        notes = list(chord)
        stay = [note for note in notes if note in there]
        move = [note for note in notes if note not in there]
        offered = _pitches_at(pitches, onsets, start)
        result += stay
        taken = {note.pitch for note in stay}
        for place, note in enumerate(move):
            pitch = offered[place * len(offered) // len(move)]
            if pitch not in taken:
                taken.add(pitch)
                result.append(replace(note, pitch=pitch))
    return InOrder(_one_at_a_time(sorted(result)))


def _pitches_at(notes: Sequence[Note], onsets: Sequence[int], tick: int) -> list[int]:
    """Pitches to choose from at a tick, from low to high; at least one."""
    first = bisect_left(onsets, tick - _TOGETHER_TICKS)
    last = bisect_left(onsets, tick + _TOGETHER_TICKS + 1)
    near = notes[first:last] or [note for note in notes[:first] if note.end_tick > tick]
    if not near:
        nearest = min(notes[max(0, first - 1) : first + 1], key=lambda note: abs(note.start_tick - tick))
        near = [note for note in notes if note.start_tick == nearest.start_tick]
    return sorted({note.pitch for note in near})


def _one_at_a_time(notes: list[Note]) -> list[Note]:
    """No pitch sounds twice at once: the later note cuts the earlier."""
    last: dict[int, int] = {}
    for index, note in enumerate(notes):
        before = last.get(note.pitch)
        if before is not None and notes[before].end_tick > note.start_tick:
            notes[before] = replace(notes[before], duration_ticks=note.start_tick - notes[before].start_tick)
        last[note.pitch] = index
    return notes
