"""Takes as chips A, B, C ...: a click puts one into the score, a right click stars it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QWidget

from desktop_app.language import tr
from desktop_app.library.project import Take, take_letter
from desktop_app.provenance import wish_text
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets import IconButton, plain_label

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
            chip.setAccessibleName(_spoken(take_letter(index), take, chosen=index == chosen))
            chip.setToolTip(_tip(index, take))
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


def _spoken(letter: str, take: Take, *, chosen: bool) -> str:
    if take.starred and chosen:
        return tr("Take {letter}, starred, in the score", letter=letter)
    if take.starred:
        return tr("Take {letter}, starred", letter=letter)
    return tr("Take {letter}, in the score", letter=letter) if chosen else tr("Take {letter}", letter=letter)


def _tip(index: int, take: Take) -> str:
    what = tr(
        "Take {letter}: {verb}, seed {seed}", letter=take_letter(index), verb=wish_text(take.wish), seed=take.seed
    )
    key = tr("Alt+{number} chooses it. ", number=index + 1) if index < 9 else ""
    return f"{what}\n{key}{tr('Right-click to star it.')}"


class TakesHeader(QWidget):
    """Above the chips: back to the take heard before, star the chosen one, and how it was made."""

    flip_asked = Signal()
    star_asked = Signal(bool)
    story_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.flip = IconButton(theme, "flip", tr("The take before"), tr("Back to the take heard before (Alt+0)"), 18)
        self.star = IconButton(
            theme, "star", tr("Star this take"), tr("Keep this take: starred ones are never dropped"), 18
        )
        self.star.setCheckable(True)
        self.star.toggled.connect(lambda on: self.star.set_icon_name("star_full" if on else "star"))
        self.star.clicked.connect(self.star_asked)
        self.story = IconButton(theme, "info", tr("How this was made"), tr("How this take was made"), 18)
        self.flip.clicked.connect(lambda: self.flip_asked.emit())
        self.story.clicked.connect(lambda: self.story_asked.emit())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(plain_label(tr("Takes"), "dim"))
        row.addStretch(1)
        for button in (self.flip, self.star, self.story):
            button.setObjectName("flat")
            row.addWidget(button)

    def show_state(self, chosen: Take | None, *, can_flip: bool) -> None:
        """About the chosen take, or none."""
        self.flip.setEnabled(can_flip)
        self.star.setEnabled(chosen is not None)
        self.star.setChecked(chosen is not None and chosen.starred)
        self.story.setEnabled(chosen is not None)
