"""What a part looks like on paper: grids, chords, voices and drum strokes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from music_core.notation import STRAIGHT, TRIPLET, WrittenChord, written
from music_core.score import Note, Track


def test_played_timing_becomes_sixteenths() -> None:
    track = Track("", (Note(7, 60, 470), Note(470, 62, 250), Note(733, 64, 200), Note(949, 65, 970)))
    assert written(track) == (
        WrittenChord(0, 480, (60,)),
        WrittenChord(480, 240, (62,)),
        WrittenChord(720, 240, (64,)),
        WrittenChord(960, 960, (65,)),
    )


def test_swung_notes_become_triplets() -> None:
    track = Track("", (Note(0, 60, 300), Note(322, 60, 150), Note(480, 60, 480)))
    assert [chord.start_tick for chord in written(track)] == [0, 2 * TRIPLET, 480]


def test_what_sounds_together_is_one_chord_and_a_held_bass_is_a_voice_of_its_own() -> None:
    track = Track("", (Note(0, 36, 1900), Note(4, 60, 470), Note(9, 64, 455), Note(480, 62, 480)))
    assert written(track) == (
        WrittenChord(0, 480, (60, 64)),
        WrittenChord(0, 1920, (36,)),
        WrittenChord(480, 480, (62,)),
    )


def test_drum_strokes_reach_to_the_next_stroke_or_beat() -> None:
    track = Track("", (Note(0, 36, 10), Note(0, 42, 10), Note(240, 42, 10), Note(960, 38, 10)), is_drum=True)
    assert written(track) == (
        WrittenChord(0, 240, (36, 42)),
        WrittenChord(240, 240, (42,)),
        WrittenChord(960, 480, (38,)),
    )


@given(
    st.lists(st.builds(Note, st.integers(0, 4000), st.integers(0, 127), st.integers(1, 2000)), max_size=20),
    st.booleans(),
)
def test_every_pitch_is_written_on_the_grid(notes: list[Note], is_drum: bool) -> None:
    chords = written(Track("", tuple(notes), is_drum=is_drum))
    assert {pitch for chord in chords for pitch in chord.pitches} == {note.pitch for note in notes}
    for chord in chords:
        assert chord.duration_ticks > 0
        assert any(chord.start_tick % step == 0 for step in (STRAIGHT, TRIPLET))
    assert written(Track("")) == ()
