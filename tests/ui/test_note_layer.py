"""Finding and picturing notes agrees with looking at each of them."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter

from desktop_app.ui.colours import DARK, velocity_ramp
from desktop_app.ui.piano_roll.content import ScoreContent
from desktop_app.ui.piano_roll.coords import PitchScale, TimeScale
from desktop_app.ui.piano_roll.heard import HeardNotes
from desktop_app.ui.piano_roll.note_layer import NoteArrays, paint_bitmap
from desktop_app.ui.piano_roll.painting import NotePainter, note_rectangle
from music_core.score import Note, Score, Track

notes_strategy = st.lists(
    st.builds(Note, st.integers(0, 8000), st.integers(0, 127), st.integers(1, 4000), st.integers(1, 127)), max_size=40
).map(lambda notes: tuple(sorted(notes)))


@given(notes_strategy, st.integers(0, 9000), st.integers(0, 3000))
def test_between_misses_no_note_that_touches_the_range(notes: tuple[Note, ...], first: int, length: int) -> None:
    last = first + length
    run = NoteArrays.of(notes).between(first, last)
    touching = [note for note in notes if note.start_tick <= last and note.end_tick > first]
    assert set(touching) <= set(notes[run])


@given(notes_strategy, st.floats(0.0004, 1.5), st.integers(-50, 9000), st.floats(4.0, 36.0))
def test_all_boxes_of_a_run_are_those_of_its_notes(
    notes: tuple[Note, ...], pixels_per_tick: float, left_tick: int, row_px: float
) -> None:
    time, pitch = TimeScale(pixels_per_tick, left_tick), PitchScale(row_px, 30.0)
    boxes = NotePainter(QPainter(), time, pitch, QRect(0, 0, 800, 400))._boxes(
        NoteArrays.of(notes), slice(0, len(notes))
    )
    found = [(QRectF(*box), velocity) for *box, velocity in boxes]
    assert found == [(note_rectangle(note, time, pitch), note.velocity) for note in notes]


@given(notes_strategy, st.integers(0, 9000))
def test_sounding_is_what_covers_the_tick(notes: tuple[Note, ...], tick: int) -> None:
    expected = {note.pitch for note in notes if note.start_tick <= tick < note.end_tick}
    assert set(NoteArrays.of(notes).sounding(tick)) == expected


@given(notes_strategy, st.integers(0, 9000))
def test_the_same_notes_sound_until_the_next_change(notes: tuple[Note, ...], tick: int) -> None:
    changes = {note.start_tick for note in notes} | {note.end_tick for note in notes}
    assert NoteArrays.of(notes).steady_until(tick) == min((each for each in changes if each > tick), default=math.inf)


@given(notes_strategy, st.lists(st.integers(0, 9000), max_size=20))
def test_what_is_heard_is_looked_up_only_where_it_changes(notes: tuple[Note, ...], ticks: list[int]) -> None:
    content = ScoreContent()
    heard = HeardNotes(content)
    for number, tick in enumerate(ticks):
        if number == len(ticks) // 2:
            content.show(Score((Track("Melody", notes, role="melody"),)))
        assert heard.at(tick) == content.sounding(tick)
    assert heard.at(13_000) is heard.at(13_001)


@given(notes_strategy, st.integers(0, 9000), st.integers(0, 127))
def test_the_note_under_a_point_is_the_latest_there(notes: tuple[Note, ...], tick: int, pitch: int) -> None:
    covering = [note for note in notes if note.pitch == pitch and note.start_tick <= tick < note.end_tick]
    found = NoteArrays.of(notes).at(tick, pitch)
    assert (found is None) == (not covering)
    if found is not None:
        assert found in covering
        assert found.start_tick == max(note.start_tick for note in covering)


@given(notes_strategy, st.integers(0, 9000), st.integers(0, 3000), st.integers(0, 127), st.integers(0, 30))
def test_a_box_takes_what_it_touches(notes: tuple[Note, ...], first: int, length: int, low: int, rows: int) -> None:
    inside = NoteArrays.of(notes).within(first, first + length, low, low + rows)
    expected = {
        note
        for note in notes
        if note.start_tick <= first + length and note.end_tick > first and low <= note.pitch <= low + rows
    }
    assert inside == expected


@given(notes_strategy)
def test_the_bitmap_colours_every_note_and_nothing_else(notes: tuple[Note, ...]) -> None:
    time, pitch, size = TimeScale(0.05, 0.0), PitchScale(5.0, 0.0), (420, 640)
    image = paint_bitmap([(NoteArrays.of(notes), velocity_ramp("teal", DARK))], time, pitch, size)
    covered = np.zeros((128, size[0]), bool)
    for note in notes:
        first = int(note.start_tick * 0.05)
        covered[note.pitch, first : max(first + 1, int(np.ceil(note.end_tick * 0.05)))] = True
        if first < size[0]:
            assert image[round(pitch.y(note.pitch)) + 2, first] != 0
    for row in range(128):
        y = round(pitch.y(row)) + 2
        assert not (image[y] != 0)[~covered[row]].any()


def test_louder_notes_are_brighter_in_the_bitmap_and_later_layers_lie_on_top() -> None:
    ramp = velocity_ramp("teal", DARK)
    soft, loud = (NoteArrays.of((Note(0, 60, 480, velocity),)) for velocity in (20, 120))
    time, pitch = TimeScale(0.1, 0.0), PitchScale(8.0, 0.0)
    y = round(pitch.y(60)) + 4

    def pixel(*layers: NoteArrays) -> int:
        return int(paint_bitmap([(layer, ramp) for layer in layers], time, pitch, (60, 1024))[y, 10])

    assert pixel(soft) & 0xFF < pixel(loud) & 0xFF
    assert pixel(soft, loud) == pixel(loud)
    assert pixel(loud, soft) == pixel(soft)
