"""The four-voice metrics on scores small enough to work out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from music_core.metrics import (
    clash,
    in_key,
    jaccard_distance,
    melody_kept,
    one_note,
    onsets_a_beat,
    short_notes,
    silent,
    strict_chord,
)
from music_core.score import TICKS_PER_QUARTER as Q
from music_core.score import Note, Score, Track


def line(name: str, *pitches: int, length: int = Q) -> Track:
    return Track(name, tuple(Note(i * length, p, length) for i, p in enumerate(pitches)))


# C major: C F G C in four voices, one chord a beat, all strict chords.
CHORALE = Score(
    (
        line("Soprano", 72, 72, 71, 72),
        line("Alto", 67, 69, 67, 67),
        line("Tenor", 64, 65, 62, 64),
        line("Bass", 48, 53, 55, 48),
    )
)


def test_a_plain_cadence_is_perfect() -> None:
    assert strict_chord(CHORALE) == 1.0
    assert clash(CHORALE) == 0.0
    assert silent(CHORALE) == 0.0
    assert one_note(CHORALE) == 1.0
    assert short_notes(CHORALE) == 0.0
    assert onsets_a_beat(CHORALE) == 1.0


def test_in_key_counts_note_steps_outside_the_melodys_scale() -> None:
    melody = line("Melody", 60, 62, 64, 65, 67, 65, 64, 60)  # plainly C major
    voice = line("Voice", 48, 50, 52, 54, 55, 54, 52, 48)  # two F sharps in eight notes
    assert in_key(Score((melody, voice))) == pytest.approx(0.75)


def test_a_beat_needs_three_pitch_classes_of_one_chord() -> None:
    melody = line("Melody", 60, 60, 60, 60)
    voices = line("A", 64, 64, 62, 64), line("B", 67, 60, 67, 66)
    # C E G: yes; C E: two classes; C D G: no chord; C E F#: no chord.
    assert strict_chord(Score((melody, *voices))) == 0.25


def test_a_dominant_seventh_is_a_chord_and_a_major_seventh_is_not() -> None:
    melody = line("Melody", 65, 71)
    voices = line("A", 67, 60), line("B", 71, 64), line("C", 62, 67)
    assert strict_chord(Score((melody, *voices))) == 0.5


def test_a_semitone_between_any_two_octaves_clashes() -> None:
    melody = line("Melody", 72, 72)
    voice = line("Voice", 59, 60)  # B under C clashes; C under C is one pitch class only and is not counted
    assert clash(Score((melody, voice))) == 1.0


def test_the_worst_voice_speaks_for_all() -> None:
    half = Track("Half", (Note(0, 60, 2 * Q),))
    double = Track("Double", (Note(0, 48, 4 * Q), Note(0, 52, Q)))
    score = Score((line("Melody", 72, 72, 72, 72), half, double))
    assert silent(score) == 0.5
    assert one_note(score) == 0.5


def test_short_notes_are_single_sixteenths() -> None:
    voice = Track("V", (Note(0, 60, 120), Note(120, 62, 120), Note(240, 64, 240), Note(480, 65, 480)))
    assert short_notes(Score((line("Melody", 72, 72), voice))) == 0.5


def test_melody_kept_needs_onset_pitch_and_velocity() -> None:
    softer = CHORALE.with_track(0, Track("Soprano", (Note(0, 72, Q, 40), *CHORALE.tracks[0].notes[1:])))
    assert melody_kept(CHORALE, CHORALE) == 1.0
    assert melody_kept(softer, CHORALE) == 0.75


def test_jaccard_distance_is_zero_for_twins_and_one_for_strangers() -> None:
    other = CHORALE.with_tracks(CHORALE.tracks[0], *(line(t.name, 40, 41, 42, 43) for t in CHORALE.tracks[1:]))
    assert jaccard_distance([CHORALE, CHORALE]) == 0.0
    assert jaccard_distance([CHORALE, other]) == 1.0


def test_takes_of_other_melodies_are_refused() -> None:
    longer = CHORALE.with_track(0, line("Soprano", 72, 72, 71, 72, 72))
    with pytest.raises(ValueError, match="same melody"):
        jaccard_distance([CHORALE, longer])


def test_drums_differ_between_takes_too() -> None:
    def take(hit: int) -> Score:
        return Score((line("Melody", 72, 72), Track("Drums", (Note(0, hit, Q),), is_drum=True)))

    assert jaccard_distance([take(36), take(38)]) == 1.0


def test_a_marked_melody_comes_before_an_earlier_track() -> None:
    bass = line("Bass", 48, 48)
    melody = replace(line("Melody", 61, 61), role="melody")
    assert in_key(Score((bass, melody))) == in_key(Score((melody, bass)))


def test_nothing_to_measure_is_an_error() -> None:
    with pytest.raises(ValueError, match="no melody"):
        in_key(Score((Track("Empty"),)))
