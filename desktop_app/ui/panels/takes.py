"""Takes as chips A, B, C ...: a click puts one into the score, a right click stars it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from desktop_app.library.project import Take
from desktop_app.ui.theme import Theme

_COLUMNS = 5


class TakeChips(QWidget):
    """One chip for each take; the chosen one is filled."""

    chosen = Signal(int)
    starred = Signal(int, bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(5)
        self._chips: list[QPushButton] = []

    @property
    def chips(self) -> tuple[QPushButton, ...]:
        """The chips, oldest take first."""
        return tuple(self._chips)

    def show_takes(self, takes: tuple[Take, ...], chosen: int | None) -> None:
        """Show these takes."""
        while len(self._chips) > len(takes):
            self._chips.pop().deleteLater()
        while len(self._chips) < len(takes):
            self._add(len(self._chips))
        for index, (chip, take) in enumerate(zip(self._chips, takes, strict=True)):
            chip.setText(take_letter(index) + ("★" if take.starred else ""))
            chip.setChecked(index == chosen)
            state = ", in the score" if index == chosen else ""
            starred = ", starred" if take.starred else ""
            chip.setAccessibleName(f"Take {take_letter(index)}{starred}{state}")
            shortcut = f" (Alt+{index + 1})" if index < 9 else ""
            chip.setToolTip(f"Take {take_letter(index)}, seed {take.seed}{shortcut}\nRight-click to star it")
        self.setVisible(bool(takes))

    def _add(self, index: int) -> None:
        chip = QPushButton()
        chip.setObjectName("chip")
        chip.setCheckable(True)
        chip.setFixedSize(QSize(42, 30))
        chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        chip.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        chip.clicked.connect(lambda: self._choose(index))
        chip.customContextMenuRequested.connect(lambda _at: self.starred.emit(index, "★" not in chip.text()))
        self._grid.addWidget(chip, index // _COLUMNS, index % _COLUMNS, Qt.AlignmentFlag.AlignLeft)
        self._grid.setColumnStretch(_COLUMNS, 1)
        self._chips.append(chip)

    def _choose(self, index: int) -> None:
        self._chips[index].setChecked(True)  # a click on the chosen one keeps it chosen
        self.chosen.emit(index)


def take_letter(index: int) -> str:
    """A, B, ... Z, then A2, B2 ..."""
    letter = chr(ord("A") + index % 26)
    return letter if index < 26 else f"{letter}{index // 26 + 1}"
