"""The Export dialog, drags and MIDI out, judged by files on disk and bytes on a wire."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from desktop_app.ui.export.dialog import ExportDialog
from desktop_app.ui.export.drag_out import DragHandle
from desktop_app.ui.midi_out_menu import add_midi_out_menu
from music_core.daw_rules import broken_rules
from music_core.harmony.chord import Chord
from music_core.midi_file import read_midi
from music_core.score import ChordChange, Note, Score, Track
from music_core.soundfonts import find_soundfonts
from tests.ui.conftest import Desk

LEFT = Qt.MouseButton.LeftButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def piece(desk: Desk) -> Desk:
    """A bar of two parts, written by a model, rendered with the smallest SoundFont."""
    fonts = sorted(find_soundfonts(), key=lambda path: path.stat().st_size)
    if fonts:
        desk.session.change_settings(soundfont=str(fonts[0]))
    notes = tuple(Note(480 * i, 60 + i, 240) for i in range(2))
    beat = (Note(0, 36, 120), Note(240, 42, 120))
    tracks = (Track("Melody", notes, role="melody"), Track("Drums", beat, is_drum=True, role="drums"))
    credit = "Parts written with Tutti by the model pop, seed 5."
    score = Score(tracks, title="Très joli", provenance=credit, chords=(ChordChange(0, Chord(0, "maj7"), True),))
    desk.session.edit("Piece", score)
    return desk


def open_dialog(desk: Desk, folder: Path, *formats: str) -> ExportDialog:
    """By its key, with these formats ticked and another folder chosen on its button."""
    QTest.keyClick(desk.window.arrangement.roll, Qt.Key.Key_E, CTRL | SHIFT)
    dialog = desk.window.export.dialog
    assert dialog is not None
    desk.answers.to_folder = folder
    QTest.mouseClick(dialog.folder, LEFT)
    for wanted, box in dialog.formats.items():
        if box.isChecked() != (wanted in formats):
            QTest.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
    dialog.name.setText("song")
    return dialog


def press_export(desk: Desk, dialog: ExportDialog) -> None:
    QTest.mouseClick(dialog.export, LEFT)
    desk.wait(lambda: not desk.running.outlets.exports.is_running)


@pytest.mark.device
@pytest.mark.skipif(not find_soundfonts(), reason="no SoundFont on this machine")
def test_the_chosen_files_are_written_whole_while_it_plays(piece: Desk, tmp_path: Path) -> None:
    dialog = open_dialog(piece, tmp_path, "midi", "wav", "flac")
    QTest.mouseClick(dialog.stems, LEFT, pos=QPoint(8, dialog.stems.height() // 2))
    assert "song.mid" in dialog.files.text()
    piece.session.play()
    QTest.mouseClick(dialog.export, LEFT)
    piece.session.change_mix(0, muted=True)  # too late for the files: they are of what was there
    piece.session.edit("Erase", Score())
    piece.wait(lambda: not piece.running.outlets.exports.is_running)
    piece.session.stop()
    data = (tmp_path / "song.mid").read_bytes()
    assert broken_rules(data) == ()
    assert [track.name for track in read_midi(tmp_path / "song.mid").tracks] == ["Melody", "Drums"]
    wav, rate = soundfile.read(tmp_path / "song.wav")
    flac, _ = soundfile.read(tmp_path / "song.flac")
    np.testing.assert_allclose(wav, flac, atol=1e-4)
    assert np.abs(wav[: rate // 2]).max() > 0.05
    with soundfile.SoundFile(tmp_path / "song.flac") as file:
        assert file.title == "Très joli"
        assert "model pop, seed 5" in file.comment
    stems = sorted(path.name for path in (tmp_path / "song stems").iterdir())
    assert stems == ["song - Drums.wav", "song - Melody.wav"]
    assert piece.session.settings.export_formats == ("midi", "wav", "flac", "stems")
    assert "read back and checked" in piece.notices[-1].sentence


@pytest.mark.slow
def test_a_score_is_printed_and_written_as_musicxml_with_harmony(piece: Desk, tmp_path: Path) -> None:
    pytest.importorskip("music21")
    dialog = open_dialog(piece, tmp_path, "musicxml", "pdf")
    press_export(piece, dialog)
    assert [notice.sentence for notice in piece.notices if notice.level == "error"] == []
    xml = (tmp_path / "song.musicxml").read_text(encoding="utf-8")
    assert "<kind" in xml and "major-seventh" in xml and "<unpitched>" in xml
    pdf = (tmp_path / "song.pdf").read_bytes()
    assert pdf.startswith(b"%PDF") and pdf.count(b"/Type /Page\n") == 1
    assert len(pdf) > 10_000


def test_what_cannot_be_written_is_told_and_the_rest_is_there(piece: Desk, tmp_path: Path) -> None:
    piece.session.edit("Nothing", Score((Track("Empty"),)))
    dialog = open_dialog(piece, tmp_path, "midi", "pdf")
    press_export(piece, dialog)
    assert (tmp_path / "song.mid").is_file() and not (tmp_path / "song.pdf").exists()
    assert [n.level for n in piece.notices] == ["info", "error"]
    assert piece.notices[-1].sentence == "There are no notes to write down yet."


def test_parts_that_will_share_a_channel_are_told_before_the_export(piece: Desk, tmp_path: Path) -> None:
    notes = (Note(0, 60, 240),)
    parts = tuple(Track(f"Part {number}", notes, program=number) for number in range(17))
    piece.session.edit("Orchestra", Score(parts))
    dialog = open_dialog(piece, tmp_path, "midi")
    assert "2 parts share their MIDI channel" in dialog.files.text()
    QTest.mouseClick(dialog.formats["midi"], LEFT, pos=QPoint(8, dialog.formats["midi"].height() // 2))
    assert "share" not in dialog.files.text()
    dialog.reject()
    piece.answers.to_save = tmp_path / "quick.mid"
    piece.answers.about_warnings = False
    QTest.keyClick(piece.window.arrangement.roll, Qt.Key.Key_E, CTRL)
    assert piece.answers.asked[-1].startswith("2 parts share their MIDI channel")
    assert not (tmp_path / "quick.mid").exists()
    piece.answers.about_warnings = True
    QTest.keyClick(piece.window.arrangement.roll, Qt.Key.Key_E, CTRL)
    piece.wait((tmp_path / "quick.mid").exists)
    assert len(read_midi(tmp_path / "quick.mid").tracks) == 17


def test_the_dialog_says_what_is_replaced_and_needs_a_choice(piece: Desk, tmp_path: Path) -> None:
    (tmp_path / "song.mid").write_bytes(b"old")
    dialog = open_dialog(piece, tmp_path, "midi")
    assert "replaced" in dialog.files.text()
    dialog.formats["midi"].setChecked(False)
    assert not dialog.export.isEnabled()
    dialog.reject()
    assert (tmp_path / "song.mid").read_bytes() == b"old"
    assert piece.window.export.dialog is None


def drag(handle: DragHandle, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press and pull far enough; QTest's mouse moves carry no modifiers."""
    QTest.mousePress(handle, LEFT, modifiers, QPoint(9, 9))
    far = QPoint(60, 60)
    moved = QMouseEvent(
        QMouseEvent.Type.MouseMove, far.toPointF(), handle.mapToGlobal(far).toPointF(), LEFT, LEFT, modifiers
    )
    QApplication.sendEvent(handle, moved)
    QTest.mouseRelease(handle, LEFT, modifiers, far)


@pytest.fixture
def dropped(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What was dragged out; the system's own drag needs a second program."""
    paths: list[Path] = []

    def take(_source: QWidget, data: QMimeData) -> None:
        paths.extend(Path(url.toLocalFile()) for url in data.urls())

    monkeypatch.setattr(DragHandle, "start_drag", staticmethod(take))
    return paths


def test_the_piece_and_a_track_are_dragged_out_as_midi_that_stays(piece: Desk, dropped: list[Path]) -> None:
    drag(piece.window.bottom.handle)
    drag(piece.window.bottom.handle)
    piece.window.actions_table["mixer"].trigger()
    piece.session.change_mix(1, muted=True)
    drag(piece.window.mixer.strips[1].handle)
    assert len(set(dropped)) == 3 and all(path.is_file() for path in dropped)
    assert [track.name for track in read_midi(dropped[0]).tracks] == ["Melody", "Drums"]
    (drums,) = read_midi(dropped[2]).tracks
    assert drums.is_drum and len(drums.notes) == 2
    assert all(broken_rules(path.read_bytes()) == () for path in dropped)
    QTest.keyClick(piece.window.bottom.handle, Qt.Key.Key_Return)
    (url,) = QApplication.clipboard().mimeData().urls()
    assert Path(url.toLocalFile()).is_file()


@pytest.mark.device
@pytest.mark.skipif(not find_soundfonts(), reason="no SoundFont on this machine")
def test_ctrl_drags_sound(piece: Desk, dropped: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QApplication, "mouseButtons", staticmethod(lambda: LEFT))
    drag(piece.window.bottom.handle, CTRL)
    piece.wait(lambda: dropped)
    sound, _ = soundfile.read(dropped[0])
    assert dropped[0].suffix == ".wav" and np.abs(sound).max() > 0.1


def test_a_midi_port_is_chosen_in_the_menu(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ports = desk.running.outlets.midi_out._ports
    monkeypatch.setattr(ports, "ports", lambda: ("Synth", "DAW"))
    menu = QMenu()
    inside = add_midi_out_menu(menu, desk.running.outlets.midi_out)
    assert [action.text() for action in inside.actions()] == ["Nowhere", "Synth", "DAW"]
    inside.actions()[2].trigger()
    assert desk.session.settings.midi_out_port == "DAW"
    again = add_midi_out_menu(QMenu(menu), desk.running.outlets.midi_out)
    assert [action.isChecked() for action in again.actions()] == [False, False, True]
    again.actions()[0].trigger()
    assert desk.session.settings.midi_out_port == ""
