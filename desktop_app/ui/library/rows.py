"""The library's list: sections with headings, their entries, and a word where a section is empty."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop_app.language import mark, tr
from desktop_app.library.shelf.catalogue import Found
from desktop_app.library.shelf.entry import Entry

AnyIndex = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole

_RECENT = "recent"
_TITLES = {
    _RECENT: mark("Recent"),
    "melody": mark("Melodies"),
    "piece": mark("My pieces"),
    "take": mark("Takes"),
    "model": mark("Models"),
}
_EMPTY = {
    "piece": mark("What you save appears here (Ctrl+S)."),
    "take": mark("Your takes appear here once their piece is saved."),
    "model": mark("The models are missing. Install Tutti again to repair this."),
}


@dataclass(frozen=True, slots=True)
class Heading:
    """The beginning of a section."""

    section: str
    title: str
    count: int
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Hint:
    """What an empty section says."""

    section: str
    text: str


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry in a section; a recent one is there twice."""

    section: str
    entry: Entry


Row = Heading | Hint | EntryRow


class LibraryRows(QAbstractListModel):
    """The rows of an answer, with some sections closed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Row, ...] = ()
        self._found: Found | None = None
        self._closed: frozenset[str] = frozenset()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every entry that is shown, from the top."""
        return tuple(row.entry for row in self._rows if isinstance(row, EntryRow))

    @property
    def closed(self) -> frozenset[str]:
        """The sections that show their heading only."""
        return self._closed

    def show_found(self, found: Found, closed: frozenset[str]) -> None:
        """Take over another answer; what is shown already stays as it is."""
        if (found, closed) == (self._found, self._closed):
            return
        self._found, self._closed = found, closed
        rows = tuple(_rows(found, closed))
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row_at(self, index: AnyIndex) -> Row | None:
        """What stands at an index."""
        return self._rows[index.row()] if index.isValid() else None

    def index_of(self, key: str, *, but_recent: bool = True) -> QModelIndex:
        """Where an entry is, in its own section rather than among the recent ones."""
        places = [
            place
            for place, row in enumerate(self._rows)
            if isinstance(row, EntryRow) and row.entry.key == key and (row.section != _RECENT or not but_recent)
        ]
        return self.index(places[0]) if places else QModelIndex()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008  (Qt's own signature)
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        row = self.row_at(index)
        if isinstance(row, Hint):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row_at(index)
        if role == ROW:
            return row
        if isinstance(row, EntryRow):
            return _entry_data(row.entry, role)
        if isinstance(row, Heading):
            state = tr("closed") if row.is_closed else tr("open")
            texts = {
                Qt.ItemDataRole.DisplayRole: row.title,
                Qt.ItemDataRole.AccessibleTextRole: tr(
                    "Section {title}, {count} entries, {state}", title=row.title, count=row.count, state=state
                ),
            }
            return texts.get(Qt.ItemDataRole(role))
        return row.text if row is not None and role == Qt.ItemDataRole.DisplayRole else None


def told(entry: Entry) -> str:
    """Where an entry is from, a line for each fact."""
    return "\n".join(f"{tr(name)}: {value}" for name, value in entry.about)


def tags_of(entry: Entry) -> str:
    """The tags as they are shown."""
    return " ".join(f"#{tag}" for tag in entry.marks.tags)


def _entry_data(entry: Entry, role: int) -> object:
    if role == Qt.ItemDataRole.DisplayRole:
        return entry.title
    if role == Qt.ItemDataRole.AccessibleTextRole:
        star = tr("starred") if entry.marks.starred else ""
        return ", ".join(part for part in (entry.title, entry.line, star, tags_of(entry)) if part)
    if role == Qt.ItemDataRole.ToolTipRole:
        return "\n".join(part for part in (entry.title, told(entry), tags_of(entry)) if part)
    return None


def _rows(found: Found, closed: frozenset[str]) -> list[Row]:
    rows: list[Row] = []
    by_section: dict[str, list[Entry]] = {section: [] for section in _TITLES}
    by_section[_RECENT] = list(found.recent)
    for entry in found.entries:
        by_section[entry.kind].append(entry)
    for section, entries in by_section.items():
        hint = _EMPTY.get(section, "") if found.query.is_open else ""
        if not entries and not hint:
            continue
        is_closed = section in closed and found.query.is_open  # what a search finds is shown
        rows.append(Heading(section, tr(_TITLES[section]), len(entries), is_closed))
        if not is_closed:
            rows += [EntryRow(section, entry) for entry in entries] or [Hint(section, tr(hint))]
    return rows
