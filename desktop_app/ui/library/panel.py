"""The library at the left: sections to search, star, tag and hear; a click opens."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QListView, QMenu, QPushButton, QVBoxLayout, QWidget

from desktop_app.language import tr
from desktop_app.library.shelf.entry import Entry, Query
from desktop_app.preview import Preview
from desktop_app.session import Session
from desktop_app.shelf import Shelf, ShelfFound
from desktop_app.ui import icons
from desktop_app.ui.library.facts import Facts
from desktop_app.ui.library.hover import Hover, Rows
from desktop_app.ui.library.painting import STAR_PX, RowPainter
from desktop_app.ui.library.rows import EntryRow, Heading, LibraryRows
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets import IconButton


class LibraryPanel(QWidget):
    """Asks the shelf; `entry_chosen` carries an Entry to open."""

    entry_chosen = Signal(object)
    import_asked = Signal()

    def __init__(self, shelf: Shelf, preview: Preview, session: Session, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("library")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._shelf = shelf
        self._preview = preview
        self._session = session
        self._theme = theme
        self._open_key = ""
        self.rows = LibraryRows(self)
        self._make_list()
        self._make_search()
        self._make_switches()
        self.facts = Facts()
        self.facts.hide()
        self.facts.tagged.connect(self._shelf.tag)
        self._lay_out()

    def show_found(self, event: ShelfFound) -> None:
        """The shelf has answered."""
        top, current = self.list.verticalScrollBar().value(), self._current()
        self.rows.show_found(event.found, frozenset(self._session.settings.library_closed))
        self.nothing.setVisible(self.rows.rowCount() == 0)
        self.list.verticalScrollBar().setValue(top)
        self._mark_open()
        if current is not None:
            self._show_facts(current.key)

    def show_open(self, key: str) -> None:
        """Mark the entry that is open; empty when none of these is."""
        if key != self._open_key:
            self._open_key = key
            self._mark_open()
            # Later: before the first layout the list does not know its height.
            QTimer.singleShot(0, self, self._bring_open_into_view)

    def search_for(self) -> None:
        """Put the cursor into the search field."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    # --- private ---

    def _takes_click(self, event: QMouseEvent) -> bool:
        """A click on a star is about the star, not about the row."""
        row = self.rows.row_at(self.list.indexAt(event.position().toPoint()))
        in_place = event.position().x() > self.list.viewport().width() - STAR_PX
        if not (isinstance(row, EntryRow) and in_place and event.button() == Qt.MouseButton.LeftButton):
            return False
        if event.type() == QEvent.Type.MouseButtonRelease:
            self._shelf.star(row.entry, not row.entry.marks.starred)
        return True

    def _make_list(self) -> None:
        self.list = Rows()
        self.list.takes_click = self._takes_click
        self.list.setModel(self.rows)
        self._painter = RowPainter(self._theme, self.list)
        self.list.setItemDelegate(self._painter)
        self.list.setAccessibleName(tr("Library"))
        self.list.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self._choose)
        self.list.activated.connect(self._activate)
        self.list.selectionModel().currentChanged.connect(lambda index, _before: self._show_facts_at(index))
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._ask_menu)
        self.hover = Hover(self.list)
        self.hover.rests.connect(self._hear)
        self.hover.left.connect(self._hush)
        self._theme.changed.connect(lambda: self.list.viewport().update())

    def _make_search(self) -> None:
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search, or #tag"))
        self.search.setAccessibleName(tr("Search the library"))
        self.search.setClearButtonEnabled(True)
        self.search.setFocusPolicy(Qt.FocusPolicy.ClickFocus | Qt.FocusPolicy.TabFocus)
        self._search_icon = self.search.addAction(
            icons.icon("search", self._theme.palette), QLineEdit.ActionPosition.LeadingPosition
        )
        self._theme.changed.connect(lambda: self._search_icon.setIcon(icons.icon("search", self._theme.palette)))
        self.search.textChanged.connect(lambda _text: self._ask())
        self.nothing = QPushButton(tr("Nothing matches. Clear"))
        self.nothing.setObjectName("flat")
        self.nothing.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.nothing.clicked.connect(self._clear)
        self.nothing.hide()

    def _make_switches(self) -> None:
        self.starred = self._switch("star", tr("Show only what has a star"))
        self.starred.toggled.connect(lambda _on: self._ask())
        self.previews = self._switch("speaker", tr("Play quietly what the pointer rests on"))
        self.previews.setChecked(self._session.settings.preview_on_hover)
        self.previews.toggled.connect(self._switch_previews)
        self._switch_previews(self.previews.isChecked())
        self.about = self._switch("info", tr("Show where it is from, and its tags"))
        self.about.toggled.connect(lambda on: self.facts.setVisible(on))

    def _switch(self, icon: str, label: str) -> IconButton:
        button = IconButton(self._theme, icon, label, size=16)
        button.setObjectName("flat")
        button.setCheckable(True)
        return button

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 6, 8)
        column.setSpacing(6)
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 2, 0)
        top.setSpacing(0)
        heading = QLabel(tr("Library"))
        heading.setObjectName("heading")
        top.addWidget(heading, 1)
        for button in (self.starred, self.previews, self.about):
            top.addWidget(button)
        column.addLayout(top)
        column.addLayout(_inset(self.search))
        column.addWidget(self.nothing)
        column.addWidget(self.list, 1)
        column.addWidget(self.facts)
        load = QPushButton(tr("Import…"))
        load.setToolTip(tr("Open a MIDI or MusicXML file as a new piece (Ctrl+I); dropping it on the window does too"))
        load.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        load.clicked.connect(self.import_asked)
        column.addLayout(_inset(load))

    def _ask(self) -> None:
        self._shelf.search(Query(self.search.text(), self.starred.isChecked()))

    def _clear(self) -> None:
        self.starred.setChecked(False)
        self.search.clear()
        self._ask()

    def _current(self) -> Entry | None:
        row = self.rows.row_at(self.list.currentIndex())
        return row.entry if isinstance(row, EntryRow) else None

    def _choose(self, index: QModelIndex) -> None:
        row = self.rows.row_at(index)
        if isinstance(row, Heading):
            self._fold(row)
        elif isinstance(row, EntryRow):
            self._preview.stop()
            self.entry_chosen.emit(row.entry)
            self._mark_open()

    def _activate(self, index: QModelIndex) -> None:
        """Enter does what a click does; a platform whose double click activates must not do it twice."""
        if self.list.hasFocus():
            self._choose(index)

    def _fold(self, row: Heading) -> None:
        closed = set(self._session.settings.library_closed) ^ {row.section}
        self._session.change_settings(library_closed=tuple(sorted(closed)))
        self._ask()

    def _ask_menu(self, place: QPoint) -> None:
        row = self.rows.row_at(self.list.indexAt(place))
        if isinstance(row, EntryRow):
            self.menu_for(row.entry).popup(self.list.viewport().mapToGlobal(place))

    def menu_for(self, entry: Entry) -> QMenu:
        """Everything that can be done with an entry, for the mouse and the menu key."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Open"), lambda: self.entry_chosen.emit(entry))
        if entry.kind != "model":
            menu.addAction(tr("Play quietly"), lambda: self._hear(entry)).setEnabled(self.previews.isChecked())
        star = tr("Take the star away") if entry.marks.starred else tr("Give it a star")
        menu.addAction(star, lambda: self._shelf.star(entry, not entry.marks.starred))
        menu.addAction(tr("Tags…"), lambda: self._edit_tags(entry))
        menu.addAction(tr("Where it is from"), lambda: self._tell(entry))
        return menu

    def _tell(self, entry: Entry) -> None:
        self.about.setChecked(True)
        self.list.setCurrentIndex(self.rows.index_of(entry.key, but_recent=False))
        self.facts.show_entry(entry)

    def _edit_tags(self, entry: Entry) -> None:
        self._tell(entry)
        self.facts.edit_tags()

    def _show_facts_at(self, index: QModelIndex) -> None:
        row = self.rows.row_at(index)
        if isinstance(row, EntryRow):
            self.facts.show_entry(row.entry)

    def _show_facts(self, key: str) -> None:
        entry = next((entry for entry in self.rows.entries if entry.key == key), None)
        if entry is not None:
            self.facts.show_entry(entry)

    def _mark_open(self) -> None:
        index = self.rows.index_of(self._open_key)
        self.list.setCurrentIndex(index)
        if not index.isValid():
            self.list.clearSelection()

    def _bring_open_into_view(self) -> None:
        if self.list.currentIndex().isValid():
            self.list.scrollTo(self.list.currentIndex(), QListView.ScrollHint.EnsureVisible)

    def _switch_previews(self, on: bool) -> None:
        self.previews.set_icon_name("speaker" if on else "speaker_off")
        self._session.change_settings(preview_on_hover=on)
        if not on:
            self._hush()

    def _hear(self, entry: Entry) -> None:
        self._preview.start(entry)
        self._show_heard()

    def _hush(self) -> None:
        self._preview.stop()
        self._show_heard()

    def _show_heard(self) -> None:
        heard = self._preview.heard
        self._painter.heard = heard.key if heard else ""
        self.list.viewport().update()


def _inset(widget: QWidget) -> QHBoxLayout:
    """A row that ends where the list's rows do."""
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 4, 0)
    row.addWidget(widget)
    return row
