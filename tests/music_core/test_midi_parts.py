"""Note-ons and offs in ticks: doubled, missing, crossed, at the same tick."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from music_core.midi_notes import NOTE_OFF, NOTE_ON, pair_events, paired
from music_core.midi_parts import clean_text, role_of, settled_bends
from music_core.note_columns import Column, columns_of, notes_of
from music_core.score import Note, PitchBend


def pairs(text: str) -> list[str]:
    """Notes as start-end from words such as `0+ 5- 5+`, all of one pitch, ending at tick 100."""
    events = [(int(word[:-1]), NOTE_ON, 60, 80 if word[-1] == "+" else 0) for word in text.split()]
    return [f"{note.start_tick}-{note.end_tick}" for note in pair_events(events, 100)]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ("0+ 5- 5+ 9-", ["0-5", "5-9"]),
        ("0+ 5+ 5- 9-", ["0-5", "5-9"]),  # the off comes after the next on at the same tick
        ("0+ 5+ 9-", ["0-5", "5-9"]),  # an off is missing
        ("0+ 5+", ["0-5", "5-100"]),
        ("0+ 0+ 5- 9-", ["0-9"]),  # two voices in unison: the longer stays
        ("0+ 0+ 5- 20+ 30-", ["0-5", "20-30"]),  # a double on with one off does not hang
        ("0+ 0+ 5-", ["0-5"]),
        ("5- 7- 10+ 12- 13-", ["10-12"]),
        ("3+ 3-", ["3-4"]),  # no note is shorter than a tick
        ("3+ 3- 3+ 9-", ["3-9"]),
        ("", []),
    ],
)
def test_streams_that_are_not_quite_right(events: str, expected: list[str]) -> None:
    assert pairs(events) == expected


@given(st.lists(st.tuples(st.integers(0, 50), st.sampled_from([NOTE_ON, NOTE_OFF]), st.integers(0, 1))))
def test_every_onset_is_kept_and_pitches_never_overlap(rows: list[tuple[int, int, int]]) -> None:
    events = [(tick, kind, 60, 80 * on) for tick, kind, on in sorted(rows, key=lambda row: row[0])]
    notes = pair_events(events, 60)
    assert [note.start_tick for note in notes] == sorted(
        {t for t, kind, _, velocity in events if kind == 9 and velocity}
    )
    for one, other in itertools.pairwise(notes):
        assert one.end_tick <= other.start_tick


@given(
    st.lists(
        st.tuples(
            st.integers(0, 30), st.sampled_from([NOTE_ON, NOTE_OFF, 0xB]), st.integers(60, 62), st.integers(0, 2)
        ),
        max_size=40,
    ),
    st.booleans(),
)
def test_pairing_in_bulk_is_pairing(rows: list[tuple[int, int, int, int]], is_tidy: bool) -> None:
    events = sorted(rows, key=lambda row: row[0])
    if is_tidy:  # takes turns, so that nothing is left to the slow way
        events = [
            event
            for start in range(0, 90, 3)
            for event in ((start, 9, 60 + start % 4, 9), (start + 2, 8, 60 + start % 4, 0))
        ]
    notes = paired(np.array(events, np.int64).reshape(-1, 4), 40)
    expected = pair_events(events, 40)
    assert notes == expected
    assert notes.end_tick == max((note.end_tick for note in expected), default=0)
    assert notes.longest_ticks == max((note.duration_ticks for note in expected), default=0)
    for kept, counted in zip(columns_of(notes), columns_of(expected), strict=True):
        assert kept.tolist() == counted.tolist()


def test_notes_from_columns_are_checked() -> None:
    def column(value: int) -> Column:
        return np.array([value], np.int64)

    assert notes_of(column(3), column(60), column(5), column(90)) == (Note(3, 60, 5, 90),)
    for values in ((-1, 60, 5, 90), (3, 128, 5, 90), (3, -1, 5, 90), (3, 60, 0, 90), (3, 60, 5, 0), (3, 60, 5, 128)):
        with pytest.raises(ValueError, match=r"must be|needs"):
            notes_of(*(column(value) for value in values))


def test_roles_are_read_from_names() -> None:
    assert role_of("Bass guitar", False) == "bass"
    assert role_of("Solo MELODY", False) == "melody"
    assert role_of("Piano", False) == "other"
    assert role_of("Bass drum", True) == "drums"


def test_bends_that_change_nothing_go() -> None:
    bends = [PitchBend(0, 0), PitchBend(5, 100), PitchBend(5, 200), PitchBend(9, 200), PitchBend(20, 0)]
    assert settled_bends(bends) == (PitchBend(5, 200), PitchBend(20, 0))


@given(st.text())
def test_clean_text_is_what_a_file_can_hold(text: str) -> None:
    clean = clean_text(text)
    assert clean.encode("utf-8").decode("utf-8") == clean
    assert clean_text(clean) == clean


def test_later_twins_keep_the_louder_velocity() -> None:
    events = [(0, NOTE_ON, 60, 30), (0, NOTE_ON, 60, 90), (5, NOTE_OFF, 60, 0), (7, NOTE_OFF, 60, 0)]
    assert pair_events(events, 10) == (Note(0, 60, 7, 90),)
