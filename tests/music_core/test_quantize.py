"""Played seconds become ticks: on the grid, part of the way, swung, or as they were."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from music_core.performance import BendMessage, ControlMessage, NoteMessage, PerformedNote, PerformedTake
from music_core.quantize import Grid, quantize, take_to_track
from music_core.score import TICKS_PER_SIXTEENTH, ControlChange, Note, PitchBend

SIXTEENTHS = Grid(TICKS_PER_SIXTEENTH)


def played(onset: float, length: float, pitch: int = 60) -> PerformedNote:
    """A note in quarter notes at 120 a minute, counted from second 10."""
    return PerformedNote(10 + onset / 2, 10 + (onset + length) / 2, pitch, 90)


def written(*notes: PerformedNote, grid: Grid = SIXTEENTHS) -> list[tuple[int, int]]:
    """(start, length) in ticks."""
    return [(n.start_tick, n.duration_ticks) for n in quantize(notes, origin_s=10.0, bpm=120, grid=grid)]


def test_onsets_and_ends_go_to_the_nearest_step() -> None:
    assert written(played(0.02, 0.95), played(1.1, 0.1, 62)) == [(0, 480), (480, 120)]
    assert written(played(1.13, 0.9)) == [(600, 360)]


def test_strength_goes_part_of_the_way() -> None:
    assert written(played(0.1, 0.9), grid=Grid(480, 0.5)) == [(24, 456)]
    assert written(played(0.1, 0.91), grid=Grid(480, 0.0)) == [(48, 437)]


def test_swing_delays_every_second_step() -> None:
    swung = Grid(240, 1.0, 1.0)
    assert written(played(0.6, 0.4), grid=swung) == [(320, 160)]
    assert written(played(0.45, 0.55), grid=swung) == [(320, 160)]
    assert written(played(0.98, 0.6), grid=swung) == [(480, 320)]


def test_what_was_played_too_early_starts_with_the_piece() -> None:
    assert written(played(-0.05, 1.05)) == [(0, 480)]
    assert written(played(-0.05, 1.05), grid=Grid(480, 0.0)) == [(0, 480)]


def test_twins_on_one_step_become_one_note() -> None:
    assert written(played(0, 0.03), played(0.06, 0.9)) == [(0, 480)]


@pytest.mark.parametrize("wrong", [(0, 1.0, 0.0), (120, 1.5, 0.0), (120, 1.0, -0.1)])
def test_impossible_grids_are_refused(wrong: tuple[int, float, float]) -> None:
    with pytest.raises(ValueError, match="grid"):
        Grid(*wrong)


notes_on_grid = st.lists(
    st.builds(Note, st.integers(0, 200), st.integers(0, 127), st.integers(1, 40), st.integers(1, 127)),
    max_size=20,
    unique_by=lambda note: note.pitch,
)


@given(notes_on_grid, st.sampled_from([30, 120, 160, 480]), st.integers(20, 400), st.floats(-0.4, 0.4))
def test_notes_on_the_grid_stay_whatever_the_tempo_and_a_little_haste(
    steps: list[Note], step_ticks: int, bpm: int, haste: float
) -> None:
    tick_s = 60 / bpm / 480
    notes = [Note(n.start_tick * step_ticks, n.pitch, n.duration_ticks * step_ticks, n.velocity) for n in steps]
    early = haste * step_ticks * tick_s
    performed = [
        PerformedNote(5 + early + n.start_tick * tick_s, 5 + early + n.end_tick * tick_s, n.pitch, n.velocity)
        for n in notes
    ]
    assert quantize(performed, origin_s=5.0, bpm=bpm, grid=Grid(step_ticks)) == tuple(sorted(notes))


TAKE = PerformedTake(
    (
        ControlMessage(1.01, 64, 127),
        NoteMessage(1.05, 60, 80),
        NoteMessage(1.5, 60, 0),
        BendMessage(1.6, 400),
        ControlMessage(2.08, 64, 0),
        NoteMessage(2.1, 62, 70),
        ControlMessage(2.2, 1, 30),
        ControlMessage(2.3, 21, 30),
    ),
    origin_s=1.0,
    end_s=3.0,
    bpm=60,
)


def test_a_take_without_a_grid_is_kept_to_the_tick() -> None:
    track = take_to_track(TAKE, None)
    assert (track.name, track.role) == ("Melody", "melody")
    assert track.notes == (Note(24, 60, 216, 80), Note(528, 62, 432, 70))
    assert track.controls == (ControlChange(5, 64, 127), ControlChange(518, 64, 0), ControlChange(576, 1, 30))
    assert track.bends == (PitchBend(288, 400),)


def test_pedal_and_wheels_move_with_the_notes_around_them() -> None:
    track = take_to_track(TAKE, Grid(480), "Take 1")
    assert track.name == "Take 1"
    assert track.notes == (Note(0, 60, 480, 80), Note(480, 62, 480, 70))
    assert track.controls == (ControlChange(0, 64, 127), ControlChange(471, 64, 0), ControlChange(528, 1, 30))


def test_an_empty_take_is_an_empty_track() -> None:
    assert take_to_track(PerformedTake((), 0.0, 1.0, 120), SIXTEENTHS).notes == ()


@pytest.mark.parametrize("grid", [Grid(1), Grid(120), Grid(160, 0.5, 0.4), Grid(240, 1.0, 1.0)])
def test_many_ticks_at_once_are_placed_as_one_by_one(grid: Grid) -> None:
    ticks = np.concatenate([np.arange(-700.0, 2000.0, 7.5), np.random.default_rng(1).uniform(-500, 100_000, 500)])
    steps = grid.nearest_steps(ticks)
    assert steps.tolist() == [grid.nearest(tick) for tick in ticks.tolist()]
    assert grid.places(steps).tolist() == [grid.place(step) for step in steps.tolist()]
