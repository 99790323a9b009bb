"""What hands do to notes, without a hand."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from desktop_app.note_edits.edited import Edited
from desktop_app.note_edits.shapes import added, deleted, duplicated, moved, resized, with_velocity
from desktop_app.ui.piano_roll.gestures import Gesture, Pointer, is_end_zone
from music_core.score import Note, without_overlaps

C, D, E = Note(0, 60, 480, 90), Note(480, 62, 480, 90), Note(960, 64, 480, 90)
TUNE = (C, D, E)

note = st.builds(Note, st.integers(0, 4000), st.integers(0, 127), st.integers(1, 1500), st.integers(1, 127))
tunes = st.lists(note, min_size=1, max_size=25).map(without_overlaps)


def overlaps(notes: tuple[Note, ...]) -> bool:
    rows = defaultdict(list)
    for each in sorted(notes):
        rows[each.pitch].append(each)
    return any(a.end_tick > b.start_tick for row in rows.values() for a, b in pairwise(row))


def test_moving_keeps_shape_length_and_loudness() -> None:
    edited = moved(Edited(TUNE, frozenset({D, E})), 240, 12)
    assert edited.notes == (C, Note(720, 74, 480, 90), Note(1200, 76, 480, 90))
    assert edited.chosen == {Note(720, 74, 480, 90), Note(1200, 76, 480, 90)}


def test_a_group_stops_as_one_at_the_edges() -> None:
    assert moved(Edited(TUNE, frozenset(TUNE)), -10_000, 0).notes == TUNE
    assert [n.pitch for n in moved(Edited(TUNE, frozenset(TUNE)), 0, 100).notes] == [123, 125, 127]
    assert [n.pitch for n in moved(Edited(TUNE, frozenset(TUNE)), 0, -100).notes] == [0, 2, 4]


@given(tunes, st.data(), st.integers(-3000, 3000), st.integers(-60, 60))
def test_no_edit_leaves_two_notes_of_a_pitch_sounding_at_once(
    tune: tuple[Note, ...], data: st.DataObject, by_ticks: int, by_pitch: int
) -> None:
    chosen = frozenset(data.draw(st.lists(st.sampled_from(tune), max_size=5)))
    before = Edited(tune, chosen)
    for edited in (moved(before, by_ticks, by_pitch), resized(before, by_ticks), duplicated(before, 700)):
        assert not overlaps(edited.notes)
        assert edited.chosen <= set(edited.notes)
        assert edited.notes == tuple(sorted(edited.notes))


@given(tunes, note)
def test_an_added_note_is_there_whole(tune: tuple[Note, ...], new: Note) -> None:
    edited = added(tune, new)
    assert new in edited.notes
    assert edited.chosen == {new}
    assert not overlaps(edited.notes)


@given(tunes, st.integers(-3000, 3000))
def test_there_and_back_changes_nothing_while_nothing_is_in_the_way(tune: tuple[Note, ...], by: int) -> None:
    assume(by + min(n.start_tick for n in tune) >= 0)
    there = moved(Edited(tune, frozenset(tune)), by, 0)
    assert moved(there, -by, 0).notes == tune


def test_resizing_moves_every_selected_end_but_keeps_a_tick() -> None:
    assert [n.duration_ticks for n in resized(Edited(TUNE, frozenset({C, D})), 120).notes] == [600, 600, 480]
    assert resized(Edited(TUNE, frozenset({C})), -9999).notes[0].duration_ticks == 1


def test_deleting_and_loudness() -> None:
    assert deleted(Edited(TUNE, frozenset({D}))).notes == (C, E)
    assert [n.velocity for n in with_velocity(Edited(TUNE, frozenset({C})), 99).notes] == [127, 90, 90]


def test_a_drag_maps_pointers_to_notes() -> None:
    origin = Pointer(100, 120, 60)
    move = Gesture("move", origin, Edited(TUNE, frozenset({C})), C)
    assert move.at(Pointer(590, 600, 65)).notes[0] == Note(480, 62, 480, 90)
    assert Note(480, 65, 480, 90) in move.at(Pointer(590, 600, 65)).notes
    assert move.at(origin).notes == TUNE
    resize = Gesture("resize", Pointer(470, 480, 60), Edited(TUNE, frozenset({C})), C, snap_ticks=120)
    assert resize.at(Pointer(730, 720, 64)).notes[0] == Note(0, 60, 720, 90)
    assert resize.at(Pointer(-50, 0, 64)).notes[0].duration_ticks == 120
    draw = Gesture("draw", origin, Edited(TUNE, frozenset()), Note(1440, 67, 120, 80))
    assert Note(1440, 69, 480, 80) in draw.at(Pointer(1900, 1920, 69)).notes


def test_the_end_zone_is_never_more_than_a_third_of_a_short_note() -> None:
    assert is_end_zone(C, 98, 0, 100)
    assert not is_end_zone(C, 80, 0, 100)
    assert not is_end_zone(C, 5, 0, 9)
    assert is_end_zone(C, 7, 0, 9)
