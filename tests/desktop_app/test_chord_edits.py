"""Edits of the chord lane by hand."""

from __future__ import annotations

import pytest

from desktop_app import chord_edits
from music_core.harmony.chord import Chord
from music_core.harmony.symbols import ChordSymbolError
from music_core.score import ChordChange, Metre, Score

C, F, G7 = Chord(0), Chord(5), Chord(7, "7")
LANE = (ChordChange(0, C), ChordChange(960, F), ChordChange(1920, G7))
SCORE = Score(chords=LANE)


def test_what_is_typed_is_locked_and_replaces_what_begins_there() -> None:
    assert chord_edits.with_typed(SCORE, 960, "am7/g").chords == (
        LANE[0],
        ChordChange(960, Chord(9, "min7", 7), locked=True),
        LANE[2],
    )
    assert chord_edits.with_typed(SCORE, 480, "bb").chords[1] == ChordChange(480, Chord(10), locked=True)
    assert chord_edits.with_typed(SCORE, 480, "n.c.").chords[1] == ChordChange(480, None, locked=True)


def test_nothing_typed_removes_the_chord_and_the_one_before_holds_on() -> None:
    assert chord_edits.with_typed(SCORE, 960, "  ").chords == (LANE[0], LANE[2])
    assert chord_edits.with_typed(SCORE, 480, "") == SCORE


def test_what_is_no_chord_is_refused() -> None:
    with pytest.raises(ChordSymbolError, match="«Kazoo» is not a chord"):
        chord_edits.with_typed(SCORE, 0, "Kazoo")


@pytest.mark.parametrize(
    ("tick", "to_tick", "ticks"),
    [
        (960, 1440, [0, 1440, 1920]),
        (960, 480, [0, 480, 1920]),
        (960, 0, [0, 480, 1920]),
        (960, 9999, [0, 1440, 1920]),
        (1920, 4800, [0, 960, 4800]),
        (0, 480, [480, 960, 1920]),
        (7, 480, [0, 960, 1920]),
    ],
)
def test_a_chord_moves_between_its_neighbours(tick: int, to_tick: int, ticks: list[int]) -> None:
    moved = chord_edits.moved(SCORE, tick, to_tick)
    assert [change.tick for change in moved.chords] == ticks
    assert [change.chord for change in moved.chords] == [C, F, G7]
    assert [change.locked for change in moved.chords] == [change.tick not in (0, 960, 1920) for change in moved.chords]


def test_a_chord_without_room_stays() -> None:
    tight = Score(chords=(ChordChange(0, C), ChordChange(480, F), ChordChange(960, G7)))
    assert chord_edits.moved(tight, 480, 960) == tight
    assert chord_edits.moved(tight, 480, 0) == tight


def test_locks_and_clearing() -> None:
    locked = chord_edits.with_lock(SCORE, 960, True)
    assert [change.locked for change in locked.chords] == [False, True, False]
    assert chord_edits.without_unlocked(locked).chords == (ChordChange(960, F, locked=True),)
    assert chord_edits.with_lock(locked, 960, False) == SCORE


def test_bars_and_beats() -> None:
    metres = (Metre(0, 1, 4), Metre(480, 6, 8), Metre(480 + 1440, 4, 4))
    assert [chord_edits.beat_start(metres, tick) for tick in (10, 480, 1199, 1200, 1920)] == [0, 480, 480, 1200, 1920]
    assert [chord_edits.bar_start(metres, tick) for tick in (10, 1900, 1920 + 1919)] == [0, 480, 1920]
    assert [chord_edits.next_bar(metres, tick) for tick in (0, 500, 1920)] == [480, 1920, 3840]
