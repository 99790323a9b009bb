"""The piano keys at the roll's left edge, in line with its rows."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.language import tr
from desktop_app.ui.colours import hue, readable, to_rgb
from desktop_app.ui.piano_keys import is_black
from desktop_app.ui.piano_roll.coords import named_rows
from desktop_app.ui.piano_roll.view import RollView
from desktop_app.ui.theme import Theme, label_font
from music_core.drum_names import short_drum_name
from music_core.theory import MIDDLE_OCTAVE, pitch_name

WIDTH = 52


class KeysColumn(QWidget):
    """Shows which row is which pitch, and sounds it when pressed."""

    key_pressed = Signal(int, int)
    key_released = Signal()

    def __init__(self, roll: RollView, theme: Theme) -> None:
        super().__init__()
        self._roll = roll
        self._theme = theme
        self._lit: dict[int, str] = {}
        self._pressed: int | None = None
        self._drums: frozenset[int] | None = None
        self._middle_octave = MIDDLE_OCTAVE
        self.setFixedWidth(WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Pitches of the piano roll"))
        roll.pitch_scale_changed.connect(self.update)
        theme.changed.connect(self.update)

    def light(self, lit: dict[int, str]) -> None:
        """Show pitches as sounding, each in a hue."""
        if lit != self._lit:
            self._lit = lit
            self.update()

    def show_drums(self, drums: frozenset[int] | None) -> None:
        """Name the drums, above all these, which are played; or show piano keys, for None."""
        if drums != self._drums:
            self._drums = drums
            self.setAccessibleName(tr("Pitches of the piano roll") if drums is None else tr("Drums of the piano roll"))
            self.update()

    def count_octaves(self, middle_octave: int) -> None:
        """Name the C's so that middle C has this octave."""
        self._middle_octave = middle_octave
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, scale = self._theme.palette, self._roll.pitch
        if self._drums is not None:
            self._draw_drums(painter, self._drums)
            return
        painter.fillRect(self.rect(), QColor(palette.key_white))
        low, high = scale.pitch(self.height()), scale.pitch(0)
        for pitch in range(low, high + 1):
            self._draw_white_edge(painter, pitch)
        for pitch in range(low, high + 1):
            if is_black(pitch):
                box = QRectF(0, scale.y(pitch) + 0.5, WIDTH * 0.6, scale.row_px - 1)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._fill(pitch, palette.key_black))
                painter.drawRoundedRect(box, 1.5, 1.5)
        painter.setPen(QPen(QColor(palette.line), 1))
        painter.drawLine(QLineF(WIDTH - 0.5, 0, WIDTH - 0.5, self.height()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._strike(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None and self._roll.pitch.pitch(event.position().y()) != self._pressed:
            self.key_released.emit()
            self._strike(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        del event
        self._pressed = None
        self.key_released.emit()

    def _strike(self, event: QMouseEvent) -> None:
        self._pressed = self._roll.pitch.pitch(event.position().y())
        self.key_pressed.emit(self._pressed, 40 + round(75 * min(1.0, event.position().x() / WIDTH)))

    def _draw_drums(self, painter: QPainter, played: frozenset[int]) -> None:
        palette, scale = self._theme.palette, self._roll.pitch
        painter.fillRect(self.rect(), QColor(palette.panel))
        painter.setFont(label_font(10))
        rows = range(scale.pitch(self.height()), scale.pitch(0) + 1)
        named = named_rows((pitch for pitch in rows if short_drum_name(pitch)), played, scale.row_px)
        for pitch in rows:
            y = scale.y(pitch)
            if pitch in self._lit:
                painter.fillRect(QRectF(0, y, WIDTH, scale.row_px), self._fill(pitch, ""))
            painter.setPen(QPen(QColor(palette.line_soft), 1))
            painter.drawLine(QLineF(0, round(y) + 0.5, WIDTH, round(y) + 0.5))
            if pitch in named:
                painter.setPen(QColor(palette.text if pitch in played else palette.text_faint))
                box = QRectF(4, y - 3, WIDTH - 5, scale.row_px + 6)
                painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), tr(short_drum_name(pitch)))
        painter.setPen(QPen(QColor(palette.line), 1))
        painter.drawLine(QLineF(WIDTH - 0.5, 0, WIDTH - 0.5, self.height()))

    def _fill(self, pitch: int, plain: str) -> QColor:
        name = self._lit.get(pitch)
        return QColor(*hue(name, self._theme.palette)) if name else QColor(plain)

    def _draw_white_edge(self, painter: QPainter, pitch: int) -> None:
        scale, y = self._roll.pitch, self._roll.pitch.y(pitch)
        if pitch in self._lit and not is_black(pitch):
            painter.fillRect(QRectF(0, y, WIDTH, scale.row_px), self._fill(pitch, ""))
        if pitch % 12 in (0, 5):  # between B and C, and between E and F, two white keys meet at the row's edge
            painter.setPen(QPen(QColor("#a9a69d"), 1))
            painter.drawLine(QLineF(0, round(y + scale.row_px) - 0.5, WIDTH, round(y + scale.row_px) - 0.5))
        elif is_black(pitch):
            painter.setPen(QPen(QColor("#c3c0b7"), 1))
            middle = round(y + scale.row_px / 2) + 0.5
            painter.drawLine(QLineF(WIDTH * 0.6, middle, WIDTH, middle))
        if pitch % 12 == 0:
            ground = self._fill(pitch, self._theme.palette.key_white)
            painter.setPen(QColor(*readable(to_rgb(ground.name()))))
            painter.setFont(label_font(10, bold=True))
            box = QRectF(WIDTH * 0.6, y - 3, WIDTH * 0.4 - 4, scale.row_px + 6)
            name = pitch_name(pitch, middle_octave=self._middle_octave)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), name)
