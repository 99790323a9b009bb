"""The piano roll: the selected track's notes to read and edit, the other tracks as ghosts behind them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from desktop_app.ui.colours import velocity_ramp
from desktop_app.ui.piano_roll import painting
from desktop_app.ui.piano_roll.axis import TimeAxis
from desktop_app.ui.piano_roll.content import ScoreContent
from desktop_app.ui.piano_roll.coords import PitchScale
from desktop_app.ui.piano_roll.editing import NoteEditor
from desktop_app.ui.piano_roll.gestures import Pointer
from desktop_app.ui.piano_roll.note_layer import BITMAP_FROM
from desktop_app.ui.theme import Theme, label_font
from music_core.score import Note

EMPTY_TEXT = "Record, type, import or pick a melody"
_ZOOM_STEP = 1.15


class RollView(QWidget):
    """Draws from a cached picture; only the playhead's column is drawn anew while playing."""

    pitch_scale_changed = Signal()
    hovered = Signal(object)  # a note, or None

    def __init__(self, axis: TimeAxis, content: ScoreContent, editor: NoteEditor, theme: Theme) -> None:
        super().__init__()
        self._axis = axis
        self._content = content
        self._editor = editor
        self._theme = theme
        self._picture: QPixmap | None = None
        self._box: QRectF | None = None
        self._take: tuple[Note, ...] = ()
        self.pitch = PitchScale(12.0, 400.0)
        self.context_actions: Callable[[QMenu], None] = lambda _menu: None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 90)
        self.setAccessibleName("Piano roll")
        axis.changed.connect(self.redraw)
        axis.playhead_moved.connect(self._move_playhead)
        editor.changed.connect(self.redraw)
        theme.changed.connect(self.redraw)

    # --- what is shown ---

    def redraw(self) -> None:
        """Draw everything anew at the next chance."""
        self._picture = None
        self.update()

    def refresh(self, *, centre: bool) -> None:
        """The content changed; `centre` brings the selected track's range into view."""
        track = self._content.track
        count = len(track.notes) if track else 0
        name = track.name if track else ""
        self.setAccessibleDescription(f"{name}: {count} notes" if track else EMPTY_TEXT)
        if centre:
            self.centre()
        self.redraw()

    def show_take(self, notes: tuple[Note, ...]) -> None:
        """Notes of a recording under way, over everything else."""
        if notes != self._take:
            self._take = notes
            self.update()

    def centre(self) -> None:
        """Bring the selected track into view, and the rest of the band with it while rows stay readable."""
        own = self._content.span(only_selected=True) or (60, 72)
        every = self._content.span(only_selected=False) or own
        together = self.pitch.centred(*every, self.height())
        fits = (every[1] - every[0] + 1) * together.row_px <= self.height()
        self._set_pitch(together if fits else self.pitch.centred(*own, self.height()))

    def pointer(self, position: QPointF) -> Pointer:
        """A place on the screen in musical terms."""
        tick = max(0.0, self._axis.scale.tick(position.x()))
        return Pointer(tick, self._axis.snapped(tick), self.pitch.pitch(position.y()))

    def note_at(self, position: QPointF) -> Note | None:
        """The selected track's note under the pointer."""
        if self._content.track is None:
            return None
        pointer = self.pointer(position)
        return self._content.arrays(self._content.selected).at(pointer.tick, pointer.pitch)

    def rectangle(self, note: Note) -> QRectF:
        """Where a note is drawn."""
        return painting.note_rectangle(note, self._axis.scale, self.pitch)

    # --- Qt events ---

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None:
            self._picture = self._draw_picture()
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        ratio = self._picture.devicePixelRatio()
        area = event.rect()
        source = QRectF(area.x() * ratio, area.y() * ratio, area.width() * ratio, area.height() * ratio)
        painter.drawPixmap(QRectF(area), self._picture, source)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._take:
            painting.draw_take(painter, self._take, self._axis.scale, self.pitch, self._theme.palette)
        elif self._axis.playhead_tick == 0 and not any(track.notes for track in self._content.score.tracks):
            painter.setPen(QColor(self._theme.palette.text_dim))
            painter.setFont(label_font(15))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), EMPTY_TEXT)
        painting.draw_playhead(
            painter, self._axis.scale.x(self._axis.playhead_tick), self.height(), self._theme.palette
        )
        if self._box is not None:
            accent = QColor(self._theme.palette.accent)
            painter.setPen(QPen(accent, 1, Qt.PenStyle.DashLine))
            accent.setAlpha(34)
            painter.fillRect(self._box, accent)
            painter.drawRect(self._box)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._axis.set_width(self.width())
        self._set_pitch(self.pitch.scrolled(-(self.height() - max(0, event.oldSize().height())) / 2, self.height()))
        if event.oldSize().height() <= 0:
            self.centre()
        self.redraw()

    def wheelEvent(self, event: QWheelEvent) -> None:
        modifiers = event.modifiers()
        if self._axis.wheel(event):
            event.accept()
            return
        turn = event.angleDelta().y()
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self._set_pitch(self.pitch.zoomed(_ZOOM_STEP ** (turn / 120), event.position().y(), self.height()))
        else:
            moved = event.pixelDelta().y() or turn * 0.4
            self._set_pitch(self.pitch.scrolled(-moved, self.height()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        note = self.note_at(event.position())
        at_end = note is not None and self._editor.takes_end(note, event.position().x(), self.rectangle(note))
        more = bool(event.modifiers() & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier))
        self._editor.press(self.pointer(event.position()), note, at_end=at_end, more=more)
        if self._editor.is_boxing:
            self._box = QRectF(event.position(), event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._box is not None:
            self._box.setBottomRight(event.position())
            corners = self.pointer(self._box.topLeft()), self.pointer(self._box.bottomRight())
            self._editor.box(*corners)
            self.update()
        elif event.buttons() & Qt.MouseButton.LeftButton:
            self._editor.drag(self.pointer(event.position()))
        else:
            self._hover(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._box = None
            self._editor.release()
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            pointer = self.pointer(event.position())
            note = self.note_at(event.position())
            if note is None:
                self._editor.add_at(pointer)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        note = self.note_at(QPointF(event.pos()))
        if note is not None and note not in self._editor.chosen:
            self._editor.choose(frozenset({note}))
        menu = QMenu(self)
        self.context_actions(menu)
        menu.exec(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._editor.key(event.key(), shift=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)):
            super().keyPressEvent(event)

    def leaveEvent(self, event: object) -> None:
        del event
        self.hovered.emit(None)

    # --- private ---

    def _hover(self, position: QPointF) -> None:
        note = self.note_at(position)
        if note is not None and self._editor.takes_end(note, position.x(), self.rectangle(note)):
            self.setCursor(Qt.CursorShape.SizeHorCursor)
        elif self._editor.draws:
            self.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self.setCursor(Qt.CursorShape.ArrowCursor if note is None else Qt.CursorShape.OpenHandCursor)
        self.hovered.emit(note)

    def _set_pitch(self, pitch: PitchScale) -> None:
        pitch = pitch.scrolled(0.0, self.height())
        if pitch != self.pitch:
            self.pitch = pitch
            self.pitch_scale_changed.emit()
            self.redraw()

    def _move_playhead(self, before: float, after: float) -> None:
        for tick in (before, after):
            self.update(QRect(int(self._axis.scale.x(tick)) - 3, 0, 7, self.height()))

    def _draw_picture(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))
        picture.setDevicePixelRatio(ratio)
        painter = QPainter(picture)
        palette = self._theme.palette
        width, height = self.width(), self.height()
        painting.draw_pitch_rows(painter, self.pitch, width, height, palette)
        painting.draw_loop(painter, self._axis, width, height, palette)
        painting.draw_time_grid(painter, self._axis, width, height, palette)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_notes(painter, ratio)
        painter.end()
        return picture

    def _draw_notes(self, painter: QPainter, ratio: float) -> None:
        palette, time = self._theme.palette, self._axis.scale
        layers = self._content.layers(palette)
        visible = 0
        for arrays, _ramp in layers:
            run = arrays.between(time.left_tick, time.tick(self.width()))
            visible += run.stop - run.start
        if visible > BITMAP_FROM:
            painting.draw_bitmap(painter, layers, time, self.pitch, (self.width(), self.height()), ratio)
        else:
            brush = painting.NotePainter(painter, time, self.pitch, self.width())
            for arrays, ramp in layers:
                own = self._content.track is not None and arrays is layers[-1][0]
                brush.notes(arrays, ramp, names=own and not self._content.score.tracks[self._content.selected].is_drum)
        chosen = self._editor.chosen
        if chosen and self._content.track is not None:
            brush = painting.NotePainter(painter, time, self.pitch, self.width())
            strong = velocity_ramp(self._content.hue(self._content.selected), palette)[127]
            frame = QColor(palette.text) if palette.is_dark else QColor(*(c // 2 for c in strong))
            run = self._content.arrays(self._content.selected).between(time.left_tick, time.tick(self.width()))
            notes = self._content.arrays(self._content.selected).notes[run]
            brush.outline([note for note in notes if note in chosen], frame)
