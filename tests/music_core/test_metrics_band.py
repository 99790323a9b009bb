"""Metrics of arrangements on scores small enough to work out by hand, and against silence and shuffled pitches."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from music_core.metrics import (
    drum_hits_a_bar,
    drum_pattern,
    drums_on_eighths,
    empty_bars,
    empty_bars_by_part,
    note_length,
    note_length_histogram,
    notes_a_bar,
    pitch_classes_a_bar,
    polyphonic_rate,
    polyphony,
    qualified_notes,
)
from music_core.score import TICKS_PER_QUARTER as Q
from music_core.score import Metre, Note, Score, Track

BAR = 4 * Q
S = Q // 4

MELODY = Track("Melody", tuple(Note(i * Q, 72, Q) for i in range(16)), role="melody")  # four bars


def band(*tracks: Track) -> Score:
    return Score((MELODY, *tracks))


def keys(*notes: Note) -> Track:
    return Track("Keys", notes, role="keys")


def drums(*start_ticks: int) -> Track:
    return Track("Drums", tuple(Note(tick, 36, S) for tick in start_ticks), is_drum=True, role="drums")


def test_a_bar_is_empty_when_nothing_sounds_in_it_and_the_worst_part_counts() -> None:
    held = keys(Note(3 * Q, 60, 2 * Q))  # sounds in bars 1 and 2: 2 of 4 are empty
    bass = Track("Bass", (Note(0, 40, S), Note(BAR, 40, S), Note(2 * BAR, 40, S)))  # 1 of 4
    assert empty_bars_by_part(band(held, bass)) == [0.5, 0.25]
    assert empty_bars(band(held, bass)) == 0.5


def test_bars_follow_the_metre() -> None:
    waltz = Score((MELODY, keys(Note(0, 60, 3 * Q))), metres=(Metre(0, 3, 4),))
    assert empty_bars(waltz) == pytest.approx(5 / 6)  # 16 quarters are 5 bars and a third


def test_drums_leave_bars_empty_too() -> None:
    assert empty_bars(band(keys(Note(0, 60, 4 * BAR)), drums(0))) == 0.75


def test_pitch_classes_are_counted_in_the_bars_that_sound() -> None:
    chord = keys(*(Note(0, p, Q) for p in (48, 60, 64, 67)), Note(BAR, 62, Q))
    assert pitch_classes_a_bar(band(chord)) == 2.0  # C E G and D: (3 + 1) / 2, two bars left out


def test_a_part_without_notes_does_not_dilute_the_others() -> None:
    assert pitch_classes_a_bar(band(keys(Note(0, 60, Q)), Track("Guitar"))) == 1.0


def test_a_note_qualifies_from_a_32nd_on() -> None:
    part = keys(Note(0, 60, 60), Note(Q, 60, 59), Note(2 * Q, 60, 120), Note(3 * Q, 60, 40))
    assert qualified_notes(band(part)) == 0.5  # 60 and 120 ticks of four
    assert qualified_notes(band(part), unit_ticks=120) == 0.25


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(30, 90), st.integers(1, 8)), min_size=1))
def test_every_note_on_sixteenths_qualifies(cells: list[tuple[int, int, int]]) -> None:
    assert qualified_notes(band(keys(*(Note(a * S, p, n * S) for a, p, n in cells)))) == 1.0


def test_polyphonic_steps_are_counted_within_a_part() -> None:
    half = keys(Note(0, 60, 2 * BAR), Note(0, 64, 2 * BAR))  # two pitches on 32 of 64 steps
    line = Track("Strings", (Note(0, 50, 4 * BAR),))  # never two
    assert polyphonic_rate(band(half)) == 0.5
    assert polyphonic_rate(band(half, line)) == 0.25


def test_polyphony_is_over_sounding_steps_with_unisons_once() -> None:
    one = keys(Note(0, 60, BAR), Note(0, 64, BAR))
    two = Track("Strings", (Note(0, 64, 2 * BAR),))
    assert polyphony(band(one, two)) == 1.5  # two pitches for a bar, one for a bar, silence not counted


def test_notes_and_lengths_are_those_of_all_pitched_parts() -> None:
    score = band(keys(Note(0, 60, Q), Note(Q, 62, 2 * Q)), Track("Bass", (Note(0, 40, 3 * Q),)), drums(0, Q, BAR))
    assert notes_a_bar(score) == 0.75  # 3 in 4 bars
    assert drum_hits_a_bar(score) == 0.75
    assert note_length(score) == 2.0  # (1 + 2 + 3) / 3 quarters


def test_lengths_go_to_the_nearest_sixteenth_and_the_last_bin_holds_longer_ones() -> None:
    part = keys(Note(0, 60, 20), Note(Q, 60, 130), Note(2 * Q, 60, 230), Note(3 * Q, 60, BAR))
    assert note_length_histogram(band(part), 4).tolist() == [0.5, 0.25, 0.0, 0.25]
    assert note_length_histogram(band(), 4).tolist() == [0.0, 0.0, 0.0, 0.0]


def test_drums_beside_the_sixteenths_count_a_tenth_or_nothing() -> None:
    # On a sixteenth: 1; 20 ticks late or early: 0.1; 60 ticks late: 0.
    assert drum_pattern(band(drums(3 * S))) == 1.0
    assert drum_pattern(band(drums(S + 20, 2 * S - 20))) == pytest.approx(0.1)
    assert drum_pattern(band(drums(0, S + 60))) == 0.5


def test_odd_sixteenths_are_off_the_eighths() -> None:
    assert drums_on_eighths(band(drums(0, S, 2 * S, 3 * S))) == 0.5
    assert drum_pattern(band(drums(0, S, 2 * S, 3 * S))) == 1.0


def test_the_drum_grid_begins_at_each_bar_line() -> None:
    # Bars of three sixteenths: the second begins 3 sixteenths in, on the eighths of its own bar.
    score = Score((MELODY, drums(3 * S)), metres=(Metre(0, 3, 16),))
    assert drums_on_eighths(score) == 1.0


def test_the_triplets_of_swing_are_off_the_sixteenths() -> None:
    assert drum_pattern(band(drums(2 * Q // 3))) == 0.0  # 320 ticks: 40 from the nearest sixteenth


@pytest.mark.parametrize("metric", [drum_pattern, drums_on_eighths, drum_hits_a_bar])
def test_without_a_drum_track_drum_metrics_mean_nothing(metric: object) -> None:
    assert callable(metric)
    assert math.isnan(metric(band(keys(Note(0, 60, Q)))))
    assert metric(band(drums())) == 0.0


@pytest.mark.parametrize(
    "metric",
    [empty_bars, pitch_classes_a_bar, qualified_notes, polyphonic_rate, polyphony, notes_a_bar, note_length],
)
def test_without_an_accompanying_track_they_mean_nothing(metric: object) -> None:
    assert callable(metric)
    assert math.isnan(metric(Score((MELODY,))))


def test_a_score_without_any_note_is_measured_as_empty() -> None:
    empty = Score((Track("Melody"), Track("Keys")))
    assert empty_bars(empty) == 1.0
    assert notes_a_bar(empty) == 0.0
    assert np.all(note_length_histogram(empty) == 0)
