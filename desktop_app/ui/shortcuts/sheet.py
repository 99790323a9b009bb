"""The cheat sheet: every command with its keys drawn as caps, what the mouse does, and the typing piano's letters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, pairwise

from PySide6.QtCore import QSize, Qt
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

_COLUMNS = 4
_SIZE = QSize(1268, 788)
_EDGE, _COLUMN_GAP, _LINE_GAP, _SECTION_GAP = 24, 28, 0, 6
_LINE_PX = 20
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
        self.resize(_SIZE.boundedTo(parent.size()))
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
        outer.setContentsMargins(_EDGE, 12, _EDGE, 10)
        outer.setSpacing(6)
        outer.addLayout(top)
        outer.addWidget(self._page(), 1)
        outer.addWidget(_note())
        self.search.setFocus()

    @property
    def rows(self) -> tuple[str, ...]:
        """The words of the rows that are shown."""
        return tuple(words for _, rows in self._sections for row, words in rows if not row.isHidden())

    def _page(self) -> QScrollArea:
        sections = [self._section(title, rows) for menu in MENUS for title, rows in self._groups_of(menu)]
        inner = QWidget()
        row = QHBoxLayout(inner)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(_COLUMN_GAP)
        width = (self.width() - 2 * _EDGE - 8) // _COLUMNS - _COLUMN_GAP
        heights = [_height(section, width) + _SECTION_GAP for section in sections]
        for run in balanced(heights, _COLUMNS):
            stack = QVBoxLayout()
            stack.setSpacing(_SECTION_GAP)
            for place in run:
                stack.addWidget(sections[place])
            stack.addStretch(1)
            row.addLayout(stack, 1)
        self.scroller = QScrollArea()
        self.scroller.setWidgetResizable(True)
        self.scroller.setWidget(inner)
        return self.scroller

    def _groups_of(self, menu: str) -> Iterator[tuple[str, list[Row]]]:
        """A menu's commands with keys, those of each submenu by themselves: short runs are found, and fill columns."""
        commands = [command for command in COMMANDS if command.menu == menu and self._keys[command.id]]
        commands = [command for command in commands if not _is_choice(command)]
        for inside in dict.fromkeys(("", *(command.inside for command in commands))):
            rows = [self._row_of(command) for command in commands if command.inside == inside]
            if menu == "Generate" and not inside:
                rows.append((tr("Take A, B, C …"), ("Alt+1", f"Alt+{TAKES_WITH_KEYS}"), ""))
            if rows:
                yield " · ".join(menu_text(part) for part in (menu, inside) if part), rows
        if menu == "Edit":  # most of what the mouse does is editing
            yield tr("With the mouse"), [(tr(what), (), tr(how)) for what, how in _GESTURES]
        if menu == MENUS[-1]:
            choices = [command for command in COMMANDS if _is_choice(command) and self._keys[command.id]]
            titles = dict.fromkeys(menu_text(command.inside) for command in choices)
            yield " · ".join(titles), [self._row_of(command) for command in choices]

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
        column.setSpacing(_LINE_GAP)
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
        line.setMinimumHeight(_LINE_PX)
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


def _is_choice(command: Command) -> bool:
    """What is chosen once and for all: the look, the language, which C is the middle one."""
    return command.menu == "View" and bool(command.inside)


def _height(section: QWidget, width: int) -> int:
    """What a section takes up in a column, its long lines wrapped."""
    layout = section.layout()
    return layout.totalHeightForWidth(width) if layout is not None and layout.hasHeightForWidth() else 0


def balanced(heights: Sequence[int], columns: int) -> tuple[range, ...]:
    """Runs of sections in their order, one for each column, so that the highest column is as low as it can be."""
    ends = list(accumulate(heights, initial=0))
    sums = sorted({ends[last] - ends[first] for last in range(len(ends)) for first in range(last)})
    for limit in sums:
        starts = [0]
        for place, height in enumerate(heights):
            if ends[place] + height - ends[starts[-1]] > limit:
                starts.append(place)
        if max(heights) <= limit and len(starts) <= columns:
            return tuple(range(first, last) for first, last in pairwise([*starts, len(heights)]))
    return ()


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
