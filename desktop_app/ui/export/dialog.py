"""The Export dialog: which files, how they are called, where they go; what is there already is said before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.exports.midi import shared_channels
from desktop_app.exports.order import FORMATS, ExportOrder, FormatId, file_name
from desktop_app.exports.stems import stems_of
from desktop_app.language import mark, tr, tr_count
from desktop_app.ui.widgets import QuietCombo
from music_core.score import Score

# Heading, and its formats with what they are good for.
_GROUPS: tuple[tuple[str, tuple[tuple[FormatId, str, str], ...]], ...] = (
    (mark("For another music program"), (("midi", "MIDI", mark("Notes, instruments, tempo and chords")),)),
    (
        mark("To listen to"),
        (
            ("wav", "WAV", mark("Uncompressed, 16 bit")),
            ("flac", "FLAC", mark("Lossless, 24 bit")),
            ("ogg", "OGG", mark("Small, free format")),
            ("mp3", "MP3", mark("Small, plays everywhere")),
        ),
    ),
    (
        mark("On paper"),
        (
            ("musicxml", "MusicXML", mark("Notes and chord symbols, for notation programs")),
            ("pdf", mark("PDF score"), mark("Engraved pages to print")),
        ),
    ),
)  # fmt: skip
STEMS = "stems"
_NAMES_SHOWN = 5


class ExportDialog(QDialog):
    """`ordered` is called with the order when Export is pressed; `choose_folder` asks for another folder."""

    def __init__(
        self,
        parent: QWidget,
        score: Score,
        name: str,
        folder: Path,
        chosen: tuple[str, ...],
        artist: str,
        ordered: Callable[[ExportOrder], None],
        choose_folder: Callable[[str, Path], Path | None],
    ) -> None:
        super().__init__(parent)
        self._score = score
        self._shared = shared_channels(score)
        self._folder = folder
        self._ordered = ordered
        self._choose_folder = choose_folder
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Export «{name}»", name=name))
        self.formats: dict[FormatId, QCheckBox] = {}
        self._make_fields(score, name, artist)
        self._lay_out()
        for wanted, box in self.formats.items():
            box.setChecked(wanted in chosen)
            box.toggled.connect(self._show_files)
        self.stems.setChecked(STEMS in chosen)
        for changed in (self.stems.toggled, self.split_drums.toggled, self.name.textChanged):
            changed.connect(self._show_files)
        self.stem_kind.currentIndexChanged.connect(self._show_files)
        self._show_files()

    @property
    def order(self) -> ExportOrder:
        """What the fields say now."""
        kind: FormatId | None = self.stem_kind.currentData() if self.stems.isChecked() else None
        return ExportOrder(
            self._folder,
            self.name.text().strip(),
            tuple(one.id for one in FORMATS if self.formats[one.id].isChecked()),
            kind,
            self.split_drums.isChecked(),
            self.title.text().strip(),
            self.artist.text().strip(),
        )

    @property
    def chosen(self) -> tuple[str, ...]:
        """The formats, and `stems`, to offer the next time."""
        order = self.order
        return (*order.formats, *((STEMS,) if order.stems else ()))

    def accept(self) -> None:
        order, chosen = self.order, self.chosen
        if chosen:
            self._ordered(order)
            super().accept()

    def _make_fields(self, score: Score, name: str, artist: str) -> None:
        self.name = _field(file_name(name), tr("File name"))
        self.title = _field(score.title or name, tr("Title in the files"))
        self.artist = _field(artist, tr("Artist in the files"))
        self.artist.setPlaceholderText(tr("Your name, if you like"))
        self.folder = QPushButton()
        self.folder.setAccessibleName(tr("Folder"))
        self.folder.setToolTip(tr("Choose another folder"))
        self.folder.clicked.connect(self._ask_for_folder)
        self.stems = QCheckBox(tr("Stems"))
        self.stems.setToolTip(tr("One sound file for each part that is heard; together they are the mix"))
        self.stem_kind: QComboBox = QuietCombo(tr("Format of the stems"))
        for one in FORMATS:
            if one.is_sound:
                self.stem_kind.addItem(one.id.upper(), one.id)
        self.split_drums = QCheckBox(tr("Drums apart"))
        self.split_drums.setToolTip(tr("Kick, snare, hi-hat, toms and cymbals in files of their own"))
        self.files = QLabel()
        self.files.setObjectName("dim")
        self.files.setWordWrap(True)
        self.files.setMinimumHeight(64)
        self.files.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.files.setAccessibleName(tr("Files that will be written"))
        self.buttons = QDialogButtonBox()
        self.export = self.buttons.addButton(tr("Export"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.export.setObjectName("primary")
        self.export.setDefault(True)
        self.buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(5)
        row = 0
        for heading, formats in _GROUPS:
            row = self._heading(grid, row, tr(heading))
            for wanted, label, use in formats:
                box = QCheckBox(tr(label) if wanted == "pdf" else label)
                box.setToolTip(tr(use))
                box.setAccessibleDescription(tr(use))
                self.formats[wanted] = box
                grid.addWidget(box, row, 0)
                grid.addWidget(_dim(tr(use)), row, 1)
                row += 1
            if "midi" in (one for one, _, _ in formats):
                grid.addWidget(self.stems, row, 0)
                beside = QHBoxLayout()
                beside.setSpacing(10)
                beside.addWidget(_dim(tr("One sound file a part, as")))
                beside.addWidget(self.stem_kind)
                beside.addWidget(self.split_drums)
                beside.addStretch(1)
                grid.addLayout(beside, row, 1)
                row += 1
        grid.setColumnStretch(1, 1)
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setHorizontalSpacing(14)
        form.addRow(tr("File name"), self.name)
        form.addRow(tr("Folder"), self.folder)
        form.addRow(tr("Title"), self.title)
        form.addRow(tr("Artist"), self.artist)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 16)
        column.setSpacing(14)
        column.addLayout(grid)
        column.addLayout(form)
        column.addWidget(self.files, 1)
        column.addWidget(self.buttons)
        self.setMinimumWidth(520)

    def _heading(self, grid: QGridLayout, row: int, text: str) -> int:
        label = QLabel(text)
        label.setObjectName("heading")
        if row:
            grid.setRowMinimumHeight(row, 10)
        grid.addWidget(label, row + 1, 0, 1, 2)
        return row + 2

    def _ask_for_folder(self) -> None:
        folder = self._choose_folder(tr("Export to this folder"), self._folder)
        if folder is not None:
            self._folder = folder
            self._show_files()

    def _show_files(self) -> None:
        order = self.order
        self.stem_kind.setEnabled(self.stems.isChecked())
        self.split_drums.setEnabled(self.stems.isChecked())
        self.folder.setText(self.folder.fontMetrics().elidedText(str(self._folder), Qt.TextElideMode.ElideMiddle, 360))
        paths = [order.file(wanted) for wanted in order.formats]
        if order.stems:
            paths += [order.stem_file(stem) for stem in stems_of(self._score, split_drums=order.split_drums)]
        self.export.setEnabled(bool(self.chosen) and bool(order.name))
        told = [_told(paths) if self.chosen else tr("Choose what to export.")]
        if "midi" in order.formats and self._shared:
            told.append(self._shared)
        self.files.setText("\n".join(told))


def _told(paths: list[Path]) -> str:
    names = ", ".join(path.name for path in paths[:_NAMES_SHOWN])
    if len(paths) > _NAMES_SHOWN:
        names = tr("{names} and {count} more", names=names, count=len(paths) - _NAMES_SHOWN)
    there = sum(path.exists() for path in paths)
    replaced = tr_count("{count} file of this name is replaced.", "{count} files of these names are replaced.", there)
    return f"{names}\n{replaced}" if there else names


def _field(text: str, label: str) -> QLineEdit:
    field = QLineEdit(text)
    field.setAccessibleName(label)
    return field


def _dim(text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName("dim")
    return label
