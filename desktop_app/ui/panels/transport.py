"""The transport along the top: play and record, where we are, how fast, and whether anything comes in or goes out."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.events import ScoreChanged, SettingsChanged, TransportChanged
from desktop_app.ui.panels.devices import InputLight, OutputLight
from desktop_app.ui.studio import Studio
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets import DragNumber, Figures, IconButton, QuietCombo
from music_core.score import KeySignature, Score, TempoMap, bar_beat
from music_core.theory import find_key, key_name

_METRES = ((2, 4), (3, 4), (4, 4), (5, 4), (6, 8), (9, 8), (12, 8))
_MAJOR_FIFTHS = (0, 1, 2, 3, 4, 5, 6, -5, -4, -3, -2, -1)
BUTTON_PX = 38


class TransportPanel(QWidget):
    """Buttons act on the session; what they show follows its events."""

    loop_asked = Signal()

    def __init__(self, studio: Studio, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("transport")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = studio.session
        self._theme = theme
        self._score = Score()
        self._tempo_map = TempoMap(self._score.tempos)
        self._make_buttons(theme)
        self._make_numbers()
        self.input_light = InputLight(studio, theme)
        self.output_light = OutputLight(studio, theme)
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
        self.play.setToolTip("Stop (Space)" if playing else "Play (Space)")
        self.play.setAccessibleName("Stop" if playing else "Play")
        self.record.setChecked(recording)
        self.loop.setChecked(self._session.loop is not None)
        self.metronome.setChecked(self._session.metronome)
        self.count_in.setChecked(self._session.count_in > 0)
        self.show_position(self._session.position_tick())

    def show_position(self, tick: float) -> None:
        """Bar, beat and tick, and minutes and seconds."""
        if tick < 0:
            beats = -(int(tick) // self._score.metres[0].beat_ticks)
            self.position.setText(f"in {beats}")
            self.time.setText("count-in")
            return
        bar, beat, rest = bar_beat(self._score.metres, int(tick))
        seconds = self._tempo_map.seconds(tick)
        self.position.setText(f"{bar}.{beat}.{rest:03d}")
        self.time.setText(f"{int(seconds // 60)}:{seconds % 60:04.1f}")

    def _make_buttons(self, theme: Theme) -> None:
        self.to_start = self._button(theme, "to_start", "To start", "To start (Enter)")
        self.play = self._button(theme, "play", "Play", "Play (Space)")
        self.record = self._button(theme, "record", "Record", "Record into the melody (Ctrl+R)")
        self.record.setObjectName("record")
        self.record.setCheckable(True)
        self.loop = self._button(theme, "loop", "Loop", "Loop the piece, or the bars marked in the ruler (L)")
        self.loop.setCheckable(True)
        self.metronome = self._button(theme, "metronome", "Metronome", "Click while playing (Ctrl+M)")
        self.metronome.setCheckable(True)
        self.count_in = self._button(theme, "count_in", "Count-in", "One bar of clicks before recording")
        self.count_in.setCheckable(True)
        self.to_start.clicked.connect(self._session.to_start)
        self.play.clicked.connect(self._session.toggle_play)
        self.record.clicked.connect(self._session.record)
        self.loop.clicked.connect(lambda _on: self.loop_asked.emit())
        self.metronome.clicked.connect(self._session.set_metronome)
        self.count_in.clicked.connect(lambda on: self._session.set_count_in(1 if on else 0))

    def _button(self, theme: Theme, icon: str, label: str, tip: str) -> IconButton:
        button = IconButton(theme, icon, label, tip, 22)
        button.setFixedSize(QSize(BUTTON_PX, BUTTON_PX))
        if icon == "record":
            button.colour, button.checked_colour = "record", "sunken"
        button.recolour()
        return button

    def _make_numbers(self) -> None:
        self.position = Figures(22, "Position: bar, beat, tick")
        self.position.setMinimumWidth(112)
        self.time = Figures(11, "Position: minutes and seconds", bold=False)
        self.time.setObjectName("dim")
        self.tempo = DragNumber(20, 400, 0)
        self.tempo.setObjectName("lcdBox")
        self.tempo.setFixedWidth(52)
        self.tempo.setAccessibleName("Tempo in beats a minute")
        self.tempo.setToolTip("Tempo in quarter notes a minute: drag up and down, or double-click and type")
        self.tempo.valueChanged.connect(self._session.set_tempo)
        self.metre = QuietCombo("Metre")
        self.metre.setToolTip("Metre of the piece")
        for numerator, denominator in _METRES:
            self.metre.addItem(f"{numerator}/{denominator}", (numerator, denominator))
        self.metre.activated.connect(lambda _index: self._session.set_metre(*self.metre.currentData()))
        self.key = QuietCombo("Key")
        self.key.setToolTip("Key of the piece")
        for minor in (False, True):
            for fifths in _MAJOR_FIFTHS:
                self.key.addItem(_short_key(KeySignature(0, fifths, minor)), (fifths, minor))
        self.key.activated.connect(lambda _index: self._session.set_key(*self.key.currentData()))
        for box, width in ((self.metre, 62), (self.key, 88)):
            box.setObjectName("lcdBox")
            box.setFixedWidth(width)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(6)
        for button in (self.to_start, self.play, self.record, self.loop):
            row.addWidget(button)
        row.addSpacing(8)
        row.addWidget(self._display())
        row.addSpacing(8)
        row.addWidget(self.metronome)
        row.addWidget(self.count_in)
        row.addStretch(1)
        row.addWidget(self.input_light)
        row.addSpacing(10)
        row.addWidget(self.output_light)

    def _display(self) -> QFrame:
        frame = QFrame()
        frame.setObjectName("lcd")
        frame.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        frame.setFixedHeight(46)
        row = QHBoxLayout(frame)
        row.setContentsMargins(14, 0, 8, 0)
        row.setSpacing(6)
        row.addWidget(self.position)
        row.addLayout(_captioned("time", self.time))
        row.addSpacing(6)
        for caption, widget in (("tempo", self.tempo), ("metre", self.metre), ("key", self.key)):
            row.addLayout(_captioned(caption, widget))
        return frame

    def _show_score(self, score: Score) -> None:
        self._score = score
        self._tempo_map = TempoMap(score.tempos)
        self.tempo.blockSignals(True)
        self.tempo.setValue(round(score.bpm))
        self.tempo.blockSignals(False)
        metre = score.metres[-1] if len(score.metres) > 1 else score.metres[0]
        index = self.metre.findText(f"{metre.numerator}/{metre.denominator}")
        if index < 0:
            self.metre.addItem(f"{metre.numerator}/{metre.denominator}", (metre.numerator, metre.denominator))
            index = self.metre.count() - 1
        self.metre.setCurrentIndex(index)
        key = score.keys[0] if score.keys else _heard_key(score)
        self.key.setCurrentIndex(self.key.findText(_short_key(key)))
        self.show_position(self._session.position_tick())


def _captioned(caption: str, widget: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setContentsMargins(0, 4, 0, 4)
    column.setSpacing(0)
    label = QLabel(caption)
    label.setObjectName("tiny")
    label.setIndent(5)
    label.setBuddy(widget)
    if isinstance(widget, QLabel):
        widget.setIndent(5)
        widget.setMinimumWidth(50)
    column.addWidget(label)
    column.addWidget(widget)
    return column


def _short_key(key: KeySignature) -> str:
    return key_name(key).replace(" major", " maj").replace(" minor", " min")


def _heard_key(score: Score) -> KeySignature:
    melody = next((track for track in score.tracks if track.notes and not track.is_drum), None)
    return find_key(melody.notes) if melody else KeySignature(0)
