"""The top line is taken, single lines pass untouched, and hopeless input is refused in words."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from music_core.melody import MelodyError, find_melody, top_line
from music_core.score import Note, Score, Track

BASS = Track("Low", (Note(0, 40, 960), Note(960, 43, 960)))
HIGH = Track("High", (Note(0, 72, 480), Note(480, 74, 480), Note(960, 76, 960)))


def test_a_single_line_is_returned_as_it_is() -> None:
    line = find_melody(Score((HIGH,)))
    assert (line.track_index, line.notes, line.had_chords) == (0, HIGH.notes, False)


def test_a_role_wins_over_height_and_height_over_order() -> None:
    assert find_melody(Score((BASS, HIGH))).track_index == 1
    named = Track("Low", BASS.notes, role="melody")
    assert find_melody(Score((HIGH, named))).track_index == 1
    assert find_melody(Score((HIGH, BASS)), 1).notes == BASS.notes


def test_a_few_high_notes_are_not_the_melody() -> None:
    tune = Track("Tune", tuple(Note(480 * i, 65 + i % 5, 480) for i in range(16)))
    bell = Track("Bell", (Note(0, 100, 480),))
    assert find_melody(Score((bell, tune))).track_index == 1


def test_chords_give_their_top_note_even_when_rolled() -> None:
    chord = (Note(0, 60, 480), Note(10, 64, 470), Note(25, 67, 455))
    line, had_chords = top_line((*chord, Note(480, 62, 480)))
    assert line == (chord[2], Note(480, 62, 480))
    assert had_chords


def test_an_accompaniment_under_a_held_note_is_left_out() -> None:
    line, had_chords = top_line((Note(0, 72, 1920), Note(480, 60, 480), Note(960, 64, 480)))
    assert line == (Note(0, 72, 1920),)
    assert had_chords


def test_legato_overlaps_are_cut_and_are_no_chords() -> None:
    line, had_chords = top_line((Note(0, 72, 500), Note(480, 71, 480), Note(940, 74, 100)))
    assert [n.start_tick for n in line] == [0, 480, 940]
    assert line[0].end_tick == 480
    assert line[1].end_tick == 940
    assert not had_chords


def test_grace_notes_stay() -> None:
    notes = (Note(0, 71, 30), Note(30, 72, 450))
    assert top_line(notes) == (notes, False)


def test_the_same_note_twice_is_no_chord() -> None:
    assert top_line((Note(0, 60, 480), Note(0, 60, 240))) == ((Note(0, 60, 480),), False)


@pytest.mark.parametrize(
    ("score", "index", "word"),
    [
        (Score(), None, "no notes"),
        (Score((Track("x"),)), None, "no notes"),
        (Score((Track("kit", (Note(0, 36, 10),), is_drum=True),)), None, "only drums"),
        (Score((Track("kit", (Note(0, 36, 10),), is_drum=True), HIGH)), 0, "drums"),
        (Score((HIGH, Track("empty"))), 1, "«empty» has no notes"),
        (Score((HIGH,)), 3, "no track 4"),
        (Score((HIGH,)), -1, "no track"),
    ],
)
def test_hopeless_input_is_refused_in_one_sentence(score: Score, index: int | None, word: str) -> None:
    with pytest.raises(MelodyError, match=word) as caught:
        find_melody(score, index)
    assert str(caught.value).count(".") == 1


notes_anywhere = st.lists(
    st.builds(Note, st.integers(0, 3000), st.integers(40, 80), st.integers(1, 1500)), min_size=1, max_size=40
)


@given(notes_anywhere)
def test_the_line_never_overlaps_and_takes_only_given_onsets(notes: list[Note]) -> None:
    line, _ = top_line(notes)
    assert line
    assert all(a.end_tick <= b.start_tick for a, b in pairwise(line))
    given_onsets = {(n.start_tick, n.pitch) for n in notes}
    assert all((n.start_tick, n.pitch) in given_onsets for n in line)
    assert top_line(line) == (line, False)
