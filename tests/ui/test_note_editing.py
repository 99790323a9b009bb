"""What keys, tools and menus do to notes, judged by the score and by the file that is saved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from desktop_app.library.project_json import project_from_bytes
from desktop_app.ui.piano_roll.lanes import LANE_HEIGHT
from music_core.score import KeySignature, Note, Score, Track
from tests.ui.conftest import Desk
from tests.ui.hands import ALT, CTRL, LEFT, SHIFT, at, click, drag, press

TUNE = tuple(Note(480 * i, 60 + 2 * i, 480, 90) for i in range(4))
BASS = (Note(0, 36, 960, 80), Note(1920, 43, 960, 80))


@pytest.fixture
def tune(desk: Desk) -> Desk:
    """Four quarters in C major over a bass of two bars; the tune is shown, on a scale that is easy to point at."""
    tracks = (Track("Melody", TUNE, role="melody"), Track("Bass", BASS, role="bass"))
    desk.session.edit("Test", Score(tracks, keys=(KeySignature(0, 0),)))
    axis = desk.window.arrangement.axis
    axis.set_scale(axis.scale.fitted(3840, 500))
    desk.window.arrangement.roll.centre()
    return desk


def melody(desk: Desk) -> tuple[Note, ...]:
    return desk.session.score.tracks[0].notes


def put(desk: Desk, *notes: Note) -> None:
    """Another tune in the melody's place."""
    score = desk.session.score
    desk.session.edit("Another tune", score.with_track(0, replace(score.tracks[0], notes=notes)))


def bass(desk: Desk) -> tuple[Note, ...]:
    return desk.session.score.tracks[1].notes


def choose(desk: Desk, *notes: Note) -> None:
    """Click the notes, one after the other."""
    roll = desk.window.arrangement.roll
    for index, note in enumerate(notes):
        keys = SHIFT if index else Qt.KeyboardModifier.NoModifier
        QTest.mouseClick(roll, LEFT, keys, at(roll, note.start_tick + note.duration_ticks / 3, note.pitch))
    assert desk.window.arrangement.editor.chosen == frozenset(notes)


def saved(desk: Desk, path: Path) -> Score:
    """What Ctrl+S writes, as the file says it."""
    desk.answers.to_save = path
    press(desk, Qt.Key.Key_S, CTRL)
    desk.wait(lambda: path.exists() and not desk.session.is_dirty)
    return project_from_bytes(path.read_bytes()).score


# --- clipboard ---


def test_notes_are_copied_and_pasted_at_the_playhead(tune: Desk, tmp_path: Path) -> None:
    choose(tune, *TUNE[:2])
    press(tune, Qt.Key.Key_C, CTRL)
    assert tune.window.messages.status.text() == "Copied 2 notes."
    tune.session.seek(1920)
    press(tune, Qt.Key.Key_V, CTRL)
    copies = tuple(replace(note, start_tick=note.start_tick + 1920) for note in TUNE[:2])
    assert melody(tune) == (*TUNE, *copies)
    assert tune.window.arrangement.editor.chosen == set(copies)
    assert tune.session.position_tick() == 1920 + 960, "the next one goes behind it"
    assert saved(tune, tmp_path / "copied.tutti").tracks[0].notes == (*TUNE, *copies)


def test_cut_notes_come_back_on_another_track(tune: Desk) -> None:
    choose(tune, TUNE[3])
    press(tune, Qt.Key.Key_X, CTRL)
    assert melody(tune) == TUNE[:3]
    assert tune.session.undo_label == "Cut"
    tune.session.select_track(1)
    tune.session.seek(960)
    press(tune, Qt.Key.Key_V, CTRL)
    assert bass(tune) == (BASS[0], Note(960, 66, 480, 90), BASS[1])
    press(tune, Qt.Key.Key_Z, CTRL)
    press(tune, Qt.Key.Key_Z, CTRL)
    assert (melody(tune), bass(tune)) == (TUNE, BASS)


def test_what_cannot_be_copied_or_pasted_is_said(tune: Desk) -> None:
    QApplication.clipboard().setText("no notes")
    press(tune, Qt.Key.Key_V, CTRL)
    assert tune.window.messages.status.text() == "There are no notes to paste. Copy some first."
    press(tune, Qt.Key.Key_C, CTRL)
    assert tune.window.messages.status.text().startswith("Nothing is selected.")
    assert melody(tune) == TUNE


def test_bars_of_several_tracks_are_dragged_over_copied_and_pasted(tune: Desk) -> None:
    lanes, scale = tune.window.arrangement.lanes, tune.window.arrangement.axis.scale
    drag(lanes, QPoint(round(scale.x(100)), 10), QPoint(round(scale.x(1800)), LANE_HEIGHT + 10))
    assert tune.window.arrangement.editor.chosen == set(TUNE)
    press(tune, Qt.Key.Key_C, CTRL)
    tune.session.seek(3840)
    tune.session.select_track(0)
    press(tune, Qt.Key.Key_V, CTRL)
    assert melody(tune)[4:] == tuple(replace(note, start_tick=note.start_tick + 3840) for note in TUNE)
    assert bass(tune) == (*BASS, Note(3840, 36, 960, 80))
    press(tune, Qt.Key.Key_D, CTRL)  # the bars just pasted once more
    assert [note.start_tick for note in bass(tune)] == [0, 1920, 3840, 5760]
    press(tune, Qt.Key.Key_Delete)
    assert [note.start_tick for note in bass(tune)] == [0, 1920, 3840]
    assert len(melody(tune)) == 8


# --- choosing ---


def test_ways_to_select(tune: Desk) -> None:
    editor = tune.window.arrangement.editor
    choose(tune, TUNE[0])
    press(tune, Qt.Key.Key_I, CTRL | SHIFT)
    assert editor.chosen == set(TUNE[1:])
    press(tune, Qt.Key.Key_A, CTRL | SHIFT)
    assert editor.chosen == set()
    tune.session.seek(500)
    press(tune, Qt.Key.Key_Right, ALT)
    assert editor.chosen == {TUNE[2]}
    assert (64, 90) in tune.live_notes()
    press(tune, Qt.Key.Key_Left, ALT)
    assert editor.chosen == {TUNE[1]}
    press(tune, Qt.Key.Key_B, CTRL)
    assert editor.chosen == set(TUNE)
    assert tune.window.arrangement.tools.count.text() == "4 of 4"


def test_the_right_click_offers_what_can_be_done(tune: Desk) -> None:
    shown: list[str] = []

    def look_and_close() -> None:
        menu = QApplication.activePopupWidget()
        if isinstance(menu, QMenu):
            shown.extend(action.text() for action in menu.actions())
            menu.close()

    roll = tune.window.arrangement.roll
    place = at(roll, 600, 62)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, roll.mapToGlobal(place))
    QTimer.singleShot(200, look_and_close)
    QApplication.sendEvent(roll, event)
    assert tune.window.arrangement.editor.chosen == {TUNE[1]}
    assert {"Copy", "Legato", "Split notes", "Quantise", "Delete notes"} <= set(shown)
    assert melody(tune) == TUNE


# --- pitch ---


def test_semitones_octaves_and_steps_of_the_scale(tune: Desk) -> None:
    choose(tune, TUNE[1])
    press(tune, Qt.Key.Key_Up, CTRL)
    assert melody(tune)[1].pitch == 63
    press(tune, Qt.Key.Key_Down, CTRL)
    press(tune, Qt.Key.Key_Up, CTRL | SHIFT)
    press(tune, Qt.Key.Key_Down, CTRL | SHIFT)
    assert melody(tune) == TUNE
    click(tune.window.arrangement.tools.keep)
    assert tune.window.actions_table["keep_to_scale"].isChecked()
    press(tune, Qt.Key.Key_Up, CTRL)
    assert melody(tune)[1].pitch == 64, "from D to E, the next step of C major"


def test_drawing_keeps_to_the_scale_when_it_should(tune: Desk) -> None:
    tools, roll = tune.window.arrangement.tools, tune.window.arrangement.roll
    click(tools.keep)
    QTest.mouseDClick(roll, LEFT, pos=at(roll, 2000, 63))
    assert melody(tune)[-1].pitch == 62
    click(tools.keep)
    QTest.mouseDClick(roll, LEFT, pos=at(roll, 2600, 63))
    assert melody(tune)[-1].pitch == 63


def test_notes_move_into_the_key(tune: Desk) -> None:
    put(tune, *(replace(note, pitch=note.pitch + 1) for note in TUNE))  # C sharp, D sharp, F, G
    press(tune, Qt.Key.Key_K, CTRL | SHIFT)
    assert [note.pitch for note in melody(tune)] == [60, 62, 65, 67]
    assert tune.session.undo_label == "Into the key"


def test_the_scale_is_shown_and_hidden(tune: Desk) -> None:
    roll, tools = tune.window.arrangement.roll, tune.window.arrangement.tools

    def picture() -> QImage:
        tune.qtbot.wait(20)
        return roll.grab().toImage()

    plain = picture()
    click(tools.scale)
    shown = picture()
    assert tune.window.actions_table["show_scale"].isChecked()
    ratio = plain.devicePixelRatio()

    def differs(pitch: int) -> bool:
        place = at(roll, 3030, pitch) * ratio
        return plain.pixel(place) != shown.pixel(place)

    assert all(differs(pitch) for pitch in (60, 62, 64, 65))
    assert not any(differs(pitch) for pitch in (61, 63, 66))
    press(tune, Qt.Key.Key_H, CTRL | SHIFT)
    assert picture() == plain


# --- time ---


def loose(desk: Desk) -> None:
    """Every note 40 ticks late."""
    put(desk, *(replace(note, start_tick=note.start_tick + 40, duration_ticks=300) for note in TUNE))


@pytest.mark.parametrize(("strength", "starts"), [(100, [0, 480, 960, 1440]), (50, [20, 500, 980, 1460])])
def test_quantising_goes_as_far_as_its_strength(tune: Desk, strength: int, starts: list[int], tmp_path: Path) -> None:
    loose(tune)
    tune.window.arrangement.tools.strength.setValue(strength)
    click(tune.window.arrangement.tools.quantise)
    assert [note.start_tick for note in melody(tune)] == starts
    assert [note.start_tick for note in saved(tune, tmp_path / "even.tutti").tracks[0].notes] == starts


def test_swing_delays_every_second_step(tune: Desk) -> None:
    put(tune, *(Note(240 * i, 60 + i, 200, 90) for i in range(4)))
    tools = tune.window.arrangement.tools
    tools.snap.setCurrentIndex(tools.snap.findText("1/8"))
    tools.swing.setValue(100)
    press(tune, Qt.Key.Key_U, CTRL)
    assert [note.start_tick for note in melody(tune)] == [0, 320, 480, 800]


def test_only_the_selected_notes_are_quantised(tune: Desk) -> None:
    loose(tune)
    late = melody(tune)
    tune.window.arrangement.editor.choose(frozenset(late[:1]))
    press(tune, Qt.Key.Key_U, CTRL)
    assert [note.start_tick for note in melody(tune)] == [0, 520, 1000, 1480]


def test_notes_are_nudged_and_made_longer_and_shorter(tune: Desk) -> None:
    choose(tune, TUNE[3])
    press(tune, Qt.Key.Key_Right, CTRL)
    assert melody(tune)[3].start_tick == 1560
    press(tune, Qt.Key.Key_Left, CTRL)
    press(tune, Qt.Key.Key_Right, CTRL | SHIFT)
    assert melody(tune)[3] == replace(TUNE[3], duration_ticks=600)
    press(tune, Qt.Key.Key_Left, CTRL | SHIFT)
    press(tune, Qt.Key.Key_Left, CTRL | SHIFT)
    assert melody(tune)[3] == replace(TUNE[3], duration_ticks=360)


def test_split_join_and_legato(tune: Desk) -> None:
    choose(tune, TUNE[0])
    press(tune, Qt.Key.Key_T, CTRL)
    assert melody(tune)[:2] == (Note(0, 60, 240, 90), Note(240, 60, 240, 90))
    press(tune, Qt.Key.Key_J, CTRL)
    assert melody(tune) == TUNE
    tune.session.seek(120)
    press(tune, Qt.Key.Key_T, CTRL)
    assert [note.duration_ticks for note in melody(tune)[:2]] == [120, 360], "cut at the playhead"
    press(tune, Qt.Key.Key_Z, CTRL)
    put(tune, *(replace(note, duration_ticks=100) for note in TUNE))
    press(tune, Qt.Key.Key_A, CTRL)
    press(tune, Qt.Key.Key_J, CTRL | SHIFT)
    assert [note.duration_ticks for note in melody(tune)] == [480, 480, 480, 100]


# --- loudness ---


def test_keys_make_notes_louder_and_softer(tune: Desk) -> None:
    choose(tune, TUNE[0])
    press(tune, Qt.Key.Key_Up, ALT)
    assert [note.velocity for note in melody(tune)] == [98, 90, 90, 90]
    press(tune, Qt.Key.Key_Down, ALT)
    press(tune, Qt.Key.Key_Down, ALT)
    assert [note.velocity for note in melody(tune)] == [82, 90, 90, 90]


def test_a_line_drawn_in_the_velocity_lane_is_a_crescendo(tune: Desk, tmp_path: Path) -> None:
    lane, scale = tune.window.arrangement.roll_panel.velocities, tune.window.arrangement.axis.scale
    start = QPoint(round(scale.x(0)), round(lane.height_of(30)))
    drag(lane, start, QPoint(round(scale.x(1440)), round(lane.height_of(120))))
    levels = [note.velocity for note in melody(tune)]
    assert levels == sorted(levels)
    assert levels[0] == pytest.approx(30, abs=3)
    assert levels[-1] == pytest.approx(120, abs=3)
    assert tune.session.undo_label == "Velocity"
    assert [note.velocity for note in saved(tune, tmp_path / "louder.tutti").tracks[0].notes] == levels


# --- the list, drums, and the model's notes ---


def test_notes_are_typed_into_the_list_and_deleted_there(tune: Desk) -> None:
    press(tune, Qt.Key.Key_L, CTRL | SHIFT)
    panel = tune.window.arrangement.roll_panel
    assert panel.list.isVisible()
    model = panel.list.model()
    rows = [[model.data(model.index(row, column)) for column in range(5)] for row in range(model.rowCount())]
    assert rows[1] == ["1.2", "D4", "1", "90", "you"]
    panel.list.setCurrentIndex(model.index(1, 1))
    QTest.keyClick(panel.list, Qt.Key.Key_Return)
    field = QApplication.focusWidget()
    QTest.keyClicks(field, "Bb4")
    QTest.keyClick(field, Qt.Key.Key_Return)
    tune.wait(lambda: melody(tune)[1].pitch == 70)
    panel.list.setCurrentIndex(model.index(3, 0))
    QTest.keyClick(panel.list, Qt.Key.Key_Delete)
    assert [note.pitch for note in melody(tune)] == [60, 70, 64]


def test_drum_tracks_name_their_drums(tune: Desk) -> None:
    score = tune.session.score
    drums = Track("Drums", (Note(0, 36, 60, 100), Note(480, 38, 60, 100)), role="drums", is_drum=True)
    tune.session.edit("Drums", score.with_tracks(*score.tracks, drums))
    keys = tune.window.arrangement.keys
    before = keys.grab().toImage()
    tune.session.select_track(2)
    assert keys.accessibleName() == "Drums of the piano roll"
    assert keys.grab().toImage() != before
    press(tune, Qt.Key.Key_Right, ALT)
    assert "Kick" in tune.window.arrangement.roll.accessibleDescription()


def test_drums_do_not_stand_behind_a_tune_as_if_they_were_pitches(tune: Desk) -> None:
    score, roll = tune.session.score, tune.window.arrangement.roll
    beat = tuple(Note(480 * i, 62, 240, 110) for i in range(8))
    drums = Track("Drums", beat, role="drums", is_drum=True)
    tune.session.edit("Drums", score.with_tracks(*score.tracks, drums))
    with_drums = roll.grab().toImage()
    tune.session.change_mix(2, muted=True)
    assert roll.grab().toImage() == with_drums
    tune.session.change_mix(2, muted=False)
    tune.session.select_track(2)
    before = roll.grab().toImage()
    tune.session.change_mix(1, muted=True)
    assert roll.grab().toImage() == before, "nor a bass behind the drums"
    tune.session.play()
    tune.wait(lambda: tune.window.arrangement.keys._lit.keys() == {62})
    tune.session.stop()


def test_a_models_notes_are_marked_until_they_are_changed(tune: Desk, tmp_path: Path) -> None:
    score = tune.session.score
    made = replace(score.tracks[0], generated_by="parallel-lines")
    tune.session.edit("Made", score.with_track(0, made))
    roll = tune.window.arrangement.roll

    def hint(note: Note) -> str:
        roll.hovered.emit(note)
        return tune.window.messages.status.text()

    def hatched(note: Note) -> bool:
        """Whether a note's body has more than one colour along a row of its picture."""
        image, box = roll.grab().toImage(), roll.rectangle(note)
        y = round(box.center().y() + box.height() / 4)
        row = {image.pixel(x, y) for x in range(round(box.left()) + 4, round(box.right()) - 4)}
        return len(row) > 1

    assert hint(TUNE[2]).endswith("written by the model")
    assert hatched(TUNE[2])
    drag(roll, at(roll, TUNE[2].start_tick + 200, 64), at(roll, TUNE[2].start_tick + 200, 69))
    moved = replace(TUNE[2], pitch=69)
    press(tune, Qt.Key.Key_A, CTRL | SHIFT)
    assert not hint(moved).endswith("written by the model")
    assert not hatched(moved)
    assert hatched(TUNE[0])
    assert saved(tune, tmp_path / "mine.tutti").tracks[0].by_hand == {moved}
