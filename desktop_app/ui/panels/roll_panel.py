"""The lower half of the centre: tools, keys, the piano roll or its notes as a list, and the velocity lane."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollBar, QStackedWidget, QWidget

from desktop_app.language import tr
from desktop_app.ui.panels.roll_tools import RollTools
from desktop_app.ui.panels.tracks import STRIP_WIDTH
from desktop_app.ui.piano_roll import keys_column, velocity_lane
from desktop_app.ui.piano_roll.axis import TimeAxis
from desktop_app.ui.piano_roll.content import ScoreContent
from desktop_app.ui.piano_roll.editing import NoteEditor
from desktop_app.ui.piano_roll.keys_column import KeysColumn
from desktop_app.ui.piano_roll.note_list import NoteList
from desktop_app.ui.piano_roll.range_selection import RangeSelection
from desktop_app.ui.piano_roll.velocity_lane import VelocityLane
from desktop_app.ui.piano_roll.view import RollView
from desktop_app.ui.theme import Theme

_LEAST_PX = 100
_LOW_PX = 150  # below this there is no room for velocities


class RollPanel(QWidget):
    """Lays its parts out and tells them what the selected track is; in a low window it keeps to what matters most."""

    list_shown = Signal(bool)

    def __init__(
        self, axis: TimeAxis, content: ScoreContent, editor: NoteEditor, area: RangeSelection, theme: Theme
    ) -> None:
        super().__init__()
        self._content = content
        self._whole_px = 0
        self.roll = RollView(axis, content, editor, area, theme)
        self.keys = KeysColumn(self.roll, theme)
        self.tools = RollTools(axis, editor, theme)
        self.velocities = VelocityLane(axis, content, editor, theme)
        self.list = NoteList(content, editor)
        self.scroll_bar = QScrollBar(Qt.Orientation.Horizontal)
        self.scroll_bar.setAccessibleName(tr("Scroll along the piece"))
        self._stack = QStackedWidget()
        self._stack.addWidget(self.roll)
        self._stack.addWidget(self.list)
        self._lay_out()
        self.tools.list_asked.connect(self.show_list)
        editor.selection_changed.connect(lambda _count: self._follow_selection())

    @property
    def shows_list(self) -> bool:
        """Whether the notes are shown as a list."""
        return self._stack.currentWidget() is self.list

    def show_list(self, shown: bool) -> None:
        """Show the notes as a list, or the piano roll."""
        if shown == self.shows_list:
            return
        self._stack.setCurrentWidget(self.list if shown else self.roll)
        for beside in (self.keys, self.scroll_bar):
            beside.setVisible(not shown)
        self._make_do()
        self.tools.show_list(shown)
        if shown:
            self.list.take_over()
        (self.list if shown else self.roll).setFocus()
        self.list_shown.emit(shown)

    def show_track(self, *, centre: bool) -> None:
        """The score or the selected track changed."""
        track = self._content.track
        self.tools.show_track(track)
        self.keys.show_drums(self._content.drums)
        self.velocities.redraw()
        self.roll.refresh(centre=centre)
        if self.shows_list:
            self.list.take_over()

    def make_do_with(self, height_px: int) -> None:
        """Shrink to a height where so little is left, but not below what is of use."""
        if not self.tools.is_brief:
            self._whole_px = self.minimumSizeHint().height()
        self.setMinimumHeight(max(_LEAST_PX, min(self._whole_px, height_px)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_do()

    def _make_do(self) -> None:
        self.tools.show_brief(self.height() < self._whole_px)
        for part in (self.velocities, self._corner):
            part.setVisible(self.height() >= _LOW_PX and not self.shows_list)

    def _follow_selection(self) -> None:
        if self.shows_list and not self.list.hasFocus():
            self.list.take_over()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        self.tools.setFixedWidth(STRIP_WIDTH - keys_column.WIDTH)
        self._corner = QLabel(tr("Velocity"))
        self._corner.setObjectName("corner")
        self._corner.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self._corner.setFixedSize(keys_column.WIDTH, velocity_lane.HEIGHT)
        grid.addWidget(self.tools, 0, 0, 3, 1)
        grid.addWidget(self.keys, 0, 1)
        grid.addWidget(self._stack, 0, 2)
        grid.addWidget(self._corner, 1, 1)
        grid.addWidget(self.velocities, 1, 2)
        grid.addWidget(self.scroll_bar, 2, 2)
        grid.setRowStretch(0, 1)
        grid.setColumnStretch(2, 1)
