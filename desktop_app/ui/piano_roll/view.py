"""The piano roll: the selected track's notes to read and edit, the other tracks as ghosts behind them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from desktop_app.language import mark, tr, tr_count
from desktop_app.note_edits.edited import is_generated
from desktop_app.ui.colours import velocity_ramp
from desktop_app.ui.piano_roll import painting
from desktop_app.ui.piano_roll.axis import TimeAxis
from desktop_app.ui.piano_roll.content import ScoreContent
from desktop_app.ui.piano_roll.coords import PitchScale
from desktop_app.ui.piano_roll.editing import NoteEditor
from desktop_app.ui.piano_roll.gestures import Pointer
from desktop_app.ui.piano_roll.note_layer import BITMAP_FROM, NoteArrays
from desktop_app.ui.piano_roll.range_selection import RangeSelection
from desktop_app.ui.piano_roll.scrolled_picture import ScrolledPicture
from desktop_app.ui.theme import Theme, label_font
from music_core.score import TICKS_PER_QUARTER, Note, Score, bar_beat

EMPTY_TEXT = mark("Record, type, import or pick a melody")
_ZOOM_STEP = 1.15


class RollView(QWidget):
    """Draws from a cached picture; only the playhead's column is drawn anew while playing."""

    pitch_scale_changed = Signal()
    hovered = Signal(object)  # a note, or None

    def __init__(
        self, axis: TimeAxis, content: ScoreContent, editor: NoteEditor, area: RangeSelection, theme: Theme
    ) -> None:
        super().__init__()
        self._axis = axis
        self._content = content
        self._editor = editor
        self._theme = theme
        self._range = area
        self._picture = ScrolledPicture(self._draw)
        self._crowded = False
        self._counted: tuple[Score, tuple[object, ...]] | None = None
        self._chosen: tuple[frozenset[Note], NoteArrays] = (frozenset(), NoteArrays.of(()))
        self._shows_scale = False
        self._box: QRectF | None = None
        self._take: tuple[Note, ...] = ()
        self.pitch = PitchScale(12.0, 400.0)
        self.context_actions: Callable[[QMenu], None] = lambda _menu: None
        self.own_key: Callable[[int, Qt.KeyboardModifier], bool] = lambda _key, _modifiers: False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 90)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(tr("Piano roll"))
        axis.changed.connect(self.update)
        area.changed.connect(lambda _area: self.update())
        axis.playhead_moved.connect(self._move_playhead)
        editor.changed.connect(self.redraw)
        editor.selection_changed.connect(lambda _count: self.describe())
        theme.changed.connect(self.redraw)

    # --- what is shown ---

    def redraw(self) -> None:
        """Draw everything anew at the next chance."""
        self._picture.forget()
        self.update()

    def refresh(self, *, centre: bool) -> None:
        """The content changed; `centre` brings the selected track's range into view."""
        self.describe()
        if centre:
            self.centre()
        self.redraw()

    def describe(self) -> None:
        """Tell screen readers what is shown and what is selected."""
        track = self._content.track
        if track is None:
            self.setAccessibleDescription(tr(EMPTY_TEXT))
            return
        told = [tr_count("{name}: {count} note", "{name}: {count} notes", len(track.notes), name=track.name)]
        chosen = self._editor.chosen
        if len(chosen) == 1:
            told.append(tr("selected: {note}", note=place_of(next(iter(chosen)), self._content)))
        elif chosen:
            told.append(tr("{count} notes are selected", count=len(chosen)))
        self.setAccessibleDescription("; ".join(told))

    def show_scale(self, shown: bool) -> None:
        """Tint the rows of the key's scale, or not."""
        self._shows_scale = shown
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
        self._count_notes()
        look = (*self._axis.look, self.pitch.row_px, self._crowded)
        origin = QPointF(self._axis.left_px, self.pitch.top_px)
        picture = self._picture.shown(self.size(), self.devicePixelRatioF(), origin, look)
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        ratio = picture.devicePixelRatio()
        area = event.rect()
        source = QRectF(area.x() * ratio, area.y() * ratio, area.width() * ratio, area.height() * ratio)
        painter.drawPixmap(QRectF(area), picture, source)
        bars = self._range.value
        if bars is not None and self._content.selected in bars.tracks:
            span = (bars.start_tick, bars.end_tick)
            painting.draw_range(painter, self._axis, span, QRectF(self.rect()), self._theme.palette)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._take:
            painting.draw_take(painter, self._take, self._axis.scale, self.pitch, self._theme.palette)
        elif self._axis.playhead_tick == 0 and not any(track.notes for track in self._content.score.tracks):
            painter.setPen(QColor(self._theme.palette.text_dim))
            painter.setFont(label_font(15))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), tr(EMPTY_TEXT))
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
        self.update()

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
        self._range.choose(None)
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
        if not self.own_key(event.key(), event.modifiers()):
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
            self.update()

    def _move_playhead(self, before: float, after: float) -> None:
        for tick in (before, after):
            self.update(QRect(int(self._axis.scale.x(tick)) - 3, 0, 7, self.height()))

    def _draw(self, painter: QPainter, area: QRect) -> None:
        palette = self._theme.palette
        painting.draw_pitch_rows(painter, self.pitch, self.width(), self.height(), palette)
        track = self._content.track
        within = self._editor.scale(int(max(0.0, self._axis.scale.left_tick))) if self._shows_scale else None
        if within:
            painting.draw_scale_rows(painter, self.pitch, area, within, palette)
        painting.draw_loop(painter, self._axis, self.width(), self.height(), palette)
        painting.draw_time_grid(painter, self._axis, area, palette)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._draw_notes(painter, area) and track is not None and track.generated_by:
            brush = painting.NotePainter(painter, self._axis.scale, self.pitch, area)
            ink = QColor(palette.sunken)
            ink.setAlpha(120)
            own = self._content.arrays(self._content.selected)
            brush.hatch(own, lambda note: is_generated(track, note), ink)
        self._draw_chosen(painter, area)

    def _draw_notes(self, painter: QPainter, area: QRect) -> bool:
        """Every visible note; true where they were few enough to be drawn one by one."""
        palette, time = self._theme.palette, self._axis.scale
        layers = self._content.layers(palette)
        if self._crowded:
            painting.draw_bitmap(painter, layers, time, self.pitch, area, self.devicePixelRatioF())
            return False
        brush = painting.NotePainter(painter, time, self.pitch, area)
        for arrays, ramp in layers:
            own = self._content.track is not None and arrays is layers[-1][0]
            named = own and self._content.track is not None and not self._content.track.is_drum
            brush.notes(arrays, ramp, self._content.name_of if named else None)
        return True

    def _draw_chosen(self, painter: QPainter, area: QRect) -> None:
        if not self._editor.chosen or self._content.track is None:
            return
        palette, time = self._theme.palette, self._axis.scale
        chosen = self._chosen_arrays()
        strong = velocity_ramp(self._content.hue(self._content.selected), palette)[127]
        frame = QColor(palette.text) if palette.is_dark else QColor(*(c // 2 for c in strong))
        if self._is_crowded([chosen]):
            bright = ((frame.red(), frame.green(), frame.blue()),) * 128
            painting.draw_bitmap(painter, [(chosen, bright)], time, self.pitch, area, self.devicePixelRatioF())
        else:
            painting.NotePainter(painter, time, self.pitch, area).outline(chosen, frame)

    def _chosen_arrays(self) -> NoteArrays:
        chosen = self._editor.chosen
        if chosen is not self._chosen[0]:
            own = self._content.arrays(self._content.selected)
            self._chosen = (chosen, own if len(chosen) == len(own.notes) else NoteArrays.of(tuple(sorted(chosen))))
        return self._chosen[1]

    def _count_notes(self) -> None:
        """Whether so many are to be drawn that a bitmap is quicker; counted anew where that may have changed."""
        score, place = self._content.score, (self._content.selected, self._axis.scale, self.width())
        if self._counted is None or self._counted[0] is not score or self._counted[1] != place:
            self._counted = (score, place)
            self._crowded = self._is_crowded([arrays for arrays, _ramp in self._content.layers(self._theme.palette)])

    def _is_crowded(self, layers: Sequence[NoteArrays]) -> bool:
        """Whether so many notes are on the screen that a bitmap is quicker; the same for a strip as for all of it."""
        first, last = self._axis.scale.left_tick, self._axis.scale.tick(self.width())
        runs = (arrays.between(first, last) for arrays in layers)
        return sum(run.stop - run.start for run in runs) > BITMAP_FROM


def place_of(note: Note, content: ScoreContent) -> str:
    """A note of the selected track in words: what it is, where, how long and how loud."""
    bar, beat, tick = bar_beat(content.score.metres, note.start_tick)
    name = content.name_of(note)
    length = f"{note.duration_ticks / TICKS_PER_QUARTER:.2g}"
    place = tr("bar {bar}, beat {beat} + {tick}", bar=bar, beat=beat, tick=tick) if tick else ""
    place = place or tr("bar {bar}, beat {beat}", bar=bar, beat=beat)
    velocity = note.velocity
    return tr(
        "{name}, {place}, {length} quarters, velocity {velocity}",
        name=name, place=place, length=length, velocity=velocity,
    )  # fmt: skip
