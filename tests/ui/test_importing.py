"""Importing through the window: by dialog and by drop, damaged files, and which track is the melody."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest

from desktop_app.library.store import Store
from music_core.adapters.musicxml import musicxml_bytes, write_musicxml
from music_core.midi_file import score_to_bytes, write_midi
from music_core.score import Note, Score, Track
from tests.ui.conftest import Desk

CTRL, NO_KEY, LEFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton


def line(name: str, lowest: int) -> Track:
    return Track(name, tuple(Note(480 * i, lowest + i % 5, 480) for i in range(32)))


BAND = Score((line("Bass guitar", 36), line("Flute", 72), line("Viola", 60)), title="Three")


def press(desk: Desk, key: Qt.Key, modifiers: Qt.KeyboardModifier = CTRL) -> None:
    QTest.keyClick(desk.window.arrangement.roll, key, modifiers)


def drop(desk: Desk, path: Path) -> bool:
    """Drag a file over the window and let it go; whether the window takes it."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    enter = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, data, LEFT, NO_KEY)
    enter.ignore()
    desk.window.dragEnterEvent(enter)
    if enter.isAccepted():
        desk.window.dropEvent(QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, LEFT, NO_KEY))
    return enter.isAccepted()


def choose_melody(desk: Desk, place: int) -> None:
    """Open the box and take a line of it, with the keyboard."""
    box = desk.window.import_bar.melody
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    for _ in range(place):
        QTest.keyClick(box, Qt.Key.Key_Down)


def save(desk: Desk, path: Path) -> Score:
    desk.answers.to_save = path
    press(desk, Qt.Key.Key_S)
    return Store(path.parent).open(path).score


def write(path: Path, score: Score = BAND) -> Path:
    if path.suffix == ".mid":
        write_midi(score, path)
    elif path.suffix == ".mxl":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("score.xml", musicxml_bytes(score))
    else:
        write_musicxml(score, path)
    return path


@pytest.mark.parametrize("name", ["song.mid", "song.musicxml", "song.xml", "song.mxl"])
@pytest.mark.parametrize("how", ["import", "open", "drop"])
def test_midi_and_musicxml_come_in_by_dialog_and_by_drop(desk: Desk, tmp_path: Path, name: str, how: str) -> None:
    path = write(tmp_path / name)
    before = path.read_bytes()
    if how == "drop":
        assert drop(desk, path)
    else:
        desk.answers.to_open = path
        press(desk, Qt.Key.Key_I if how == "import" else Qt.Key.Key_O)
    desk.wait(lambda: desk.session.project_name == "song")
    assert "3 tracks" in desk.window.messages.status.text()
    saved = save(desk, tmp_path / "mine.tutti")
    starts = [[(n.start_tick, n.pitch) for n in track.notes] for track in saved.tracks]
    assert starts == [[(n.start_tick, n.pitch) for n in track.notes] for track in BAND.tracks]
    assert path.read_bytes() == before
    assert desk.window.import_bar.isVisible()
    assert "«song." in desk.window.import_bar.about.text()


def test_the_window_lives_while_a_file_is_read(desk: Desk, tmp_path: Path) -> None:
    path = write(tmp_path / "song.mid")
    desk.answers.to_open = path
    press(desk, Qt.Key.Key_I)
    assert desk.session.project_name == "Ode to Joy"  # the key press has returned, the file is not there yet
    assert "Reading «song.mid»" in desk.window.messages.status.text()
    desk.wait(lambda: desk.session.project_name == "song")


def test_what_is_neither_is_not_taken(desk: Desk, tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG")
    assert not drop(desk, picture)


def test_a_file_that_cannot_be_read_leaves_all_as_it_is(desk: Desk, tmp_path: Path) -> None:
    score = desk.session.score
    path = tmp_path / "noise.mid"
    path.write_bytes(bytes(range(200)))
    assert drop(desk, path)
    desk.wait(lambda: desk.window.messages.bar.isVisible())
    assert (
        desk.window.messages.bar.sentence.text() == "«noise.mid» is not a MIDI file; choose a file that ends in .mid."
    )
    assert desk.session.score is score
    assert not desk.window.import_bar.isVisible()


def test_unsaved_work_is_asked_about_before_a_drop_is_taken(desk: Desk, tmp_path: Path) -> None:
    path = write(tmp_path / "song.mid")
    desk.session.set_tempo(93)
    drop(desk, path)
    desk.wait(lambda: desk.answers.asked)
    desk.qtbot.wait(50)
    assert desk.answers.asked == ["unsaved Ode to Joy"]
    assert round(desk.session.score.bpm) == 93


def test_of_a_damaged_file_comes_what_can_be_read_and_a_list_of_the_rest(desk: Desk, tmp_path: Path) -> None:
    whole = score_to_bytes(BAND)
    path = tmp_path / "cut.mid"
    path.write_bytes(whole[:-70])
    assert drop(desk, path)
    bar = desk.window.import_bar
    desk.wait(bar.isVisible)
    saved = save(desk, tmp_path / "kept.tutti")
    assert [len(track.notes) for track in saved.tracks[:2]] == [32, 32]
    assert 8 < len(saved.tracks[2].notes) < 32
    assert saved.tracks[2].notes[:8] == BAND.tracks[2].notes[:8]
    number = bar.about.text().removesuffix(".").split()[-1]
    assert bar.about.text() == f"Imported 2 of 3 tracks; track 3 had an error at bar {number}."
    assert bar.sign.accessibleName() == "warning"
    QTest.mouseClick(bar.details, LEFT)
    report = bar.report
    assert report is not None
    assert report.isVisible() and not report.isModal()
    assert report.lines.accessibleName() == "What was not read"
    assert [report.lines.item(i).text() for i in range(report.lines.count())] == [
        f"Track 3 (Viola) could be read only up to bar {number}, as it ends in the middle of an event."
    ]
    QTest.mouseClick(report.copy, LEFT)
    assert "track 3 had an error" in QGuiApplication.clipboard().text()
    assert "only up to bar" in QGuiApplication.clipboard().text()
    desk.session.load_sample("greensleeves")
    assert not bar.isVisible()
    desk.wait(lambda: bar.report is None)


def test_a_broken_bar_of_a_score_is_named(desk: Desk, tmp_path: Path) -> None:
    path = write(tmp_path / "sheet.musicxml")
    text = path.read_text(encoding="utf-8")
    second = text.index('number="2"', text.index("<part id"))
    path.write_text(text[:second] + text[second:].replace("</pitch>", "", 1), encoding="utf-8")
    drop(desk, path)
    desk.wait(desk.window.import_bar.isVisible)
    assert desk.window.import_bar.about.text() == "Imported 2 of 3 tracks; track 1 had an error at bar 2."
    assert [len(track.notes) for track in desk.session.score.tracks[1:]] == [32, 32]
    QTest.mouseClick(desk.window.import_bar.details, LEFT)
    assert desk.window.import_bar.report is not None
    assert "is damaged in bar 2" in desk.window.import_bar.report.lines.item(0).text()


def test_the_melody_is_proposed_shown_and_can_be_changed(desk: Desk, tmp_path: Path) -> None:
    drop(desk, write(tmp_path / "song.mid"))
    bar = desk.window.import_bar
    desk.wait(bar.isVisible)
    assert [bar.melody.itemText(i) for i in range(bar.melody.count())] == ["1  Bass guitar", "2  Flute", "3  Viola"]
    assert bar.melody.currentText() == "2  Flute"
    assert desk.session.selected_track == 1
    assert bar.melody.accessibleName() == "Melody track"
    assert not bar.details.isVisible()
    choose_melody(desk, 2)
    assert desk.session.selected_track == 2
    saved = save(desk, tmp_path / "mine.tutti")
    assert [track.role for track in saved.tracks] == ["bass", "other", "melody"]
    press(desk, Qt.Key.Key_Z)
    QTest.keyClick(desk.window.arrangement.roll, Qt.Key.Key_Z, CTRL)
    assert bar.melody.currentText() == "2  Flute"
    QTest.mouseClick(bar.dismiss, LEFT)
    assert not bar.isVisible()


def test_any_track_becomes_the_melody_by_its_command(desk: Desk, tmp_path: Path) -> None:
    drums = Track("Kit", (Note(0, 36, 60),), is_drum=True, role="drums")
    drop(desk, write(tmp_path / "song.mid", BAND.with_tracks(*BAND.tracks, drums)))
    desk.wait(lambda: desk.session.project_name == "song")
    assert desk.window.import_bar.melody.count() == 3  # drums cannot be the tune
    desk.session.select_track(0)
    desk.window.actions_table["melody_track"].trigger()
    assert [track.role for track in desk.session.score.tracks] == ["melody", "other", "other", "drums"]
    assert desk.window.import_bar.melody.currentText() == "1  Bass guitar"
    desk.session.select_track(3)
    desk.window.actions_table["melody_track"].trigger()
    assert desk.session.score.tracks[3].role == "drums"
    assert "Drums cannot be the melody" in desk.window.messages.status.text()
