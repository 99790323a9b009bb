"""Chords as lines, drums as lanes, and back."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from music_core.decoding.chords import held_across_lines, notes_to_voices, voices_to_notes
from music_core.decoding.drums import LANE_OF, LANES, lanes_to_notes, likeliest_hits, notes_to_lanes
from music_core.decoding.voices import REST, Voice
from music_core.score import Note

STEP = 120


def voices_of(notes: list[Note], voices: int, steps: int) -> tuple[Voice, ...]:
    pitch, onset = notes_to_voices(notes, voices, steps, STEP)
    return tuple(Voice(p, o) for p, o in zip(pitch, onset, strict=True))


@st.composite
def chords(draw: st.DrawFn) -> list[Note]:
    """Up to three notes at once, each pitch free again before it is struck anew."""
    notes: list[Note] = []
    for step in range(0, 16, 2):
        for pitch in draw(st.sets(st.integers(40, 60), max_size=3)):
            notes.append(Note(step * STEP, pitch, draw(st.integers(1, 2)) * STEP, 80))
    return notes


@given(chords())
def test_chords_come_back_from_lines(notes: list[Note]) -> None:
    assert voices_to_notes(voices_of(notes, 3, 16), STEP, 80) == tuple(sorted(notes))


def test_of_more_notes_than_lines_the_outer_ones_stay() -> None:
    notes = [Note(0, pitch, STEP, 80) for pitch in (40, 47, 52, 56, 60)]
    pitch, _ = notes_to_voices(notes, 3, 1, STEP)
    assert pitch[:, 0].tolist() == [60, 56, 40]


def test_a_held_note_that_changes_its_line_goes_on() -> None:
    # 60 sounds alone, then 64 joins above it: 60 moves from the first line to the second.
    top = Voice(np.array([60, 64]), np.array([True, True]))
    low = Voice(np.array([REST, 60]), np.array([False, True]))  # the decoder strikes at every change
    for logit, lengths in ((-1.0, [2]), (1.0, [1, 1])):
        logits = np.array([[1, 1], [0, logit]], np.float32)
        notes = voices_to_notes(held_across_lines((top, low), logits), STEP, 80)
        assert [n.duration_ticks // STEP for n in notes if n.pitch == 60] == lengths


def test_drums_come_back_from_lanes() -> None:
    notes = [Note(step * STEP, pitch, STEP, 80) for step, pitch in ((0, 36), (0, 42), (4, 38), (7, 51))]
    lanes = notes_to_lanes(notes, 8, STEP)
    assert lanes.sum() == 4
    assert [(n.start_tick, n.pitch) for n in lanes_to_notes(lanes, STEP)] == [(n.start_tick, n.pitch) for n in notes]
    assert (
        notes_to_lanes([Note(0, 35, STEP, 80), Note(9 * STEP, 36, STEP, 80), Note(0, 81, STEP, 80)], 8, STEP).sum() == 1
    )


def test_every_lane_is_written_as_a_note_that_it_reads() -> None:
    assert all(LANE_OF[written] == lane for lane, (_, written, _) in enumerate(LANES))


def test_drums_hit_as_often_as_expected_at_the_likeliest_steps() -> None:
    odds = np.full((9, 32), -9.0, np.float32)
    odds[0, [0, 8]] = 3  # two sure kicks, and a third that may fall on either of two steps
    odds[0, [3, 11]] = [0.1, -0.1]
    hits = likeliest_hits(odds, 16)
    assert np.flatnonzero(hits[0]).tolist() == [0, 3, 8] and not hits[1:].any()
