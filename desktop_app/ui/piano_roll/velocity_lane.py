"""The velocity lane below the piano roll: a stem for each note, drawn by hand."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.language import tr
from desktop_app.ui.colours import velocity_ramp
from desktop_app.ui.piano_roll import painting
from desktop_app.ui.piano_roll.axis import TimeAxis
from desktop_app.ui.piano_roll.content import ScoreContent
from desktop_app.ui.piano_roll.editing import NoteEditor
from desktop_app.ui.piano_roll.scrolled_picture import ScrolledPicture
from desktop_app.ui.theme import Theme
from music_core.score import Note

HEIGHT = 58
_TOP, _BOTTOM = 6.0, 3.0
_HEAD_PX = 3.0
# How far from a stem's onset the pointer still takes it.
_REACH_PX = 5.0
# Above so many stems on the screen each pixel shows its loudest one only.
_CROWDED_FROM = 1500


class VelocityLane(QWidget):
    """Drag up and down to make a note louder or softer, or along the lane to draw a line over many.

    With notes selected only those change.
    """

    drawn = Signal(object)  # dict of notes with their new velocities

    def __init__(self, axis: TimeAxis, content: ScoreContent, editor: NoteEditor, theme: Theme) -> None:
        super().__init__()
        self._axis = axis
        self._content = content
        self._editor = editor
        self._theme = theme
        self._picture = ScrolledPicture(self._draw)
        self._wanted: dict[Note, int] = {}
        self._last: QPointF | None = None
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Velocity of the notes"))
        self.setToolTip(tr("Drag to change how loud notes are. Alt+Up and Alt+Down change the selected ones."))
        axis.changed.connect(self.update)
        editor.changed.connect(self.redraw)
        theme.changed.connect(self.redraw)

    def redraw(self) -> None:
        """Draw everything anew at the next chance."""
        self._picture.forget()
        self.update()

    def height_of(self, velocity: float) -> float:
        """Where a velocity lies."""
        return HEIGHT - _BOTTOM - velocity / 127 * (HEIGHT - _TOP - _BOTTOM)

    def velocity_at(self, y: float) -> int:
        """The velocity (1..127) at a height."""
        return min(127, max(1, round((HEIGHT - _BOTTOM - y) / (HEIGHT - _TOP - _BOTTOM) * 127)))

    # --- Qt events ---

    def paintEvent(self, event: QPaintEvent) -> None:
        origin = QPointF(self._axis.left_px, 0)
        picture = self._picture.shown(self.size(), self.devicePixelRatioF(), origin, self._axis.look)
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        painter.drawPixmap(0, 0, picture)
        if self._wanted:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._stems(painter, list(self._wanted), [*self._wanted.values()], QColor(self._theme.palette.text))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._content.track is not None:
            self._wanted = {}
            self._reach(event.position(), event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._last is not None:
            self._reach(self._last, event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        del event
        wanted, self._wanted, self._last = self._wanted, {}, None
        if wanted:
            self.drawn.emit(wanted)
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self._axis.wheel(event):
            self._axis.set_scale(self._axis.scale.scrolled(-event.angleDelta().y() * 0.5))
        event.accept()

    # --- private ---

    def _reach(self, start: QPointF, end: QPointF) -> None:
        """The line between two places gives every note that it passes its height."""
        self._last = end
        left, right = sorted((start.x(), end.x()))
        scale, arrays = self._axis.scale, self._content.arrays(self._content.selected)
        first, last = scale.tick(left - _REACH_PX), scale.tick(right + _REACH_PX)
        begin, stop = (int(at) for at in np.searchsorted(arrays.start, [first, last]))
        notes = arrays.notes[begin:stop]
        if any(note in self._editor.chosen for note in notes):
            notes = tuple(note for note in notes if note in self._editor.chosen)
        elif self._editor.chosen:
            notes = ()
        for note in notes:
            x = min(right, max(left, scale.x(note.start_tick)))
            share = (x - start.x()) / (end.x() - start.x()) if end.x() != start.x() else 1.0
            self._wanted[note] = self.velocity_at(start.y() + (end.y() - start.y()) * share)
        self.update()

    def _draw(self, painter: QPainter, area: QRect) -> None:
        palette = self._theme.palette
        painter.fillRect(area, QColor(palette.sunken))
        painting.draw_time_grid(painter, self._axis, area, palette, finest=False)
        painter.setPen(QPen(QColor(palette.line_soft), 1))
        for velocity in (64, 127):
            y = round(self.height_of(velocity)) + 0.5
            painter.drawLine(QLineF(area.left(), y, area.right() + 1, y))
        painter.setPen(QPen(QColor(palette.line), 1))
        painter.drawLine(QLineF(area.left(), 0.5, area.right() + 1, 0.5))
        if self._content.track is None:
            return
        arrays, scale = self._content.arrays(self._content.selected), self._axis.scale
        seen = np.searchsorted(arrays.start, [scale.left_tick, scale.tick(self.width())])
        ramp = velocity_ramp(self._content.hue(self._content.selected), palette)
        first, last = scale.tick(area.left() - _REACH_PX), scale.tick(area.right() + _REACH_PX)
        begin, stop = (int(at) for at in np.searchsorted(arrays.start, [first, last]))
        if seen[1] - seen[0] > _CROWDED_FROM:
            self._outlines(painter, area, begin, stop, QColor(*ramp[110]))
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        notes = arrays.notes[begin:stop]
        self._stems(painter, notes, [note.velocity for note in notes], QColor(*ramp[110]))
        chosen = [note for note in notes if note in self._editor.chosen] if self._editor.chosen else []
        self._stems(painter, chosen, [note.velocity for note in chosen], QColor(palette.text))

    def _stems(self, painter: QPainter, notes: tuple[Note, ...] | list[Note], levels: list[int], ink: QColor) -> None:
        x = self._axis.scale.x
        places = [
            (round(x(note.start_tick)) + 1.0, self.height_of(level)) for note, level in zip(notes, levels, strict=True)
        ]
        painter.setPen(QPen(ink, 1.6))
        painter.drawLines([QLineF(at, y, at, HEIGHT - _BOTTOM) for at, y in places])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        for at, y in places:
            painter.drawEllipse(QRectF(at - _HEAD_PX, y - _HEAD_PX, 2 * _HEAD_PX, 2 * _HEAD_PX))

    def _outlines(self, painter: QPainter, area: QRect, begin: int, stop: int, ink: QColor) -> None:
        """The loudest note of each pixel column, as one line each."""
        arrays = self._content.arrays(self._content.selected)
        scale = self._axis.scale
        x = np.rint((arrays.start[begin:stop] - scale.left_tick) * scale.pixels_per_tick).astype(np.int64) - area.left()
        inside = (x >= 0) & (x < area.width())
        loudest = np.zeros(area.width(), np.int64)
        np.maximum.at(loudest, x[inside], arrays.velocity[begin:stop][inside])
        painter.setPen(QPen(ink, 1))
        bottom = HEIGHT - _BOTTOM
        columns = np.flatnonzero(loudest)
        painter.drawLines(
            [
                QLineF(area.left() + column + 0.5, self.height_of(level), area.left() + column + 0.5, bottom)
                for column, level in zip(columns.tolist(), loudest[columns].tolist(), strict=True)
            ]
        )
