"""Beats as slots, chords as numbers, and what a melody tells in each slot."""

from __future__ import annotations

import numpy as np
import pytest

from music_core.analysis.beats import beat_grid, pickup_ticks
from music_core.harmony.chord import QUALITIES, Chord
from music_core.harmony.chroma import chroma
from music_core.harmony.slots import PLACE_SIZE, VIEWS, held_shares, pitch_slots, place_slots
from music_core.harmony.vocabulary import NO_CHORD, STATES, chord_of, majmin, members, roots, state_of
from music_core.score import TICKS_PER_QUARTER as Q
from music_core.score import Metre, Note


@pytest.mark.parametrize(
    ("metre", "slots", "length"),
    [((4, 4), 4, Q), ((3, 4), 3, Q), ((2, 2), 4, Q), ((6, 8), 2, 3 * Q // 2), ((12, 8), 4, 3 * Q // 2),
     ((3, 8), 1, 3 * Q // 2), ((5, 8), 5, Q // 2)],
)  # fmt: skip
def test_a_bar_has_its_felt_beats(metre: tuple[int, int], slots: int, length: int) -> None:
    grid = beat_grid((Metre(0, *metre),), 1)
    assert len(grid) == slots
    assert set(np.diff(grid.ticks)) == {length}
    assert (grid.places, set(grid.lengths), set(grid.bars)) == (tuple(range(slots)), {slots}, {0})


def test_a_pickup_is_counted_to_its_bar_line() -> None:
    metres = (Metre(0, 1, 4), Metre(Q, 4, 4))
    grid = beat_grid(metres, 5 * Q)
    assert pickup_ticks(metres) == Q
    assert grid.places == (3, 0, 1, 2, 3)
    assert grid.bars == (0, 1, 1, 1, 1)
    assert set(grid.lengths) == {4}
    assert pickup_ticks((Metre(0, 4, 4), Metre(4 * Q, 2, 4))) == 0


def test_metres_change_on_bar_lines_and_ticks_find_their_slots() -> None:
    grid = beat_grid((Metre(0, 4, 4), Metre(4 * Q, 6, 8)), 7 * Q)
    assert grid.lengths == (4, 4, 4, 4, 2, 2)
    assert [grid.slot(tick) for tick in (0, Q - 1, Q, 5 * Q, 99 * Q)] == [0, 0, 1, 4, 5]


def test_every_chord_has_a_number_of_its_own() -> None:
    for state in range(STATES):
        assert state_of(chord_of(state)) == state
        assert state_of(chord_of(state, 5), 5) == state
    assert chord_of(NO_CHORD) is None
    assert 1 + 12 * len(QUALITIES) == STATES
    table, root, classes = members(), roots(), majmin()
    am7 = state_of(Chord(9, "min7"))
    assert set(np.flatnonzero(table[am7])) == {9, 0, 4, 7}
    assert (root[am7], classes[am7], classes[state_of(Chord(2, "9"))]) == (9, 12 + 9, 2)
    assert all(classes[state_of(chord)] == -1 for chord in (None, Chord(0, "dim"), Chord(0, "sus4"), Chord(0, "aug")))


def test_time_by_pitch_class_is_split_at_the_edges() -> None:
    table = chroma([0, 90], [150, 100], [60, 64], [0, 100, 200], [1.0, 2.0])
    assert table[0, 0] == 100 and table[1, 0] == 50 and table[0, 4] == 20
    assert table.sum() == 170
    assert chroma([], [], [], [0, 1]).shape == (1, 12)


def test_a_melody_beat_by_beat() -> None:
    notes = (Note(0, 60, Q), Note(Q + Q // 2, 64, Q), Note(3 * Q, 67, Q))
    grid = beat_grid((Metre(0),), 4 * Q)
    slots = dict(zip(VIEWS, pitch_slots(notes, grid, shift=2).transpose(1, 0, 2), strict=True))
    assert slots["first_half"][0, 2] == slots["second_half"][0, 2] == 1.0
    assert slots["first_half"][1].sum() == 0.0 and slots["second_half"][1, 6] == 1.0
    assert slots["struck"].sum(axis=1).tolist() == [1, 0, 0, 1]
    assert slots["held"].sum(axis=1).tolist() == [0, 0, 1, 0]
    assert slots["bar"][0].sum() == pytest.approx(1.0)
    assert np.allclose(slots["melody"], slots["melody"][0])


def test_places_say_where_and_how_the_melody_moves() -> None:
    notes = (Note(4 * Q, 60, 2 * Q), Note(6 * Q, 62, Q))
    table = place_slots(notes, beat_grid((Metre(0),), 12 * Q))
    assert table.shape == (12, PLACE_SIZE)
    assert table.min() >= 0 and table.max() <= 1
    longest, begin, sounds, first, before, after = table[:, -6:].T
    assert longest[4] == 0.5 and begin[4] == 0.25
    assert sounds.tolist() == [0] * 4 + [1, 1, 1] + [0] * 5
    assert first.tolist() == [1, 0, 0, 0] * 3
    assert before.tolist() == [1] * 4 + [0] * 8
    assert after.tolist() == [0] * 7 + [1] * 5


def test_nothing_at_all_has_slots_too() -> None:
    grid = beat_grid((Metre(0),), 4 * Q)
    assert pitch_slots((), grid).sum() == 0
    assert place_slots((), grid).shape == (4, PLACE_SIZE)
    assert pitch_slots((), beat_grid((Metre(0),), 0)).shape == (0, len(VIEWS), 12)


def test_a_chord_holds_the_share_of_a_beat_in_which_its_tones_are_sung() -> None:
    notes = (Note(0, 60, Q), Note(Q, 62, Q // 2))
    held = held_shares(notes, beat_grid((Metre(0),), 4 * Q))
    assert held[:3, state_of(Chord(0))].tolist() == [1.0, 0.0, 0.0]
    assert held[:3, state_of(Chord(7))].tolist() == [0.0, 0.5, 0.0]
    assert held[:3, NO_CHORD].tolist() == [1.0, 0.5, 0.0]
    home = held_shares(notes, beat_grid((Metre(0),), 4 * Q), shift=2)
    assert home[0, state_of(Chord(2, "min"))] == 1.0
