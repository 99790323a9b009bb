"""The chord lane under the hand: typing, refusing, moving, deleting, undoing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from desktop_app.audio.synth import AUDITION_CHANNEL
from desktop_app.ui.chord_lane.view import INVITATION, ChordLaneView
from music_core.harmony.chord import Chord
from music_core.score import ChordChange
from tests.ui.conftest import Desk

C, F, G7 = Chord(0), Chord(5), Chord(7, "7")
BAR = 1920
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def lane(desk: Desk) -> ChordLaneView:
    """The lane of a tune with three chords, the second one locked."""
    chords = (ChordChange(0, C), ChordChange(BAR, F, locked=True), ChordChange(2 * BAR, G7))
    desk.session.edit("Chords", replace(desk.session.score, chords=chords))
    desk.window.arrangement.axis.set_scale(desk.window.arrangement.axis.scale.zoomed(3, 0))
    return desk.window.arrangement.chords


def at(lane: ChordLaneView, tick: int) -> QPoint:
    """Just inside the beat that begins at a tick."""
    return QPoint(round(lane._axis.scale.x(tick)) + 4, lane.height() // 2)


def chords(desk: Desk) -> list[tuple[int, Chord | None, bool]]:
    return [(change.tick, change.chord, change.locked) for change in desk.session.score.chords]


def type_in(lane: ChordLaneView, text: str, key: Qt.Key = Qt.Key.Key_Return) -> None:
    lane.typing.field.clear()
    QTest.keyClicks(lane.typing.field, text)
    QTest.keyClick(lane.typing.field, key)


def test_a_double_click_on_a_beat_types_a_locked_chord_there(desk: Desk, lane: ChordLaneView) -> None:
    QTest.mouseDClick(lane, LEFT, pos=at(lane, 960))
    assert lane.typing.field.isVisible()
    assert lane.typing.field.text() == ""
    type_in(lane, "am7/g")
    assert chords(desk)[:2] == [(0, C, False), (960, Chord(9, "min7", 7), True)]
    assert not lane.typing.field.isVisible()
    desk.session.undo()
    assert len(chords(desk)) == 3


def test_a_double_click_on_a_chord_changes_it(desk: Desk, lane: ChordLaneView) -> None:
    QTest.mouseDClick(lane, LEFT, pos=at(lane, 2 * BAR))
    assert lane.typing.field.text() == "G7"
    type_in(lane, "Em")
    assert chords(desk)[2] == (2 * BAR, Chord(4, "min"), True)


def test_wrong_text_is_refused_in_one_sentence_and_can_be_mended(desk: Desk, lane: ChordLaneView) -> None:
    told: list[str] = []
    lane.hint.connect(told.append)
    before = desk.session.score
    QTest.mouseDClick(lane, LEFT, pos=at(lane, 960))
    type_in(lane, "Kazoo")
    assert desk.session.score is before
    assert lane.typing.field.isVisible()
    assert told[-1] == "«Kazoo» is not a chord; write it like C, Am7, F#m7b5, Bb/D or N.C."
    type_in(lane, "Dm")
    assert (960, Chord(2, "min"), True) in chords(desk)


def test_tab_goes_on_to_the_next_bar_and_escape_leaves_things_alone(desk: Desk, lane: ChordLaneView) -> None:
    QTest.mouseDClick(lane, LEFT, pos=at(lane, 0))
    type_in(lane, "Am", Qt.Key.Key_Tab)
    assert lane.typing.field.text() == "F"
    type_in(lane, "Dm", Qt.Key.Key_Escape)
    assert not lane.typing.field.isVisible()
    assert chords(desk) == [(0, Chord(9, "min"), True), (BAR, F, True), (2 * BAR, G7, False)]


def test_delete_removes_the_selected_chord_and_no_note(desk: Desk, lane: ChordLaneView) -> None:
    notes = desk.session.score.tracks[0].notes
    desk.window.arrangement.editor.choose_all()
    QTest.mouseClick(lane, LEFT, pos=at(lane, BAR))
    assert lane.selected == BAR
    desk.wait(lane.hasFocus)
    QTest.keyClick(lane, Qt.Key.Key_Delete)
    assert chords(desk) == [(0, C, False), (2 * BAR, G7, False)]
    assert desk.session.score.tracks[0].notes == notes
    desk.session.undo()
    assert len(chords(desk)) == 3


def test_arrows_walk_and_enter_edits(desk: Desk, lane: ChordLaneView) -> None:
    QTest.mouseClick(lane, LEFT, pos=at(lane, 0))
    QTest.keyClick(lane, Qt.Key.Key_Right)
    QTest.keyClick(lane, Qt.Key.Key_Right)
    QTest.keyClick(lane, Qt.Key.Key_Right)
    assert lane.selected == 2 * BAR
    QTest.keyClick(lane, Qt.Key.Key_Left)
    QTest.keyClick(lane, Qt.Key.Key_Return)
    assert lane.typing.field.isVisible()
    assert lane.typing.field.text() == "F"


def test_a_drag_moves_a_chord_to_a_beat_as_one_step(desk: Desk, lane: ChordLaneView) -> None:
    start, to = at(lane, 2 * BAR), at(lane, 2 * BAR + 960)
    QTest.mousePress(lane, LEFT, pos=start)
    QTest.mouseMove(lane, start + QPoint(9, 0))
    QTest.mouseMove(lane, to + QPoint(5, 0))
    assert len(chords(desk)) == 3
    QTest.mouseRelease(lane, LEFT, pos=to)
    assert chords(desk)[2] == (2 * BAR + 960, G7, True)
    desk.session.undo()
    assert chords(desk)[2] == (2 * BAR, G7, False)


def test_the_menu_locks_unlocks_and_clears(desk: Desk, lane: ChordLaneView) -> None:
    menu = QMenu()
    lane.fill_menu(menu, QPointF(at(lane, BAR)))
    actions = {action.text(): action for action in menu.actions()}
    actions["Leave F to the model"].trigger()
    assert [locked for _, _, locked in chords(desk)] == [False, False, False]
    menu.clear()
    lane.fill_menu(menu, QPointF(at(lane, BAR)))
    {action.text(): action for action in menu.actions()}["Lock F"].trigger()
    menu.clear()
    lane.fill_menu(menu, QPointF(at(lane, 0)))
    {action.text(): action for action in menu.actions()}["Delete the models' chords"].trigger()
    assert chords(desk) == [(BAR, F, True)]


def test_locked_and_found_chords_differ_in_shape_and_not_only_in_colour(desk: Desk, lane: ChordLaneView) -> None:
    def lightness() -> list[int]:
        image = lane.grab().toImage()
        return [image.pixelColor(x, y).lightness() for x in range(image.width()) for y in range(image.height())]

    before = lightness()
    score = desk.session.score
    desk.session.edit("Lock", replace(score, chords=tuple(replace(c, locked=not c.locked) for c in score.chords)))
    after = lightness()
    assert sum(abs(a - b) > 20 for a, b in zip(before, after, strict=True)) > 100


def test_an_empty_lane_invites_and_all_is_told_to_screen_readers(desk: Desk, lane: ChordLaneView) -> None:
    assert lane.accessibleDescription().startswith("bar 1 C (found by a model), bar 2 F (yours")
    desk.session.edit("No chords", replace(desk.session.score, chords=()))
    assert lane.accessibleDescription() == INVITATION


def test_far_out_a_double_click_means_the_bar(desk: Desk, lane: ChordLaneView) -> None:
    axis = desk.window.arrangement.axis
    assert lane.place(axis.scale.x(960) + 4) == 960
    axis.set_scale(axis.scale.zoomed(0.2, 0))
    assert lane.place(axis.scale.x(960) + 1) == 0


def test_a_score_from_elsewhere_closes_the_field(desk: Desk, lane: ChordLaneView) -> None:
    QTest.mouseDClick(lane, LEFT, pos=at(lane, 960))
    desk.session.undo()
    assert not lane.typing.field.isVisible()
    assert lane.selected is None


def heard(desk: Desk) -> set[int]:
    """The pitch classes that sound as a preview."""
    return {pitch % 12 for channel, pitch in desk.synth.sounding if channel == AUDITION_CHANNEL}


def test_a_suggestion_is_heard_under_the_pointer_and_taken_with_a_click(desk: Desk, lane: ChordLaneView) -> None:
    QTest.mouseDClick(lane, LEFT, pos=at(lane, 2 * BAR))
    offers = lane.typing.list
    assert offers.isVisible()
    assert 6 <= len(offers.offers) <= 8
    assert "G7" not in [offer.symbol for offer in offers.offers]  # that one is there already
    row = offers.visualRect(offers.model().index(2, 0)).center()
    QTest.mouseMove(offers.viewport(), row - QPoint(3, 0))
    QTest.mouseMove(offers.viewport(), row)
    wanted = offers.offers[2]
    assert offers.current == wanted
    desk.wait(lambda: heard(desk) == wanted.chord.pitch_classes)
    assert chords(desk)[2] == (2 * BAR, G7, False)  # heard, not yet taken
    QTest.mouseClick(offers.viewport(), LEFT, pos=row)
    assert chords(desk)[2] == (2 * BAR, wanted.chord, True)
    assert not offers.isVisible()
    assert not lane.typing.field.isVisible()
    assert (desk.session.undo_label, lane.selected) == ("Chord", 2 * BAR)
    desk.session.undo()
    assert chords(desk)[2] == (2 * BAR, G7, False)


def test_suggestions_are_walked_with_the_arrow_keys_and_saved(desk: Desk, lane: ChordLaneView, tmp_path: Path) -> None:
    QTest.mouseClick(lane, LEFT, pos=at(lane, BAR))
    QTest.keyClick(lane, Qt.Key.Key_F2)
    field, offers = lane.typing.field, lane.typing.list
    first, second = offers.offers[:2]
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert field.text() == first.symbol
    QTest.keyClick(field, Qt.Key.Key_Down)
    desk.wait(lambda: heard(desk) == second.chord.pitch_classes)
    QTest.keyClick(field, Qt.Key.Key_Up)
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert field.text() == offers.offers[-1].symbol  # round the corner
    QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert chords(desk)[1] == (BAR, first.chord, True)
    desk.wait(lambda: not heard(desk))
    assert desk.session.save(tmp_path / "suggested.tutti")
    assert desk.running.store.open(tmp_path / "suggested.tutti").score.chords[1].chord == first.chord


def test_letters_narrow_the_suggestions_and_escape_takes_none(desk: Desk, lane: ChordLaneView) -> None:
    before = desk.session.score
    QTest.mouseDClick(lane, LEFT, pos=at(lane, 960))
    QTest.keyClicks(lane.typing.field, "e")
    assert {offer.symbol[0] for offer in lane.typing.list.offers} == {"E"}
    QTest.keyClicks(lane.typing.field, "xyz")
    assert not lane.typing.list.isVisible()
    QTest.keyClick(lane.typing.field, Qt.Key.Key_Backspace)
    QTest.keyClick(lane.typing.field, Qt.Key.Key_Escape)
    assert not lane.typing.list.isVisible()
    assert desk.session.score is before


def test_the_menu_suggests_as_well(desk: Desk, lane: ChordLaneView) -> None:
    menu = QMenu()
    lane.fill_menu(menu, QPointF(at(lane, 2 * BAR)))
    fitting = next(action.menu() for action in menu.actions() if action.text() == "Chords that fit")
    assert isinstance(fitting, QMenu)
    action = fitting.actions()[0]
    action.hover()
    desk.wait(lambda: len(heard(desk)) >= 3)
    fitting.aboutToHide.emit()
    desk.wait(lambda: not heard(desk))
    action.trigger()
    assert lane._symbol(desk.session.score.chords[2]) == action.text()
    desk.session.undo()
    assert chords(desk)[2] == (2 * BAR, G7, False)


def test_a_name_that_does_not_fit_is_left_out_and_told_by_the_tooltip(desk: Desk, lane: ChordLaneView) -> None:
    narrow = tuple(ChordChange(tick, Chord(10, "min7")) for tick in range(0, 4 * BAR, 480))
    desk.session.edit("Chords", replace(desk.session.score, chords=narrow))
    axis = desk.window.arrangement.axis
    axis.set_scale(axis.scale.zoomed(9 / (480 * axis.scale.pixels_per_tick), 0))
    text, image = QColor(lane._theme.palette.text_dim), lane.grab().toImage()
    left, right = round(axis.scale.x(480)), round(axis.scale.x(3 * BAR))
    inked = [
        (x, y)
        for x in range(left, right)
        for y in range(4, image.height() - 4)
        if abs(image.pixelColor(x, y).lightness() - text.lightness()) < 12
    ]
    assert inked == []
    QTest.mouseMove(lane, at(lane, 960) - QPoint(2, 0))
    QTest.mouseMove(lane, at(lane, 960) - QPoint(1, 0))
    assert lane.toolTip() == "A#m7 (found by a model)"
