"""The instrument of a track, chosen from the General MIDI list by family."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QListView, QSizePolicy

from desktop_app.ui.instruments import DRUM_KITS, FAMILIES, instrument_name
from desktop_app.ui.theme import label_font
from desktop_app.ui.widgets import QuietCombo

_PROGRAM = Qt.ItemDataRole.UserRole


class InstrumentBox(QuietCombo):
    """A quiet combo box; `program_chosen` fires only when the user chose."""

    program_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__("Instrument")
        self.setObjectName("quiet")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMaxVisibleItems(24)
        self._is_drum: bool | None = None
        view = QListView()
        view.setMinimumWidth(190)
        self.setView(view)
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


@cache
def _model(is_drum: bool) -> QStandardItemModel:
    """One list for all tracks: 128 rows a track would cost more than the whole window."""
    model = QStandardItemModel()
    if is_drum:
        for program, name in DRUM_KITS:
            model.appendRow(_row(name, program))
        return model
    for number, (family, names) in enumerate(FAMILIES):
        heading = QStandardItem(family)
        heading.setFlags(Qt.ItemFlag.NoItemFlags)
        heading.setFont(label_font(11, bold=True))
        model.appendRow(heading)
        for place, name in enumerate(names):
            model.appendRow(_row(name, number * 8 + place))
    return model


def _row(name: str, program: int) -> QStandardItem:
    item = QStandardItem(name)
    item.setData(program, _PROGRAM)
    return item
