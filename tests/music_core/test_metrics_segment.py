"""The eight-bar features on segments small enough to count by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from music_core.harmony.chord import Chord
from music_core.metrics import FEATURES, divergence, feature_vector, overlap_area, segment_at, segments_of
from music_core.metrics.segment import Segment
from music_core.score import TICKS_PER_QUARTER as Q
from music_core.score import ChordChange, Metre, Note, Score, Track

BAR = 4 * Q
C, G = Chord(0), Chord(7)


def song(*notes: Note, melody: tuple[Note, ...] = (), lane: tuple[ChordChange, ...] = (ChordChange(0, C),)) -> Score:
    tune = melody or tuple(Note(bar * BAR, 72, BAR) for bar in range(8))
    return Score((Track("Melody", tune, role="melody"), Track("Keys", notes, role="keys")), chords=lane)


def segment(*notes: Note, **more: tuple[object, ...]) -> Segment:
    return segment_at(song(*notes, **more), 0)  # type: ignore[arg-type]


def value(name: str, *notes: Note, **more: tuple[object, ...]) -> float:
    return FEATURES[name](segment(*notes, **more))


TRIAD = (Note(0, 48, BAR), Note(0, 52, BAR), Note(0, 55, BAR))


def test_a_held_triad_in_one_of_eight_bars() -> None:
    assert value("notes_a_bar", *TRIAD) == 3 / 8
    assert value("polyphony", *TRIAD) == 3.0
    assert value("silent_steps", *TRIAD) == 7 / 8
    assert value("pitch_range", *TRIAD) == 7.0
    assert value("mean_pitch", *TRIAD) == pytest.approx((48 + 52 + 55) / 3)
    assert value("pitch_class_entropy", *TRIAD) == pytest.approx(math.log2(3))


def test_rhythm_features_by_hand() -> None:
    # Bars 1 and 3: beats 1 and 3. Bar 2: beat 1 and the sixteenth after it. Bars 4 to 8: nothing.
    notes = [Note(at, 48, 60) for at in (0, 2 * Q, BAR, BAR + Q // 4, 2 * BAR, 2 * BAR + 2 * Q)]
    assert value("odd_onsets", *notes) == 1 / 6
    assert value("beat_onsets", *notes) == 5 / 6
    assert value("distinct_rhythms", *notes) == 3 / 8
    # Hamming distances of neighbours: 2, 2, 2, 0, 0, 0, 0 of 16 steps.
    assert value("groove_adjacent", *notes) == pytest.approx(1 - 6 / 16 / 7)
    # Of the 28 pairs: 1-2 and 2-3 differ by 2, each of three bars from five empty ones by 2, the rest by nothing.
    assert value("groove_all", *notes) == pytest.approx(1 - (2 + 2 + 15 * 2) / 16 / 28)


def test_bars_are_alike_by_what_they_begin() -> None:
    # Bars 1 and 2 share one of three (step, pitch class); every pair with an empty bar has union and no overlap.
    notes = [Note(0, 48, Q), Note(Q, 52, Q), Note(BAR, 60, Q), Note(BAR + Q, 55, Q)]
    assert value("bar_likeness", *notes) == pytest.approx((1 / 3) / 13)  # 28 pairs less 15 of two empty bars


def test_chord_tones_by_onsets_by_time_and_on_beats() -> None:
    # A whole note C (in), an eighth F on beat 1 (out), an eighth E off the beat (in).
    notes = (Note(0, 48, BAR), Note(0, 53, Q // 2), Note(Q // 2, 52, Q // 2))
    assert value("chord_tone_onsets", *notes) == pytest.approx(2 / 3)
    assert value("chord_tone_beats", *notes) == pytest.approx(1 / 2)
    assert value("chord_tone_time", *notes) == pytest.approx((16 + 2) / (16 + 2 + 2))


def test_the_bass_is_the_lowest_note_of_each_beat() -> None:
    # Beat 1: C below G. Beat 2: E alone. Beat 3: D, no chord tone. Beat 4: silence, left out.
    notes = (Note(0, 48, Q), Note(0, 55, Q), Note(Q, 52, Q), Note(2 * Q, 50, Q))
    assert value("bass_on_bass", *notes) == pytest.approx(1 / 3)
    assert value("bass_on_chord", *notes) == pytest.approx(2 / 3)
    slash = (ChordChange(0, Chord(0, "maj", 4)),)
    assert value("bass_on_bass", *notes, lane=slash) == pytest.approx(1 / 3)  # now the E


def test_coverage_counts_chord_tones_by_half_bars() -> None:
    # First half bar: C and E of three; the other 15 half bars: nothing.
    assert value("chord_coverage", Note(0, 48, 2 * Q), Note(0, 52, 2 * Q)) == pytest.approx((2 / 3) / 16)
    # With no chord after the first half bar only that one counts.
    lane = (ChordChange(0, C), ChordChange(2 * Q, None))
    assert value("chord_coverage", Note(0, 48, BAR), Note(0, 52, 2 * Q), lane=lane) == pytest.approx(2 / 3)


def test_the_chord_itself_has_no_distance_and_a_cosine_of_one() -> None:
    assert value("chord_distance", *TRIAD) == pytest.approx(0.0, abs=1e-12)
    assert value("chord_cosine", *TRIAD) == pytest.approx(1.0)
    # One of three equal tones: cosine 1 / sqrt 3.
    assert value("chord_cosine", Note(0, 48, BAR)) == pytest.approx(1 / math.sqrt(3))


def test_consonance_is_the_melodys_interval_above_each_note() -> None:
    # C over C (unison 1), over E (a sixth above it, 1), over G (a fourth above it, 0), over B (a semitone, -1).
    assert value("consonance", Note(0, 48, Q)) == 1.0
    assert value("consonance", Note(0, 52, Q)) == 1.0
    assert value("consonance", Note(0, 55, Q)) == 0.0
    assert value("consonance", Note(0, 59, Q)) == -1.0
    assert value("consonance", Note(0, 48, Q), Note(0, 59, Q), Note(0, 52, 2 * Q)) == pytest.approx((1 - 1 + 2) / 4)


def test_semitone_pairs_count_pairs_that_sound_together() -> None:
    # C, E and F: three pairs, one a semitone apart; then C and the B an octave and a seventh higher: one pair of one.
    assert value("semitone_pairs", Note(0, 48, Q), Note(0, 52, Q), Note(0, 53, Q)) == pytest.approx(1 / 3)
    assert value("semitone_pairs", Note(0, 48, Q), Note(0, 71, Q)) == 1.0
    assert value("semitone_pairs", Note(0, 48, Q), Note(Q, 49, Q)) == 0.0


def test_key_features_use_melody_and_chords() -> None:
    lane = (ChordChange(0, C), ChordChange(BAR, G), ChordChange(2 * BAR, Chord(5)))  # only C major holds all
    inside = (Note(0, 48, Q), Note(Q, 50, Q), Note(2 * Q, 53, Q))
    assert value("out_of_key", *inside, Note(3 * Q, 54, Q), lane=lane) == pytest.approx(1 / 4)
    assert value("scale_share", *inside, Note(3 * Q, 54, Q), lane=lane) == pytest.approx(11 / 12)  # 8 melody notes


def test_notes_at_the_melodys_height_mask_it() -> None:
    assert value("above_melody", Note(0, 72, Q), Note(0, 60, Q), Note(0, 76, Q), Note(0, 71, Q)) == 2 / 4


def test_melody_distance_of_a_fifth() -> None:
    assert value("melody_distance", Note(0, 55, 2 * Q)) == pytest.approx(1.7372, abs=1e-4)


def test_silence_gives_numbers_and_a_missing_chord_lane_gives_none() -> None:
    silent = dict(zip(FEATURES, feature_vector(segment()), strict=True))
    assert silent.pop("silent_steps") == 1.0
    assert silent.pop("scale_share") == 1.0  # the melody's own
    assert set(silent.values()) == {0.0}
    without = dict(zip(FEATURES, feature_vector(segment(*TRIAD, lane=())), strict=True))
    assert {name for name, number in without.items() if math.isnan(number)} == {
        "chord_tone_time", "chord_tone_onsets", "chord_tone_beats", "chord_distance", "chord_cosine", "chord_coverage",
        "bass_on_bass", "bass_on_chord",
    }  # fmt: skip


def test_segments_are_blocks_of_eight_bars_in_which_both_play() -> None:
    beats = [Note(bar * BAR, 48, Q) for bar in range(20)]
    tune = tuple(Note(bar * BAR, 72, Q) for bar in range(20))
    assert [s.start_tick for s in segments_of(song(*beats, melody=tune))] == [0, 8 * BAR]
    quiet = [note for note in beats if note.start_tick // BAR not in (8, 9, 10)]  # five of eight bars
    assert [s.start_tick for s in segments_of(song(*quiet, melody=tune))] == [0]


def test_a_bar_of_another_length_begins_a_new_block() -> None:
    tune = tuple(Note(at * Q, 72, Q) for at in range(80))
    score = song(*(Note(at * Q, 48, Q) for at in range(80)), melody=tune)
    metres = (Metre(0), Metre(2 * BAR, 2, 4), Metre(2 * BAR + 2 * Q))
    moved = Score(score.tracks, metres=metres, chords=score.chords)
    assert [s.start_tick for s in segments_of(moved)] == [2 * BAR + 2 * Q, 10 * BAR + 2 * Q]


def test_a_note_from_before_the_segment_sounds_but_does_not_begin() -> None:
    late = segment_at(song(Note(0, 48, 2 * BAR)), BAR)
    assert FEATURES["notes_a_bar"](late) == 0.0
    assert FEATURES["silent_steps"](late) == 7 / 8


def test_overlap_of_histograms_over_the_joint_range() -> None:
    one, other = np.array([[0.0], [0.0], [20.0]]), np.array([[0.0], [20.0], [20.0]])
    assert overlap_area(one, other) == pytest.approx([2 / 3])
    assert overlap_area(one, one) == pytest.approx([1.0])
    assert overlap_area(np.zeros((3, 1)), np.ones((2, 1))) == pytest.approx([0.0])
    assert overlap_area(np.ones((3, 1)), np.ones((2, 1))) == pytest.approx([1.0])
    assert math.isnan(overlap_area(np.full((2, 1), np.nan), np.ones((2, 1)))[0])


def test_divergence_with_one_added_to_each_of_twenty_bins() -> None:
    # Counts with one added: 19 x 1 and a 3 at one end, against the other end; the rest cancel.
    one, other = np.array([[0.0], [0.0]]), np.array([[1.0], [1.0]])
    assert divergence(one, other) == pytest.approx([3 / 22 * math.log(3) - 1 / 22 * math.log(3)])
