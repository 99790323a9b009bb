"""Beside the piano roll: whose notes it shows, arrow or pencil, the snap grid, and quantising."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui.piano_roll.axis import TimeAxis
from desktop_app.ui.piano_roll.editing import NoteEditor
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets import IconButton, QuietCombo, QuietSlider
from music_core.score import TICKS_PER_QUARTER, Track

SNAPS = (
    ("1/4", TICKS_PER_QUARTER),
    ("1/8", TICKS_PER_QUARTER // 2),
    ("1/8 triplet", TICKS_PER_QUARTER // 3),
    ("1/16", TICKS_PER_QUARTER // 4),
    ("1/16 triplet", TICKS_PER_QUARTER // 6),
    ("1/32", TICKS_PER_QUARTER // 8),
)
_DEFAULT_SNAP = 3


class RollTools(QWidget):
    """Tools act on the note editor; quantise asks its owner."""

    quantise_asked = Signal(float)  # strength 0..1
    fit_asked = Signal()

    def __init__(self, axis: TimeAxis, editor: NoteEditor, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("rollSide")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._editor = editor
        self._make_tools(theme)
        self.title = QLabel()
        self.title.setObjectName("heading")
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.count = QLabel()
        self.count.setObjectName("caption")
        self.snap = QuietCombo("Snap")
        for text, ticks in SNAPS:
            self.snap.addItem(text, ticks)
        self.snap.setCurrentIndex(_DEFAULT_SNAP)
        self.snap.setToolTip("The grid that notes are put on")
        self.snap.currentIndexChanged.connect(lambda _index: axis.set_snap(self.snap.currentData()))
        self.strength = QuietSlider(0, 100, 100, "Quantise strength")
        self.strength.setToolTip("How far quantising moves notes to the grid")
        self.quantise = self._button("Quantise", "Put the melody on the grid (Q or Ctrl+U)", self._ask_quantise)
        self.fit = self._button("Fit", "Show the whole piece (Ctrl+0)", self.fit_asked.emit)
        self._lay_out()
        editor.selection_changed.connect(lambda _count: self._show_count())
        self._total = 0

    @property
    def snap_ticks(self) -> int:
        """The chosen grid."""
        return int(self.snap.currentData())

    def show_track(self, track: Track | None) -> None:
        """Name the track that the roll shows."""
        self.title.setText(track.name if track else "No track")
        self._total = len(track.notes) if track else 0
        self._show_count()

    def set_pencil(self, on: bool) -> None:
        """Take the pencil or the arrow."""
        (self.pencil if on else self.arrow).setChecked(True)
        self._editor.set_draws(on)

    def _make_tools(self, theme: Theme) -> None:
        self.arrow = IconButton(theme, "arrow", "Arrow", "Select and move notes (1). Double-click adds one", 16)
        self.pencil = IconButton(theme, "pencil", "Pencil", "Draw notes (2)", 16)
        group = QButtonGroup(self)
        for button in (self.arrow, self.pencil):
            button.setCheckable(True)
            button.setFixedSize(QSize(30, 28))
            group.addButton(button)
        self.arrow.setChecked(True)
        self.arrow.clicked.connect(lambda: self._editor.set_draws(False))
        self.pencil.clicked.connect(lambda: self._editor.set_draws(True))

    def _button(self, text: str, tip: str, act: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(act)
        return button

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 10, 6)
        column.setSpacing(6)
        row = QHBoxLayout()
        row.addWidget(self.title, 1)
        row.addWidget(self.count)
        column.addLayout(row)
        row = QHBoxLayout()
        row.setSpacing(3)
        row.addWidget(self.arrow)
        row.addWidget(self.pencil)
        row.addStretch(1)
        row.addWidget(self.fit)
        column.addLayout(row)
        grid = QGridLayout()
        grid.setVerticalSpacing(6)
        grid.addWidget(_caption("Snap"), 0, 0)
        grid.addWidget(self.snap, 0, 1)
        grid.addWidget(_caption("Strength"), 1, 0)
        grid.addWidget(self.strength, 1, 1)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        column.addWidget(self.quantise)
        column.addStretch(1)

    def _ask_quantise(self) -> None:
        self.quantise_asked.emit(self.strength.value() / 100)

    def _show_count(self) -> None:
        chosen = len(self._editor.chosen)
        notes = f"{self._total} note{'' if self._total == 1 else 's'}"
        self.count.setText(f"{chosen} of {self._total}" if chosen else notes)


def _caption(text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName("caption")
    return label
