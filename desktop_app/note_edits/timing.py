"""Onsets and ends: quantise, split, join, legato."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from desktop_app.note_edits.edited import Edited, changed, exchanged
from music_core.quantize import Grid
from music_core.score import Metre, Note, bar_lines


def quantised(before: Edited, grid: Grid, metres: tuple[Metre, ...] = (Metre(0),)) -> Edited:
    """The selected notes drawn to the grid as far as its strength says, with its swing, bar by bar; lengths stay."""
    if not before.chosen:
        return before
    lines = bar_lines(metres, max(note.start_tick for note in before.chosen) + 1)

    def drawn(note: Note) -> Note:
        bar = lines[bisect_right(lines, note.start_tick) - 1]
        place = bar + grid.place(grid.nearest(note.start_tick - bar))
        return replace(note, start_tick=max(0, round(note.start_tick + grid.strength * (place - note.start_tick))))

    return changed(before, {note: drawn(note) for note in before.chosen})


def split(before: Edited, tick: int | None, step_ticks: int) -> Edited:
    """The selected notes cut in two at a tick; those that do not sound there (or all, for None) at their middle.

    The middle is drawn to the steps of the grid where the note has one inside. Both halves are then selected.
    """
    if tick is not None and not any(note.start_tick < tick < note.end_tick for note in before.chosen):
        tick = None
    cut = {note: _cut_at(note, tick, step_ticks) for note in before.chosen}
    halves = {note: at for note, at in cut.items() if at is not None}
    new = [replace(note, duration_ticks=at - note.start_tick) for note, at in halves.items()]
    new += [replace(note, start_tick=at, duration_ticks=note.end_tick - at) for note, at in halves.items()]
    rest = before.chosen - halves.keys()
    edited = exchanged(before, halves.keys(), new)
    return Edited(edited.notes, edited.chosen | rest) if halves else before


def joined(before: Edited) -> Edited:
    """Of each pitch the selected notes as one, from the first to the end of the last, as loud as the first."""
    lines: dict[int, list[Note]] = {}
    for note in sorted(before.chosen):
        lines.setdefault(note.pitch, []).append(note)
    parts = [line for line in lines.values() if len(line) > 1]
    if not parts:
        return before
    whole = [replace(line[0], duration_ticks=max(n.end_tick for n in line) - line[0].start_tick) for line in parts]
    alone = [line[0] for line in lines.values() if len(line) == 1]
    return exchanged(before, before.chosen, [*whole, *alone])


def legato(before: Edited) -> Edited:
    """Each selected note held until the next selected one begins; what begins together ends together.

    A single note is held until the next note of the track.
    """
    onsets: Sequence[int] = sorted({note.start_tick for note in before.chosen})
    if len(onsets) == 1:
        at = bisect_right(before.notes, onsets[0], key=lambda note: note.start_tick)
        onsets = [*onsets, before.notes[at].start_tick] if at < len(before.notes) else onsets
    until = dict(pairwise(onsets))
    return changed(
        before,
        {n: replace(n, duration_ticks=until.get(n.start_tick, n.end_tick) - n.start_tick) for n in before.chosen},
    )


def _cut_at(note: Note, tick: int | None, step_ticks: int) -> int | None:
    if tick is not None:
        return tick if note.start_tick < tick < note.end_tick else None
    middle = note.start_tick + note.duration_ticks // 2
    on_grid = round(middle / step_ticks) * step_ticks
    at = on_grid if note.start_tick < on_grid < note.end_tick else middle
    return at if note.start_tick < at else None
