"""Other takes made from one: keys equally loud, as a typing piano has it, or only tapped, and only the first phrases.

The timing stays as it was, so that whatever is found otherwise is found otherwise for want of that evidence.
"""

from __future__ import annotations

import random
from dataclasses import replace

from benchmarks.free_takes import FreeTake

# What the studio's typing piano sends unless its player says otherwise.
EQUAL_VELOCITY = 80
TAP_S = 0.09
# A phrase is two bars; of bars as short as 2/4 and 3/8 it is four.
_SHORT_BAR = 8
_PHRASES = {"one phrase": 1, "two phrases": 2}
PARTS = ("whole", *_PHRASES, "broken off")
_BROKEN_OFF = (6, 20)


def equally_loud(take: FreeTake) -> FreeTake:
    """The take as keys without touch give it: all notes of one velocity."""
    notes = tuple(replace(note, velocity=EQUAL_VELOCITY) for note in take.notes)
    return replace(take, notes=notes, touch="equal")


def tapped(take: FreeTake) -> FreeTake:
    """The take as if every key were tapped, by a mouse say: equally loud, and let go at once, the last one too."""
    notes = tuple(
        replace(note, offset_s=min(note.offset_s, round(note.onset_s + TAP_S, 4))) for note in equally_loud(take).notes
    )
    return replace(take, notes=notes, touch="tapped")


def beginning(take: FreeTake, part: str) -> FreeTake:
    """A part of the take: "one phrase" or "two phrases" are whole bars from its first note on, so that the pickup of
    the phrase after them is left out; "broken off" ends with any of its 6th to 20th notes; "whole" is all of it."""
    if part == "whole":
        return take
    if part == "broken off":
        last = random.Random(f"{take.name} {take.level} {take.seed}").randint(*_BROKEN_OFF)
        kept = list(range(min(last, len(take.notes))))
    else:
        bar = take.metre[0] * 16 // take.metre[1]
        end = min(take.steps) + _PHRASES[part] * bar * (4 if bar <= _SHORT_BAR else 2)
        kept = [i for i, step in enumerate(take.steps) if step < end]
    notes, steps = tuple(take.notes[i] for i in kept), tuple(take.steps[i] for i in kept)
    return replace(take, notes=notes, steps=steps, part=part)
