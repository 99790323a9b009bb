"""Edits of a score's chords by hand, as pure functions: whatever a person touches is locked from then on."""

from __future__ import annotations

from dataclasses import replace

from music_core.harmony.lane import with_chord, without_chord
from music_core.harmony.symbols import chord_from_symbol
from music_core.score import ChordChange, Metre, Score, bar_beat, metre_at


def with_typed(score: Score, tick: int, text: str) -> Score:
    """The score with the chord that was typed for a tick; nothing typed removes the one that is there.

    Small letters count as capitals where a note's name stands. Raises ChordSymbolError.
    """
    symbol = text.strip()
    if not symbol:
        return without(score, tick)
    chord = chord_from_symbol("/".join(part[:1].upper() + part[1:] for part in symbol.split("/")))
    return replace(score, chords=with_chord(score.chords, ChordChange(tick, chord, locked=True)))


def without(score: Score, tick: int) -> Score:
    """The score without the chord that begins at a tick: the one before it holds on."""
    return replace(score, chords=without_chord(score.chords, tick))


def moved(score: Score, tick: int, to_tick: int) -> Score:
    """The score with a chord beginning elsewhere, on a beat between its neighbours; the same score where none fits."""
    index = next((i for i, change in enumerate(score.chords) if change.tick == tick), None)
    if index is None:
        return score
    after_tick = score.chords[index - 1].tick if index else -1
    before_tick = score.chords[index + 1].tick if index + 1 < len(score.chords) else None
    target = to_tick
    if target <= after_tick:
        start = beat_start(score.metres, after_tick)
        target = start + metre_at(score.metres, start).beat_ticks
    if before_tick is not None and target >= before_tick:
        target = beat_start(score.metres, before_tick - 1)
    if target <= after_tick or target == tick:
        return score
    change = replace(score.chords[index], tick=target, locked=True)
    return replace(score, chords=with_chord(without_chord(score.chords, tick), change))


def with_lock(score: Score, tick: int, locked: bool) -> Score:
    """The score with the chord that begins at a tick locked, or left to the models."""
    chords = (replace(change, locked=locked) if change.tick == tick else change for change in score.chords)
    return replace(score, chords=tuple(chords))


def without_unlocked(score: Score) -> Score:
    """The score without the chords that models found; a locked one holds on where they were."""
    return replace(score, chords=tuple(change for change in score.chords if change.locked))


def beat_start(metres: tuple[Metre, ...], tick: int) -> int:
    """The first tick of the beat that holds a tick."""
    return tick - bar_beat(metres, tick)[2]


def bar_start(metres: tuple[Metre, ...], tick: int) -> int:
    """The first tick of the bar that holds a tick."""
    _, beat, rest = bar_beat(metres, tick)
    return tick - rest - (beat - 1) * metre_at(metres, tick).beat_ticks


def next_bar(metres: tuple[Metre, ...], tick: int) -> int:
    """The first tick of the bar after the one that holds a tick."""
    start = bar_start(metres, tick)
    end = start + metre_at(metres, start).bar_ticks
    change = next((metre.tick for metre in metres if metre.tick > start), end)
    return min(end, change)
