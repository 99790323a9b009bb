"""The tempo: a number to type, drag or turn, and a button to tap it on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QToolButton

from desktop_app.edits import FASTEST_BPM, SLOWEST_BPM
from desktop_app.language import tr
from desktop_app.tap_tempo import TapTempo
from desktop_app.ui.widgets import DragNumber


class TempoField(DragNumber):
    """Quarter notes a minute; a tenth is shown only where there is one."""

    def __init__(self) -> None:
        super().__init__(SLOWEST_BPM, FASTEST_BPM, 1)
        self.setAccessibleName(tr("Tempo in beats a minute"))
        self.setToolTip(tr("Tempo in quarter notes a minute: drag up and down, or double-click and type"))

    def textFromValue(self, value: float) -> str:
        text: str = super().textFromValue(value)
        point = self.locale().decimalPoint()
        return text.removesuffix(f"{point}0")


class TapButton(QToolButton):
    """Press it on the beat; from the second press on the piece follows."""

    def __init__(self, clock: Callable[[], float], set_tempo: Callable[[float], None]) -> None:
        super().__init__()
        self._clock = clock
        self._set_tempo = set_tempo
        self._taps = TapTempo()
        self.setObjectName("tap")
        self.setText(tr("Tap"))
        self.setAccessibleName(tr("Tap the tempo"))
        self.setToolTip(tr("Tap the tempo: press it on the beat, two times or more (T)"))
        self.pressed.connect(self.tap)

    def tap(self) -> None:
        """One tap, now: when the button goes down, not when it comes up."""
        bpm = self._taps.tap(self._clock())
        if bpm is not None:
            self._set_tempo(round(bpm))
