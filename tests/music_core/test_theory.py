"""Names, scales and the key of well-known openings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from music_core.score import KeySignature, Note
from music_core.theory import (
    find_key,
    key_correlations,
    key_from_tonic,
    key_name,
    pitch_from_name,
    pitch_name,
    scale_pitch_classes,
)


def tune(text: str) -> tuple[Note, ...]:
    """Notes from words such as `E4:2`, lengths in quarter notes (1 where none is given)."""
    notes, tick = [], 0
    for word in text.split():
        name, _, length = word.partition(":")
        ticks = int(float(length or 1) * 480)
        notes.append(Note(tick, pitch_from_name(name), ticks))
        tick += ticks
    return tuple(notes)


ODE_TO_JOY = tune("E4 E4 F4 G4 G4 F4 E4 D4 C4 C4 D4 E4 D4:1.5 C4:.5 C4:2")
GREENSLEEVES = tune("A4 C5:2 D5 E5:1.5 F5:.5 E5 D5:2 B4 G4:1.5 A4:.5 B4 C5:2 A4 A4:1.5 G#4:.5 A4 B4:2 G#4 E4:2 A4:3")
AMAZING_GRACE = tune("D4 G4:2 B4:.5 G4:.5 B4:2 A4 G4:2 E4 D4:2 D4 G4:2 B4:.5 G4:.5 B4:2 A4 D5:3 B4:2 D5 B4 G4:3")


def test_names_count_octaves_from_c4_at_60() -> None:
    assert pitch_name(60) == "C4"
    assert pitch_name(0) == "C-1"
    assert pitch_name(70, flats=True) == "B♭4"
    assert pitch_from_name("F#3") == 54
    assert pitch_from_name("Bb4") == 70
    assert pitch_from_name("b3") == 59


@given(st.integers(0, 127), st.booleans())
def test_a_name_reads_back_as_its_pitch(pitch: int, flats: bool) -> None:
    assert pitch_from_name(pitch_name(pitch, flats=flats)) == pitch


@pytest.mark.parametrize("name", ["", "H4", "C", "C4 ", "C99", "Cb-1"])
def test_what_is_no_pitch_is_refused(name: str) -> None:
    if name.strip() == "C4":
        assert pitch_from_name(name) == 60
    else:
        with pytest.raises(ValueError):
            pitch_from_name(name)


@pytest.mark.parametrize(
    ("notes", "expected"), [(ODE_TO_JOY, "C major"), (GREENSLEEVES, "A minor"), (AMAZING_GRACE, "G major")]
)
@pytest.mark.parametrize("semitones", range(-5, 7))
def test_well_known_tunes_are_found_in_every_key(notes: tuple[Note, ...], expected: str, semitones: int) -> None:
    shifted = [Note(n.start_tick, n.pitch + semitones, n.duration_ticks) for n in notes]
    home = find_key(notes)
    assert key_name(home) == expected
    key = find_key(shifted)
    assert key.minor == home.minor
    assert key.tonic_pitch_class == (home.tonic_pitch_class + semitones) % 12


def test_a_tie_goes_to_the_signature_then_to_the_last_note() -> None:
    white = tune("C4 D4 E4 F4 G4 A4 B4")
    assert key_name(find_key(tune("C4 G4 C5 G4 C4"))) == "C major"
    assert key_name(find_key(white, KeySignature(0, 0, minor=True))) == "A minor"
    assert key_name(find_key(white, KeySignature(0, 0))) == "C major"
    assert key_name(find_key(tune("A4 B4 C5 D5 E5 C5 B4 A4"))) == "A minor"


def test_a_signature_far_from_the_notes_does_not_win() -> None:
    assert key_name(find_key(ODE_TO_JOY, KeySignature(0, 5))) == "C major"


def test_a_signature_keeps_its_spelling() -> None:
    in_d_flat = [Note(n.start_tick, n.pitch + 1, n.duration_ticks) for n in ODE_TO_JOY]
    assert find_key(in_d_flat, KeySignature(960, 7)) == KeySignature(0, 7)
    assert find_key(in_d_flat, KeySignature(0, -5)) == KeySignature(0, -5)


def test_long_notes_weigh_more() -> None:
    short, long = tune("C4:.25 E4:.25 G4:.25 F#4:4 A#4:4 C#5:4"), tune("C4:4 E4:4 G4:4 F#4:.25 A#4:.25 C#5:.25")
    assert int(key_correlations(short).argmax()) == 6
    assert int(key_correlations(long).argmax()) == 0


def test_no_notes_give_the_signature_or_c_major() -> None:
    assert find_key(()) == KeySignature(0)
    assert find_key((), KeySignature(0, 3)) == KeySignature(0, 3)


@given(st.integers(0, 11), st.booleans())
def test_a_key_spelled_from_its_tonic_has_that_tonic(tonic: int, minor: bool) -> None:
    key = key_from_tonic(tonic, minor)
    assert key.tonic_pitch_class == tonic
    assert -5 <= key.fifths <= 6
    assert scale_pitch_classes(key)[0] == tonic


def test_scales() -> None:
    assert scale_pitch_classes(KeySignature(0, 1)) == (7, 9, 11, 0, 2, 4, 6)
    assert scale_pitch_classes(KeySignature(0, 0, minor=True)) == (9, 11, 0, 2, 4, 5, 7)
    assert scale_pitch_classes(KeySignature(0, 0, minor=True), harmonic=True)[-1] == 8


def test_every_signature_has_a_name_of_its_own() -> None:
    names = {key_name(KeySignature(0, fifths, minor)) for fifths in range(-7, 8) for minor in (False, True)}
    assert len(names) == 30
    assert key_name(KeySignature(0, -7)) == "C♭ major"
    assert key_name(KeySignature(0, 7, minor=True)) == "A♯ minor"


@pytest.mark.parametrize("middle", [3, 4, 5])
def test_middle_c_may_be_called_c3_c4_or_c5(middle: int) -> None:
    assert pitch_name(60, middle_octave=middle) == f"C{middle}"
    for pitch in range(128):
        assert pitch_from_name(pitch_name(pitch, middle_octave=middle), middle_octave=middle) == pitch
    with pytest.raises(ValueError, match=f"C{middle - 5} to G{middle + 5}"):
        pitch_from_name("C12", middle_octave=middle)
