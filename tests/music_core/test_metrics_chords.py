"""The six figures of a chord lane and its melody, likeness of settings, and faults, all counted by hand."""

from __future__ import annotations

import math

import pytest

from music_core.harmony.chord import Chord
from music_core.metrics import (
    chord_histogram_entropy,
    chord_tonal_distance,
    chroma_similarity,
    distinct_chords,
    faults,
    groove_similarity,
    melody_chord_distance,
    melody_chord_tone_ratio,
    melody_consonance,
    note_f1,
    segment_at,
    total_faults,
)
from music_core.score import TICKS_PER_QUARTER as Q
from music_core.score import ChordChange, ControlChange, Note, Score, Track

BAR = 4 * Q
C, G, F = Chord(0), Chord(7), Chord(5)


def tune(*pitches: int, lane: tuple[ChordChange, ...] = (ChordChange(0, C),), length: int = Q) -> Score:
    notes = tuple(Note(i * length, pitch, length) for i, pitch in enumerate(pitches))
    return Score((Track("Melody", notes, role="melody"),), chords=lane)


def lane(*chords: Chord | None) -> tuple[ChordChange, ...]:
    return tuple(ChordChange(i * Q, chord) for i, chord in enumerate(chords))


def test_entropy_and_number_of_chords_by_time() -> None:
    score = tune(60, 60, 60, 60, lane=lane(C, C, G, None))
    assert distinct_chords(score) == 2.0
    assert chord_histogram_entropy(score) == pytest.approx(-(2 / 3 * math.log(2 / 3) + 1 / 3 * math.log(1 / 3)))
    assert chord_histogram_entropy(tune(60, lane=())) == 0.0


def test_neighbouring_chords_a_fifth_apart() -> None:
    # The centroids of major triads a fifth apart: sqrt(.5176^2 f^2 + 2 m^2 + .75 t^2), where f, m and t are how much of
    # each circle's radius a triad keeps: on fifths |1 + e^(i 7pi/6 4) + e^(i 7pi/6 7)| / 3 and so on.
    keeps = [
        abs(sum(complex(math.cos(step * turn), math.sin(step * turn)) for step in (0, 4, 7))) / 3
        for turn in (7 * math.pi / 6, 3 * math.pi / 2, 2 * math.pi / 3)
    ]
    apart = [2 * math.sin(math.radians(15)), math.sqrt(2), 2 * 0.5 * math.sin(math.radians(60))]
    expected = math.sqrt(sum((k * d) ** 2 for k, d in zip(keeps, apart, strict=True)))
    assert chord_tonal_distance(tune(60, 60, 60, lane=lane(C, C, G))) == pytest.approx(expected)
    assert chord_tonal_distance(tune(60, 60, lane=lane(C, G))) == chord_tonal_distance(tune(60, 60, lane=lane(G, C)))
    assert math.isnan(chord_tonal_distance(tune(60, lane=lane(C))))


def test_a_non_chord_note_is_proper_where_the_next_lies_a_step_away() -> None:
    # C (in), D (to E: proper), E (in), F (to F: the same), F (to A: too far), A (last: none follows).
    assert melody_chord_tone_ratio(tune(60, 62, 64, 65, 65, 69)) == pytest.approx((2 + 1) / 6)
    # Over "no chord" nothing counts.
    assert melody_chord_tone_ratio(tune(60, 62, lane=lane(C, None))) == 1.0
    assert math.isnan(melody_chord_tone_ratio(tune(60, lane=())))


def test_consonance_of_melody_and_chord() -> None:
    # Over C major: C is 1 (C), 1 (sixth above E), 0 (fourth above G): 2/3. F is 0, -1, -1: -2/3.
    assert melody_consonance(tune(60)) == pytest.approx(2 / 3)
    assert melody_consonance(tune(60, 65)) == pytest.approx(0.0)
    assert math.isnan(melody_consonance(tune(60, lane=lane(None))))


def test_distance_of_melody_and_chord_is_weighted_by_time() -> None:
    inside, outside = melody_chord_distance(tune(60)), melody_chord_distance(tune(66))
    assert inside < outside
    assert melody_chord_distance(tune(60, 60, 60, 66)) == pytest.approx((3 * inside + outside) / 4)
    # A note alone against a triad on the same root: the triad keeps less of each radius, see above.
    assert melody_chord_distance(tune(60, lane=lane(Chord(0, "5")))) == pytest.approx(1.7372 / 2, abs=1e-4)


def test_likeness_of_two_settings() -> None:
    def setting(*notes: Note) -> Score:
        return Score((Track("Melody", (Note(0, 84, BAR),), role="melody"), Track("Keys", notes, role="keys")))

    one = segment_at(setting(Note(0, 48, 2 * Q), Note(Q, 52, Q)), 0, bars=1)
    other = segment_at(setting(Note(0, 48, 2 * Q), Note(Q, 53, Q)), 0, bars=1)
    assert note_f1(one, other) == pytest.approx(2 / 4)
    assert chroma_similarity(one, other) == pytest.approx(64 / 80)  # (8, 4, 0) and (8, 0, 4)
    assert groove_similarity(one, other) == pytest.approx(1.0)
    assert (note_f1(one, one), chroma_similarity(one, one)) == pytest.approx((1.0, 1.0))
    silent = segment_at(setting(), 0, bars=1)
    assert note_f1(one, silent) == chroma_similarity(one, silent) == groove_similarity(one, silent) == 0.0


def test_faults_are_counted_one_by_one() -> None:
    melody = Track("Melody", (Note(0, 72, BAR), Note(0, 72, BAR)), role="melody")  # a user's own, not judged
    bass = Track("Bass", (Note(0, 40, BAR), Note(Q, 40, Q), Note(0, 80, Q)), role="bass")
    keys = Track("Keys", (Note(0, 60, 33 * Q),), role="keys", controls=(ControlChange(0, 64, 127),))
    strings = Track("Strings", (Note(40 * Q, 60, Q),), role="strings")
    score = Score((melody, bass, keys, strings, Track("Drums", is_drum=True, role="drums")))
    assert faults(score) == {"overlaps": 1, "out_of_range": 1, "stuck": 3, "empty_tracks": 1}
    assert total_faults([score, score])["stuck"] == 6
    sound = Score((melody, Track("Keys", (Note(0, 60, Q),), role="keys")))
    assert not any(faults(sound).values())
