"""Keys, modes and phrases of tunes that everyone knows, and of made-up ones."""

from __future__ import annotations

import pytest

from music_core.analysis.keys import find_mode, melody_key
from music_core.analysis.phrases import Phrase, phrases, sung_again
from music_core.score import TICKS_PER_QUARTER as Q
from music_core.score import KeySignature, Metre, Note
from music_core.theory import key_from_tonic

FOUR = (Metre(0, 4, 4),)


def tune(pitches: str, length: int = Q) -> tuple[Note, ...]:
    """Notes of one length by MIDI number; `-` holds the one before, `.` rests."""
    notes: list[Note] = []
    for place, word in enumerate(pitches.split()):
        if word == "-":
            last = notes.pop()
            notes.append(Note(last.start_tick, last.pitch, last.duration_ticks + length))
        elif word != ".":
            notes.append(Note(place * length, int(word), length))
    return tuple(notes)


def labels(found: tuple[Phrase, ...]) -> str:
    return " ".join(f"{phrase.label}{phrase.end_bar - phrase.start_bar}" for phrase in found)


A = "60 62 64 65 67 - 64 - 65 64 62 64 60 - - - "
B = "69 71 72 71 69 - 65 - 67 65 64 62 67 - - - "
C = "72 - 60 72 - 60 62 - 76 - 62 76 60 - - - "


@pytest.mark.parametrize(
    ("form", "wanted"),
    [
        (A + A + B + A, "A4 A4 B4 A4"),
        (A + B + A + C, "A4 B4 A4 C4"),
        (A + B + C + B, "A4 B4 C4 B4"),
    ],
)
def test_forms_are_told_from_the_melody(form: str, wanted: str) -> None:
    assert labels(phrases(tune(form), FOUR)) == wanted


def test_a_phrase_in_another_key_is_the_same_moved() -> None:
    higher = " ".join(str(int(word) + 5) if word.isdigit() else word for word in A.split()) + " "
    found = phrases(tune(A + B + higher), FOUR)
    assert [(phrase.label, phrase.shift) for phrase in found] == [("A", 0), ("B", 0), ("A", 5)]


def test_what_is_sung_again_is_told_bar_by_bar_without_the_bars_that_differ() -> None:
    other_end = A.replace("60 - - - ", "67 - 65 - ")
    again = sung_again(tune(A + other_end), FOUR)
    assert again == ((4, 0, 0), (5, 1, 0), (6, 2, 0))


def test_phrases_cover_all_bars_once_and_rests_have_no_label() -> None:
    rest = ". . . . " * 4
    found = phrases(tune(rest + A + rest + A), FOUR)
    assert [phrase.start_bar for phrase in found] == [0, *(phrase.end_bar for phrase in found[:-1])]
    assert found[-1].end_bar == 16
    assert [phrase.label for phrase in found if phrase.label] == ["A", "A"]
    assert phrases((), FOUR) == () == sung_again((), FOUR)


def test_a_pickup_and_three_four() -> None:
    metres = (Metre(0, 1, 4), Metre(Q, 3, 4))
    line = "67 " + "60 - 64 62 - 64 65 - 62 60 - 67 " * 2
    assert labels(phrases(tune(line), metres)) == "A1 B4 B4"


@pytest.mark.parametrize(
    ("scale", "tonic", "minor", "mode"),
    [
        ("60 62 64 65 67 69 71 72", 0, False, "major"),
        ("62 64 65 67 69 71 72 74", 2, True, "Dorian"),
        ("67 69 71 72 74 76 77 79", 7, False, "Mixolydian"),
        ("65 67 69 71 72 74 76 77", 5, False, "Lydian"),
        ("64 65 67 69 71 72 74 76", 4, True, "Phrygian"),
        ("69 71 72 74 76 77 80 81", 9, True, "minor"),
    ],
)
def test_modes_are_told_by_their_notes(scale: str, tonic: int, minor: bool, mode: str) -> None:
    assert find_mode(tune(scale), key_from_tonic(tonic, minor)) == mode


def test_a_person_overrules_the_key() -> None:
    notes = tune("60 64 67 72")
    assert melody_key(notes) == KeySignature(0, 0)
    assert melody_key(notes, given=KeySignature(0, 1)) == KeySignature(0, 1)
    assert find_mode((), KeySignature(0, 0, True)) == "minor"
