"""The chord lane: a slim strip on the shared time axis in which chords are read, typed, moved and removed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from desktop_app import chord_edits
from desktop_app.language import mark, tr
from desktop_app.ui.chord_lane import painting, places
from desktop_app.ui.chord_lane.menu import fill_menu
from desktop_app.ui.chord_lane.places import HEIGHT
from desktop_app.ui.chord_lane.typing import ChordTyping, Hear
from desktop_app.ui.piano_roll.axis import TimeAxis
from desktop_app.ui.piano_roll.coords import grid_lines
from desktop_app.ui.theme import Theme
from music_core.harmony.spelling import spelled
from music_core.score import ChordChange, Score, bar_beat

INVITATION = mark("Double-click to type a chord: C, Am7, F#m7b5, Bb/D, N.C.")
_DRAG_PX = 5
_MOST_TOLD = 60
_EDIT_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2)
_DELETE_KEYS = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_OWN_KEYS = (*_EDIT_KEYS, *_DELETE_KEYS, Qt.Key.Key_Left, Qt.Key.Key_Right)


class ChordLaneView(QWidget):
    """Shows the score's chords and commits each edit as one undo step."""

    hint = Signal(str)

    def __init__(self, axis: TimeAxis, theme: Theme, commit: Callable[[str, Score], None], hear: Hear) -> None:
        super().__init__()
        self._axis = axis
        self._theme = theme
        self._commit = commit
        self._hear = hear
        self._score = Score()
        self._press: tuple[float, int] | None = None  # x, and the tick of the chord that was pressed
        self._dragged: Score | None = None
        self._hovered: int | None = None
        self.selected: int | None = None  # the tick at which the selected chord begins
        self.typing = ChordTyping(self, axis, theme, hear)
        self.typing.taken.connect(self._select)
        self.typing.edited.connect(lambda score: commit("Chord", score))
        self.typing.left.connect(self.setFocus)
        self.typing.hint.connect(self.hint)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Chords"))
        axis.changed.connect(self._axis_changed)
        theme.changed.connect(self.update)

    def show_score(self, score: Score) -> None:
        """Take over a score; a symbol being typed for another one is given up."""
        if score.chords != self._score.chords:
            self.typing.close()
        self._score, self._dragged, self._press = score, None, None
        if all(change.tick != self.selected for change in score.chords):
            self.selected = None
        told = [
            f"{tr('bar {first}', first=bar_beat(score.metres, change.tick)[0])} {self._told(change)}"
            for change in score.chords[:_MOST_TOLD]
        ]
        self.setAccessibleDescription(", ".join(told) or tr(INVITATION))
        self.update()

    def box(self, tick: int) -> QRectF:
        """Where the chord that begins at a tick is drawn."""
        return next(box for change, box in self._boxes() if change.tick == tick)

    def place(self, x: float) -> int:
        """The tick that a double-click at `x` means."""
        return places.place(x, self._axis)

    def type_at(self, tick: int) -> None:
        """Open the field for the chord at a tick, or for a new one."""
        self.typing.open_at(tick, self._score)

    # --- Qt events ---

    def event(self, event: QEvent) -> bool:
        # With a chord selected, Delete and the arrows are about it and not about notes.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in _OWN_KEYS
            and self.selected is not None
        ):
            event.accept()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self._theme.palette
        painter.fillRect(self.rect(), QColor(palette.panel))
        for tick, weight in grid_lines(self._axis.metres, self._axis.scale, self.width(), self._axis.snap_ticks):
            if weight == 2:
                painting.draw_bar_line(painter, round(self._axis.scale.x(tick)) + 0.5, HEIGHT, palette)
        if not self._score.chords:
            area = QRectF(max(0.0, self._axis.scale.x(0)) + 7, 0, self.width(), HEIGHT)
            painting.draw_invitation(painter, area, tr(INVITATION), palette)
        if self._hovered is not None:
            painting.draw_cell(painter, places.cell(self._hovered, self._axis), palette)
        active = self.hasFocus() or self._dragged is not None
        drawn = [
            painting.ChordBox(box, self._symbol(change), change.locked, active and change.tick == self.selected)
            for change, box in self._boxes()
            if box.right() >= 0 and box.left() <= self.width()
        ]
        painting.draw_chords(painter, drawn, palette)
        painter.setPen(QPen(QColor(palette.line), 1))
        painter.drawLine(QLineF(0, HEIGHT - 0.5, self.width(), HEIGHT - 0.5))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        change = self._at(event.position())
        self.selected = change.tick if change else None
        if change and event.button() == Qt.MouseButton.LeftButton:
            self._press = (event.position().x(), change.tick)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._press is None:
            self._hover(event.position())
            return
        pressed_x, tick = self._press
        if self._dragged is None and abs(x - pressed_x) <= _DRAG_PX:
            return
        target = self._axis.beat_at(max(0.0, self._axis.scale.tick(self._axis.scale.x(tick) + x - pressed_x)))
        self._dragged = chord_edits.moved(self._score, tick, target)
        # The chord keeps its rank, as it never passes a neighbour.
        rank = [change.tick for change in self._score.chords].index(tick)
        self.selected = self._dragged.chords[rank].tick
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        del event
        dragged, self._dragged, self._press = self._dragged, None, None
        if dragged is not None and dragged != self._score:
            self._commit("Move the chord", dragged)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._press = None
            change = self._at(event.position())
            tick = self.place(event.position().x())
            # On the symbol itself its own chord is meant, wherever in the beat it begins.
            on_symbol = change is not None and tick <= change.tick
            self.type_at(change.tick if change is not None and on_symbol else tick)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hovered = None
        self.hint.emit("")
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.selected is None or event.key() not in _OWN_KEYS:
            super().keyPressEvent(event)
        elif event.key() in _EDIT_KEYS:
            self.type_at(self.selected)
        elif event.key() in _DELETE_KEYS:
            self._commit("Delete the chord", chord_edits.without(self._score, self.selected))
        else:
            self._select_beside(1 if event.key() == Qt.Key.Key_Right else -1)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self._axis.wheel(event):
            self._axis.set_scale(self._axis.scale.scrolled(-event.angleDelta().y() * 0.5))
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        self.fill_menu(menu, QPointF(event.pos()))
        menu.exec(event.globalPos())

    def fill_menu(self, menu: QMenu, position: QPointF) -> None:
        """What can be done at a place in the lane."""
        change = self._at(position)
        self.selected = change.tick if change else None
        fill_menu(menu, self._score, change, self.place(position.x()), self.type_at, self._commit, self._hear)

    # --- private ---

    def _select(self, tick: int) -> None:
        self.selected = tick
        self.setFocus()

    def _axis_changed(self) -> None:
        self.typing.follow_axis()
        self.update()

    def _select_beside(self, step: int) -> None:
        ticks = [change.tick for change in self._score.chords]
        index = ticks.index(self.selected) if self.selected in ticks else 0
        self.selected = ticks[min(len(ticks) - 1, max(0, index + step))]
        self.update()

    def _hover(self, position: QPointF) -> None:
        change = self._at(position)
        place = self.place(position.x())
        self._hovered = place if change is None or change.tick < place else None
        if change is None:
            self.hint.emit(tr(INVITATION))
        else:
            bar, beat, _ = bar_beat(self._score.metres, change.tick)
            self.hint.emit(tr("{chord}, from bar {bar}, beat {beat}", chord=self._told(change), bar=bar, beat=beat))
        self.setToolTip(self._told(change) if change is not None else "")
        self.update()

    def _told(self, change: ChordChange) -> str:
        if change.locked:
            return tr("{chord} (yours, kept by the models)", chord=self._symbol(change))
        return tr("{chord} (found by a model)", chord=self._symbol(change))

    def _symbol(self, change: ChordChange) -> str:
        return spelled(change.chord, self._score.keys, change.tick)

    def _at(self, position: QPointF) -> ChordChange | None:
        return next((change for change, box in self._boxes() if box.left() <= position.x() < box.right()), None)

    def _boxes(self) -> list[tuple[ChordChange, QRectF]]:
        return places.boxes((self._dragged or self._score).chords, self._axis)
