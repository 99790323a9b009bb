"""Opening the Export dialog, and remembering what was chosen in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtWidgets import QWidget

from desktop_app.exports.order import ExportOrder
from desktop_app.ui.studio import Studio

if TYPE_CHECKING:
    from desktop_app.ui.export.dialog import ExportDialog


class FolderQuestion(Protocol):
    """What the dialog asks; `dialogs.Dialogs` fits."""

    def folder(self, title: str, start: Path) -> Path | None:
        """A folder to write to, or None."""


class ExportCommands:
    """One dialog at a time; the snapshot is taken when Export is pressed."""

    def __init__(self, window: QWidget, studio: Studio, questions: Callable[[], FolderQuestion], folder: Path) -> None:
        self._window = window
        self._studio = studio
        self._session = studio.session
        self._questions = questions
        self._folder = folder
        self.dialog: ExportDialog | None = None

    def open(self) -> None:
        """Let the user choose what to export."""
        if self.dialog is not None:
            self.dialog.raise_()
            return
        from desktop_app.ui.export.dialog import ExportDialog  # not at the top: the window opens sooner without it

        settings = self._session.settings
        self.dialog = ExportDialog(
            self._window,
            self._session.score,
            self._session.project_name,
            self._folder,
            settings.export_formats,
            settings.export_artist,
            self._export,
            lambda title, start: self._questions().folder(title, start),
        )
        self.dialog.finished.connect(self._closed)
        self.dialog.open()

    def cancel(self) -> None:
        """Stop an export under way."""
        self._studio.outlets.exports.cancel()

    def _export(self, order: ExportOrder) -> None:
        assert self.dialog is not None
        self._folder = order.folder
        self._session.change_settings(export_formats=self.dialog.chosen, export_artist=order.artist)
        self._studio.outlets.exports.export(self._session.score, order)

    def _closed(self, _result: int) -> None:
        self.dialog = None
