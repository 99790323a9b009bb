"""Files that earlier versions of Tutti wrote (`tests/data`): they open in the window, and nothing of them is lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.library.migrations import FORMAT_VERSION
from desktop_app.library.project_json import project_from_bytes
from desktop_app.paths import AppPaths
from music_core.score import Note
from tests.ui.conftest import Desk, run_studio
from tests.ui.hands import ALT, CTRL, press

DATA = Path(__file__).parents[1] / "data"
PROJECTS = sorted((DATA / "projects").glob("format-*.tutti"))


def test_there_is_a_project_of_every_format_that_was_saved() -> None:
    # The fourth was never written: the fifth came with it.
    kept = {int(path.stem.removeprefix("format-")) for path in PROJECTS}
    assert kept == set(range(1, FORMAT_VERSION)) - {4}


@pytest.mark.parametrize("old", PROJECTS, ids=lambda path: path.stem)
def test_a_project_of_an_earlier_version_opens_whole(desk: Desk, tmp_path: Path, old: Path) -> None:
    path = tmp_path / "old song.tutti"
    shutil.copy(old, path)
    desk.answers.to_open = path
    press(desk, Qt.Key.Key_O, CTRL)
    assert not [notice for notice in desk.notices if notice.level != "info"]
    tune, bass = desk.session.score.tracks
    assert [note.pitch for note in tune.notes] == [60, 62, 64, 66]
    assert (tune.program, tune.volume, tune.locked) == (73, 88, False)
    assert len(desk.session.takes) == 2
    assert desk.session.takes[1].starred
    assert len(desk.session.recorded[0].performance.messages) == 2
    press(desk, Qt.Key.Key_2, ALT)
    assert desk.session.score.tracks[1].notes == (Note(0, 43, 960, 80), Note(960, 50, 960, 70))
    assert bass.generated_by == "bach-unet-gan"
    press(desk, Qt.Key.Key_S, CTRL)
    desk.wait(lambda: not desk.session.is_dirty)
    assert project_from_bytes(path.read_bytes()).score.tracks[1].notes == desk.session.score.tracks[1].notes
    assert f'"format_version":{FORMAT_VERSION}'.encode() in path.read_bytes().replace(b" ", b"")


def test_settings_of_the_first_version_are_kept(qapp: QApplication, qtbot: QtBot, paths: AppPaths) -> None:
    paths.settings_file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(DATA / "settings-first.json", paths.settings_file)
    for desk in run_studio(qapp, qtbot, paths):
        assert desk.running.theme.palette.is_dark
        assert desk.window.generate_panel.recipe.take_count() == 5
        assert desk.session.count_in == 2
        assert not desk.window.typing.is_on
        assert desk.session.settings.preview_on_hover, "what is new since then has its default"
