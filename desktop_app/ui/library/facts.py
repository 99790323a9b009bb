"""At the library's foot: where the chosen entry is from, and its tags to be changed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QScrollArea, QVBoxLayout

from desktop_app.language import tr
from desktop_app.library.shelf.entry import Entry
from desktop_app.ui.library.rows import told

_HEIGHT_PX = 148


class Facts(QFrame):
    """Shown when asked for; `tagged` carries an entry and the tags as typed."""

    tagged = Signal(object, str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("facts")
        self._entry: Entry | None = None
        self.title = QLabel()
        self.title.setObjectName("heading")
        self.text = QLabel()
        self.text.setObjectName("caption")
        self.text.setWordWrap(True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setAccessibleName(tr("Where it is from"))
        scroll = QScrollArea()
        scroll.setWidget(self.text)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tags = QLineEdit()
        self.tags.setPlaceholderText(tr("Tags, separated by commas"))
        self.tags.setAccessibleName(tr("Tags"))
        self.tags.setFocusPolicy(Qt.FocusPolicy.ClickFocus | Qt.FocusPolicy.TabFocus)
        self.tags.editingFinished.connect(self._finish)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 4, 0)
        column.setSpacing(4)
        column.addWidget(self.title)
        column.addWidget(scroll, 1)
        column.addWidget(self.tags)
        self.setFixedHeight(_HEIGHT_PX)

    def show_entry(self, entry: Entry | None) -> None:
        """Tell of another entry; what is being typed stays."""
        same = entry is not None and self._entry is not None and entry.key == self._entry.key
        self._entry = entry
        self.title.setText(entry.title if entry else tr("Nothing is chosen."))
        self.text.setText(told(entry) if entry else "")
        self.tags.setEnabled(entry is not None)
        if not (same and self.tags.hasFocus()):
            self.tags.setText(", ".join(entry.marks.tags) if entry else "")

    def edit_tags(self) -> None:
        """Put the cursor where tags are typed."""
        self.tags.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.tags.selectAll()

    def _finish(self) -> None:
        if self._entry is not None and self.tags.isModified():
            self.tags.setModified(False)
            self.tagged.emit(self._entry, self.tags.text())
