"""The cheat sheet: every command with its keys drawn as caps, what the mouse does, and the typing piano's letters."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop_app.language import mark, tr
from desktop_app.ui.actions import COMMANDS, MENUS, TAKES_WITH_KEYS, Command, command_text, menu_text
from desktop_app.ui.key_caps import KeyCaps
from desktop_app.ui.palette.matching import folded
from desktop_app.ui.shortcuts.key_map import KeyMap, shown
from desktop_app.ui.theme import Theme

_COLUMNS = 3
Row = tuple[str, tuple[str, ...], str]
"""The words of a line, its keys, and a mark or a gesture beside them."""
_GESTURES = (
    (mark("Add a note"), mark("Double-click")),
    (mark("Move notes"), mark("Drag, or arrow keys")),
    (mark("Change a note's length"), mark("Drag its right end")),
    (mark("Type a chord"), mark("Double-click in the chord lane")),
    (mark("Loop bars"), mark("Drag in the ruler")),
    (mark("Type a number"), mark("Double-click on it")),
    (mark("Back to the default"), mark("Double-click on a slider")),
    (mark("Scroll, sideways, zoom"), mark("Wheel, Shift+wheel, Ctrl+wheel")),
)


class ShortcutSheet(QDialog):
    """A page beside the window, to search and to read while playing."""

    def __init__(self, parent: QWidget, theme: Theme, keys: KeyMap, change: Callable[[], object]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Keyboard shortcuts"))
        self.resize(980, 640)
        self._theme = theme
        self._keys = keys.table()
        self._sections: list[tuple[QWidget, list[tuple[QWidget, str]]]] = []
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search shortcuts"))
        self.search.setAccessibleName(tr("Search shortcuts"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(280)
        self.search.textChanged.connect(self._filter)
        self.change = QPushButton(tr("Change shortcuts…"))
        self.change.clicked.connect(change)
        top = QHBoxLayout()
        top.addWidget(_label(tr("Keyboard shortcuts"), "title"))
        top.addStretch(1)
        top.addWidget(self.search)
        top.addWidget(self.change)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 20, 24, 16)
        outer.setSpacing(14)
        outer.addLayout(top)
        outer.addWidget(self._page(), 1)
        outer.addWidget(_note())
        self.search.setFocus()

    @property
    def rows(self) -> tuple[str, ...]:
        """The words of the rows that are shown."""
        return tuple(words for _, rows in self._sections for row, words in rows if not row.isHidden())

    def _page(self) -> QScrollArea:
        sections = [self._section(menu_text(menu), rows) for menu in MENUS if (rows := self._rows_of(menu))]
        gestures: list[Row] = [(tr(what), (), tr(how)) for what, how in _GESTURES]
        sections.append(self._section(tr("With the mouse"), gestures))
        inner = QWidget()
        row = QHBoxLayout(inner)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(36)
        for column in _balanced(sections):
            stack = QVBoxLayout()
            stack.setSpacing(18)
            for section in column:
                stack.addWidget(section)
            stack.addStretch(1)
            row.addLayout(stack, 1)
        scroller = QScrollArea()
        scroller.setWidgetResizable(True)
        scroller.setWidget(inner)
        return scroller

    def _rows_of(self, menu: str) -> list[Row]:
        rows = [self._row_of(command) for command in COMMANDS if command.menu == menu and self._keys[command.id]]
        if menu == "Generate":
            rows.append((tr("Take A, B, C …"), ("Alt+1", f"Alt+{TAKES_WITH_KEYS}"), ""))
        return rows

    def _row_of(self, command: Command) -> Row:
        return (
            command_text(command).removesuffix("…"),
            tuple(map(shown, self._keys[command.id][:2])),
            "*" if command.letter else "",
        )

    def _section(self, title: str, rows: Sequence[Row]) -> QWidget:
        section = QFrame()
        column = QVBoxLayout(section)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addWidget(_label(title, "section"))
        lines: list[tuple[QWidget, str]] = []
        for words, keys, note in rows:
            line = self._line(words, keys, note)
            column.addWidget(line)
            lines.append((line, words))
        self._sections.append((section, lines))
        return section

    def _line(self, words: str, keys: tuple[str, ...], note: str) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        text = QLabel(words)
        text.setWordWrap(True)
        row.addWidget(text, 1)
        if note:
            row.addWidget(_label(note, "caption"))
        if keys:
            row.addWidget(KeyCaps(self._theme, keys))
        return line

    def _filter(self, typed: str) -> None:
        wanted = folded(typed.strip())
        for section, rows in self._sections:
            for row, words in rows:
                row.setHidden(wanted not in folded(words))
            section.setHidden(all(row.isHidden() for row, _ in rows))


def _balanced(sections: list[QWidget]) -> list[list[QWidget]]:
    """Columns of about one height, the sections in their order."""
    heights = [section.sizeHint().height() + 18 for section in sections]
    share = sum(heights) / _COLUMNS
    columns: list[list[QWidget]] = [[] for _ in range(_COLUMNS)]
    used = 0.0
    for section, height in zip(sections, heights, strict=True):
        columns[min(_COLUMNS - 1, int((used + height / 2) / share))].append(section)
        used += height
    return columns


def _note() -> QLabel:
    note = _label(
        tr(
            "* Letters and figures rest while the computer keys play notes. The keys play by their place: "
            "Z S X D C V G B H N J M from C on, and Q 2 W 3 E R 5 T 6 Y 7 U I 9 O 0 P an octave higher."
        ),
        "caption",
    )
    note.setWordWrap(True)
    return note


def _label(text: str, name: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName(name)
    return label
