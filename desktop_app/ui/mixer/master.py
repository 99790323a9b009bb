"""The master strip: how loud everything is, and through which SoundFont."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.decibels import FULL, gain_of, volume_of, volume_text
from desktop_app.events import SettingsChanged
from desktop_app.language import tr
from desktop_app.ui.mixer.fader import DbField, Fader
from desktop_app.ui.studio import OutputChanged, Studio
from desktop_app.ui.theme import Theme, label_font
from desktop_app.ui.transport.meter import Meter
from music_core.score import Track

if TYPE_CHECKING:
    from desktop_app.ui.search_popup import SearchPopup

MASTER_WIDTH = 168
_OTHER = "other"


class MasterStrip(QWidget):
    """Master volume for the ears only: files come out at their own loudness."""

    file_asked = Signal()

    def __init__(self, studio: Studio, theme: Theme) -> None:
        super().__init__()
        self._studio = studio
        self._session = studio.session
        self._audition = studio.outlets.audition
        self._loaded = ""
        self._tried: Path | None = None
        self._before: Path | None = None
        self.popup: SearchPopup | None = None
        self.setObjectName("master")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(MASTER_WIDTH)
        self._make_controls(theme)
        self._lay_out()
        studio.events.subscribe(OutputChanged, self._show_output)
        studio.events.subscribe(SettingsChanged, lambda _event: self._show_gain())
        self._show_gain()

    def choose_soundfont(self) -> None:
        """Open the list of SoundFonts; what it rests on plays at once, in the music if that is playing."""
        from desktop_app.ui.search_popup import Row, SearchPopup  # not at the top: the window opens sooner without it

        found = self._studio.soundfonts.found()
        self._before = next((path for path in found if path.stem == self._loaded), None)
        rows = [Row(path.stem.replace("_", " "), path) for path in found]
        self.popup = SearchPopup(
            self,
            [*rows, Row(tr("Choose a file…"), _OTHER)],
            self._before,
            tr("SoundFonts"),
            tr("Arrow keys try a SoundFont, Enter takes it, Esc goes back to the old one."),
        )
        self.popup.rested.connect(self._try)
        self.popup.chosen.connect(self._take)
        self.popup.cancelled.connect(self._give_up)
        self.popup.open_below(self.soundfont)

    def _make_controls(self, theme: Theme) -> None:
        self.fader = Fader(theme, FULL)
        self.fader.setAccessibleName(tr("Master volume"))
        self.fader.valueChanged.connect(self._move)
        self.level = DbField()
        self.level.setAccessibleName(tr("Master volume in decibels"))
        self.level.volume_typed.connect(self.fader.setValue)
        self.level.setFixedWidth(50)
        self.meter = Meter(theme, tr("Master meter"))
        self.soundfont = QPushButton(tr("SoundFont"))
        self.soundfont.setObjectName("flat")
        self.soundfont.setToolTip(tr("Choose the SoundFont that everything plays with"))
        self.soundfont.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.soundfont.clicked.connect(self.choose_soundfont)

    def _lay_out(self) -> None:
        name = QLabel(tr("Master"))
        name.setFont(label_font(12, bold=True))
        about = QLabel(tr("For your ears: exported files have a loudness of their own."))
        about.setObjectName("tiny")
        about.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 6)
        column.setSpacing(2)
        top = QHBoxLayout()
        top.addWidget(name, 1)
        column.addLayout(top)
        column.addWidget(self.soundfont)
        body = QHBoxLayout()
        body.setSpacing(6)
        side = QVBoxLayout()
        side.addWidget(about)
        side.addStretch(1)
        body.addLayout(side, 1)
        body.addWidget(self.fader)
        body.addWidget(self.meter)
        column.addLayout(body, 1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.level)
        column.addLayout(foot)

    def _move(self, volume: int) -> None:
        self.level.show_volume(volume)
        self.fader.setToolTip(tr("{db} dB", db=volume_text(volume)))
        self._session.change_settings(master_gain=gain_of(volume))

    def _show_gain(self) -> None:
        volume = volume_of(self._session.settings.master_gain)
        self.level.show_volume(volume)
        if volume != self.fader.value() and not self.fader.isSliderDown():
            self.fader.blockSignals(True)
            self.fader.setValue(volume)
            self.fader.blockSignals(False)
            self.fader.update()

    def _show_output(self, event: OutputChanged) -> None:
        self._loaded = event.soundfont
        shown = event.soundfont.replace("_", " ") or tr("No SoundFont")
        metrics = self.soundfont.fontMetrics()
        self.soundfont.setText(metrics.elidedText(shown, Qt.TextElideMode.ElideRight, MASTER_WIDTH - 42))
        self.soundfont.setAccessibleName(tr("SoundFont: {name}", name=shown))
        if self._tried is not None and self._tried.stem == event.soundfont and not self._session.is_playing:
            tracks, index = self._session.score.tracks, self._session.selected_track
            track = tracks[index] if index < len(tracks) else Track("")
            self._audition.hear(track.program, track.bank, is_drum=track.is_drum)

    def _try(self, chosen: object) -> None:
        if isinstance(chosen, Path):
            self._tried = chosen
            self._studio.soundfonts.try_out(chosen)

    def _take(self, chosen: object) -> None:
        self._tried = None
        if isinstance(chosen, Path):
            self._studio.soundfonts.choose(chosen)
        else:
            self.file_asked.emit()

    def _give_up(self) -> None:
        self._audition.stop()
        if self._tried is not None and self._before is not None and self._tried != self._before:
            self._studio.soundfonts.try_out(self._before)
        self._tried = None
