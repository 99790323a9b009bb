"""What was struck together: the notes of a performance gathered into single notes and chords, rolled ones included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from music_core.performance import PerformedNote

# Fingers of one hand that fall together lie within this; a rolled chord goes on where its keys are held meanwhile.
_TOGETHER_S = 0.045
_ROLLED_S = 0.075
_LONGEST_ROLL_S = 0.26
# A key of a roll is still down so long after the next one: in a fast scale it is up by then.
_HELD_S = 0.12


@dataclass(frozen=True, slots=True)
class Strike:
    """Notes struck together: when, and which of the take's notes (by their index)."""

    time_s: float
    members: tuple[int, ...]


def strikes(notes: Sequence[PerformedNote]) -> tuple[Strike, ...]:
    """The strikes of a performance in order; the time of each is the middle of its onsets.

    Onsets within 45 ms belong together (Dixon, 2001, takes 70 ms), and those within 75 ms where every key of the
    chord is still held, for then they are a roll; a pitch never comes twice in a strike.
    """
    order = sorted(range(len(notes)), key=lambda i: (notes[i].onset_s, notes[i].pitch))
    found: list[list[int]] = []
    for index in order:
        if found and _joins(notes, found[-1], index):
            found[-1].append(index)
        else:
            found.append([index])
    return tuple(Strike(_middle(notes, members), tuple(members)) for members in found)


def _joins(notes: Sequence[PerformedNote], members: list[int], index: int) -> bool:
    note, last = notes[index], notes[members[-1]]
    gap_s = note.onset_s - last.onset_s
    if any(notes[i].pitch == note.pitch for i in members):
        return False
    if note.onset_s - notes[members[0]].onset_s > _LONGEST_ROLL_S:
        return False
    held = all(notes[i].offset_s >= note.onset_s + _HELD_S for i in members)
    return gap_s <= _TOGETHER_S or (held and gap_s <= _ROLLED_S)


def _middle(notes: Sequence[PerformedNote], members: list[int]) -> float:
    return (notes[members[0]].onset_s + notes[members[-1]].onset_s) / 2
