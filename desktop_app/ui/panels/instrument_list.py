"""The instrument of a track, chosen from the General MIDI list: type to search, arrow through and hear it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QSizePolicy

from desktop_app.language import tr
from desktop_app.ui.instruments import drum_kits, families, instrument_name
from desktop_app.ui.widgets import QuietCombo

if TYPE_CHECKING:
    from desktop_app.ui.search_popup import SearchPopup

_PROGRAM = Qt.ItemDataRole.UserRole


class InstrumentBox(QuietCombo):
    """Looks like a combo box; `program_chosen` fires only when the user chose, `audition_asked` on what is tried."""

    program_chosen = Signal(int)
    audition_asked = Signal(int, bool)  # program, whether it is a drum kit
    audition_ended = Signal()

    def __init__(self) -> None:
        super().__init__(tr("Instrument"))
        self.setObjectName("quiet")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._is_drum: bool | None = None
        self.popup: SearchPopup | None = None
        self.activated.connect(lambda _index: self.program_chosen.emit(int(self.currentData(_PROGRAM))))

    def show_instrument(self, program: int, *, is_drum: bool) -> None:
        """Show a program, or a drum kit, without telling anyone."""
        if is_drum != self._is_drum:
            self._is_drum = is_drum
            self.setModel(_model(is_drum))
        index = self.findData(program, _PROGRAM)
        if index < 0:
            index = self.findData(0, _PROGRAM)
        self.setCurrentIndex(index)
        self.setToolTip(instrument_name(program, is_drum=is_drum))

    def showPopup(self) -> None:
        from desktop_app.ui.search_popup import Row, SearchPopup  # not at the top: the window opens sooner without it

        is_drum = bool(self._is_drum)
        self.popup = SearchPopup(
            self,
            tuple(Row(*named) for named in _named(is_drum)),
            self.currentData(_PROGRAM),
            tr("Instruments"),
            tr("Arrow keys try an instrument, Enter takes it, Esc keeps the old one."),
        )
        self.popup.rested.connect(lambda program: self.audition_asked.emit(int(program), is_drum))
        self.popup.chosen.connect(self._take)
        self.popup.cancelled.connect(self.audition_ended)
        self.popup.destroyed.connect(self._forget)
        self.popup.open_below(self)

    def hidePopup(self) -> None:
        super().hidePopup()
        if self.popup is not None:
            self.popup.close()

    def _take(self, program: object) -> None:
        self.audition_ended.emit()
        self.setCurrentIndex(self.findData(program, _PROGRAM))
        self.activated.emit(self.currentIndex())

    def _forget(self) -> None:
        self.popup = None


@cache
def _named(is_drum: bool) -> tuple[tuple[str, int, str], ...]:
    """Name, program and family of each."""
    if is_drum:
        return tuple((name, program, "") for program, name in drum_kits())
    return tuple(
        (name, 8 * number + place, family)
        for number, (family, names) in enumerate(families())
        for place, name in enumerate(names)
    )


@cache
def _model(is_drum: bool) -> QStandardItemModel:
    """One list for all tracks: 128 rows a track would cost more than the whole window."""
    model = QStandardItemModel()
    for name, program, _family in _named(is_drum):
        item = QStandardItem(name)
        item.setData(program, _PROGRAM)
        model.appendRow(item)
    return model
