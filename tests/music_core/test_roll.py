"""Every on-grid score survives a roll, repeated notes included."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from music_core.roll import HOLD, OFF, ONSET, Roll, notes_to_roll, roll_to_notes
from music_core.score import Note, without_overlaps

step_sizes = st.sampled_from([30, 80, 120, 160, 480])


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 127), st.integers(1, 24)), max_size=40), step_sizes)
def test_every_on_grid_score_comes_back(rows: list[tuple[int, int, int]], step_ticks: int) -> None:
    notes = without_overlaps(Note(start * step_ticks, pitch, length * step_ticks) for start, pitch, length in rows)
    assert roll_to_notes(notes_to_roll(notes, 64, step_ticks), step_ticks) == notes


@given(arrays.arrays(np.int8, (12, 128), elements=st.sampled_from([OFF, OFF, OFF, HOLD, ONSET])))
def test_every_roll_comes_back_once_its_orphans_are_notes(roll: Roll) -> None:
    notes = roll_to_notes(roll, 120)
    again = notes_to_roll(notes, 12, 120)
    assert roll_to_notes(again, 120) == notes
    assert np.array_equal(again != OFF, roll != OFF)


@given(st.lists(st.builds(Note, st.integers(0, 2000), st.integers(60, 63), st.integers(1, 900)), max_size=20))
def test_off_grid_notes_keep_their_pitches_and_go_to_the_nearest_step(notes: list[Note]) -> None:
    roll = notes_to_roll(notes, 32, 120)
    assert {(n.start_tick + 60) // 120 * 1000 + n.pitch for n in notes} == {
        int(step) * 1000 + int(pitch) for step, pitch in np.argwhere(roll == ONSET)
    }


def test_a_repeated_note_is_not_a_held_one() -> None:
    repeated = (Note(0, 60, 120), Note(120, 60, 120))
    held = (Note(0, 60, 240),)
    assert notes_to_roll(repeated, 4, 120)[:, 60].tolist() == [ONSET, ONSET, OFF, OFF]
    assert notes_to_roll(held, 4, 120)[:, 60].tolist() == [ONSET, HOLD, OFF, OFF]


def test_a_later_onset_cuts_an_earlier_note() -> None:
    roll = notes_to_roll((Note(0, 60, 600), Note(120, 60, 120)), 6, 120)
    assert roll[:, 60].tolist() == [ONSET, ONSET, OFF, OFF, OFF, OFF]


def test_the_end_of_the_roll_cuts_notes_and_drops_later_ones() -> None:
    roll = notes_to_roll((Note(240, 60, 4800), Note(480, 62, 10)), 4, 120)
    assert roll[:, 60].tolist() == [OFF, OFF, ONSET, HOLD]
    assert not roll[:, 62].any()
    assert roll.dtype == np.int8


def test_velocity_is_the_callers() -> None:
    assert roll_to_notes(notes_to_roll((Note(0, 60, 120, 33),), 2, 120), 120, velocity=50) == (Note(0, 60, 120, 50),)
