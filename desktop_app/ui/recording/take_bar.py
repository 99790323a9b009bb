"""The bar that comes when a take is recorded: its passes, keep or again, and how a free take's beat is read."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from desktop_app.events import PassesChanged, ScoreChanged
from desktop_app.language import tr, tr_count
from desktop_app.library.project import Recording
from desktop_app.ui.studio import Studio

_CHIP_PX = 34


class TakeBar(QFrame):
    """Hidden until a take is there; it goes when the take is kept, recorded again or left behind."""

    again_asked = Signal()

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.setObjectName("takeBar")
        self.setAccessibleName(tr("Recorded take"))
        self._session = studio.session
        self._desk = studio.session.recordings
        self.about = QLabel()
        self.passes: list[QPushButton] = []
        self._chips = QWidget()
        self._chip_row = QHBoxLayout(self._chips)
        self._chip_row.setContentsMargins(0, 0, 0, 0)
        self._chip_row.setSpacing(4)
        self.half = self._button(tr("Half tempo"), tr("Read the take at half the tempo"), self._reread("half"))
        self.double = self._button(tr("Double tempo"), tr("Read the take at twice the tempo"), self._reread("double"))
        later = tr("The bar begins a beat earlier: the first note moves to the next beat of its bar")
        self.later = self._button(tr("Shift a beat"), later, self._reread("later"))
        self.as_played = self._button(tr("As played"), tr("The timing as it was played"), self._session.unquantise)
        self.on_grid = self._button(tr("On the grid"), tr("Every note on its step"), self._session.quantise)
        self.again = self._button(tr("Again"), tr("Take it out and record in its place; this take is kept aside"), None)
        self.again.clicked.connect(self.again_asked)
        self.keep = self._button(tr("Keep"), tr("Keep it as it is and close this bar"), self.hide)
        self.keep.setObjectName("primary")
        self._lay_out()
        studio.events.subscribe(PassesChanged, self._passes_changed)
        studio.events.subscribe(ScoreChanged, self._score_changed)
        self.hide()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 10, 6)
        row.setSpacing(8)
        row.addWidget(self.about)
        row.addWidget(self._chips)
        row.addStretch(1)
        for button in (self.half, self.double, self.later, self.as_played, self.on_grid):
            row.addWidget(button)
        row.addSpacing(12)
        row.addWidget(self.again)
        row.addWidget(self.keep)

    def _button(self, text: str, tip: str, act: Callable[[], object] | None) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if act is not None:
            button.clicked.connect(lambda: act())
        return button

    def _reread(self, change: str) -> Callable[[], None]:
        return lambda: self._desk.reread(change)

    def _passes_changed(self, event: PassesChanged) -> None:
        self.setVisible(event.is_done and bool(self._session.recorded))
        if event.is_done:
            self._show()

    def _score_changed(self, event: ScoreChanged) -> None:
        if event.cause == "load":
            self.hide()
        elif self.isVisible():
            self._show()

    def _show(self) -> None:
        recorded = self._session.recorded
        if not recorded:
            return
        places, chosen = self._desk.passes, self._desk.chosen_pass
        last = recorded[places[chosen if chosen is not None else -1]] if places else recorded[-1]
        self._show_chips(len(places), chosen)
        self.about.setText(tr("Passes") if places else _told(last))
        free = last.beats is not None
        for button in (self.half, self.double, self.later):
            button.setVisible(free)
        self.as_played.setEnabled(last.grid is not None)
        self.on_grid.setEnabled(last.grid is None)

    def _show_chips(self, count: int, chosen: int | None) -> None:
        while len(self.passes) > count:
            self.passes.pop().deleteLater()
        while len(self.passes) < count:
            self._add_chip(len(self.passes))
        for number, chip in enumerate(self.passes):
            chip.setChecked(number == chosen)
            state = tr("Pass {number}, in the melody", number=number + 1)
            chip.setAccessibleName(state if number == chosen else tr("Pass {number}", number=number + 1))
        self._chips.setVisible(count > 0)

    def _add_chip(self, number: int) -> None:
        chip = QPushButton(str(number + 1))
        chip.setObjectName("chip")
        chip.setCheckable(True)
        chip.setFixedWidth(_CHIP_PX)
        chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        chip.setToolTip(tr("Put pass {number} into the melody", number=number + 1))
        chip.clicked.connect(lambda: self._choose(number))
        self._chip_row.addWidget(chip)
        self.passes.append(chip)

    def _choose(self, number: int) -> None:
        self._desk.choose_pass(number)
        self._show()


def _told(recording: Recording) -> str:
    """What was recorded, in a few words."""
    strokes = sum(getattr(message, "velocity", 0) > 0 for message in recording.performance.messages)
    notes = tr_count("{count} note recorded", "{count} notes recorded", strokes)
    if recording.beats is None:
        return notes
    return tr("{notes} at {bpm} beats a minute", notes=notes, bpm=round(recording.performance.bpm))
