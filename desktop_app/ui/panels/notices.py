"""What went wrong and what to do about it: one sentence, one action, details to copy."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy

from desktop_app.events import Notice
from desktop_app.language import mark, tr
from desktop_app.ui import icons
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets import IconButton

_LIMIT = 20
_LEVELS = {"info": mark("information"), "warning": mark("warning"), "error": mark("error")}


class NoticeBar(QFrame):
    """Shows warnings and errors until they are closed, the newest first; the others wait behind it."""

    def __init__(self, theme: Theme, actions: Mapping[str, Callable[[], object]]) -> None:
        super().__init__()
        self.setObjectName("notice")
        self._theme = theme
        self._actions = actions
        self._notices: list[Notice] = []
        self.sign = QLabel()
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.more = QLabel()
        self.more.setObjectName("dim")
        self.act = QPushButton()
        self.act.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.act.clicked.connect(self._act)
        self.copy = IconButton(theme, "copy", tr("Copy the message"), size=16)
        self.copy.setObjectName("flat")
        self.copy.clicked.connect(self._copy)
        self.dismiss = IconButton(theme, "close", tr("Close the message"), size=16)
        self.dismiss.setObjectName("flat")
        self.dismiss.clicked.connect(self.close_newest)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 10, 6)
        row.setSpacing(10)
        for widget in (self.sign, self.sentence, self.more, self.act, self.copy, self.dismiss):
            row.addWidget(widget)
        row.setStretch(1, 1)
        theme.changed.connect(self._show)
        self._show()

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What is waiting to be read, oldest first."""
        return tuple(self._notices)

    def add(self, notice: Notice) -> None:
        """Show one more; a repeated one comes to the front."""
        self._notices = [other for other in self._notices if other != notice][-_LIMIT + 1 :]
        self._notices.append(notice)
        self._show()

    def remove(self, notice: Notice) -> None:
        """It no longer holds."""
        if notice in self._notices:
            self._notices.remove(notice)
            self._show()

    def close_newest(self) -> None:
        """It was read."""
        if self._notices:
            self._notices.pop()
        self._show()

    def _show(self) -> None:
        self.setVisible(bool(self._notices))
        if not self._notices:
            return
        notice = self._notices[-1]
        palette = self._theme.palette
        colour = palette.record if notice.level == "error" else palette.warning
        self.sign.setPixmap(icons.pixmap("info" if notice.level == "info" else "warning", colour, 20))
        self.sign.setAccessibleName(tr(_LEVELS[notice.level]))
        self.sentence.setText(notice.sentence)
        self.sentence.setAccessibleName(f"{tr(_LEVELS[notice.level])}: {notice.sentence}")
        self.act.setVisible(notice.action in self._actions)
        self.act.setText(tr(notice.action))
        waiting = len(self._notices) - 1
        self.more.setText(tr("and {count} more", count=waiting) if waiting else "")

    def _act(self) -> None:
        notice = self._notices[-1]
        self.close_newest()
        self._actions[notice.action]()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(notice.sentence for notice in reversed(self._notices)))
