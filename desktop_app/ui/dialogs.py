"""The questions the window asks, behind one small class so that tests can answer them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from PySide6.QtWidgets import QWidget

from desktop_app.language import mark, tr

UnsavedAnswer = Literal["save", "discard", "cancel"]

PROJECT_FILTER = mark("Tutti project (*.tutti)")
MIDI_FILTER = mark("MIDI file (*.mid *.midi)")
IMPORT_FILTER = mark("MIDI or MusicXML (*.mid *.midi *.kar *.rmi *.musicxml *.xml *.mxl)")
OPEN_FILTER = mark("All that Tutti opens (*.tutti *.mid *.midi *.kar *.rmi *.musicxml *.xml *.mxl)")
SOUNDFONT_FILTER = mark("SoundFont (*.sf2 *.sf3)")


class Dialogs:
    """Asks with the system's own dialogs."""

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent

    def open_file(self, title: str, folder: Path, name_filter: str) -> Path | None:
        """A file to read, or None when the user thought better of it."""
        from PySide6.QtWidgets import QFileDialog  # like all of these not at the top: the window opens sooner so

        chosen, _ = QFileDialog.getOpenFileName(self._parent, title, str(folder), name_filter)
        return Path(chosen) if chosen else None

    def save_file(self, title: str, suggested: Path, name_filter: str) -> Path | None:
        """Where to write; the suggestion's suffix is added where none of the filter's was typed.

        It is added before anything is overwritten, so that the dialog asks about the file that is meant.
        """
        from PySide6.QtWidgets import QFileDialog

        _make_folder(suggested.parent)
        dialog = QFileDialog(self._parent, title, str(suggested.parent), name_filter)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suggested.suffix)
        dialog.selectFile(suggested.name)
        chosen = dialog.selectedFiles() if dialog.exec() else []
        dialog.deleteLater()
        if not chosen:
            return None
        path = Path(chosen[0])
        if path.suffix.lower() in _suffixes(name_filter):
            return path
        # What looks like a suffix is part of the name: «Song no. 5».
        whole = path.with_name(path.name + suggested.suffix)
        return self.save_file(title, whole, name_filter) if whole.exists() else whole

    def folder(self, title: str, start: Path) -> Path | None:
        """A folder to write to, or None."""
        from PySide6.QtWidgets import QFileDialog

        _make_folder(start)
        chosen = QFileDialog.getExistingDirectory(self._parent, title, str(start))
        return Path(chosen) if chosen else None

    def unsaved(self, name: str) -> UnsavedAnswer:
        """What to do with unsaved work."""
        from PySide6.QtWidgets import QMessageBox

        box = QMessageBox(self._parent)
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle(tr("Unsaved work"))
        box.setText(tr("«{name}» has changes that are not saved.", name=name))
        box.setInformativeText(tr("Save them first?"))
        save = box.addButton(tr("Save"), QMessageBox.ButtonRole.AcceptRole)
        discard = box.addButton(tr("Do not save"), QMessageBox.ButtonRole.DestructiveRole)
        cancel = box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(save)
        box.setEscapeButton(cancel)
        box.exec()
        if box.clickedButton() is save:
            return "save"
        return "discard" if box.clickedButton() is discard else "cancel"

    def goes_on(self, title: str, text: str, button: str) -> bool:
        """Whether to go on after a warning."""
        from PySide6.QtWidgets import QMessageBox

        box = QMessageBox(self._parent)
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle(title)
        box.setText(text)
        go = box.addButton(button, QMessageBox.ButtonRole.AcceptRole)
        box.setEscapeButton(box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole))
        box.setDefaultButton(go)
        box.exec()
        return box.clickedButton() is go

    def show_text(self, title: str, text: str, *, markdown: bool) -> None:
        """A page to read, beside the window and not in front of the work."""
        from desktop_app.ui.text_page import TextPage  # not at the top: the window opens sooner without it

        page = TextPage(self._parent, title, text, markdown=markdown)
        page.show()
        page.raise_()


def _suffixes(name_filter: str) -> set[str]:
    """The suffixes of a filter such as `MIDI file (*.mid *.midi)`."""
    return {pattern.removeprefix("*") for pattern in re.findall(r"\*\.\w+", name_filter)}


def _make_folder(folder: Path) -> None:
    """The exports folder is made the first time it is offered; a failure shows in the dialog itself."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return
