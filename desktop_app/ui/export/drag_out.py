"""A handle to drag a track or the piece by, into a DAW or a folder: MIDI, or with Ctrl held sound."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QColor, QDrag, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.drag_files import DragFiles
from desktop_app.language import tr
from desktop_app.ui import clipboard
from desktop_app.ui.theme import Theme
from music_core.score import Score

# Begins a drag and comes back when it is over.
Dragging = Callable[[QWidget, QMimeData], None]

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def drag(source: QWidget, data: QMimeData) -> None:
    """Drag the system's own way."""
    dragged = QDrag(source)
    dragged.setMimeData(data)
    dragged.exec(Qt.DropAction.CopyAction)


class DragHandle(QWidget):
    """Six dots to grip. `what` gives the score to write and its name at the moment of dragging."""

    start_drag: Dragging = staticmethod(drag)

    def __init__(self, theme: Theme, files: DragFiles, what: Callable[[], tuple[Score, str]], label: str) -> None:
        super().__init__()
        self._theme = theme
        self._files = files
        self._what = what
        self._pressed: QPoint | None = None
        self.setFixedSize(QSize(18, 18))
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(label)
        self.setToolTip(
            tr(
                "{what}: drag it into your DAW or a folder. Ctrl drags sound instead of MIDI. Enter copies it.",
                what=label,
            )
        )
        theme.changed.connect(self.update)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        del event
        self._pressed = None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        moved = (event.position().toPoint() - self._pressed).manhattanLength()
        if moved < QApplication.startDragDistance():
            return
        self._pressed = None
        score, name = self._what()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._files.sound(score, name, self._drag_if_held)
        else:
            path = self._files.midi(score, name)
            if path is not None:
                self.start_drag(self, file_data(path))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _ENTER:
            event.accept()  # Enter is the window's own otherwise
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER:
            path = self._files.midi(*self._what())
            if path is not None:
                clipboard.put(file_data(path))
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        palette = self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        bright = self.underMouse() or self.hasFocus()
        painter.setBrush(QColor(palette.accent if self.hasFocus() else palette.text if bright else palette.text_faint))
        for column in (6.5, 11.5):
            for row in (4.5, 9.0, 13.5):
                painter.drawEllipse(QPointF(column, row), 1.4, 1.4)

    def _drag_if_held(self, path: Path) -> None:
        """The sound is there; whoever has let go meanwhile finds it in the folder."""
        if QApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            self.start_drag(self, file_data(path))


def file_data(path: Path) -> QMimeData:
    """What a program that takes files is given."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    return data
