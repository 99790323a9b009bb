"""The piano along the bottom, with its octave, the computer-key switch and their loudness."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QWidget

from desktop_app.events import LiveNote
from desktop_app.language import tr
from desktop_app.ui.held_notes import HeldNotes
from desktop_app.ui.key_filter import TypingPiano
from desktop_app.ui.keyboard_widget import KEYS, PianoKeyboard
from desktop_app.ui.studio import Studio
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets import Figures, IconButton, QuietSlider
from music_core.performance import ControlMessage, NoteMessage
from music_core.theory import pitch_name

HEIGHT = 132
_SIDE_WIDTH = 176
_MAX_PIANO_WIDTH = 1180
_ALL_OFF = (120, 123)
_LEAST_LIT_MS = 90


class PianoPanel(QWidget):
    """Lights what is held on any input; the keyboard itself sends through `HeldNotes`."""

    def __init__(self, studio: Studio, held: HeldNotes, typing: TypingPiano, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("pianoPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._typing = typing
        self._session = studio.session
        self._down: set[int] = set()
        self._fading: set[int] = set()
        self._sounding: dict[int, str] = {}
        self.keyboard = PianoKeyboard(held, theme)
        self.keyboard.setMaximumWidth(_MAX_PIANO_WIDTH)
        self._fade = QTimer(self)
        self._fade.setSingleShot(True)
        self._fade.setInterval(_LEAST_LIT_MS)
        self._fade.timeout.connect(self._end_fade)
        self._make_side(theme)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(14)
        row.addWidget(self._side)
        row.addWidget(self.keyboard, 1)
        self.keyboard.octave_changed.connect(lambda _octave: self._show_octave())
        typing.switched.connect(lambda _on: self._show_typing())
        typing.caps_changed.connect(self._show_typing)
        studio.events.subscribe(LiveNote, self._hear)
        self._show_octave()

    def show_sounding(self, sounding: dict[int, str]) -> None:
        """What the score sounds now, pitch to hue."""
        self._sounding = sounding
        self._light()

    def shift_octave(self, by: int) -> None:
        """Mouse, fingers and computer keys move together."""
        self.keyboard.shift_octave(by)

    def count_octaves(self) -> None:
        """Name notes as the settings say."""
        self.keyboard.count_octaves(self._session.settings.middle_octave)
        self._show_octave()

    def forget_held(self) -> None:
        """After a panic nothing is down."""
        self._down.clear()
        self._light()

    def _make_side(self, theme: Theme) -> None:
        self._side = QWidget()
        self._side.setFixedWidth(_SIDE_WIDTH)
        self._side.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.octave_down = IconButton(theme, "minus", tr("Octave down"), tr("Octave down ([)"), 14)
        self.octave_up = IconButton(theme, "plus", tr("Octave up"), tr("Octave up (])"), 14)
        self.octave_down.clicked.connect(lambda: self.shift_octave(-1))
        self.octave_up.clicked.connect(lambda: self.shift_octave(1))
        self.range = Figures(12, tr("Range of the keyboard"))
        self.range.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.typing = IconButton(theme, "keyboard", tr("Computer keys play notes"), size=18)
        self.typing.setObjectName("switch")
        self.typing.setText(" " + tr("Computer keys  (K)"))
        self.typing.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.typing.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.typing.setCheckable(True)
        self.typing.setToolTip(tr("Letters play notes; while on, letter shortcuts rest (K)"))
        self.typing.clicked.connect(self._typing.set_on)
        self.velocity = QuietSlider(1, 127, 90, tr("Velocity of computer keys"))
        self.velocity.setValue(self._typing.velocity)
        self.velocity.valueChanged.connect(self._set_velocity)
        self.velocity.sliderReleased.connect(self._keep_velocity)
        grid = QGridLayout(self._side)
        grid.setContentsMargins(0, 2, 0, 2)
        grid.setHorizontalSpacing(6)
        for column, (text, widget) in enumerate(
            ((tr("Octave"), self.octave_down), ("", self.range), ("", self.octave_up))
        ):
            if text:
                grid.addWidget(_caption(text), 0, 0)
            grid.addWidget(widget, 0, column + 1)
        grid.addWidget(self.typing, 1, 0, 1, 4)
        grid.addWidget(_caption(tr("Loudness")), 2, 0)
        grid.addWidget(self.velocity, 2, 1, 1, 3)
        grid.setColumnStretch(2, 1)

    def _set_velocity(self, velocity: int) -> None:
        self._typing.velocity = velocity
        self.velocity.setToolTip(tr("Velocity {velocity}", velocity=velocity))

    def _keep_velocity(self) -> None:
        self._session.change_settings(typing_velocity=self.velocity.value())

    def _show_octave(self) -> None:
        lowest = self.keyboard.lowest_pitch
        middle = self._session.settings.middle_octave
        ends = (pitch_name(pitch, middle_octave=middle) for pitch in (lowest, lowest + KEYS - 1))
        self.range.setText("–".join(ends))
        self._typing.base_pitch = 60 + 12 * self.keyboard.octave
        self._show_typing()

    def _show_typing(self) -> None:
        self.typing.setChecked(self._typing.is_on)
        base = self._typing.base_pitch
        caps = {base + offset: cap for offset, cap in self._typing.caps.items()} if self._typing.is_on else {}
        self.keyboard.set_caps(caps)

    def _hear(self, event: LiveNote) -> None:
        message = event.message
        if isinstance(message, NoteMessage):
            if message.velocity:
                self._down.add(message.pitch)
                self._fading.discard(message.pitch)
            else:
                self._fading.add(message.pitch)  # a staccato note is still seen
                self._fade.start()
        elif isinstance(message, ControlMessage) and message.controller in _ALL_OFF:
            self._down.clear()
        self._light()

    def _end_fade(self) -> None:
        self._down -= self._fading
        self._fading.clear()
        self._light()

    def _light(self) -> None:
        self.keyboard.light(frozenset(self._down), self._sounding)


def _caption(text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName("caption")
    return label
