"""The mixer: a strip for every track, side by side, and the master at the right end."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QWidget

from desktop_app.audio.scheduler import assign_channels
from desktop_app.drag_files import only_track
from desktop_app.events import ScoreChanged, SelectionChanged
from desktop_app.language import tr
from desktop_app.ui.export.drag_out import DragHandle
from desktop_app.ui.mixer.master import MasterStrip
from desktop_app.ui.mixer.strip import MixerStrip
from desktop_app.ui.studio import Studio
from desktop_app.ui.theme import Theme
from music_core.score import Score

HEIGHT = 224
_FRAME_MS = 40


class MixerPanel(QWidget):
    """Follows the score; its meters move only while it is seen."""

    def __init__(self, studio: Studio, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("mixer")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName(tr("Mixer"))
        self._studio = studio
        self._session = studio.session
        self._theme = theme
        self._strips: list[MixerStrip] = []
        self._channels: tuple[int, ...] = ()
        self.master = MasterStrip(studio, theme)
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME_MS)
        self._timer.timeout.connect(self.show_levels)
        self._lay_out()
        studio.events.subscribe(ScoreChanged, lambda event: self._show(event.score))
        studio.events.subscribe(SelectionChanged, lambda _event: self._show(self._session.score))
        self._show(self._session.score)

    @property
    def strips(self) -> tuple[MixerStrip, ...]:
        """The strips, from the left."""
        return tuple(self._strips)

    def show_levels(self) -> None:
        """Move every meter to what sounds now."""
        levels = self._studio.sound.levels()
        self.master.meter.show_peak(levels.master)
        for strip, channel in zip(self._strips, self._channels, strict=False):
            strip.meter.show_peak(levels.of_channel(channel))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show(self._session.score)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _lay_out(self) -> None:
        self._inner = QWidget()
        self._row = QHBoxLayout(self._inner)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._empty = QLabel(tr("No tracks yet. Record, type, import or pick a melody."))
        self._empty.setObjectName("dim")
        self._empty.setIndent(18)
        self._row.addWidget(self._empty)
        self._row.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self._inner)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(area, 1)
        row.addWidget(self.master)

    def _show(self, score: Score) -> None:
        if not self.isVisible():
            return
        while len(self._strips) > len(score.tracks):
            strip = self._strips.pop()
            self._row.removeWidget(strip)
            strip.hide()
            strip.deleteLater()
        while len(self._strips) < len(score.tracks):
            self._strips.append(self._new_strip(len(self._strips)))
            self._row.insertWidget(len(self._strips), self._strips[-1])
        self._empty.setVisible(not score.tracks)
        self._channels = assign_channels(score.tracks)
        for index, (strip, track) in enumerate(zip(self._strips, score.tracks, strict=True)):
            strip.show_track(track, selected=index == self._session.selected_track)

    def _new_strip(self, index: int) -> MixerStrip:
        handle = DragHandle(self._theme, self._studio.outlets.drags, partial(self._track, index), tr("This track"))
        strip = MixerStrip(self._session, index, self._theme, handle)
        strip.picked.connect(self._session.select_track)
        strip.instrument.audition_asked.connect(
            lambda program, is_drum: self._studio.outlets.audition.hear(program, is_drum=is_drum)
        )
        strip.instrument.audition_ended.connect(self._studio.outlets.audition.stop)
        return strip

    def _track(self, index: int) -> tuple[Score, str]:
        score = self._session.score
        return only_track(score, index), f"{self._session.project_name} - {score.tracks[index].name}"


def piece_handle(studio: Studio, theme: Theme) -> DragHandle:
    """The handle of the whole piece."""
    session = studio.session
    return DragHandle(theme, studio.outlets.drags, lambda: (session.score, session.project_name), tr("The whole piece"))
