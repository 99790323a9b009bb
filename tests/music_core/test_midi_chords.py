"""Chords go to a MIDI file as markers and come back; section names of other people's files stay what they are."""

from __future__ import annotations

import io

import mido
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from music_core.harmony.chord import QUALITIES, Chord
from music_core.midi_chords import sorted_out
from music_core.midi_file import bytes_to_score, normalised, score_to_bytes
from music_core.score import ChordChange, KeySignature, Marker, Metre, Note, Score, Track

FOUR = (Metre(0),)
BAR = 1920
TUNE = (Track("Tune", (Note(0, 60, 8 * BAR),)),)

texts = st.sampled_from(["Intro", "A", "B", "[A]", "[[C]]", "[Verse]", "Am", "N.C.", "Solo 2"])
chords = st.none() | st.builds(Chord, st.integers(0, 11), st.sampled_from(sorted(QUALITIES)), st.integers(0, 11))
scores = st.builds(
    lambda markers, ticks, found, keys: Score(
        TUNE,
        keys=keys,
        markers=tuple(markers),
        chords=tuple(ChordChange(tick, chord) for tick, chord in zip(sorted(ticks), found, strict=False)),
    ),
    st.lists(st.builds(Marker, st.integers(0, 8).map(lambda bar: bar * BAR), texts), max_size=5),
    st.sets(st.integers(0, 16).map(lambda beat: beat * 480), max_size=6),
    st.lists(chords, min_size=6, max_size=6),
    st.sampled_from([(), (KeySignature(0, -3),), (KeySignature(0, 2), KeySignature(960, -1))]),
)


@settings(max_examples=60, deadline=None)
@given(scores)
def test_chords_and_sections_come_back_from_our_own_files(score: Score) -> None:
    back = bytes_to_score(score_to_bytes(score))
    assert back == normalised(score)
    assert [(c.tick, c.chord) for c in back.chords] == [(c.tick, c.chord) for c in score.chords]
    assert set(back.markers) == set(score.markers)


def test_other_programs_see_one_marker_a_chord() -> None:
    lane = (ChordChange(0, Chord(10, "min7", 5)), ChordChange(BAR, None))
    score = Score(TUNE, keys=(KeySignature(0, -2),), markers=(Marker(0, "Intro"),), chords=lane)
    conductor = mido.MidiFile(file=io.BytesIO(score_to_bytes(score))).tracks[0]
    assert [message.text for message in conductor if message.type == "marker"] == ["Intro", "Bbm7/F", "N.C."]


def read(texts: str, bars_apart: float = 1) -> tuple[list[str], list[int]]:
    """What is left as markers, and at which places chords were found."""
    markers = tuple(Marker(int(i * bars_apart * BAR), text) for i, text in enumerate(texts.split()))
    places, lane = sorted_out(markers, FOUR)
    return [place.text for place in places], [int(change.tick / bars_apart / BAR) for change in lane]


@pytest.mark.parametrize(
    ("texts", "bars_apart"),
    [
        ("A B A C", 8),
        ("A B A C", 1),
        ("A A2 B B2", 4),
        ("Intro A B A Outro", 8),
        ("B C D", 8),
        ("C", 1),
        ("Verse Chorus Verse", 4),
        ("Verse Bridge C Solo Solo B End", 1),
        ("Do Re Mi", 1),
    ],
)
def test_sections_stay_markers(texts: str, bars_apart: float) -> None:
    assert read(texts, bars_apart) == (texts.split(), [])


@pytest.mark.parametrize(
    ("texts", "bars_apart"),
    [
        ("C F G C", 1),
        ("C Am F G", 2),
        ("Bbm7", 8),
        ("A E F#m D", 16),
        ("D A D G", 4),
        ("N.C. C F C", 2),
        ("A7 D7 E7", 4),
    ],
)
def test_chords_are_found_without_a_sign(texts: str, bars_apart: float) -> None:
    assert read(texts, bars_apart) == ([], list(range(len(texts.split()))))


def test_words_between_chords_stay_markers() -> None:
    assert read("Intro Am F Verse C G7") == (["Intro", "Verse"], [1, 2, 4, 5])


def test_chords_that_were_read_are_locked() -> None:
    markers = (Marker(0, "Am"), Marker(BAR, "G7"))
    assert sorted_out(markers, FOUR)[1] == (
        ChordChange(0, Chord(9, "min"), True),
        ChordChange(BAR, Chord(7, "7"), True),
    )
