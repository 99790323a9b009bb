"""The parts that a model writes, as chips: those that are lit are asked for."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QFontMetrics, QIcon
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from desktop_app.language import tr
from desktop_app.library.project import Verb
from desktop_app.ui import icons
from desktop_app.ui.theme import Theme, label_font
from music_core.manifest import PartSpec

_MOST_COLUMNS = 4
_FONT_PX, _PADDING_PX, _SPACING_PX = 12, 8, 4
_ROOM_PX = 214  # of the panel's width, beside its scroll bar


class PartChips(QWidget):
    """One chip a part. What is locked cannot be asked for, nor can, but for a band, what is not in the piece."""

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_SPACING_PX)
        self._chips: dict[str, QPushButton] = {}
        self._names: dict[str, str] = {}
        theme.changed.connect(self._recolour)

    @property
    def chips(self) -> dict[str, QPushButton]:
        """The chips by their part's role."""
        return dict(self._chips)

    def show_parts(self, parts: tuple[PartSpec, ...]) -> None:
        """Another model: its parts, all of them lit."""
        for chip in self._chips.values():
            self._grid.removeWidget(chip)
            chip.deleteLater()
        self._chips, self._names = {}, {}
        roles = {part.role: part for part in parts}
        columns = _columns([tr(part.name) for part in roles.values()])
        for number, part in enumerate(roles.values()):
            self._add(part, number // columns, number % columns)
        self.setVisible(len(self._chips) > 1)

    def show_state(self, verb: Verb, there: Collection[str], locked: Collection[str]) -> None:
        """What can be asked for now, by roles."""
        for role, chip in self._chips.items():
            name = self._names[role]
            if role in locked:
                tip = tr("{part} is locked and stays as it is", part=name)
            elif verb != "band" and role not in there:
                tip = tr("{part} is not in the piece yet", part=name)
            else:
                tip = tr("Write {part}, or leave it alone", part=name)
            chip.setEnabled(role not in locked and (verb == "band" or role in there))
            chip.setProperty("locked", role in locked)
            chip.setToolTip(tip)
            chip.setAccessibleDescription(tip)
        self._recolour()

    def chosen(self) -> frozenset[str]:
        """The roles that are lit and can be asked for."""
        return frozenset(role for role, chip in self._chips.items() if chip.isChecked() and chip.isEnabled())

    def _add(self, part: PartSpec, row: int, column: int) -> None:
        chip = QPushButton(tr(part.name))
        chip.setObjectName("part")
        chip.setCheckable(True)
        chip.setChecked(True)
        chip.setIconSize(QSize(10, 10))
        chip.setAccessibleName(tr("Part {part}", part=tr(part.name)))
        chip.toggled.connect(lambda _on: self.changed.emit())
        chip.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._grid.addWidget(chip, row, column)
        self._chips[part.role], self._names[part.role] = chip, tr(part.name)

    def _recolour(self) -> None:
        lock = icons.icon("lock", self._theme.palette, size=10)
        for chip in self._chips.values():
            chip.setIcon(lock if chip.property("locked") else QIcon())


def _columns(names: list[str]) -> int:
    """How many chips stand in a row: four, or three where they would fill two rows, or as many as have room."""
    metrics = QFontMetrics(label_font(_FONT_PX))
    widest = max((metrics.horizontalAdvance(name) for name in names), default=0) + _PADDING_PX
    fitting = (_ROOM_PX + _SPACING_PX) // (widest + _SPACING_PX)
    wanted = _MOST_COLUMNS if len(names) <= _MOST_COLUMNS else _MOST_COLUMNS - 1
    return max(1, min(wanted, fitting))
