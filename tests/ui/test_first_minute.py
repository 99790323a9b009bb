"""The first minute of a newcomer as a script: what they do, what they see (a picture at each step), what they hear.

With TUTTI_PICTURES set to a folder the pictures are kept there.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from music_core.midi_file import read_midi
from tests.ui.conftest import Desk

CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


class Album:
    """Pictures of the window, one a step; each shows something that the one before did not."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self._desk = desk
        self._folder = Path(os.environ.get("TUTTI_PICTURES") or folder)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._last: QImage | None = None
        self.paths: list[Path] = []

    def take(self, step: str) -> None:
        """Photograph the window as it is now."""
        image = self._desk.window.grab().toImage()
        assert image != self._last, f"nothing to be seen of «{step}»"
        self._last = image
        path = self._folder / f"{len(self.paths) + 1}-{step}.png"
        assert image.save(str(path))
        self.paths.append(path)


def press(desk: Desk, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(desk.window.arrangement.roll, key, modifiers)


def colours(path: Path) -> int:
    """How many colours a picture has, seen coarsely: a blank one has one."""
    image = QImage(str(path)).scaled(160, 100)
    return len({image.pixel(x, y) for x in range(160) for y in range(100)})


def test_the_first_minute(desk: Desk, tmp_path: Path) -> None:
    window, session, album = desk.window, desk.session, Album(desk, tmp_path / "pictures")

    # A window with a melody, a genre and Generate: no wizard, no account.
    assert window.isVisible()
    assert session.score.title == "Ode to Joy"
    assert window.generate_panel.model is not None
    assert window.generate_panel.button.isEnabled()
    album.take("window")

    # A key sounds and lights the piano.
    QTest.keyPress(window.arrangement.roll, Qt.Key.Key_Z)
    desk.wait(desk.live_notes)
    desk.wait(lambda: 60 in window.piano.keyboard._down)
    album.take("a-key-sounds")
    QTest.keyRelease(window.arrangement.roll, Qt.Key.Key_Z)

    # Space plays the melody; the playhead moves.
    press(desk, Qt.Key.Key_Space)
    desk.wait(lambda: session.is_playing and session.position_tick() > 60)
    album.take("space-plays")
    press(desk, Qt.Key.Key_Space)
    assert not session.is_playing

    # Generate writes takes under the melody and plays from the first bar.
    melody = session.score.tracks[0].notes
    QTest.mouseClick(window.generate_panel.button, Qt.MouseButton.LeftButton)
    assert session.is_generating
    desk.wait(lambda: len(session.takes) > 1 and session.is_playing)
    assert len(session.score.tracks) > 1
    assert session.score.tracks[0].notes == melody
    album.take("a-band-plays")

    # Another take by its key, and back: one step each, compared while the music goes on.
    first = session.score
    press(desk, Qt.Key.Key_2, ALT)
    desk.wait(lambda: session.chosen_take == 1)
    assert session.score.tracks[1:] != first.tracks[1:]
    album.take("take-b")
    press(desk, Qt.Key.Key_1, ALT)
    assert session.score == first
    press(desk, Qt.Key.Key_Escape)

    # Keep it: a name, and a MIDI file that says the same.
    desk.answers.to_save = tmp_path / "mine.tutti"
    press(desk, Qt.Key.Key_S, CTRL)
    desk.wait(lambda: (tmp_path / "mine.tutti").exists() and not session.is_dirty)
    desk.answers.to_save = tmp_path / "mine.mid"
    press(desk, Qt.Key.Key_E, CTRL)
    desk.wait((tmp_path / "mine.mid").exists)
    assert [track.name for track in read_midi(tmp_path / "mine.mid").tracks] == [
        track.name for track in session.score.tracks
    ]
    album.take("kept")
    assert not [notice for notice in desk.notices if notice.level == "error"]
    assert len(album.paths) == 6
    assert all(colours(path) > 12 for path in album.paths)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1024, 700)])
def test_what_the_first_minute_needs_is_in_sight_at_both_sizes(desk: Desk, width: int, height: int) -> None:
    window = desk.window
    window.resize(width, height)
    desk.qtbot.wait(30)
    assert (window.width(), window.height()) == (width, height)
    for control in (
        window.transport.play,
        window.transport.record,
        window.generate_panel.button,
        window.piano.keyboard,
        window.arrangement.roll,
    ):
        assert control.isVisible()
        assert not control.visibleRegion().isEmpty()
        place = control.mapTo(window, control.rect().center())
        assert window.rect().contains(place)
