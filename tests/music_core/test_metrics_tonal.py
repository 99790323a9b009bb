"""Keys, chords and tonal distance on chords small enough to work out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from music_core.metrics import chord_fit, in_scale, tonal_centroids, tonal_distance, tonal_distances
from music_core.score import TICKS_PER_QUARTER as Q
from music_core.score import Metre, Note, Score, Track


def part(name: str, *pitches: int, length: int = 2 * Q) -> Track:
    return Track(name, tuple(Note(i * length, p, length) for i, p in enumerate(pitches)))


def test_in_scale_finds_the_best_key_of_the_accompaniment_itself() -> None:
    melody = part("Melody", 61, 63, 66, 68)  # in another key altogether
    voice = part("Voice", 60, 62, 64, 65, 67, 69, 71, 61)  # C major and one C sharp
    assert in_scale(Score((melody, voice))) == pytest.approx(7 / 8)


def test_all_twelve_notes_evenly_give_seven_twelfths() -> None:
    assert in_scale(Score((part("Melody", 60), part("Voice", *range(60, 72))))) == pytest.approx(7 / 12)


@given(st.integers(0, 11), st.lists(st.integers(40, 80), min_size=1, max_size=8))
def test_transposing_everything_changes_nothing(shift: int, pitches: list[int]) -> None:
    def score(by: int) -> Score:
        melody = part("Melody", *(72 + by for _ in pitches))
        return Score((melody, part("Voice", *(p + by for p in pitches))))

    for metric in (in_scale, chord_fit, tonal_distance):
        assert metric(score(shift)) == pytest.approx(metric(score(0)), abs=1e-9)


def test_chord_fit_is_the_time_inside_the_best_chord_of_each_half_bar() -> None:
    # Half bar 1: C with E and G, all inside. Half bar 2: C with D and E; the best chord (C major) has two of three.
    score = Score((part("Melody", 72, 72), part("A", 64, 62), part("B", 67, 64)))
    assert chord_fit(score) == pytest.approx((3 + 2) / 6)


def test_sevenths_fit_and_suspended_chords_do_not() -> None:
    seventh = Score((part("Melody", 72), part("A", 64), part("B", 67), part("C", 71)))  # C E G B
    suspended = Score((part("Melody", 72), part("A", 65), part("B", 67)))  # C F G
    assert chord_fit(seventh) == 1.0
    assert chord_fit(suspended) == pytest.approx(2 / 3)


def test_half_bars_follow_the_metre() -> None:
    # A bar of 3/4 has halves of six sixteenths: C E together, then D F: every half fits a chord.
    melody = part("Melody", 60, 62, length=3 * Q // 2)
    voice = part("Voice", 64, 65, length=3 * Q // 2)
    assert chord_fit(Score((melody, voice), metres=(Metre(0, 3, 4),))) == 1.0
    # In 4/4 the first half bar is eight sixteenths: 6 of C E and 2 of D F; (12 + ...) / 16 at best, and 4 of D F.
    # Best chord of the first half: C major or A minor seventh 12; F major seventh has C E F: 6 + 6 + 2 = 14 of 16.
    assert chord_fit(Score((melody, voice))) == pytest.approx((14 + 8) / 24)


def test_a_melody_alone_fits_chords_well() -> None:
    assert chord_fit(Score((part("Melody", 60, 62), Track("Keys")))) == 1.0


def test_tonal_distance_of_a_fifth_by_hand() -> None:
    # On the three circles a fifth turns by 30, 90 and 120 degrees: chords 2 sin 15 = .5176, 2 sin 45 = 1.4142,
    # 2 * .5 * sin 60 = .8660; the root of .2679 + 2 + .75 is 1.7372.
    assert tonal_distance(Score((part("Melody", 60), part("Voice", 67)))) == pytest.approx(1.7372, abs=1e-4)


def test_octaves_and_equal_chords_have_no_distance() -> None:
    assert tonal_distance(Score((part("Melody", 60, 62), part("Voice", 48, 50)))) == pytest.approx(0.0, abs=1e-12)


def test_only_half_bars_in_which_both_sound_count() -> None:
    melody = part("Melody", 60, 60, 60)
    voice = Track("Voice", (Note(0, 67, Q), Note(4 * Q, 60, Q)))  # a fifth, a rest, a unison
    assert tonal_distance(Score((melody, voice))) == pytest.approx(1.7372 / 2, abs=1e-4)


def test_distances_are_named_by_pairs_of_tracks_and_leave_out_drums() -> None:
    drums = Track("Drums", (Note(0, 36, Q),), is_drum=True)
    score = Score((part("Melody", 60), drums, part("Bass", 48), part("Keys", 67)))
    assert set(tonal_distances(score)) == {(0, 2), (0, 3), (2, 3)}


def test_silence_has_no_tonal_distance() -> None:
    assert math.isnan(tonal_distance(Score((part("Melody", 60), Track("Keys")))))


def test_centroids_lie_within_the_circles_and_an_empty_one_in_the_middle() -> None:
    centroids = tonal_centroids(np.concatenate([np.eye(12), np.zeros((1, 12))]))
    radii = np.hypot(centroids[:, ::2], centroids[:, 1::2])
    assert np.allclose(radii[:12], [1.0, 1.0, 0.5])
    assert np.all(centroids[12] == 0)


@pytest.mark.parametrize("metric", [in_scale, chord_fit, tonal_distance])
def test_without_an_accompanying_track_they_mean_nothing(metric: object) -> None:
    assert callable(metric)
    assert math.isnan(metric(Score((part("Melody", 60),))))
