from __future__ import annotations

from dataclasses import replace

from desktop_app.library.project import Take
from desktop_app.parts import belongs_to, melody_index, own_score, with_take
from music_core.harmony.chord import Chord
from music_core.score import ChordChange, Note, Score, Track

NOTES = (Note(0, 72, 480), Note(480, 74, 480))
LOW = (Note(0, 40, 960),)


def part(name: str, role: str, notes: tuple[Note, ...] = LOW, program: int = 0) -> Track:
    return Track(name, notes, program=program, role=role, generated_by="model")


FIRST = Take((part("Alto", "alto"), part("Bass", "bass")), "model", 1)
SECOND = Take((part("Alto", "alto", NOTES), part("Bass", "bass")), "model", 2)


def test_a_take_replaces_the_parts_and_nothing_else() -> None:
    score = Score((Track("Melody", NOTES, role="melody"),), provenance="A folk song.")
    one = with_take(score, FIRST)
    assert own_score(one).tracks == score.tracks
    assert belongs_to(one, FIRST)
    assert not belongs_to(one, SECOND)
    two = with_take(one, SECOND)
    assert len(two.tracks) == 3
    assert belongs_to(two, SECOND)
    assert two.provenance == "A folk song. Parts written with Tutti by the model model, seed 2."


def test_instruments_and_names_given_to_parts_stay() -> None:
    score = with_take(Score((Track("Melody", NOTES, role="melody"),)), FIRST)
    dressed = score.with_track(2, replace(score.tracks[2], name="Tuba", program=58))
    again = with_take(dressed, SECOND)
    assert [(track.name, track.program) for track in again.tracks[1:]] == [("Alto", 0), ("Tuba", 58)]
    other = Take((part("Bass", "bass", program=32),), "model", 3)
    assert (
        with_take(score, replace(other, tracks=(replace(other.tracks[0], generated_by="else"),))).tracks[1].program
        == 32
    )


def test_other_tracks_are_muted_when_parts_come_in_for_the_first_time() -> None:
    score = Score((Track("Old bass", LOW), Track("Tune", NOTES, role="melody"), Track("Empty")))
    arranged = with_take(score, FIRST)
    assert [track.muted for track in arranged.tracks] == [True, False, False, False, False]
    opened = arranged.with_track(0, replace(arranged.tracks[0], muted=False))
    assert not with_take(opened, SECOND).tracks[0].muted


def test_the_melody_is_the_users_own_even_while_it_is_empty() -> None:
    assert melody_index(Score()) is None
    assert melody_index(Score((Track("Drums", LOW, is_drum=True),))) is None
    assert melody_index(Score((part("Alto", "alto", NOTES), Track("Tune", NOTES)))) == 1
    assert melody_index(Score((Track("Bass", LOW), Track("", role="melody")))) == 1
    assert melody_index(Score((part("Alto", "alto", NOTES),))) is None


def test_a_take_brings_its_chords_under_the_locked_ones() -> None:
    own = (ChordChange(0, Chord(2)), ChordChange(960, Chord(7), locked=True), ChordChange(1920, Chord(2)))
    score = Score((Track("Melody", NOTES, role="melody"),), chords=own)
    take = replace(FIRST, chords=(ChordChange(0, Chord(9, "min")), ChordChange(1440, Chord(5))))
    assert with_take(score, take).chords == (
        ChordChange(0, Chord(9, "min")),
        ChordChange(960, Chord(7), locked=True),
        ChordChange(1920, Chord(5)),
    )
    assert with_take(score, FIRST).chords == own
