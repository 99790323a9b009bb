"""What a model may do with one track: write it anew, fill the marked bars, or leave it alone."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop_app.language import tr
from desktop_app.session import Session
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets import IconButton
from music_core.score import Track


class StripButtons(QWidget):
    """Redo this track, fill these bars (of a track that a model wrote), and the lock."""

    redo_asked = Signal(int)  # the track
    fill_asked = Signal(int)

    def __init__(self, session: Session, index: int, theme: Theme) -> None:
        super().__init__()
        self._index = index
        self.redo = _small(theme, "again", tr("Redo this track"), tr("Write this track anew; all else stays"))
        self.fill = _small(theme, "fill_bars", tr("Fill these bars"), tr("Write the marked bars of this track anew"))
        self.lock = _small(theme, "unlock", tr("Lock"), tr("Lock: Generate never changes this track"))
        self.lock.setCheckable(True)
        self.lock.toggled.connect(lambda on: self.lock.set_icon_name("lock" if on else "unlock"))
        self.lock.clicked.connect(lambda on: session.change_mix(index, locked=on))
        self.redo.clicked.connect(lambda: self.redo_asked.emit(index))
        self.fill.clicked.connect(lambda: self.fill_asked.emit(index))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for button in (self.redo, self.fill, self.lock):
            row.addWidget(button)

    def show_track(self, track: Track) -> None:
        """Take over a track's state."""
        number = self._index + 1
        self.lock.setChecked(track.locked)
        self.lock.setAccessibleName(tr("Lock track {number}, {name}", number=number, name=track.name))
        self.lock.setToolTip(
            tr("Locked: Generate never changes this track. Click to unlock")
            if track.locked
            else tr("Lock: Generate never changes this track")
        )
        self.redo.setAccessibleName(tr("Redo track {number}, {name}", number=number, name=track.name))
        self.fill.setAccessibleName(tr("Fill bars of track {number}, {name}", number=number, name=track.name))
        for button in (self.redo, self.fill):
            button.setVisible(bool(track.generated_by))
            button.setEnabled(not track.locked)

    def show_bars(self, text: str) -> None:
        """Name the bars that would be filled."""
        self.fill.setToolTip(tr("Write {bars} of this track anew; all else stays", bars=text))


def _small(theme: Theme, icon: str, name: str, tip: str) -> IconButton:
    button = IconButton(theme, icon, name, tip, 14)
    button.setObjectName("strip")
    button.setFixedSize(QSize(20, 18))
    return button
