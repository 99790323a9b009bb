"""Nothing is lost, as the window shows it: a crash, two windows, a full disk, a read-only folder, a pulled cable."""

from __future__ import annotations

import os
import resource
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.devices.port_choice import Port
from desktop_app.library.project_json import project_from_bytes
from desktop_app.paths import AppPaths
from tests.cables import FakeSource
from tests.ui.conftest import Desk, run_studio
from tests.ui.hands import CTRL, click, press

AKM = Port(2, "AKM322:AKM322 MIDI 1 20:0")


@contextmanager
def studio(qapp: QApplication, qtbot: QtBot, paths: AppPaths, **around: object) -> Iterator[Desk]:
    """One window among others, which ends in order."""
    running = run_studio(qapp, qtbot, paths, **around)
    yield next(running)
    for _ in running:
        pass


def saved_as(desk: Desk, path: Path) -> None:
    """Ctrl+S in this window, and the name of the file."""
    desk.window.activateWindow()
    desk.wait(desk.window.isActiveWindow)
    desk.answers.to_save = path
    press(desk, Qt.Key.Key_S, CTRL)


def library_rests(desk: Desk) -> None:
    """Wait until the library has written down what was saved: of a full disk it would speak too, later."""
    over: list[object] = []
    desk.running.shelf_jobs.run("rests", lambda _progress, _cancelled: None, over.append, over.append)
    desk.wait(lambda: over)


@contextmanager
def full_disk() -> Iterator[None]:
    """No file may become longer than a line."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_take_that_a_crash_cut_off_comes_back(qapp: QApplication, qtbot: QtBot, paths: AppPaths) -> None:
    with studio(qapp, qtbot, paths) as crashed:
        crashed.session.new()
        crashed.session.set_count_in(0)
        click(crashed.window.transport.record)
        qtbot.keyPress(crashed.window.arrangement.roll, Qt.Key.Key_Z)
        qtbot.wait(120)
        qtbot.keyRelease(crashed.window.arrangement.roll, Qt.Key.Key_Z)
        qtbot.wait(1100)  # a second is what the journal may take
        left = {path: path.read_bytes() for path in paths.recovery.glob("*.takes")}
        crashed.session.stop()
        crashed.session.load_sample("ode-to-joy")
    assert left
    for path, data in left.items():  # as they lay there when the power went
        path.write_bytes(data)
    with studio(qapp, qtbot, paths) as after:
        bar = after.window.messages.bar
        after.wait(bar.isVisible)
        assert bar.act.text() == "Restore"
        click(bar.act)
        assert [note.pitch for note in after.session.score.tracks[0].notes] == [60]
        assert after.session.is_dirty
        assert not bar.isVisible()


@pytest.mark.skipif(sys.platform == "win32", reason="limits on file sizes are POSIX")
def test_a_full_disk_is_told_and_the_work_goes_elsewhere(desk: Desk, tmp_path: Path) -> None:
    saved_as(desk, tmp_path / "song.tutti")
    before = (tmp_path / "song.tutti").read_bytes()
    library_rests(desk)
    desk.session.set_tempo(77)
    with full_disk():
        press(desk, Qt.Key.Key_S, CTRL)
    bar = desk.window.messages.bar
    assert bar.isVisible()
    assert "Your work is still open" in bar.sentence.text()
    assert (tmp_path / "song.tutti").read_bytes() == before
    assert desk.session.is_dirty
    assert bar.act.text() == "Save as…"
    desk.answers.to_save = tmp_path / "elsewhere.tutti"
    click(bar.act)
    assert round(project_from_bytes((tmp_path / "elsewhere.tutti").read_bytes()).score.bpm) == 77
    assert not bar.isVisible()
    assert not desk.session.is_dirty


@pytest.mark.skipif(sys.platform == "win32", reason="folders without the right to write are POSIX")
def test_a_folder_one_may_not_write_to_is_told(desk: Desk) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, user = Path(name), os.geteuid()
        folder.chmod(0o555)
        if user == 0:
            os.seteuid(65534)  # the superuser may write anywhere
        try:
            saved_as(desk, folder / "song.tutti")
        finally:
            os.seteuid(user)
            folder.chmod(0o755)
        assert "you may not write there" in desk.window.messages.bar.sentence.text()
        desk.session.set_tempo(91)
        click(desk.window.messages.bar.act)
        assert round(project_from_bytes((folder / "song.tutti").read_bytes()).score.bpm) == 91


def test_two_windows_on_one_piece_keep_both_versions(
    qapp: QApplication, qtbot: QtBot, paths: AppPaths, tmp_path: Path
) -> None:
    path = tmp_path / "song.tutti"
    with studio(qapp, qtbot, paths) as one, studio(qapp, qtbot, paths) as two:
        saved_as(one, path)
        two.window.files.open_path(path)
        assert "open in another window" in two.window.messages.bar.sentence.text()
        one.session.set_tempo(90)
        two.session.set_tempo(150)
        one.session.save()
        two.session.save()
        assert "both are whole" in two.window.messages.bar.sentence.text()
        assert two.window.windowTitle().startswith("song (2)")
    tempos = [round(project_from_bytes(file.read_bytes()).score.bpm) for file in sorted(tmp_path.glob("song*.tutti"))]
    assert sorted(tempos) == [90, 150]


def test_a_keyboard_pulled_while_recording(qapp: QApplication, qtbot: QtBot, paths: AppPaths, tmp_path: Path) -> None:
    cables = FakeSource(AKM)
    with studio(qapp, qtbot, paths, port_source=cables) as desk:
        desk.session.new()
        desk.session.set_count_in(0)
        light = desk.window.transport.input_light
        desk.wait(lambda: light.lamp.state == "on")
        click(desk.window.transport.record)
        desk.wait(lambda: desk.session.position_tick() > 60)
        cables.cable.press(60)
        desk.wait(lambda: desk.synth.sounding)
        cables.plugged = []  # with the key still down
        desk.wait(lambda: not desk.synth.sounding)
        desk.wait(lambda: "was unplugged" in desk.window.messages.bar.sentence.text())
        assert desk.session.is_recording
        cables.plugged = [AKM]
        desk.wait(lambda: light.lamp.state == "on" and len(cables.opened) == 2)
        cables.cable.press(64)
        desk.wait(lambda: desk.synth.sounding)
        cables.cable.waiting.append(([0x80, 64, 0], 0.0))
        desk.wait(lambda: not desk.synth.sounding)
        press(desk, Qt.Key.Key_R, CTRL)
        assert [note.pitch for note in desk.session.score.tracks[0].notes] == [60, 64]
        first, second = desk.session.score.tracks[0].notes
        assert first.end_tick <= second.start_tick
        saved_as(desk, tmp_path / "take.tutti")
        kept = project_from_bytes((tmp_path / "take.tutti").read_bytes())
        assert len(kept.recorded[0].performance.messages) == 4
