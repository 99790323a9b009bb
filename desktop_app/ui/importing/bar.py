"""The bar that comes with an imported file: how much was read, what was not, and which track is the melody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from desktop_app.events import FileImported, ScoreChanged
from desktop_app.language import tr
from desktop_app.ui import icons
from desktop_app.ui.studio import Studio
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets import IconButton, QuietCombo
from music_core.score import Score, Track

if TYPE_CHECKING:
    from desktop_app.ui.importing.report import ImportReport

_MOST_LETTERS = 40


class ImportBar(QFrame):
    """Hidden until a file was imported; it goes when it is closed or something else is opened."""

    def __init__(self, window: QWidget, studio: Studio, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("takeBar")
        self.setAccessibleName(tr("Imported file"))
        self._window = window
        self._session = studio.session
        self._theme = theme
        self._told = FileImported("", (), is_damaged=False)
        self.report: ImportReport | None = None
        self.sign = QLabel()
        self.about = QLabel()
        self.about.setWordWrap(True)
        self.about.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.details = QPushButton()
        self.details.setToolTip(tr("What could not be read or has no place here"))
        self.details.clicked.connect(self._show_report)
        self.melody = QuietCombo(tr("Melody track"))
        self.melody.setToolTip(tr("The track that the band accompanies; choose another where this is not the tune"))
        self.melody.activated.connect(self._choose)
        self.dismiss = IconButton(theme, "close", tr("Close the bar"), size=16)
        self.dismiss.setObjectName("flat")
        self.dismiss.clicked.connect(self.hide)
        self._lay_out()
        studio.events.subscribe(FileImported, self._imported)
        studio.events.subscribe(ScoreChanged, self._score_changed)
        theme.changed.connect(self._show)
        self.hide()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 10, 6)
        row.setSpacing(8)
        label = QLabel(tr("Melody:"))
        label.setBuddy(self.melody)
        for widget in (self.sign, self.about, self.details, label, self.melody, self.dismiss):
            row.addWidget(widget)
        row.setStretch(1, 1)

    def _imported(self, event: FileImported) -> None:
        self._told = event
        self._show()
        self._fill(self._session.score)
        self.show()

    def _show(self) -> None:
        told, palette = self._told, self._theme.palette
        name, colour = ("warning", palette.warning) if told.is_damaged else ("info", palette.text_dim)
        self.sign.setPixmap(icons.pixmap(name, colour, 20))
        self.sign.setAccessibleName(tr("warning") if told.is_damaged else tr("information"))
        self.about.setText(told.sentence)
        self.details.setText(tr("Details ({count})", count=len(told.losses)))
        self.details.setVisible(bool(told.losses))

    def _score_changed(self, event: ScoreChanged) -> None:
        if event.cause == "load":
            self.hide()
            if self.report is not None:
                self.report.close()
        elif self.isVisible():
            self._fill(event.score)

    def _fill(self, score: Score) -> None:
        """The tracks that could be the melody, the one that is it chosen."""
        able = [i for i, track in enumerate(score.tracks) if track.notes and not track.is_drum]
        self.melody.blockSignals(True)
        self.melody.clear()
        for index in able:
            self.melody.addItem(_told(score.tracks[index], index), index)
        chosen = next((place for place, i in enumerate(able) if score.tracks[i].role == "melody"), -1)
        self.melody.setCurrentIndex(chosen)
        self.melody.setEnabled(bool(able))
        self.melody.blockSignals(False)

    def _choose(self, place: int) -> None:
        index = int(self.melody.itemData(place))
        self._session.set_melody(index)
        self._session.select_track(index)

    def _show_report(self) -> None:
        if self.report is not None:
            self.report.close()
        from desktop_app.ui.importing.report import ImportReport  # not at the top: the window opens sooner without it

        self.report = ImportReport(self._window, self._told)
        self.report.destroyed.connect(self._forget)
        self.report.show()

    def _forget(self) -> None:
        self.report = None


def _told(track: Track, index: int) -> str:
    name = track.name if len(track.name) <= _MOST_LETTERS else f"{track.name[: _MOST_LETTERS - 1]}…"
    return f"{index + 1}  {name}".rstrip()
