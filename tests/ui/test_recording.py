"""Recording through the window: its buttons, keys and menus, and what is in the score and the saved file afterwards."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt

from desktop_app.library.project_json import project_from_bytes
from desktop_app.library.take_journal import read_journal
from music_core.performance import NoteMessage
from tests.ui.conftest import Desk
from tests.ui.hands import CTRL, SHIFT, drag
from tests.ui.hands import press as key


def press(desk: Desk, pitch: int, velocity: int = 80) -> None:
    """A key as a keyboard's thread sends it."""
    desk.running.hub.send(NoteMessage(time.perf_counter(), pitch, velocity))
    desk.qtbot.wait(1)


def strike(desk: Desk, *pitches: int) -> None:
    for pitch in pitches:
        press(desk, pitch)
    for pitch in pitches:
        press(desk, pitch, 0)


def click(desk: Desk, button: object) -> None:
    desk.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def starts(desk: Desk) -> list[tuple[int, int]]:
    return [(note.start_tick, note.pitch) for note in desk.session.score.tracks[0].notes]


def empty(desk: Desk) -> None:
    desk.session.new()
    desk.session.set_count_in(0)


def choose(desk: Desk, command: str) -> None:
    """Pick a command from the menu."""
    desk.window.actions_table[command].trigger()


def test_recording_begins_with_the_first_note(desk: Desk) -> None:
    empty(desk)
    choose(desk, "record_first_note")
    click(desk, desk.window.transport.record)
    assert (desk.session.is_recording, desk.session.is_playing) == (True, False)
    assert "first note" in desk.window.messages.status.text()
    strike(desk, 64)
    assert desk.session.is_playing
    desk.qtbot.wait(60)
    click(desk, desk.window.transport.record)
    assert starts(desk) == [(0, 64)]
    bar = desk.window.record_commands.bar
    assert bar.isVisible()
    assert bar.about.text() == "1 note recorded"
    click(desk, bar.keep)
    assert not bar.isVisible()
    assert starts(desk) == [(0, 64)]


def test_passes_are_chosen_and_kept_in_the_file(desk: Desk, tmp_path: Path) -> None:
    empty(desk)
    desk.session.set_tempo(300)
    desk.session.set_loop((0, 480))  # a round is 0.2 s
    click(desk, desk.window.transport.record)
    for pitch in (60, 62, 64):
        strike(desk, pitch)
        desk.qtbot.wait(200)
    click(desk, desk.window.transport.record)
    bar = desk.window.record_commands.bar
    count = len(bar.passes)
    assert count >= 2
    assert [chip.isChecked() for chip in bar.passes] == [False] * (count - 1) + [True]
    last = starts(desk)
    click(desk, bar.passes[0])
    assert [chip.isChecked() for chip in bar.passes] == [True] + [False] * (count - 1)
    assert starts(desk)[0][1] == 60
    assert starts(desk) != last
    path = tmp_path / "song.tutti"
    assert desk.session.save(path)
    saved = project_from_bytes(path.read_bytes())
    assert len(saved.recorded) == count
    assert {one.stack for one in saved.recorded} == {1}
    assert saved.score.tracks[0].notes == desk.session.score.tracks[0].notes
    click(desk, bar.again)
    assert desk.session.is_recording
    assert not bar.isVisible()
    assert not any(track.notes for track in desk.session.score.tracks)
    desk.session.stop()


def saved_starts(desk: Desk, path: Path) -> list[tuple[int, int]]:
    """Where which pitches of the melody begin, as the file says."""
    assert desk.session.save(path)
    return [(note.start_tick, note.pitch) for note in project_from_bytes(path.read_bytes()).score.tracks[0].notes]


def test_what_is_played_is_added_to_the_melody(desk: Desk, tmp_path: Path) -> None:
    desk.session.set_count_in(0)
    melody = starts(desk)
    choose(desk, "record_overdub")
    click(desk, desk.window.transport.record)
    desk.wait(lambda: desk.session.position_tick() > 60)
    strike(desk, 96)
    desk.qtbot.wait(30)
    click(desk, desk.window.transport.record)
    new = [one for one in saved_starts(desk, tmp_path / "two hands.tutti") if one not in melody]
    assert [pitch for _, pitch in new] == [96]
    assert set(melody) <= set(starts(desk))
    key(desk, Qt.Key.Key_Z, CTRL)
    assert starts(desk) == melody


def test_only_the_bars_between_the_punch_marks_are_recorded(desk: Desk, tmp_path: Path) -> None:
    desk.session.set_count_in(0)
    desk.session.set_tempo(300)  # a bar is 0.8 s
    melody = starts(desk)
    ruler, x = desk.window.arrangement.ruler, desk.window.arrangement.axis.scale.x
    drag(ruler, QPoint(round(x(1950)), 8), QPoint(round(x(3800)), 8), SHIFT)
    assert desk.session.punch == (1920, 3840)
    desk.session.seek(0)
    click(desk, desk.window.transport.record)
    desk.wait(lambda: desk.session.position_tick() > 480)
    strike(desk, 30)  # before the marks: not recorded
    desk.wait(lambda: desk.session.position_tick() > 2400)
    strike(desk, 96)
    desk.wait(lambda: desk.session.position_tick() > 4000)
    strike(desk, 31)  # behind them
    click(desk, desk.window.transport.record)
    now = saved_starts(desk, tmp_path / "punched.tutti")
    assert [pitch for tick, pitch in now if 1920 <= tick < 3840] == [96]
    assert [one for one in now if not 1920 <= one[0] < 3840] == [one for one in melody if not 1920 <= one[0] < 3840]


def test_a_free_take_gets_its_bars_and_can_be_read_otherwise(desk: Desk) -> None:
    empty(desk)
    choose(desk, "record_free")
    click(desk, desk.window.transport.record)
    for pitch in (64, 62, 60, 62, 64, 64, 64):
        strike(desk, pitch)
        desk.qtbot.wait(110)
    click(desk, desk.window.transport.record)
    desk.wait(lambda: desk.window.record_commands.bar.isVisible())
    bar = desk.window.record_commands.bar
    (recording,) = desk.session.recorded
    assert recording.beats is not None
    assert desk.session.score.bpm == pytest.approx(recording.performance.bpm, abs=0.01)
    assert "at " in bar.about.text()
    before = [start for start, _ in starts(desk)]
    click(desk, bar.later)
    assert [start for start, _ in starts(desk)] != before
    tempo = desk.session.score.bpm
    click(desk, bar.half)
    assert desk.session.score.bpm < tempo
    assert bar.as_played.isEnabled()
    click(desk, bar.as_played)
    assert desk.session.recorded[0].grid is None
    assert not bar.as_played.isEnabled()
    click(desk, bar.on_grid)
    assert desk.session.recorded[0].grid is not None


def test_steps_are_written_one_after_the_other(desk: Desk, tmp_path: Path) -> None:
    empty(desk)
    choose(desk, "step_input")
    assert desk.window.actions_table["step_input"].isChecked()
    strike(desk, 60)
    strike(desk, 64, 67)
    choose(desk, "step_rest")
    strike(desk, 72)
    step = desk.window.arrangement.tools.snap_ticks
    assert starts(desk) == [(0, 60), (step, 64), (step, 67), (3 * step, 72)]
    assert desk.session.position_tick() == 4 * step
    choose(desk, "step_back")
    assert starts(desk)[-1] == (step, 67)
    desk.session.undo()
    assert starts(desk)[-1] == (3 * step, 72)
    path = tmp_path / "steps.tutti"
    assert desk.session.save(path)
    assert len(project_from_bytes(path.read_bytes()).score.tracks[0].notes) == 4
    choose(desk, "step_input")
    strike(desk, 30)
    assert len(starts(desk)) == 4


def test_every_key_is_on_disk_while_the_take_goes_on(desk: Desk) -> None:
    empty(desk)
    click(desk, desk.window.transport.record)
    strike(desk, 60)
    strike(desk, 62)
    journal = desk.running.store.journal
    desk.wait(lambda: journal.path.exists() and sum(len(take.messages) for take in read_journal(journal.path)) == 4)
    assert desk.session.is_recording
    click(desk, desk.window.transport.record)
    assert desk.session.save(desk.window.files._projects / "song.tutti")
    assert not journal.path.exists()


def test_the_ways_to_record_are_in_the_buttons_menu(desk: Desk) -> None:
    menu = desk.window.transport.record.menu()
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts[:4] == [
        "Replace the melody",
        "Add to the melody",
        "Free, without a click",
        "Start with the first note",
    ]
    choose(desk, "record_overdub")
    assert desk.session.settings.record_mode == "overdub"
    assert [desk.window.actions_table[f"record_{mode}"].isChecked() for mode in ("replace", "overdub")] == [False, True]
    assert "on top" in desk.window.transport.record.toolTip()
