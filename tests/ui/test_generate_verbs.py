"""Redo, Fill bars, Vary, locks, takes and cancelling by their visible controls, judged by the saved project."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.library.store import Store
from desktop_app.paths import app_paths, resources_folder
from desktop_app.ui.generate.story import StoryDialog
from desktop_app.ui.panels.track_strip import TrackStrip
from music_core.score import Note, Score, Track
from tests.ui.conftest import Desk, run_studio

LEFT = Qt.MouseButton.LeftButton
BAR = 1920


@pytest.fixture(autouse=True)
def same_dice() -> None:
    """So that the small model's few choices differ in every run of the tests."""
    random.seed(7)


def press(desk: Desk, button: object) -> None:
    """Click, and wait until what was asked for is written."""
    before = len(desk.session.takes)
    QTest.mouseClick(button, LEFT)
    desk.wait(lambda: len(desk.session.takes) > before and not desk.session.is_generating)


def band(desk: Desk, takes: int = 1) -> None:
    """A band by the panel's button."""
    panel = desk.window.generate_panel
    panel.recipe.counts.setCurrentIndex(takes - 1)
    press(desk, panel.button)


def strip(desk: Desk, name: str) -> TrackStrip:
    index = [track.name for track in desk.session.score.tracks].index(name)
    return desk.window.arrangement.strips.strips[index]


def saved(desk: Desk, tmp_path: Path) -> Score:
    """The score as the project's file has it."""
    path = tmp_path / "song.tutti"
    assert desk.session.save(path)
    return Store(tmp_path / "elsewhere").open(path).score


def by_name(score: Score) -> dict[str, tuple[Note, ...]]:
    return {track.name: track.notes for track in score.tracks}


def test_a_strip_redoes_its_track_and_every_other_note_stays(desk: Desk, tmp_path: Path) -> None:
    band(desk)
    before = by_name(saved(desk, tmp_path))
    press(desk, strip(desk, "Tenor").writing.redo)
    after = by_name(saved(desk, tmp_path))
    assert after.pop("Tenor") != before.pop("Tenor")
    assert after == before
    assert desk.session.undo_label == "New parts"
    desk.session.undo()
    assert by_name(desk.session.score)["Alto"] == before["Alto"]
    assert desk.session.undo_label == "Generate"


def test_bars_that_are_marked_on_the_ruler_are_filled_and_nothing_else(desk: Desk, tmp_path: Path) -> None:
    band(desk)
    before = by_name(saved(desk, tmp_path))
    axis, ruler = desk.window.arrangement.axis, desk.window.arrangement.ruler
    x = [round(axis.scale.x(tick)) for tick in (2 * BAR, 9 * BAR)]
    QTest.mousePress(ruler, LEFT, pos=QPoint(x[0] + 1, 20))
    QTest.mouseMove(ruler, QPoint(x[1] - 1, 20))
    QTest.mouseRelease(ruler, LEFT, pos=QPoint(x[1] - 1, 20))
    assert desk.window.generate_panel.recipe.bars.bars == (2, 9)
    assert "bars 3 to 9" in strip(desk, "Bass").writing.fill.toolTip()
    press(desk, strip(desk, "Bass").writing.fill)
    after = by_name(saved(desk, tmp_path))
    old, new = before.pop("Bass"), after.pop("Bass")
    assert old != new
    assert outside(old) == outside(new)
    assert after == before


def test_bars_that_are_selected_over_the_tracks_are_meant_too(desk: Desk) -> None:
    arrangement, recipe = desk.window.arrangement, desk.window.generate_panel.recipe
    x = [round(arrangement.axis.scale.x(tick)) for tick in (4 * BAR, 6 * BAR)]
    QTest.mousePress(arrangement.lanes, LEFT, pos=QPoint(x[0] + 3, 20))
    QTest.mouseMove(arrangement.lanes, QPoint(x[1] - 3, 20))
    QTest.mouseRelease(arrangement.lanes, LEFT, pos=QPoint(x[1] - 3, 20))
    assert recipe.bars.bars == (4, 6)


def test_an_empty_piece_says_what_to_do_and_begins_to_record(desk: Desk) -> None:
    desk.session.new()
    panel, strips = desk.window.generate_panel, desk.window.arrangement.strips
    assert panel.takes.empty.isVisibleTo(panel)
    assert not panel.recipe.verbs.button("redo").isEnabled()
    assert "add a band first" in panel.recipe.verbs.button("redo").toolTip()
    QTest.mouseClick(strips.empty, LEFT)
    assert desk.session.is_recording
    desk.session.stop()


def outside(notes: tuple[Note, ...]) -> list[Note]:
    return [note for note in notes if not 2 * BAR <= note.start_tick < 9 * BAR]


def test_vary_changes_some_notes_of_the_parts_that_are_lit(desk: Desk, tmp_path: Path) -> None:
    panel = desk.window.generate_panel
    verbs = panel.recipe.verbs
    assert not verbs.button("vary").isEnabled()
    band(desk)
    before = by_name(saved(desk, tmp_path))
    QTest.mouseClick(verbs.button("vary"), LEFT)
    assert panel.recipe.share.isVisibleTo(panel)
    QTest.mouseClick(panel.recipe.parts.chips["alto"], LEFT)  # not this one
    panel.recipe.seed.setValue(5)
    press(desk, panel.button)
    after = by_name(saved(desk, tmp_path))
    assert (after["Melody"], after["Alto"]) == (before["Melody"], before["Alto"])
    assert 0 < len(set(after["Bass"]) - set(before["Bass"])) < len(after["Bass"])
    assert desk.session.takes[-1].wish.roles == {"tenor", "bass"}


def test_new_pitches_come_in_the_rhythm_there_was(desk: Desk, tmp_path: Path) -> None:
    panel = desk.window.generate_panel
    band(desk)
    assert not panel.recipe.rhythm.isVisibleTo(panel)
    tenor = next(i for i, track in enumerate(desk.session.score.tracks) if track.name == "Tenor")
    own = desk.session.score.tracks[tenor]
    halves = [(n, n.duration_ticks // 2) for n in own.notes]
    eighths = tuple(Note(n.start_tick + late, n.pitch, half, 50) for n, half in halves for late in (0, half) if half)
    desk.session.edit("Eighths", desk.session.score.with_track(tenor, replace(own, notes=eighths)))
    before = by_name(saved(desk, tmp_path))["Tenor"]
    QTest.mouseClick(panel.recipe.verbs.button("redo"), LEFT)
    assert panel.recipe.rhythm.isVisibleTo(panel)
    panel.recipe.rhythm.click()
    panel.recipe.seed.setValue(6)
    press(desk, panel.button)
    after = by_name(saved(desk, tmp_path))["Tenor"]
    assert [(n.start_tick, n.duration_ticks, n.velocity) for n in after] == [
        (n.start_tick, n.duration_ticks, n.velocity) for n in before
    ]
    assert [n.pitch for n in after] != [n.pitch for n in before]
    assert desk.session.takes[-1].wish.keeps_rhythm
    desk.session.undo()
    assert by_name(desk.session.score)["Tenor"] == before


def test_a_locked_track_is_never_changed(desk: Desk, tmp_path: Path) -> None:
    band(desk, takes=2)
    panel = desk.window.generate_panel
    bass = strip(desk, "Bass")
    notes = by_name(desk.session.score)["Bass"]
    QTest.mouseClick(bass.writing.lock, LEFT)
    assert not bass.writing.redo.isEnabled()
    assert not panel.recipe.parts.chips["bass"].isEnabled()
    alto = by_name(desk.session.score)["Alto"]
    QTest.mouseClick(panel.takes.chips.chips[1], LEFT)
    assert by_name(desk.session.score)["Alto"] != alto
    panel.recipe.seed.setValue(44)
    press(desk, panel.button)
    score = saved(desk, tmp_path)
    assert by_name(score)["Bass"] == notes
    assert [track.name for track in score.tracks if track.locked] == ["Bass"]
    desk.session.open(tmp_path / "song.tutti")
    assert strip(desk, "Bass").writing.lock.isChecked()
    for name in ("Alto", "Tenor"):
        QTest.mouseClick(strip(desk, name).writing.lock, LEFT)
    QTest.mouseClick(panel.button, LEFT)
    assert "locked" in desk.window.messages.bar.sentence.text()
    assert by_name(desk.session.score) == by_name(score)


def test_takes_are_compared_while_playing_in_their_place(desk: Desk) -> None:
    band(desk, takes=2)
    panel = desk.window.generate_panel
    desk.wait(lambda: desk.session.is_playing and desk.session.position_tick() > 240)
    place = desk.session.position_tick()
    QTest.mouseClick(panel.takes.chips.chips[1], LEFT)
    assert desk.session.is_playing
    assert desk.session.position_tick() >= place
    tenor = {note.pitch for note in desk.session.score.tracks[2].notes}
    first = {note.pitch for note in desk.session.takes[0].tracks[1].notes}
    heard = len(desk.synth.notes_on(2))
    desk.wait(lambda: len(desk.synth.notes_on(2)) > heard + 1)
    assert {event.pitch for _, event in desk.synth.notes_on(2)[heard:]} <= tenor
    assert tenor != first
    QTest.mouseClick(panel.takes.header.flip, LEFT)
    assert (desk.session.chosen_take, desk.session.is_playing) == (0, True)
    QTest.mouseClick(panel.takes.header.flip, LEFT)
    assert desk.session.chosen_take == 1


def test_takes_stars_and_what_was_asked_for_are_there_after_a_restart(desk: Desk, tmp_path: Path) -> None:
    band(desk, takes=2)
    panel = desk.window.generate_panel
    press(desk, strip(desk, "Alto").writing.redo)
    QTest.mouseClick(panel.takes.header.star, LEFT)
    three = [take.tracks for take in desk.session.takes]
    saved(desk, tmp_path)
    desk.session.new()
    assert panel.takes.empty.isVisibleTo(panel)
    desk.session.open(tmp_path / "song.tutti")
    assert [chip.text() for chip in panel.takes.chips.chips] == ["A", "B", "C★"]
    assert "Redo alto" in panel.takes.story.text()
    for index, tracks in enumerate(three):
        QTest.mouseClick(panel.takes.chips.chips[index], LEFT)
        assert [track.notes for track in desk.session.score.tracks[1:]] == [track.notes for track in tracks]


def test_how_a_take_was_made_can_be_read_and_used_again(desk: Desk) -> None:
    panel = desk.window.generate_panel
    panel.recipe.seed.setValue(31)
    panel.recipe.options.rows[0].slider.setValue(20)
    band(desk)
    panel.recipe.seed.setValue(99)
    QTest.mouseClick(panel.recipe.options.reset_all, LEFT)
    assert panel.recipe.options.rows[0].value == 1.0
    QTest.mouseClick(panel.takes.header.story, LEFT)
    (page,) = desk.window.findChildren(StoryDialog)
    text = page.page.toPlainText()
    assert "Add a band by the model Parallel lines, seed 31." in text
    assert "Safe to wild: 0.3 ● changed" in text
    assert "Neither its manifest nor its card says" in text
    QTest.mouseClick(page.card, LEFT)
    assert "follow the melody" in desk.answers.shown[-1][1]
    QTest.mouseClick(page.use, LEFT)
    assert (panel.recipe.seed.value(), panel.recipe.options.rows[0].value) == (31, pytest.approx(0.3))


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A resources folder with the shipped trio of a singer-songwriter and what it rests on."""
    folder = tmp_path_factory.mktemp("shipped")
    shutil.copytree(resources_folder() / "melodies", folder / "melodies")
    (folder / "models").mkdir()
    for name in ("rock", "singer-songwriter", "harmoniser"):
        (folder / "models" / name).symlink_to(resources_folder() / "models" / name)
    return folder


@pytest.fixture
def band_desk(qapp: QApplication, qtbot: QtBot, tmp_path: Path, shipped: Path) -> Iterator[Desk]:
    """The studio with that trio and a tune of eleven bars: two windows to write."""
    for desk in run_studio(qapp, qtbot, replace(app_paths(tmp_path / "home"), resources=shipped)):
        notes = tuple(Note(960 * i, 60 + (0, 4, 7, 5, 9, 7, 2)[i % 7], 960) for i in range(22))
        desk.session.edit("Draw", Score((Track("Tune", notes, role="melody"),)))
        desk.window.generate_panel.recipe.choose_model("singer-songwriter")
        yield desk


def test_a_shipped_band_that_is_cancelled_keeps_its_bars_and_fills_the_others(band_desk: Desk, tmp_path: Path) -> None:
    desk, panel = band_desk, band_desk.window.generate_panel
    panel.recipe.counts.setCurrentIndex(0)
    QTest.mouseClick(panel.button, LEFT)
    desk.wait(lambda: panel.progress.value() >= 500)
    QTest.mouseClick(panel.button, LEFT)
    assert panel.button.text() == "Stopping…"
    desk.wait(lambda: not desk.session.is_generating)
    assert panel.progress_text.text() == "Stopped. What was done is kept."
    before = by_name(saved(desk, tmp_path))
    assert 6 * BAR < max(note.start_tick for name in ("Bass", "Keys") for note in before[name]) < 8 * BAR
    QTest.mouseClick(panel.recipe.verbs.button("fill"), LEFT)
    for chip in (panel.recipe.parts.chips["guitar"], panel.recipe.parts.chips["keys"]):
        QTest.mouseClick(chip, LEFT)
    panel.recipe.bars.first.setValue(9)
    panel.recipe.bars.last.setValue(11)
    press(desk, panel.button)
    after = by_name(saved(desk, tmp_path))
    assert any(note.start_tick >= 8 * BAR for note in after["Bass"])
    assert after.pop("Bass")[: len(before["Bass"])] == before.pop("Bass")
    assert after == before


def test_more_options_open_and_say_when_one_is_changed(band_desk: Desk) -> None:
    options = band_desk.window.generate_panel.recipe.options
    assert [row.isVisibleTo(options) for row in options.rows[:3]] == [True, True, False]
    QTest.mouseClick(options.more, LEFT)
    assert all(row.isVisibleTo(options) for row in options.rows)
    options.rows[3].slider.setValue(90)
    QTest.mouseClick(options.more, LEFT)
    assert "1 changed" in options.more.text()
    QTest.mouseClick(options.reset_all, LEFT)
    assert options.values() == {row.spec.name: row.spec.default for row in options.rows}
    assert not options.reset_all.isVisibleTo(options)
