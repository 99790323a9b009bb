"""The piano roll by mouse and keys, judged by the score that comes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_app.ui.colours import to_rgb
from desktop_app.ui.piano_roll.note_layer import BITMAP_FROM
from desktop_app.ui.piano_roll.view import RollView
from music_core.score import Note, Score, Track
from tests.ui.conftest import Desk
from tests.ui.hands import CTRL, LEFT, SHIFT, at, drag

TUNE = tuple(Note(480 * i, 60 + 2 * i, 480, 90) for i in range(4))


@pytest.fixture
def roll(desk: Desk) -> RollView:
    """The roll showing four quarters, on a scale that is easy to point at."""
    desk.session.edit("Test", Score((Track("Melody", TUNE, role="melody"), Track("Bass", role="bass"))))
    view = desk.window.arrangement.roll
    axis = desk.window.arrangement.axis
    axis.set_scale(axis.scale.fitted(1920, 500))
    view.centre()
    return view


def melody(desk: Desk) -> tuple[Note, ...]:
    return desk.session.score.tracks[0].notes


def test_a_double_click_adds_a_note_on_the_grid_and_sounds_it(desk: Desk, roll: RollView) -> None:
    QTest.mouseDClick(roll, LEFT, pos=at(roll, 700, 71))
    assert Note(600, 71, 120, 90) in melody(desk)
    assert (71, 90) in desk.live_notes()
    desk.session.undo()
    assert melody(desk) == TUNE


def test_dragging_a_note_moves_it_in_time_and_pitch_as_one_step(desk: Desk, roll: RollView) -> None:
    drag(roll, at(roll, 600, 62), at(roll, 840, 65))
    assert melody(desk) == (TUNE[0], Note(720, 65, 480, 90), *TUNE[2:])
    assert desk.session.undo_label == "Move notes"
    desk.session.undo()
    assert melody(desk) == TUNE
    assert {pitch for _, pitch in desk.synth.sounding} == set()


def test_dragging_the_end_changes_the_length(desk: Desk, roll: RollView) -> None:
    drag(roll, at(roll, 1440, 64) - QPoint(3, 0), at(roll, 1680, 64))
    assert melody(desk)[2] == Note(960, 64, 720, 90)
    assert desk.session.undo_label == "Note length"


def test_a_box_selects_and_delete_deletes(desk: Desk, roll: RollView) -> None:
    drag(roll, at(roll, 300, 66), at(roll, 1000, 59) + QPoint(0, 4))
    assert desk.window.arrangement.editor.chosen == set(TUNE[:3])
    assert desk.window.arrangement.tools.count.text() == "3 of 4"
    QTest.keyClick(roll, Qt.Key.Key_Delete)
    assert melody(desk) == (TUNE[3],)
    QTest.keyClick(roll, Qt.Key.Key_Z, CTRL)
    assert melody(desk) == TUNE


def test_shift_click_adds_to_the_selection_and_arrows_move_it(desk: Desk, roll: RollView) -> None:
    QTest.mouseClick(roll, LEFT, pos=at(roll, 200, 60))
    QTest.mouseClick(roll, LEFT, SHIFT, at(roll, 700, 62))
    assert desk.window.arrangement.editor.chosen == set(TUNE[:2])
    QTest.keyClick(roll, Qt.Key.Key_Up)
    QTest.keyClick(roll, Qt.Key.Key_Up, SHIFT)
    QTest.keyClick(roll, Qt.Key.Key_Right)
    assert melody(desk)[:2] == (Note(120, 73, 480, 90), Note(600, 75, 480, 90))


def test_duplicate_and_select_all(desk: Desk, roll: RollView) -> None:
    QTest.keyClick(roll, Qt.Key.Key_A, CTRL)
    QTest.keyClick(roll, Qt.Key.Key_D, CTRL)
    assert melody(desk) == (*TUNE, *(replace(n, start_tick=n.start_tick + 1920) for n in TUNE))


def test_the_pencil_draws_a_note_as_long_as_the_drag(desk: Desk, roll: RollView) -> None:
    QTest.mouseClick(desk.window.arrangement.tools.pencil, LEFT)
    drag(roll, at(roll, 130, 70), at(roll, 720, 70))
    assert Note(120, 70, 600, 90) in melody(desk)
    QTest.mouseClick(desk.window.arrangement.tools.arrow, LEFT)
    drag(roll, at(roll, 130, 75), at(roll, 720, 75))
    assert len(melody(desk)) == 5


def test_another_track_is_edited_once_it_is_selected(desk: Desk, roll: RollView) -> None:
    desk.session.select_track(1)
    roll._set_pitch(roll.pitch.centred(60, 66, roll.height()))
    QTest.mouseDClick(roll, LEFT, pos=at(roll, 0, 62))
    assert desk.session.score.tracks[1].notes == (Note(0, 62, 120, 90),)
    assert melody(desk) == TUNE


def test_snap_sets_the_grid(desk: Desk, roll: RollView) -> None:
    snap = desk.window.arrangement.tools.snap
    snap.setCurrentIndex(snap.findText("1/8"))
    QTest.mouseDClick(roll, LEFT, pos=at(roll, 700, 71))
    assert Note(480, 71, 240, 90) in melody(desk)


def wheel(roll: RollView, turn: int, modifiers: Qt.KeyboardModifier) -> None:
    position = QPointF(200, 80)
    event = QWheelEvent(
        position,
        roll.mapToGlobal(position),
        QPoint(),
        QPoint(0, turn),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(roll, event)


def test_the_wheel_scrolls_goes_sideways_and_zooms(desk: Desk, roll: RollView) -> None:
    axis = roll._axis
    top, scale = roll.pitch.top_px, axis.scale
    wheel(roll, -120, Qt.KeyboardModifier.NoModifier)
    assert roll.pitch.top_px > top
    tick = scale.tick(200)
    wheel(roll, 240, CTRL)
    assert axis.scale.pixels_per_tick > scale.pixels_per_tick
    assert axis.scale.tick(200) == pytest.approx(tick, abs=0.51 / axis.scale.pixels_per_tick)
    left = axis.scale.left_tick
    wheel(roll, -120, SHIFT)
    assert axis.scale.left_tick > left


def test_the_page_turns_to_a_playhead_that_jumps_off_the_screen_and_to_no_other(desk: Desk, roll: RollView) -> None:
    axis = roll._axis

    def seen() -> bool:
        return 0 <= axis.scale.x(desk.session.position_tick()) < axis.width_px

    wheel(roll, 1200, CTRL)
    desk.session.seek(1900)
    assert seen()
    before = axis.scale
    wheel(roll, 240, SHIFT)  # somebody looks elsewhere
    elsewhere = axis.scale
    assert elsewhere != before
    desk.session.set_loop((0, 480))
    assert axis.scale == elsewhere
    desk.session.seek(0)  # as the music does where it ends
    assert seen()
    edge = axis.scale.tick(axis.width_px * 0.97)
    here = axis.scale
    desk.session.seek(round(edge))
    assert axis.scale == here


def test_notes_playhead_and_selection_are_drawn(desk: Desk, roll: RollView) -> None:
    desk.window.arrangement.axis.set_playhead(0)
    picture = roll.grab().toImage()
    ratio = picture.devicePixelRatio()

    def pixel(tick: float, pitch: int) -> tuple[int, int, int]:
        point = at(roll, tick, pitch)
        return picture.pixelColor(round(point.x() * ratio), round(point.y() * ratio)).getRgb()[:3]

    ground = to_rgb(desk.running.theme.palette.sunken)
    assert pixel(700, 62) != ground
    assert pixel(700, 65) == ground
    assert pixel(0, 67) != ground  # the playhead


def test_very_many_notes_are_drawn_as_a_picture(desk: Desk, roll: RollView) -> None:
    many = tuple(Note(20 * i, 40 + i * 7 % 40, 15, 90) for i in range(BITMAP_FROM + 500))
    desk.session.edit("Many", Score((Track("Melody", many, role="melody"),)))
    desk.window.arrangement.fit()
    picture = roll.grab().toImage()
    rgb = {picture.pixelColor(x, y).getRgb()[:3] for x in range(20, 400, 3) for y in range(0, roll.height(), 3)}
    palette = desk.running.theme.palette
    assert any(r > 180 and b < 140 for r, _, b in rgb), "no amber notes in the picture"
    assert to_rgb(palette.sunken) in rgb or to_rgb(palette.row_black) in rgb


def test_an_empty_project_says_what_to_do(desk: Desk) -> None:
    desk.session.new()
    assert "Record, type, import or pick a melody" in desk.window.arrangement.roll.accessibleDescription()


@pytest.mark.parametrize("pencil", [False, True])
def test_the_first_note_in_an_empty_project_begins_a_melody(desk: Desk, pencil: bool) -> None:
    desk.session.new()
    view = desk.window.arrangement.roll
    desk.window.arrangement.tools.set_pencil(pencil)
    if pencil:
        drag(view, at(view, 10, 64), at(view, 100, 64))
    else:
        QTest.mouseDClick(view, LEFT, pos=at(view, 10, 64))
    (melody_track,) = desk.session.score.tracks
    assert (melody_track.role, [note.pitch for note in melody_track.notes]) == ("melody", [64])


def test_the_ruler_seeks_and_loops(desk: Desk, roll: RollView) -> None:
    ruler, scale = desk.window.arrangement.ruler, roll._axis.scale
    QTest.mouseClick(ruler, LEFT, pos=QPoint(round(scale.x(500)), 20))
    assert desk.session.position_tick() == 480
    y = 8.0
    QTest.mousePress(ruler, LEFT, pos=QPoint(round(scale.x(30)), 8))
    for tick in (900, 1850):
        point = QPointF(scale.x(tick), y)
        event = QMouseEvent(
            QEvent.Type.MouseMove, point, ruler.mapToGlobal(point), LEFT, LEFT, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(ruler, event)
    QTest.mouseRelease(ruler, LEFT, pos=QPoint(round(scale.x(1850)), 8))
    assert desk.session.loop == (0, 1920)
    assert desk.window.transport.loop.isChecked()
