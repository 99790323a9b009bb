"""Beside the piano roll: whose notes it shows, arrow or pencil, list, scale, the snap grid, and quantising."""

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

from desktop_app.language import mark, tr, tr_count
from desktop_app.ui.piano_roll.axis import TimeAxis
from desktop_app.ui.piano_roll.editing import NoteEditor
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets import IconButton, QuietCombo, QuietSlider
from music_core.quantize import Grid
from music_core.score import TICKS_PER_QUARTER, Track

SNAPS = (
    ("1/4", TICKS_PER_QUARTER),
    ("1/8", TICKS_PER_QUARTER // 2),
    (mark("1/8 triplet"), TICKS_PER_QUARTER // 3),
    ("1/16", TICKS_PER_QUARTER // 4),
    (mark("1/16 triplet"), TICKS_PER_QUARTER // 6),
    ("1/32", TICKS_PER_QUARTER // 8),
)
_DEFAULT_SNAP = 3


class RollTools(QWidget):
    """Tools act on the note editor; quantise asks its owner."""

    quantise_asked = Signal()
    fit_asked = Signal()
    list_asked = Signal(bool)
    scale_shown = Signal(bool)
    scale_kept = Signal(bool)

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
        self.snap = QuietCombo(tr("Snap"))
        for text, ticks in SNAPS:
            self.snap.addItem(tr(text), ticks)
        self.snap.setCurrentIndex(_DEFAULT_SNAP)
        self.snap.setToolTip(tr("The grid that notes are put on"))
        self.snap.currentIndexChanged.connect(lambda _index: axis.set_snap(self.snap.currentData()))
        self.strength = QuietSlider(0, 100, 100, tr("Quantise strength"))
        self.strength.setToolTip(tr("How far quantising moves notes to the grid"))
        self.swing = QuietSlider(0, 100, 0, tr("Swing"))
        self.swing.setToolTip(tr("How late every second step comes: at the end of the slider eighths become triplets"))
        self.quantise = self._button(
            tr("Quantise"), tr("Put the selected notes, or the whole track, on the grid (Q)"), self.quantise_asked.emit
        )
        self.fit = self._button(tr("Fit"), tr("Show the whole piece (Ctrl+0)"), self.fit_asked.emit)
        self._lay_out()
        editor.selection_changed.connect(lambda _count: self._show_count())
        self._total = 0

    @property
    def snap_ticks(self) -> int:
        """The chosen grid."""
        return int(self.snap.currentData())

    @property
    def grid(self) -> Grid:
        """Snap, strength and swing, as quantising takes them."""
        return Grid(self.snap_ticks, self.strength.value() / 100, self.swing.value() / 100)

    def show_track(self, track: Track | None) -> None:
        """Name the track that the roll shows."""
        self.title.setText(track.name if track else tr("No track"))
        self._total = len(track.notes) if track else 0
        self._show_count()

    @property
    def is_brief(self) -> bool:
        """Whether only the tools and the grid are shown."""
        return self.quantise.isHidden()

    def show_brief(self, brief: bool) -> None:
        """Leave out what the keys Q and Ctrl+0 do too."""
        for part in self._longer:
            part.setVisible(not brief)

    def set_pencil(self, on: bool) -> None:
        """Take the pencil or the arrow."""
        (self.pencil if on else self.arrow).setChecked(True)
        self._editor.set_draws(on)

    def show_list(self, shown: bool) -> None:
        """Show whether the notes are a list."""
        self.list.setChecked(shown)

    def _make_tools(self, theme: Theme) -> None:
        self.arrow = IconButton(theme, "arrow", tr("Arrow"), tr("Select and move notes (1). Double-click adds one"), 16)
        self.pencil = IconButton(theme, "pencil", tr("Pencil"), tr("Draw notes (2)"), 16)
        self.list = IconButton(theme, "list", tr("Notes as a list"), tr("Notes as a list (Ctrl+Shift+L)"), 16)
        self.scale = IconButton(theme, "scale", tr("Show the scale"), tr("Show the scale (Ctrl+Shift+H)"), 16)
        self.keep = IconButton(
            theme, "magnet", tr("Keep to the scale"), tr("What is drawn and moved keeps to the scale (Ctrl+H)"), 16
        )
        group = QButtonGroup(self)
        for button in (self.arrow, self.pencil, self.list, self.scale, self.keep):
            button.setCheckable(True)
            button.setFixedSize(QSize(28, 28))
        group.addButton(self.arrow)
        group.addButton(self.pencil)
        self.arrow.setChecked(True)
        self.arrow.clicked.connect(lambda: self._editor.set_draws(False))
        self.pencil.clicked.connect(lambda: self._editor.set_draws(True))
        self.list.clicked.connect(lambda: self.list_asked.emit(self.list.isChecked()))
        self.scale.toggled.connect(self.scale_shown)
        self.keep.toggled.connect(self._keep_to_scale)

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
        row.setSpacing(2)
        for button in (self.arrow, self.pencil, self.scale, self.keep, self.list):
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        grid = QGridLayout()
        grid.setVerticalSpacing(4)
        rows = ((tr("Snap"), self.snap), (tr("Strength"), self.strength), (tr("Swing"), self.swing))
        captions = [_caption(text) for text, _control in rows]
        for place, (caption, (_text, control)) in enumerate(zip(captions, rows, strict=True)):
            grid.addWidget(caption, place, 0)
            grid.addWidget(control, place, 1)
        self._longer = (*captions[1:], self.strength, self.swing, self.quantise, self.fit)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.quantise, 1)
        row.addWidget(self.fit)
        column.addLayout(row)
        column.addStretch(1)

    def _keep_to_scale(self, on: bool) -> None:
        self._editor.keeps_to_scale = on
        self.scale_kept.emit(on)

    def _show_count(self) -> None:
        chosen = len(self._editor.chosen)
        if chosen:
            self.count.setText(tr("{chosen} of {total}", chosen=chosen, total=self._total))
        else:
            self.count.setText(tr_count("{count} note", "{count} notes", self._total))


def _caption(text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName("caption")
    return label
