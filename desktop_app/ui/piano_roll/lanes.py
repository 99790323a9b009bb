"""The whole arrangement at a glance: one lane for each track, in line with its strip."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.ui.colours import hue, mix, to_hex, to_rgb, velocity_ramp
from desktop_app.ui.piano_roll import painting
from desktop_app.ui.piano_roll.axis import TimeAxis
from desktop_app.ui.piano_roll.content import ScoreContent
from desktop_app.ui.piano_roll.note_layer import BITMAP_FROM
from desktop_app.ui.theme import Theme

LANE_HEIGHT = 50


class LanesView(QWidget):
    """Notes of every track in miniature; a click selects the track, and another moves the playhead."""

    track_clicked = Signal(int)
    seek_asked = Signal(int)
    scrolled = Signal(int)  # pixels, up and down

    def __init__(self, axis: TimeAxis, content: ScoreContent, theme: Theme) -> None:
        super().__init__()
        self._axis = axis
        self._content = content
        self._theme = theme
        self._picture: QPixmap | None = None
        self._top_px = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(LANE_HEIGHT)
        self.setAccessibleName("Arrangement")
        axis.changed.connect(self.redraw)
        axis.playhead_moved.connect(self._move_playhead)
        theme.changed.connect(self.redraw)

    def redraw(self) -> None:
        """Draw everything anew at the next chance."""
        self._picture = None
        self.update()

    def set_top(self, top_px: int) -> None:
        """Scroll along with the strips."""
        if top_px != self._top_px:
            self._top_px = top_px
            self.redraw()

    def lane_at(self, y: float) -> int:
        """The track whose lane holds `y`; may be beyond the last."""
        return int(y + self._top_px) // LANE_HEIGHT

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None:
            self._picture = self._draw_picture()
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        painter.drawPixmap(0, 0, self._picture)
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
            self.track_clicked.emit(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.seek_asked.emit(self._axis.beat_at(max(0.0, self._axis.scale.tick(event.position().x()))))

    def _draw_picture(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))
        picture.setDevicePixelRatio(ratio)
        painter = QPainter(picture)
        palette = self._theme.palette
        painter.fillRect(self.rect(), QColor(palette.window))
        count = len(self._content.score.tracks)
        for index in range(count):
            self._draw_ground(painter, index)
        painting.draw_loop(painter, self._axis, self.width(), self.height(), palette)
        painter.save()
        painter.setClipRect(QRect(0, 0, self.width(), max(0, count * LANE_HEIGHT - self._top_px)))
        painting.draw_time_grid(painter, self._axis, self.width(), self.height(), palette, finest=False)
        painter.restore()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index in range(count):
            self._draw_track(painter, index, ratio)
        painter.end()
        return picture

    def _lane(self, index: int) -> QRectF:
        return QRectF(0, index * LANE_HEIGHT - self._top_px, self.width(), LANE_HEIGHT)

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

    def _draw_track(self, painter: QPainter, index: int, ratio: float) -> None:
        track, arrays = self._content.score.tracks[index], self._content.arrays(index)
        lane = self._lane(index)
        if not track.notes or not lane.intersects(QRectF(self.rect())):
            return
        palette, time = self._theme.palette, self._axis.scale
        low, high = int(arrays.pitch.min()), int(arrays.pitch.max())
        pitch = painting.mini_pitch_scale(low, high, LANE_HEIGHT - 10)
        ramp = velocity_ramp("slate" if track.muted else self._content.hue(index), palette, ghost=track.muted)
        painter.save()
        painter.translate(0, lane.top() + 5)
        run = arrays.between(time.left_tick, time.tick(self.width()))
        if run.stop - run.start > BITMAP_FROM // 4:
            size = (self.width(), LANE_HEIGHT - 10)
            painting.draw_bitmap(painter, [(arrays, ramp)], time, pitch, size, ratio)
        else:
            painting.NotePainter(painter, time, pitch, self.width()).notes(arrays, ramp)
        painter.restore()

    def _move_playhead(self, before: float, after: float) -> None:
        for tick in (before, after):
            self.update(QRect(int(self._axis.scale.x(tick)) - 3, 0, 7, self.height()))
