"""Chords are spelled as the key has them, and whatever the spelling, they are read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from music_core.harmony.chord import QUALITIES, Chord
from music_core.harmony.spelling import spelled
from music_core.harmony.symbols import chord_from_symbol
from music_core.score import KeySignature

KEYS = st.builds(KeySignature, st.just(0), st.integers(-7, 7), st.booleans())


@given(st.builds(Chord, st.integers(0, 11), st.sampled_from(sorted(QUALITIES)), st.integers(0, 11)), KEYS)
def test_every_spelling_is_read_back(chord: Chord, key: KeySignature) -> None:
    assert chord_from_symbol(spelled(chord, (key,))) == chord


@pytest.mark.parametrize(
    ("fifths", "minor", "symbols"),
    [
        (0, False, "C Bb Eb Ab F# C#m F#m Bbm Ebm C#dim7 D/F# C7/Bb Fm/Ab A/C# Db"),
        (0, True, "Am E/G# G#dim7 Bb F#m7b5 B7/D#"),
        (4, False, "E G#m C#m7 B/D# F# D#m7b5 A"),
        (-5, False, "Db Gb Ab7 Bbm Ebm7 Fm Gb/Bb"),
        (-2, True, "Gm D7/F# Eb Cm A7/C# F#dim7"),
    ],
)
def test_chords_are_written_as_in_song_books(fifths: int, minor: bool, symbols: str) -> None:
    key = KeySignature(0, fifths, minor)
    assert [spelled(chord_from_symbol(text), (key,)) for text in symbols.split()] == symbols.split()


def test_the_key_in_force_decides() -> None:
    keys = (KeySignature(0, 5), KeySignature(960, -6))
    assert [spelled(Chord(6), keys, tick) for tick in (0, 960)] == ["F#", "Gb"]
    assert spelled(None, keys) == "N.C."
