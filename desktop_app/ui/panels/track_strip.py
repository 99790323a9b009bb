"""The strip of one track: colour, name, instrument, mute, solo, volume, pan and meter."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_app.decibels import pan_text, volume_text
from desktop_app.language import tr
from desktop_app.session import Session
from desktop_app.ui.colours import hue, hue_name, mix, to_hex, to_rgb
from desktop_app.ui.generate.strip_buttons import StripButtons
from desktop_app.ui.panels.instrument_list import InstrumentBox
from desktop_app.ui.piano_roll.lanes import LANE_HEIGHT
from desktop_app.ui.theme import Theme
from desktop_app.ui.transport.meter import Meter
from desktop_app.ui.widgets import Knob, QuietSlider, letter_toggle, silent
from music_core.score import Track

_METER_PX = 2  # each side
_BAR_PX = 10  # the coloured bar lies left of this


class TrackStrip(QWidget):
    """The controls of one track; they act on the session by the track's index."""

    def __init__(self, session: Session, index: int, theme: Theme) -> None:
        super().__init__()
        self._session = session
        self._index = index
        self._theme = theme
        self._track = Track("")
        self._named: str | None = None
        self._selected = False
        self._make_controls()
        self._lay_out()
        self.setFixedHeight(LANE_HEIGHT)

    def make_ready(self) -> None:
        """Take on the style and a place for every part, which else is done where the strip is first shown."""
        for part in (self, *self.findChildren(QWidget)):
            part.ensurePolished()
        layout = self.layout()
        if layout is not None:
            layout.activate()

    def make_do_with(self, height_px: int) -> None:
        """Be so high; where that is less than usual, sound and level are left to the mixer."""
        if height_px == self.height():
            return
        whole = height_px >= LANE_HEIGHT
        self._row.setContentsMargins(14, 4 if whole else 2, 4, 4 if whole else 2)
        for control in (self.instrument, self.volume, self.pan):
            control.setVisible(whole)
        self.setFixedHeight(height_px)

    def show_track(self, track: Track, *, selected: bool) -> None:
        """Take over a track's state without acting on it; most changes of a piece leave most strips as they are."""
        if track is self._track and selected == self._selected:
            return
        self._track, self._selected = track, selected
        if track.name != self._named:
            self._name_controls(track.name)
        with silent(self.name, self.mute, self.solo, self.volume, self.pan, self.instrument):
            if not self.name.hasFocus():
                self.name.setText(track.name)
                self.name.setCursorPosition(0)
            self.mute.setChecked(track.muted)
            self.solo.setChecked(track.soloed)
            self.volume.setValue(track.volume)
            self.pan.setValue(track.pan)
            self.instrument.show_instrument(track.program, is_drum=track.is_drum)
        self.writing.show_track(track)
        self.volume.setToolTip(tr("{db} dB", db=volume_text(track.volume)))
        self.pan.setToolTip(tr("Pan {place}", place=pan_text(track.pan)))
        written = tr("Written by {model}.", model=track.generated_by) + " " if track.generated_by else ""
        self.name.setToolTip(written + tr("Double-click to rename"))
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        del event
        self._session.select_track(self._index)

    def paintEvent(self, event: QPaintEvent) -> None:
        area = event.rect()
        if not self._selected and area.left() > _BAR_PX and area.bottom() < self.height() - 1:
            return  # the ground below the meter, which is painted anew whenever that moves
        palette = self._theme.palette
        tint = hue(hue_name(self._track.role, self._index), palette)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._selected:
            ground = to_hex(mix(to_rgb(palette.panel), tint, 0.10))
            painter.fillRect(self.rect(), QColor(ground))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(*tint) if not self._track.muted else QColor(palette.text_faint))
        painter.drawRoundedRect(4, 6, 5 if self._selected else 4, self.height() - 12, 2, 2)
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(palette.line_soft))

    def _make_controls(self) -> None:
        self.name = _NameEdit()
        self.name.setObjectName("trackName")
        self.name.editingFinished.connect(self._rename)
        self.name.pressed.connect(lambda: self._session.select_track(self._index))
        self.writing = StripButtons(self._session, self._index, self._theme)
        self.mute = letter_toggle("M", "mute", tr("Mute (M)"))
        self.solo = letter_toggle("S", "solo", tr("Solo (S)"))
        self.mute.toggled.connect(lambda on: self._session.change_mix(self._index, muted=on))
        self.solo.toggled.connect(lambda on: self._session.change_mix(self._index, soloed=on))
        self.volume = QuietSlider(0, 127, 100, tr("Volume"))
        self.volume.setFixedWidth(66)
        self.volume.valueChanged.connect(lambda value: self._session.change_mix(self._index, volume=value))
        self.pan = Knob(self._theme, tr("Pan"))
        self.pan.valueChanged.connect(lambda value: self._session.change_mix(self._index, pan=value))
        self.meter = Meter(self._theme, tr("Level"), thickness=_METER_PX)
        self.meter.setMinimumHeight(1)  # a low strip has less room than a meter asks for
        self.instrument = InstrumentBox()
        self.instrument.program_chosen.connect(lambda program: self._session.set_instrument(self._index, program))

    def _lay_out(self) -> None:
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(14, 4, 4, 4)
        row.setSpacing(5)
        column = QVBoxLayout()
        column.setSpacing(1)
        row.addLayout(column, 1)
        row.addWidget(self.meter)
        first, second = QHBoxLayout(), QHBoxLayout()
        first.setSpacing(4)
        second.setSpacing(6)
        first.addWidget(self.name, 1)
        first.addWidget(self.writing)
        first.addWidget(self.mute)
        first.addWidget(self.solo)
        second.addWidget(self.instrument, 1)
        second.addWidget(self.volume)
        second.addWidget(self.pan)
        column.addLayout(first)
        column.addLayout(second)

    def _name_controls(self, name: str) -> None:
        """What a screen reader calls the controls of a track of this name."""
        self._named = name
        number = tr("track {number}, {name}", number=self._index + 1, name=name)
        self.setAccessibleName(tr("Strip of {track}", track=number))
        self.meter.setAccessibleName(tr("Level of {track}", track=number))
        self.name.setAccessibleName(tr("Name of {track}", track=number))
        self.mute.setAccessibleName(tr("Mute {track}", track=number))
        self.solo.setAccessibleName(tr("Solo {track}", track=number))
        self.volume.setAccessibleName(tr("Volume of {track}", track=number))
        self.pan.setAccessibleName(tr("Pan of {track}", track=number))
        self.instrument.setAccessibleName(tr("Instrument of {track}", track=number))

    def _rename(self) -> None:
        name = self.name.text().strip()
        self.name.setReadOnly(True)
        if name and name != self._track.name:
            score = self._session.score
            renamed = replace(score.tracks[self._index], name=name)
            self._session.edit("Rename track", score.with_track(self._index, renamed))
        else:
            self.name.setText(self._track.name)


class _NameEdit(QLineEdit):
    """Reads like a label until it is double-clicked."""

    pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.returnPressed.connect(self.clearFocus)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()
        if not self.isReadOnly():
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        del event
        self.setReadOnly(False)
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.setReadOnly(True)
        self.deselect()
