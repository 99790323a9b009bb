"""The notes of the selected track as a list: for screen readers, and for whoever would rather type than drag."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from desktop_app.language import mark, tr, tr_count
from desktop_app.note_edits.edited import Edited, changed, is_generated
from desktop_app.ui.piano_roll.content import ScoreContent
from desktop_app.ui.piano_roll.editing import NoteEditor
from desktop_app.ui.piano_roll.view import place_of
from music_core.score import TICKS_PER_QUARTER, Metre, Note, bar_beat, bar_lines, metre_at
from music_core.theory import pitch_from_name

PLACE, PITCH, LENGTH, VELOCITY, WRITER = range(5)
_HEADINGS = (mark("Bar.beat"), mark("Note"), mark("Quarters"), mark("Velocity"), mark("Written by"))
_REFUSALS = {
    PLACE: mark("Write a place as bar.beat, such as 3.2, or with ticks, such as 3.2.120."),
    PITCH: mark("Write a note as C4, F#3 or Bb5, or as a MIDI number from 0 to 127."),
    LENGTH: mark("Write a length in quarter notes, such as 1 or 0.5."),
    VELOCITY: mark("Write a velocity from 1 to 127."),
}
_LONGEST_QUARTERS, _LAST_BAR = 100_000.0, 50_000
_Index = QModelIndex | QPersistentModelIndex


class NoteTable(QAbstractTableModel):
    """Rows are the track's notes in order; what is typed into a cell goes through the editor as one undo step."""

    refused = Signal(str)

    def __init__(self, content: ScoreContent, editor: NoteEditor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._content = content
        self._editor = editor
        self.notes: tuple[Note, ...] = ()

    def take_over(self) -> None:
        """Show the selected track's notes as they are now."""
        self.beginResetModel()
        self.notes = self._editor.notes()
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        return 0 if parent.isValid() else len(self.notes)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        return 0 if parent.isValid() else len(_HEADINGS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return tr(_HEADINGS[section]) if orientation == Qt.Orientation.Horizontal else str(section + 1)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() != WRITER else flags

    def data(self, index: _Index, role: int = 0) -> object:
        track = self._content.track
        if track is None or not index.isValid() or index.row() >= len(self.notes):
            return None
        note = self.notes[index.row()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return place_of(note, self._content) if index.column() == PLACE else self._cell(note, index)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self._cell(note, index)
        return None

    def setData(self, index: _Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole:
            return False
        note, text, middle = self.notes[index.row()], str(value).strip(), self._content.middle_octave
        try:
            new = _with_typed(note, index.column(), text, self._content.score.metres, middle)
        except ValueError:
            self.refused.emit(tr(_REFUSALS[index.column()]))
            return False
        if new != note:
            before = Edited(self.notes, frozenset({note}))
            self._editor.apply("Edit the note", changed(before, {note: new}))
        return True

    def _cell(self, note: Note, index: _Index) -> str:
        track = self._content.track
        assert track is not None
        match index.column():
            case 0:
                bar, beat, tick = bar_beat(self._content.score.metres, note.start_tick)
                return f"{bar}.{beat}.{tick:03d}" if tick else f"{bar}.{beat}"
            case 1:
                return self._content.name_of(note)
            case 2:
                return f"{note.duration_ticks / TICKS_PER_QUARTER:.4g}"
            case 3:
                return str(note.velocity)
            case _:
                return tr("the model") if is_generated(track, note) else tr("you")


class NoteList(QTableView):
    """Arrows walk, Enter or F2 edits a cell, Del deletes; what is selected here is selected in the piano roll."""

    hint = Signal(str)

    def __init__(self, content: ScoreContent, editor: NoteEditor) -> None:
        super().__init__()
        self._editor = editor
        self._content = content
        self.table = NoteTable(content, editor, self)
        self.table.refused.connect(self.hint)
        self.setModel(self.table)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setTabKeyNavigation(False)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setDefaultSectionSize(22)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setAccessibleName(tr("Notes of the track"))
        self.verticalScrollBar().setAccessibleName(tr("Scroll along the list"))
        self.horizontalScrollBar().setAccessibleName(tr("Scroll across the list"))
        self.selectionModel().selectionChanged.connect(lambda *_: self._hand_on())

    def take_over(self) -> None:
        """Show the track's notes and the editor's selection."""
        track = self._content.track
        self.blockSignals(True)
        self.table.take_over()
        if track is not None:
            count = len(track.notes)
            self.setAccessibleDescription(
                tr_count("{name}: {count} note", "{name}: {count} notes", count, name=track.name)
            )
        self._select(self._editor.chosen)
        self.blockSignals(False)

    def keyPressEvent(self, event: object) -> None:
        key = event.key()  # type: ignore[attr-defined]
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.state() != QAbstractItemView.State.EditingState:
            self.edit(self.currentIndex())
            return
        super().keyPressEvent(event)  # type: ignore[arg-type]

    def _select(self, chosen: frozenset[Note]) -> None:
        rows = [row for row, note in enumerate(self.table.notes) if note in chosen] if 0 < len(chosen) <= 200 else []
        model = self.selectionModel()
        model.blockSignals(True)
        column = max(0, self.currentIndex().column())
        for row in rows:
            select = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
            model.select(self.table.index(row, 0), select)
        if rows:
            model.setCurrentIndex(self.table.index(rows[0], column), QItemSelectionModel.SelectionFlag.NoUpdate)
        model.blockSignals(False)
        if rows:
            self.scrollTo(self.table.index(rows[0], column))
        self.viewport().update()

    def _hand_on(self) -> None:
        rows = (index.row() for index in self.selectionModel().selectedRows())
        self._editor.choose(frozenset(self.table.notes[row] for row in rows if row < len(self.table.notes)))


def _with_typed(note: Note, column: int, text: str, metres: tuple[Metre, ...], middle_octave: int) -> Note:
    """The note with what was typed into one of its cells; raises ValueError where that is none of its kind."""
    if column == PLACE:
        return replace(note, start_tick=_tick_of(text, metres))
    if column == PITCH:
        is_number = text.isascii() and text.isdigit()
        return replace(note, pitch=int(text) if is_number else pitch_from_name(text, middle_octave=middle_octave))
    if column == LENGTH:
        quarters = float(text.replace(",", "."))
        if not 0 < quarters <= _LONGEST_QUARTERS:
            raise ValueError("no length")
        return replace(note, duration_ticks=max(1, round(quarters * TICKS_PER_QUARTER)))
    return replace(note, velocity=int(text))


def _tick_of(text: str, metres: tuple[Metre, ...]) -> int:
    parts = [int(part) for part in text.split(".")]
    if not 1 <= len(parts) <= 3:
        raise ValueError("no place")
    bar, beat, tick = (parts + [1, 0][len(parts) - 1 :])[:3]
    if not (1 <= bar <= _LAST_BAR and 1 <= beat <= 64 and 0 <= tick < 10_000):
        raise ValueError("no place")
    lines = bar_lines(metres, metres[-1].tick + bar * max(metre.bar_ticks for metre in metres))
    start = lines[bar - 1]
    return start + (beat - 1) * metre_at(metres, start).beat_ticks + tick
