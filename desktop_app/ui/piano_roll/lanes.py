"""The whole arrangement at a glance: one lane for each track, in line with its strip."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.language import tr
from desktop_app.note_edits.bars import BarRange
from desktop_app.ui.colours import hue, mix, to_hex, to_rgb, velocity_ramp
from desktop_app.ui.piano_roll import painting
from desktop_app.ui.piano_roll.axis import TimeAxis
from desktop_app.ui.piano_roll.content import ScoreContent
from desktop_app.ui.piano_roll.note_layer import BITMAP_FROM
from desktop_app.ui.piano_roll.range_selection import RangeSelection
from desktop_app.ui.piano_roll.scrolled_picture import ScrolledPicture
from desktop_app.ui.theme import Theme
from music_core.score import bar_lines

LANE_HEIGHT = 50
LOWEST_LANE = 30  # of use yet: a name, its buttons, and the notes
LANES_SHOWN = 5  # a melody and a band
_DRAG_PX = 5


def lane_height(room_px: int, tracks: int) -> int:
    """How high a lane is in so much room: lower than usual where else a band would not be seen whole."""
    return max(LOWEST_LANE, min(LANE_HEIGHT, room_px // max(1, min(LANES_SHOWN, tracks))))


class LanesView(QWidget):
    """Every track in miniature: a click selects it, a second click moves the playhead, a drag selects bars."""

    track_clicked = Signal(int)
    seek_asked = Signal(int)
    scrolled = Signal(int)  # pixels, up and down

    def __init__(self, axis: TimeAxis, content: ScoreContent, area: RangeSelection, theme: Theme) -> None:
        super().__init__()
        self._axis = axis
        self._content = content
        self._theme = theme
        self._range = area
        self._picture = ScrolledPicture(self._draw)
        self._press: QPointF | None = None
        self._drags = False
        self._top_px = 0
        self._lane_px = LANE_HEIGHT
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(LANE_HEIGHT)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(tr("Arrangement"))
        self.setToolTip(tr("Drag over bars to select them in one or more tracks. Double-click moves the playhead."))
        axis.changed.connect(self.update)
        area.changed.connect(lambda _area: self.update())
        axis.playhead_moved.connect(self._move_playhead)
        theme.changed.connect(self.redraw)

    def redraw(self) -> None:
        """Draw everything anew at the next chance."""
        self._picture.forget()
        self.update()

    def set_lane_height(self, lane_px: int) -> None:
        """Keep in line with the strips."""
        self._lane_px = lane_px
        self.redraw()

    def set_top(self, top_px: int) -> None:
        """Scroll along with the strips."""
        if top_px != self._top_px:
            self._top_px = top_px
            self.redraw()

    def lane_at(self, y: float) -> int:
        """The track whose lane holds `y`; may be beyond the last."""
        return int(y + self._top_px) // self._lane_px

    def paintEvent(self, event: QPaintEvent) -> None:
        origin = QPointF(self._axis.left_px, self._top_px)
        picture = self._picture.shown(self.size(), self.devicePixelRatioF(), origin, self._axis.look)
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        painter.drawPixmap(0, 0, picture)
        bars = self._range.value
        if bars is not None:
            lanes = QRectF(self._lane(bars.first_track).united(self._lane(bars.last_track)))
            span = (bars.start_tick, bars.end_tick)
            painting.draw_range(painter, self._axis, span, lanes, self._theme.palette)
        x = self._axis.scale.x(self._axis.playhead_tick)
        painting.draw_playhead(painter, x, self.height(), self._theme.palette)

    def resizeEvent(self, event: QResizeEvent) -> None:
        del event
        self.redraw()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self._axis.wheel(event):
            self.scrolled.emit(-(event.pixelDelta().y() or event.angleDelta().y() // 3))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        index = self.lane_at(event.position().y())
        if index < len(self._content.score.tracks):
            self._press, self._drags = event.position(), False
            self._range.choose(None)
            self.track_clicked.emit(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press is None:
            return
        self._drags = self._drags or (event.position() - self._press).manhattanLength() > _DRAG_PX
        if self._drags:
            self._range.choose(self._bars_between(self._press, event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        del event
        self._press = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.seek_asked.emit(self._axis.beat_at(max(0.0, self._axis.scale.tick(event.position().x()))))

    def _bars_between(self, one: QPointF, other: QPointF) -> BarRange:
        """All bars, and all lanes, that a drag touches."""
        ticks = sorted(max(0, int(self._axis.scale.tick(point.x()))) for point in (one, other))
        last = len(self._content.score.tracks) - 1
        tracks = sorted(min(last, max(0, self.lane_at(point.y()))) for point in (one, other))
        lines = bar_lines(self._axis.metres, ticks[1] + 1)
        return BarRange(max(line for line in lines if line <= ticks[0]), lines[-1], tracks[0], tracks[1])

    def _draw(self, painter: QPainter, area: QRect) -> None:
        palette = self._theme.palette
        painter.fillRect(area, QColor(palette.window))
        count = len(self._content.score.tracks)
        for index in range(count):
            self._draw_ground(painter, index)
        painting.draw_loop(painter, self._axis, self.width(), self.height(), palette)
        painter.save()
        below = max(0, count * self._lane_px - self._top_px)
        lanes = area.intersected(QRect(0, 0, self.width(), below))
        painter.setClipRect(lanes)
        painting.draw_time_grid(painter, self._axis, lanes, palette, finest=False)
        painter.restore()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index in range(count):
            self._draw_track(painter, index, area)

    def _lane(self, index: int) -> QRectF:
        return QRectF(0, index * self._lane_px - self._top_px, self.width(), self._lane_px)

    def _draw_ground(self, painter: QPainter, index: int) -> None:
        palette = self._theme.palette
        lane = self._lane(index)
        chosen = index == self._content.selected
        ground = palette.sunken
        if chosen:
            tint = hue(self._content.hue(index), palette)
            ground = to_hex(mix(to_rgb(palette.sunken), tint, 0.07))
        painter.fillRect(lane, QColor(ground))
        painter.setPen(QPen(QColor(palette.line_soft), 1))
        painter.drawLine(lane.bottomLeft(), lane.bottomRight())

    def _draw_track(self, painter: QPainter, index: int, area: QRect) -> None:
        track, arrays = self._content.score.tracks[index], self._content.arrays(index)
        lane = self._lane(index)
        if not track.notes or not lane.intersects(QRectF(area)):
            return
        palette, time = self._theme.palette, self._axis.scale
        pitch = painting.mini_pitch_scale(arrays.lowest, arrays.highest, self._lane_px - 10)
        ramp = velocity_ramp("slate" if track.muted else self._content.hue(index), palette, ghost=track.muted)
        painter.save()
        painter.translate(0, lane.top() + 5)
        run = arrays.between(time.left_tick, time.tick(self.width()))
        inside = QRect(area.left(), 0, area.width(), self._lane_px - 10)
        if run.stop - run.start > BITMAP_FROM // 4:
            painting.draw_bitmap(painter, [(arrays, ramp)], time, pitch, inside, self.devicePixelRatioF())
        else:
            painting.NotePainter(painter, time, pitch, inside).notes(arrays, ramp)
        painter.restore()

    def _move_playhead(self, before: float, after: float) -> None:
        for tick in (before, after):
            self.update(QRect(int(self._axis.scale.x(tick)) - 3, 0, 7, self.height()))
