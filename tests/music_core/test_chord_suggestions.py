"""Distances between chords as the book has them, and what is suggested where a musician knows the answer."""

from __future__ import annotations

import pytest

from music_core.harmony.chord import QUALITIES, Chord
from music_core.harmony.distance import chord_distance, region_of
from music_core.harmony.suggest import Suggestion, melody_fit, sounding, suggestions
from music_core.harmony.symbols import chord_from_symbol, symbol
from music_core.score import KeySignature, Note
from music_core.theory import pitch_from_name

C_MAJOR, A_MINOR = KeySignature(0), KeySignature(0, 0, minor=True)
QUARTER = 480
ODD = ("G7", "Dm7", "A7", "E7", "Cm", "Ab", "F#dim7", "Bb", "Gsus4")


def chord(name: str) -> Chord:
    found = chord_from_symbol(name)
    assert found is not None
    return found


def tune(names: str) -> list[Note]:
    return [
        Note(place * QUARTER, pitch_from_name(name), QUARTER, 90) for place, name in enumerate(names.split()) if name
    ]


def suggested(names: str, before: str, after: str, key: KeySignature = C_MAJOR) -> tuple[Suggestion, ...]:
    notes = tune(names)
    return suggestions(notes, (0, QUARTER * max(1, len(notes))), (chord(before), chord(after)), key)


def names_before(later: str, earlier: str, found: tuple[Suggestion, ...]) -> bool:
    names = first(99, found)
    return names.index(earlier) < (names.index(later) if later in names else 99)


def first(count: int, found: tuple[Suggestion, ...]) -> list[str]:
    return [symbol(one.chord) for one in found[:count]]


@pytest.mark.parametrize(
    ("other", "distance"), [("C", 0), ("G", 5), ("F", 5), ("Am", 7), ("Em", 7), ("Dm", 8), ("Bdim", 8)]
)
def test_the_triads_of_a_key_are_as_far_from_the_first_as_in_tonal_pitch_space(other: str, distance: int) -> None:
    assert chord_distance(chord("C"), chord(other), C_MAJOR) == distance


def test_distance_does_not_depend_on_the_key_that_all_are_moved_to() -> None:
    for tonic, fifths in ((7, 1), (5, -1), (2, 2), (10, -2), (6, 6), (6, -6)):
        moved = [
            chord_distance(Chord(tonic), one.transposed(tonic), KeySignature(0, fifths)) for one in map(chord, ODD)
        ]
        assert moved == [chord_distance(chord("C"), one, C_MAJOR) for one in map(chord, ODD)]


def test_what_leaves_the_key_is_farther_the_farther_its_scale_lies() -> None:
    near, far, farthest = (chord_distance(chord("C"), chord(name), C_MAJOR) for name in ("G", "D", "F#"))
    assert near < far < farthest
    assert region_of(chord("D7"), C_MAJOR) == (1, False)
    assert region_of(chord("E7"), A_MINOR) == (0, True)
    assert region_of(chord("Cm"), C_MAJOR) == (-2, False)  # and not E minor, whose D sharp only sounds like its third


def test_every_chord_belongs_to_some_scale() -> None:
    for quality in QUALITIES:
        for root in range(12):
            assert chord_distance(Chord(root, quality), Chord(root, quality), C_MAJOR) == 0


def test_a_note_of_the_chord_fits_and_one_a_semitone_above_it_does_not() -> None:
    notes = tune("E4 F4 D4 G4")
    assert melody_fit(chord("C"), sounding(notes, (0, QUARTER))) == 1.0
    assert melody_fit(chord("C"), sounding(notes, (QUARTER, 2 * QUARTER))) == 0.0
    assert 0 < melody_fit(chord("C"), sounding(notes, (2 * QUARTER, 3 * QUARTER))) < 1
    # Only what sounds within the ticks counts, and for as long as it does.
    assert melody_fit(chord("C"), sounding(notes, (QUARTER // 2, QUARTER + QUARTER // 2))) == pytest.approx(0.5)
    assert melody_fit(chord("F#"), sounding(notes, (9000, 9999))) == 1.0


def test_a_tune_on_the_dominant_asks_for_it() -> None:
    assert first(2, suggested("B4 D5 F5 D5", "C", "C")) == ["G7", "G"]
    assert first(1, suggested("G4 F4 E4 D4", "C", "C")) == ["G7"]
    assert first(2, suggested("G#4 B4", "Am", "Am", A_MINOR)) == ["E", "E7"]


def test_a_tune_on_the_subdominant_asks_for_what_holds_its_notes() -> None:
    found = suggested("A4 A4 C5 A4", "C", "G7")
    assert {"F", "Dm7", "Am"} <= set(first(6, found))
    assert all(one.fit == 1.0 for one in found[:6])


def test_among_what_fits_alike_the_nearer_goes_first() -> None:
    found = suggested("D4", "C", "C")
    names = first(40, found)
    assert names.index("G") < names.index("Dm") < names.index("Bm")


def test_the_chord_before_is_no_change_and_no_root_fills_the_list() -> None:
    found = suggested("C5 E5 G5 C5", "C", "F")
    assert "C" not in first(40, found)
    assert names_before("C6", "Am", found)  # both hold the tune's notes
    roots = [one.chord.root for one in found]
    assert max(roots.count(root) for root in roots) == 2
    assert set(roots) == set(range(12))


def test_without_a_tune_or_neighbours_the_key_alone_says_what_is_near() -> None:
    found = suggestions((), (0, QUARTER), (None, None), A_MINOR)
    assert first(1, found) == ["Am"]
    assert {one.fit for one in found} == {1.0}
