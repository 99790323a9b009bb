"""Chord symbols are read as musicians write them, and what is written is read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from music_core.harmony.chord import QUALITIES, Chord
from music_core.harmony.symbols import ChordSymbolError, chord_from_harte, chord_from_symbol, symbol

CHORDS = st.builds(Chord, root=st.integers(0, 11), quality=st.sampled_from(sorted(QUALITIES)), bass=st.integers(0, 11))


@given(CHORDS, st.booleans())
def test_every_chord_is_read_back_from_its_symbol(chord: Chord, flats: bool) -> None:
    assert chord_from_symbol(symbol(chord, flats)) == chord


@given(st.text(max_size=60))
def test_any_text_is_a_chord_or_refused_in_a_sentence(text: str) -> None:
    try:
        chord_from_symbol(text)
    except ChordSymbolError as error:
        assert "is not a chord; write it like" in str(error)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C", Chord(0)),
        ("C-7", Chord(0, "min7")),
        ("CM7", Chord(0, "maj7")),
        ("C7M", Chord(0, "maj7")),
        ("CΔ", Chord(0, "maj7")),
        ("Cmi7", Chord(0, "min7")),
        ("CMI7", Chord(0, "min7")),
        ("CmM7", Chord(0, "min-maj7")),
        ("C-Δ7", Chord(0, "min-maj7")),
        ("Co7", Chord(0, "dim7")),
        ("Co", Chord(0, "dim")),
        ("C°", Chord(0, "dim")),
        ("Cm7b5", Chord(0, "half-dim")),
        ("C-7(-5)", Chord(0, "half-dim")),
        ("Cø", Chord(0, "half-dim")),
        ("Csus", Chord(0, "sus4")),
        ("C9sus4", Chord(0, "7sus4")),
        ("C6/9", Chord(0, "6")),
        ("C(add9)", Chord(0, "add9")),
        ("C2", Chord(0, "add9")),
        ("C+", Chord(0, "aug")),
        ("C+7", Chord(0, "7")),
        ("C13", Chord(0, "9")),
        ("C7#9", Chord(0, "7")),
        ("C7(b9,#11)", Chord(0, "7b9")),
        ("C7alt", Chord(0, "7b9")),
        ("C-9", Chord(0, "min9")),
        ("C7-9", Chord(0, "7b9")),
        ("C11", Chord(0, "7sus4")),
        ("Cmaj7#11", Chord(0, "maj7")),
        ("B♭7", Chord(10, "7")),
        ("F♯m7♭5/C", Chord(6, "half-dim", 0)),
        ("Cb5", Chord(11, "5")),
        ("Hm", Chord(11, "min")),
        ("Es", Chord(3)),
        ("Esus4", Chord(4, "sus4")),
        ("Asus2", Chord(9, "sus2")),
        ("As7", Chord(8, "7")),
        ("Fism7/Cis", Chord(6, "min7", 1)),
        ("Am7/G", Chord(9, "min7", 7)),
    ],
)
def test_the_dialects_of_lead_sheets(text: str, expected: Chord) -> None:
    assert chord_from_symbol(text) == expected


@pytest.mark.parametrize("text", ["N.C.", "NC", "n.c.", "No chord", " N.C "])
def test_no_chord(text: str) -> None:
    assert chord_from_symbol(text) is None


@pytest.mark.parametrize(
    "text", ["", "Intro", "Verse", "Chorus", "Coda", "Bass", "Drums", "End", "Fine", "Cm5", "Cmdim", "C/", "C/x", "am"]
)
def test_other_words_are_refused(text: str) -> None:
    with pytest.raises(ChordSymbolError, match="is not a chord"):
        chord_from_symbol(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("N", None),
        ("C:maj", Chord(0)),
        ("Bb:min7/b3", Chord(10, "min7", 1)),
        ("G:sus4(b7)", Chord(7, "7sus4")),
        ("D:maj(9)", Chord(2, "add9")),
        ("E:7(b9)", Chord(4, "7b9")),
        ("F#:hdim7", Chord(6, "half-dim")),
        ("A:minmaj7", Chord(9, "min-maj7")),
        ("Cb:maj6/5", Chord(11, "6", 6)),
        ("G", Chord(7)),
    ],
)
def test_the_syntax_of_corpora(text: str, expected: Chord | None) -> None:
    assert chord_from_harte(text) == expected


def test_the_syntax_of_corpora_is_checked() -> None:
    with pytest.raises(ChordSymbolError):
        chord_from_harte("C:kazoo")
