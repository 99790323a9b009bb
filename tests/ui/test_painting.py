"""When the window paints: workers rest, another piece comes in turns, what looks the same is left alone."""

from __future__ import annotations

import threading

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop_app.right_of_way import PATIENCE_S
from desktop_app.ui.painted_in_turns import PaintedInTurns
from music_core.score import Note, Score, Track
from tests.ui.conftest import Desk

TUNE = Score((Track("Melody", tuple(Note(i * 480, 60 + i, 470, 90) for i in range(8)), role="melody"),))


class Watched(QWidget):
    """A part of the window that calls back where it is painted."""

    def __init__(self, parent: QWidget, painted: list[str], name: str) -> None:
        super().__init__(parent)
        self._painted, self._name = painted, name
        self.meanwhile = lambda: None

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        self._painted.append(self._name)
        self.meanwhile()


def test_a_worker_rests_while_the_window_is_painted(desk: Desk) -> None:
    painted: list[str] = []
    gone_on = threading.Event()
    went_on_within: list[bool] = []
    part = Watched(desk.window, painted, "part")

    def let_a_worker_stop() -> None:
        part.meanwhile = lambda: None
        way = desk.running.window._studio.way
        threading.Thread(target=lambda: (way.give_way(), gone_on.set()), daemon=True).start()
        went_on_within.append(gone_on.wait(PATIENCE_S / 4))

    part.meanwhile = let_a_worker_stop
    part.setGeometry(0, 0, 20, 20)
    part.show()
    part.update()
    desk.wait(lambda: painted and gone_on.is_set())
    assert went_on_within == [False]


def test_parts_are_painted_at_turns_of_their_own(desk: Desk) -> None:
    painted: list[str] = []
    parts = [Watched(desk.window, painted, name) for name in ("upper", "lower")]
    for place, part in enumerate(parts):
        part.setGeometry(0, 30 * place, 20, 20)
        part.show()
    desk.wait(lambda: {"upper", "lower"} <= set(painted))
    painted.clear()
    in_turns = PaintedInTurns(*parts)
    in_turns.hold()
    for part in parts:
        part.update()
    seen_between: list[list[str]] = []
    parts[0].meanwhile = lambda: QTimer.singleShot(0, lambda: seen_between.append(list(painted)))
    desk.wait(lambda: {"upper", "lower"} <= set(painted) and seen_between)
    assert painted[0] == "upper"
    assert seen_between[0] == ["upper"]
    assert all(part.updatesEnabled() for part in parts)


def test_another_piece_is_all_shown_in_the_end(desk: Desk) -> None:
    desk.session.new()
    desk.session.edit("Tune", TUNE)
    arrangement = desk.window.arrangement
    desk.wait(lambda: arrangement.roll.updatesEnabled() and arrangement.lanes.updatesEnabled())
    desk.wait(lambda: arrangement.roll._picture._pixmap is not None)
    assert arrangement.roll.updatesEnabled()
    assert arrangement.lanes.updatesEnabled()


def test_a_change_of_tempo_draws_no_note_anew(desk: Desk) -> None:
    desk.session.new()
    desk.session.edit("Tune", TUNE)
    roll = desk.window.arrangement.roll
    desk.wait(lambda: roll._picture._pixmap is not None and roll.updatesEnabled())
    drawn: list[str] = []
    roll._picture._draw = lambda _painter, _area: drawn.append("roll")
    desk.window.transport.tempo.setValue(77)
    assert round(desk.session.score.bpm) == 77
    desk.qtbot.wait(50)
    assert drawn == []
    desk.session.change_mix(0, muted=True)
    desk.wait(lambda: drawn)
