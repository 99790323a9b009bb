"""The lower edge of the window: Piano and Mixer as tabs, and the piece to export or to drag out beside them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from desktop_app.language import tr
from desktop_app.ui.export.drag_out import DragHandle

PIANO, MIXER = 0, 1


class BottomTabs(QWidget):
    """Each page keeps its own height; `changed` fires when another page, or none, is shown."""

    changed = Signal()
    export_asked = Signal()

    def __init__(self, piano: QWidget, mixer: QWidget, handle: DragHandle) -> None:
        super().__init__()
        self.setObjectName("bottom")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._pages = (piano, mixer)
        self.bar = QTabBar()
        self.bar.setObjectName("bottomTabs")
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        self.bar.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.bar.setAccessibleName(tr("Piano or mixer"))
        self.bar.addTab(tr("Piano"))
        self.bar.addTab(tr("Mixer"))
        self._stack = QStackedWidget()
        for page in self._pages:
            self._stack.addWidget(page)
        self.export = QPushButton(tr("Export…"))
        self.export.setObjectName("flat")
        self.export.setToolTip(tr("Choose files to export (Ctrl+Shift+E)"))
        self.export.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.export.clicked.connect(self.export_asked)
        self.handle = handle
        hint = QLabel(tr("Drag into your DAW"))
        hint.setObjectName("tiny")
        row = QHBoxLayout()
        row.setContentsMargins(10, 0, 10, 0)
        row.setSpacing(4)
        row.addWidget(self.bar)
        row.addStretch(1)
        row.addWidget(self.export)
        row.addSpacing(10)
        row.addWidget(self.handle)
        row.addWidget(hint)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self._stack)
        self.bar.currentChanged.connect(self._turn)
        self.bar.tabBarClicked.connect(lambda index: self.show_page(index))
        self._turn(PIANO)

    @property
    def page(self) -> int | None:
        """The page that is shown: PIANO, MIXER, or None while both are folded away."""
        return None if self._stack.isHidden() else self.bar.currentIndex()

    def show_page(self, page: int) -> None:
        """Unfold a page."""
        self._stack.setVisible(True)
        self.bar.setCurrentIndex(page)
        self._turn(page)

    def toggle(self, page: int) -> None:
        """Show a page, or fold it away where it is shown."""
        if self.page == page:
            self._stack.setVisible(False)
            self.changed.emit()
        else:
            self.show_page(page)

    def _turn(self, page: int) -> None:
        self._stack.setCurrentIndex(page)
        self._stack.setFixedHeight(self._pages[page].height())
        self.changed.emit()
