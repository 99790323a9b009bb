"""The transport along the top: play and record, where we are, how fast, and whether anything comes in or goes out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.audio.levels import Levels
from desktop_app.events import ScoreChanged, SettingsChanged, TransportChanged
from desktop_app.key_names import short_key_text
from desktop_app.language import tr, tr_count
from desktop_app.ui.panels.devices import InputLight, OutputLight
from desktop_app.ui.studio import Studio
from desktop_app.ui.theme import Theme
from desktop_app.ui.transport.meter import Meter, MeterClock
from desktop_app.ui.transport.tempo import TapButton, TempoField
from desktop_app.ui.transport.vitals import VitalsView
from desktop_app.ui.widgets import Counter, IconButton, QuietCombo
from music_core.score import KeySignature, Score, TempoMap, bar_beat
from music_core.theory import find_key

_METRES = ((2, 2), (2, 4), (3, 4), (4, 4), (5, 4), (6, 4), (3, 8), (6, 8), (7, 8), (9, 8), (12, 8))
_MAJOR_FIFTHS = (0, 1, 2, 3, 4, 5, 6, -5, -4, -3, -2, -1)
BUTTON_PX = 36
# Narrower than this, what the sound costs is told by the output's tooltip alone.
_VITALS_FROM_PX = 1180
_COUNTS = (1, 2, 4)
_METER_PX = 36


class TransportPanel(QWidget):
    """Buttons act on the session; what they show follows its events."""

    loop_asked = Signal()
    punch_asked = Signal()
    panic_asked = Signal()
    sound_check_asked = Signal()

    def __init__(self, studio: Studio, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("transport")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = studio.session
        self._theme = theme
        self._score = Score()
        self._tempo_map = TempoMap(self._score.tempos)
        self._make_buttons(theme)
        self._make_numbers(studio)
        self.input_light = InputLight(studio, theme)
        self.output_light = OutputLight(studio, theme)
        self._make_gauges(studio, theme)
        self._lay_out()
        studio.events.subscribe(ScoreChanged, lambda event: self._show_score(event.score))
        studio.events.subscribe(TransportChanged, lambda _event: self.refresh())
        studio.events.subscribe(SettingsChanged, lambda _event: self.refresh())
        self._show_score(self._session.score)
        self.refresh()

    def refresh(self) -> None:
        """Show the session's transport state."""
        playing, recording = self._session.is_playing, self._session.is_recording
        self.play.set_icon_name("stop" if playing else "play")
        self.play.setToolTip(tr("Stop (Space)") if playing else tr("Play (Space)"))
        self.play.setAccessibleName(tr("Stop") if playing else tr("Play"))
        self.record.setChecked(recording)
        self.loop.setChecked(self._session.loop is not None)
        self.punch.setChecked(self._session.punch is not None)
        self.metronome.setChecked(self._session.metronome)
        self.count_in.setChecked(self._session.count_in > 0)
        self._show_count_in()
        self.show_position(self._session.position_tick())

    def show_position(self, tick: float) -> None:
        """Bar, beat and tick, and minutes and seconds."""
        if tick < 0:
            beats = -(int(tick) // self._score.metres[0].beat_ticks)
            self.position.setText(tr("in {beats}", beats=beats))
            self.time.setText(tr("count-in"))
            return
        bar, beat, rest = bar_beat(self._score.metres, int(tick))
        seconds = self._tempo_map.seconds(tick)
        self.position.setText(f"{bar}.{beat}.{rest:03d}")
        self.time.setText(f"{int(seconds // 60)}:{seconds % 60:04.1f}")

    def stop_clocks(self) -> None:
        """The studio ends: nothing is shown any more."""
        self.meter_clock.stop()
        self.vitals.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= _VITALS_FROM_PX
        self.vitals.setVisible(wide)
        self.clock.setVisible(wide)
        for light in (self.input_light, self.output_light):
            light.set_narrow(not wide)

    def _make_buttons(self, theme: Theme) -> None:
        self.to_start = self._button(theme, "to_start", tr("To start"), tr("To start (Enter)"))
        self.play = self._button(theme, "play", tr("Play"), tr("Play (Space)"))
        self.record = self._button(theme, "record", tr("Record"), tr("Record into the melody (Ctrl+R)"))
        self.record.setObjectName("record")
        loop_tip = tr("Loop the piece, or the bars marked in the ruler (L)")
        self.loop = self._button(theme, "loop", tr("Loop"), loop_tip)
        punch_tip = tr("Punch: record only between the red marks in the ruler; Shift+drag there sets them (P)")
        self.punch = self._button(theme, "punch", tr("Punch"), punch_tip)
        self.punch.checked_colour = "record"
        self.metronome = self._button(theme, "metronome", tr("Metronome"), "")
        self.metronome.setToolTip(tr("Click while playing (Ctrl+M). Right-click: click while recording"))
        self.count_in = self._button(theme, "count_in", tr("Count-in"), "")
        for button in (self.record, self.loop, self.punch, self.metronome, self.count_in):
            button.setCheckable(True)
        self.panic = self._button(theme, "panic", tr("Silence everything"), tr("Silence everything (Esc Esc)"))
        self.panic.colour = "text_dim"
        self.panic.recolour()
        self.to_start.clicked.connect(self._session.to_start)
        self.play.clicked.connect(self._session.toggle_play)
        self.record.clicked.connect(self._session.record)
        self.loop.clicked.connect(lambda _on: self.loop_asked.emit())
        self.punch.clicked.connect(lambda _on: self.punch_asked.emit())
        self.metronome.clicked.connect(self._session.set_metronome)
        self.count_in.clicked.connect(lambda on: self._session.set_count_in(1 if on else 0))
        self.panic.clicked.connect(lambda _on: self.panic_asked.emit())
        for button, fill in ((self.metronome, self.fill_metronome_menu), (self.count_in, self.fill_count_in_menu)):
            button.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            button.customContextMenuRequested.connect(partial(_open_menu, button, fill))

    def fill_metronome_menu(self, menu: QMenu) -> None:
        """When the metronome clicks."""
        settings = self._session.settings
        _add_choice(menu, tr("Click while playing"), self._session.metronome, self._session.set_metronome)
        _add_choice(
            menu,
            tr("Click while recording"),
            settings.click_while_recording,
            lambda on: self._session.change_settings(click_while_recording=on),
        )

    def fill_count_in_menu(self, menu: QMenu) -> None:
        """How many bars are counted in."""
        _add_choice(menu, tr("No count-in"), not self._session.count_in, lambda _on: self._session.set_count_in(0))
        for bars in _COUNTS:
            text = tr_count("{count} bar of clicks", "{count} bars of clicks", bars)
            chosen = self._session.count_in == bars
            _add_choice(menu, text, chosen, partial(self._count_in, bars))

    def _count_in(self, bars: int, _on: bool = False) -> None:
        self._session.set_count_in(bars)

    def _show_count_in(self) -> None:
        bars = self._session.count_in
        now = tr_count("{count} bar of clicks before recording", "{count} bars of clicks before recording", bars or 1)
        self.count_in.setToolTip(tr("{now}. Right-click: how many", now=now))

    def _make_gauges(self, studio: Studio, theme: Theme) -> None:
        self.meter = Meter(theme, tr("Level of everything"))
        self.meter.setFixedHeight(_METER_PX)
        self.meter_clock = MeterClock(studio.sound.levels, self)
        self.meter_clock.ticked.connect(self._show_levels)
        self.vitals = VitalsView(studio.sound.vitals, theme)
        self.vitals.clicked.connect(self.sound_check_asked)
        self.output_light.sound_check_asked.connect(self.sound_check_asked)

    def _show_levels(self, levels: Levels) -> None:
        self.meter.show_peak(levels.master)

    def _button(self, theme: Theme, icon: str, label: str, tip: str) -> IconButton:
        button = IconButton(theme, icon, label, tip, 22)
        button.setFixedSize(QSize(BUTTON_PX, BUTTON_PX))
        if icon == "record":
            button.colour, button.checked_colour = "record", "sunken"
        button.recolour()
        return button

    def _make_numbers(self, studio: Studio) -> None:
        self.position = Counter(22, tr("Position: bar, beat, tick"), 112)
        self.time = Counter(11, tr("Position: minutes and seconds"), 50, bold=False)
        self.time.setObjectName("dim")
        self.tempo = TempoField()
        self.tempo.setObjectName("lcdBox")
        self.tempo.setFixedWidth(52)
        self.tempo.valueChanged.connect(self._session.set_tempo)
        self.tap = TapButton(studio.clock, self._session.set_tempo)
        self.metre = QuietCombo(tr("Metre"))
        self.metre.setToolTip(tr("Metre of the piece"))
        for numerator, denominator in _METRES:
            self.metre.addItem(f"{numerator}/{denominator}", (numerator, denominator))
        self.metre.activated.connect(lambda _index: self._session.set_metre(*self.metre.currentData()))
        self.key = QuietCombo(tr("Key"))
        self.key.setToolTip(tr("Key of the piece"))
        for minor in (False, True):
            for fifths in _MAJOR_FIFTHS:
                self.key.addItem(short_key_text(KeySignature(0, fifths, minor)), (fifths, minor))
        self.key.activated.connect(lambda _index: self._session.set_key(*self.key.currentData()))
        for box, width in ((self.metre, 62), (self.key, 88)):
            box.setObjectName("lcdBox")
            box.setFixedWidth(width)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(6)
        for button in (self.to_start, self.play, self.record, self.punch, self.loop):
            row.addWidget(button)
        row.addSpacing(8)
        row.addWidget(self._display())
        row.addSpacing(8)
        row.addWidget(self.metronome)
        row.addWidget(self.count_in)
        row.addStretch(1)
        row.addWidget(self.input_light)
        row.addSpacing(8)
        row.addWidget(self.output_light)
        row.addSpacing(4)
        row.addWidget(self.meter)
        row.addSpacing(4)
        row.addWidget(self.vitals)
        row.addWidget(self.panic)

    def _display(self) -> QFrame:
        frame = QFrame()
        frame.setObjectName("lcd")
        frame.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        frame.setFixedHeight(46)
        row = QHBoxLayout(frame)
        row.setContentsMargins(14, 0, 8, 0)
        row.setSpacing(6)
        row.addWidget(self.position)
        self.clock = QWidget()
        column = _captioned(tr("time"), self.time)
        self.clock.setLayout(column)
        row.addWidget(self.clock)
        row.addSpacing(6)
        row.addLayout(_captioned(tr("tempo"), self.tempo))
        row.addWidget(self.tap, 0, Qt.AlignmentFlag.AlignVCenter)
        for caption, widget in ((tr("metre"), self.metre), (tr("key"), self.key)):
            row.addLayout(_captioned(caption, widget))
        return frame

    def _show_score(self, score: Score) -> None:
        self._score = score
        self._tempo_map = TempoMap(score.tempos)
        self.tempo.blockSignals(True)
        self.tempo.setValue(round(score.bpm, 1))
        self.tempo.blockSignals(False)
        metre = score.metres[-1] if len(score.metres) > 1 else score.metres[0]
        index = self.metre.findText(f"{metre.numerator}/{metre.denominator}")
        if index < 0:
            self.metre.addItem(f"{metre.numerator}/{metre.denominator}", (metre.numerator, metre.denominator))
            index = self.metre.count() - 1
        self.metre.setCurrentIndex(index)
        key = score.keys[0] if score.keys else _heard_key(score)
        self.key.setCurrentIndex(self.key.findText(short_key_text(key)))
        self.show_position(self._session.position_tick())


def _open_menu(button: QWidget, fill: Callable[[QMenu], None], _point: object) -> None:
    menu = QMenu(button)
    fill(menu)
    menu.exec(button.mapToGlobal(button.rect().bottomLeft()))


def _add_choice(menu: QMenu, text: str, chosen: bool, act: Callable[[bool], object]) -> None:
    action = menu.addAction(text)
    action.setCheckable(True)
    action.setChecked(chosen)
    action.triggered.connect(act)


def _captioned(caption: str, widget: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setContentsMargins(0, 4, 0, 4)
    column.setSpacing(0)
    label = QLabel(caption)
    label.setObjectName("tiny")
    label.setIndent(5)
    label.setBuddy(widget)
    column.addWidget(label)
    if isinstance(widget, QLabel):
        widget.setIndent(5)
        column.addWidget(widget, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    else:
        column.addWidget(widget)
    return column


def _heard_key(score: Score) -> KeySignature:
    melody = next((track for track in score.tracks if track.notes and not track.is_drum), None)
    return find_key(melody.notes) if melody else KeySignature(0)
