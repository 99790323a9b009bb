"""What the studio costs the computer, and whether the sound had gaps: two short lines that open the Sound check."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QVBoxLayout

from desktop_app.language import tr, tr_count
from desktop_app.sound_watch import SoundVitals
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets import ClickFrame, Figures

_EVERY_MS = 1000


class VitalsView(ClickFrame):
    """Processor above, latency or drop-outs below."""

    def __init__(self, read: Callable[[], SoundVitals], theme: Theme) -> None:
        super().__init__()
        self._read = read
        self._theme = theme
        self.setObjectName("vitals")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(tr("Processor and drop-outs"))
        self.processor = Figures(11, tr("Processor"))
        self.sound = Figures(11, tr("Drop-outs"), bold=False)
        self.sound.setObjectName("dim")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addWidget(self.processor)
        column.addWidget(self.sound)
        self.setFixedWidth(self.fontMetrics().horizontalAdvance("888 drop-outs"))
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.refresh)
        self._timer.start(_EVERY_MS)
        theme.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the last second."""
        vitals = self._read()
        self.processor.setText(tr("CPU {share} %", share=round(100 * vitals.cpu)))
        gaps = tr_count("{count} drop-out", "{count} drop-outs", vitals.drop_outs)
        latency = tr("{time} ms", time=round(1000 * vitals.latency_s))
        self.sound.setText(gaps if vitals.drop_outs else latency)
        self.sound.setStyleSheet(f"color: {self._theme.palette.warning}" if vitals.drop_outs else "")
        text = tr(
            "The studio uses {cpu} % of this computer; sound takes {rendering} % of its time, {voices} voices.\n"
            "Since the output was opened: {gaps}, {lost} ms of sound lost. The buffer holds {latency}.\n"
            "Click for the Sound check.",
            cpu=round(100 * vitals.cpu),
            rendering=round(100 * vitals.rendering),
            voices=vitals.voices,
            gaps=gaps,
            lost=round(1000 * vitals.lost_s),
            latency=latency,
        )
        if text != self.toolTip():
            self.setToolTip(text)
            self.setAccessibleDescription(text)

    def stop(self) -> None:
        """The studio ends."""
        self._timer.stop()
