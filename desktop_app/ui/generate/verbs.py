"""The four things one can ask a model for, as plain verbs: one of them is chosen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QWidget

from desktop_app.language import tr
from desktop_app.library.project import VERBS, Verb


class VerbChips(QWidget):
    """Add a band, Redo, Fill bars, Vary, each with a sentence on what it does. All but the first need parts."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self._buttons: dict[Verb, QPushButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        for number, verb in enumerate(VERBS):
            button = QPushButton(verb_text(verb))
            button.setObjectName("verb")
            button.setCheckable(True)
            button.setChecked(number == 0)
            self._group.addButton(button, number)
            self._buttons[verb] = button
            grid.addWidget(button, number // 2, number % 2)
        self._group.idToggled.connect(lambda _id, on: self.changed.emit() if on else None)
        self.set_parts(False)

    @property
    def verb(self) -> Verb:
        """The chosen one."""
        return VERBS[self._group.checkedId()]

    def button(self, verb: Verb) -> QPushButton:
        """The button of a verb."""
        return self._buttons[verb]

    def choose(self, verb: Verb) -> None:
        """Choose a verb, if it can be."""
        if self._buttons[verb].isEnabled():
            self._buttons[verb].setChecked(True)

    def set_parts(self, there: bool) -> None:
        """Whether the piece has parts that could be redone."""
        for verb, button in self._buttons.items():
            button.setEnabled(there or verb == "band")
            button.setToolTip(
                what_it_does(verb) if button.isEnabled() else tr("There are no parts yet: add a band first")
            )
        if not there and self.verb != "band":
            self._buttons["band"].setChecked(True)


def verb_text(verb: Verb) -> str:
    """The verb as its button shows it."""
    return {"band": tr("Add a band"), "redo": tr("Redo", context="verb"), "fill": tr("Fill bars"), "vary": tr("Vary")}[
        verb
    ]


def what_it_does(verb: Verb) -> str:
    """A sentence on what a verb does."""
    return {
        "band": tr("Writes these parts for your melody."),
        "redo": tr("Writes these parts anew. All else stays, note for note."),
        "fill": tr("Writes these parts anew in some bars only."),
        "vary": tr("Changes a share of these parts, here and there."),
    }[verb]
