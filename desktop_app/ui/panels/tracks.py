"""The column of track strips."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from desktop_app.audio.levels import Levels
from desktop_app.audio.scheduler import assign_channels
from desktop_app.language import tr
from desktop_app.session import Session
from desktop_app.ui.panels.track_strip import TrackStrip
from desktop_app.ui.piano_roll.lanes import LANE_HEIGHT, lane_height
from desktop_app.ui.theme import Theme
from music_core.score import Score

STRIP_WIDTH = 252
_SPARES = 6
_SPARE_MS = 250
_MISSING_MS = 15
_AT_ONCE = 6  # what is seen; the strips below are made one by one, as the window would not answer meanwhile


class TrackStrips(QWidget):
    """The column of strips, scrolled together with the lanes."""

    scrolled = Signal(int)  # the new top in pixels
    lane_height_changed = Signal(int)
    redo_asked = Signal(int)  # the track
    fill_asked = Signal(int)
    audition_asked = Signal(int, bool)  # program, whether it is a drum kit
    audition_ended = Signal()

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("strips")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(STRIP_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Tracks"))
        self._session = session
        self._theme = theme
        self._inner = QWidget(self)
        self.empty = QPushButton(tr("Nothing here yet.\nRecord, type, import or pick a melody."), self)
        self.empty.setObjectName("flat")
        self.empty.setToolTip(tr("Start recording (Ctrl+R)"))
        self.empty.clicked.connect(session.record)
        self._made: list[TrackStrip] = []
        self._shown = 0
        self._lane_px = LANE_HEIGHT
        self._may_be_low = False
        self._score, self._selected = Score(), 0
        # A band's strips are made one by one beforehand: all at once they would keep the window when the band arrives.
        self._one_by_one = QTimer(self)
        self._one_by_one.timeout.connect(self._make_next)
        self._bars = ""
        self._channels: tuple[int, ...] = ()
        theme.changed.connect(self.update)

    @property
    def strips(self) -> tuple[TrackStrip, ...]:
        """The strips, from the top; those that are not in sight may come a moment later."""
        return tuple(self._made[: self._shown])

    def show_score(self, score: Score, selected: int) -> None:
        """One strip a track; those that stay are reused, so that a drag on a slider goes on."""
        self._score, self._selected = score, selected
        self._shown = len(score.tracks)
        self._channels = assign_channels(score.tracks)
        while len(self._made) < min(self._shown, _AT_ONCE):
            self._make()
        for index, strip in enumerate(self.strips):
            strip.show_track(score.tracks[index], selected=index == selected)
        # Last: what changes within a strip that is seen is laid out at once, each time.
        for index, strip in enumerate(self._made):
            strip.setVisible(index < self._shown)
        self._one_by_one.start(_MISSING_MS if self._shown > len(self._made) else _SPARE_MS)
        self._place()

    def leave_to_mixer(self, mixer_is_seen: bool) -> None:
        """Whether instruments, volume and pan are seen in the mixer, so that strips may go without."""
        self._may_be_low = mixer_is_seen
        self.fit()

    def fit(self) -> None:
        """Make the strips as low as they may be where else a band would not be seen whole."""
        lane_px = lane_height(self.height(), self._shown) if self._may_be_low else LANE_HEIGHT
        if lane_px == self._lane_px:
            return
        self._lane_px = lane_px
        for strip in self._made:
            strip.make_do_with(lane_px)
        self._place()
        self.lane_height_changed.emit(lane_px)

    def show_bars(self, text: str) -> None:
        """Name the bars that «fill these bars» means."""
        self._bars = text
        for strip in self._made:
            strip.writing.show_bars(text)

    def show_levels(self, levels: Levels) -> None:
        """Move every meter to what sounds now."""
        for strip, channel in zip(self.strips, self._channels, strict=False):
            strip.meter.show_peak(levels.of_channel(channel))

    def scroll_by(self, pixels: int) -> None:
        """Move up or down within the strips."""
        lowest = min(0, self.height() - self._shown * self._lane_px)
        top = min(0, max(lowest, self._inner.y() - pixels))
        self._inner.move(0, top)
        self.scrolled.emit(-top)

    def bring_into_view(self, index: int) -> None:
        """Scroll so far that a strip is wholly seen."""
        top = index * self._lane_px + self._inner.y()
        if top < 0:
            self.scroll_by(top)
        elif top + self._lane_px > self.height():
            self.scroll_by(top + self._lane_px - self.height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.scroll_by(-(event.pixelDelta().y() or event.angleDelta().y() // 3))
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.fit()
        self._place()
        if event.size().height() < event.oldSize().height() and self._session.selected_track < self._shown:
            self.bring_into_view(self._session.selected_track)

    def _make(self) -> None:
        strip = TrackStrip(self._session, len(self._made), self._theme)
        strip.instrument.audition_asked.connect(self.audition_asked)
        strip.instrument.audition_ended.connect(self.audition_ended)
        strip.make_do_with(self._lane_px)
        strip.hide()
        strip.setParent(self._inner)
        strip.writing.redo_asked.connect(self.redo_asked)
        strip.writing.fill_asked.connect(self.fill_asked)
        strip.writing.show_bars(self._bars)
        self._made.append(strip)

    def _make_next(self) -> None:
        """One of the strips that are still missing, or else a spare one."""
        index = len(self._made)
        if index >= max(self._shown, _SPARES):
            self._one_by_one.stop()
            return
        self._make()
        strip = self._made[index]
        strip.setGeometry(0, index * self._lane_px, self.width(), self._lane_px)
        strip.make_ready()
        if index < self._shown:
            strip.show_track(self._score.tracks[index], selected=index == self._selected)
            strip.show()
        if index + 1 >= self._shown:
            self._one_by_one.start(_SPARE_MS)

    def _place(self) -> None:
        for index, strip in enumerate(self.strips):
            strip.setGeometry(0, index * self._lane_px, self.width(), self._lane_px)
        self.empty.setGeometry(8, 6, self.width() - 16, 52)
        self.empty.setVisible(not self.strips)
        self._inner.resize(self.width(), max(1, self._shown * self._lane_px))
        self.scroll_by(0)
