"""One track in the mixer: its instrument, pan and sends, mute and solo, fader and meter."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.decibels import pan_text, volume_text
from desktop_app.language import tr
from desktop_app.session import Session
from desktop_app.ui.colours import hue, hue_name, mix, to_hex, to_rgb
from desktop_app.ui.export.drag_out import DragHandle
from desktop_app.ui.mixer.fader import DbField, Fader
from desktop_app.ui.mixer.knobs import PanKnob, SendKnob
from desktop_app.ui.panels.instrument_list import InstrumentBox
from desktop_app.ui.theme import Theme, label_font
from desktop_app.ui.transport.meter import Meter
from desktop_app.ui.widgets import letter_toggle, silent
from music_core.score import Track

STRIP_WIDTH = 118
_REVERB_DEFAULT, _CHORUS_DEFAULT = 40, 0


class MixerStrip(QWidget):
    """Acts on the session by the track's index; what it shows follows the score."""

    picked = Signal(int)

    def __init__(self, session: Session, index: int, theme: Theme, handle: DragHandle) -> None:
        super().__init__()
        self._session = session
        self._index = index
        self._theme = theme
        self._track = Track("")
        self._selected = False
        self.setFixedWidth(STRIP_WIDTH)
        self.handle = handle
        self._make_controls()
        self._lay_out()
        theme.changed.connect(self.update)

    def show_track(self, track: Track, *, selected: bool) -> None:
        """Take over a track's state without acting on it."""
        self._track, self._selected = track, selected
        name = track.name or tr("Track {number}", number=self._index + 1)
        with silent(self.fader, self.pan, self.reverb, self.chorus, self.mute, self.solo, self.instrument):
            self.name.setText(self.name.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, STRIP_WIDTH - 44))
            self.name.setToolTip(name)
            self.fader.setValue(track.volume)
            self.level.show_volume(track.volume)
            self.pan.setValue(track.pan)
            self.reverb.setValue(track.reverb)
            self.chorus.setValue(track.chorus)
            self.mute.setChecked(track.muted)
            self.solo.setChecked(track.soloed)
            self.instrument.show_instrument(track.program, is_drum=track.is_drum)
        self._say(name, track)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        del event
        self.picked.emit(self._index)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        palette = self._theme.palette
        tint = hue(hue_name(self._track.role, self._index), palette)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._selected:
            painter.fillRect(self.rect(), QColor(to_hex(mix(to_rgb(palette.panel), tint, 0.10))))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.text_faint) if self._track.muted else QColor(*tint))
        painter.drawRoundedRect(QRectF(6, 3, self.width() - 12, 4 if self._selected else 3), 1.5, 1.5)
        painter.fillRect(self.width() - 1, 0, 1, self.height(), QColor(palette.line_soft))

    def _make_controls(self) -> None:
        self.name = QLabel()
        self.name.setFont(label_font(12, bold=True))
        self.instrument = InstrumentBox()
        self.instrument.program_chosen.connect(lambda program: self._session.set_instrument(self._index, program))
        self.fader = Fader(self._theme)
        self.fader.valueChanged.connect(self._move_fader)
        self.level = DbField()
        self.level.volume_typed.connect(self.fader.setValue)
        self.meter = Meter(self._theme, tr("Level"))
        self.pan = PanKnob(self._theme, tr("Pan"))
        self.reverb = SendKnob(self._theme, tr("Reverb"), _REVERB_DEFAULT)
        self.chorus = SendKnob(self._theme, tr("Chorus"), _CHORUS_DEFAULT)
        for knob, field in ((self.pan, "pan"), (self.reverb, "reverb"), (self.chorus, "chorus")):
            knob.valueChanged.connect(lambda value, name=field: self._session.change_mix(self._index, **{name: value}))
        self.mute = letter_toggle("M", "mute", tr("Mute (M)"))
        self.solo = letter_toggle("S", "solo", tr("Solo (S)"))
        self.mute.toggled.connect(lambda on: self._session.change_mix(self._index, muted=on))
        self.solo.toggled.connect(lambda on: self._session.change_mix(self._index, soloed=on))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(7, 10, 7, 6)
        column.setSpacing(2)
        top = QHBoxLayout()
        top.setSpacing(2)
        top.addWidget(self.name, 1)
        top.addWidget(self.handle)
        column.addLayout(top)
        column.addWidget(self.instrument)
        body = QHBoxLayout()
        body.setSpacing(4)
        body.addLayout(self._knobs())
        body.addStretch(1)
        body.addWidget(self.fader)
        body.addWidget(self.meter)
        column.addLayout(body, 1)
        foot = QHBoxLayout()
        foot.setSpacing(3)
        foot.addWidget(self.mute)
        foot.addWidget(self.solo)
        foot.addStretch(1)
        foot.addWidget(self.level)
        self.level.setFixedWidth(50)
        column.addLayout(foot)

    def _knobs(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(0)
        for row, (text, knob) in enumerate(((tr("Pan"), self.pan), (tr("Rev"), self.reverb), (tr("Cho"), self.chorus))):
            label = QLabel(text)
            label.setObjectName("tiny")
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            grid.addWidget(knob, 2 * row, 0, Qt.AlignmentFlag.AlignHCenter)
            grid.addWidget(label, 2 * row + 1, 0)
        return grid

    def _move_fader(self, volume: int) -> None:
        self.level.show_volume(volume)
        self._session.change_mix(self._index, volume=volume)

    def _say(self, name: str, track: Track) -> None:
        """Names for those who hear the window instead of seeing it, and hints for the pointer."""
        spoken: tuple[tuple[QWidget, str, str], ...] = (
            (self.fader, tr("Volume of {track}", track=name), tr("{db} dB", db=volume_text(track.volume))),
            (self.pan, tr("Pan of {track}", track=name), tr("Pan {place}", place=pan_text(track.pan))),
            (self.reverb, tr("Reverb of {track}", track=name), tr("Reverb {amount}", amount=track.reverb)),
            (self.chorus, tr("Chorus of {track}", track=name), tr("Chorus {amount}", amount=track.chorus)),
        )
        self.setAccessibleName(tr("Mixer strip of {track}", track=name))
        self.level.setAccessibleName(tr("Level of {track} in decibels", track=name))
        self.level.setToolTip(tr("Level in dB; double-click to type one"))
        self.meter.setAccessibleName(tr("Meter of {track}", track=name))
        self.mute.setAccessibleName(tr("Mute {track}", track=name))
        self.solo.setAccessibleName(tr("Solo {track}", track=name))
        self.instrument.setAccessibleName(tr("Instrument of {track}", track=name))
        for widget, label, value in spoken:
            widget.setAccessibleName(label)
            widget.setAccessibleDescription(value)
            widget.setToolTip(value)
