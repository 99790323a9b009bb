"""How grid, notes, loop and playhead look; the views decide where."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import repeat

import numpy as np
from PySide6.QtCore import QLineF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen

from desktop_app.ui.colours import Palette, Rgb, contrast, mix, to_hex, to_rgb
from desktop_app.ui.piano_keys import is_black
from desktop_app.ui.piano_roll.axis import TimeAxis
from desktop_app.ui.piano_roll.coords import PITCHES, PitchScale, TimeScale, grid_lines
from desktop_app.ui.piano_roll.note_layer import NoteArrays, paint_bitmap
from desktop_app.ui.theme import label_font
from music_core.score import Note

_INKS: tuple[Rgb, Rgb] = ((22, 23, 26), (255, 255, 255))
_ROUND_UP_TO = 700  # rounded corners cost four times a plain rectangle


def line_pens(palette: Palette) -> tuple[QPen, QPen, QPen]:
    """Pens for a division, a beat and a bar."""
    soft, line = to_rgb(palette.line_soft), to_rgb(palette.line)
    ground = to_rgb(palette.sunken)
    return (
        QPen(QColor(to_hex(mix(ground, soft, 0.65))), 1),
        QPen(QColor(to_hex(mix(soft, line, 0.25))), 1),
        QPen(QColor(to_hex(mix(soft, line, 0.95))), 1),
    )


def draw_time_grid(painter: QPainter, axis: TimeAxis, area: QRect, palette: Palette, *, finest: bool = True) -> None:
    """Vertical lines for bars, beats and (if `finest`) divisions, and a veil after the end of the piece."""
    pens = line_pens(palette)
    by_weight: tuple[list[QLineF], ...] = ([], [], [])
    step = axis.snap_ticks if finest else axis.metres[0].beat_ticks
    seen = TimeScale(axis.scale.pixels_per_tick, axis.scale.tick(area.left() - 1))
    for tick, weight in grid_lines(axis.metres, seen, area.width() + 2, step):
        x = round(axis.scale.x(tick)) + 0.5
        by_weight[weight].append(QLineF(x, area.top(), x, area.bottom() + 1))
    for pen, lines in zip(pens, by_weight, strict=True):
        if lines:
            painter.setPen(pen)
            painter.drawLines(lines)
    end_x = axis.scale.x(axis.end_tick)
    if end_x < area.right() + 1:
        veil = QColor(palette.window)
        veil.setAlpha(130)
        painter.fillRect(QRectF(end_x + 1, area.top(), area.right() - end_x, area.height()), veil)


def draw_scale_rows(
    painter: QPainter, pitch: PitchScale, area: QRect, within: frozenset[int], palette: Palette
) -> None:
    """A tint over the rows of the scale's pitches."""
    tint = QColor(palette.accent)
    tint.setAlpha(20 if palette.is_dark else 26)
    for number in range(pitch.pitch(area.bottom()), pitch.pitch(area.top()) + 1):
        if number % 12 in within:
            painter.fillRect(QRectF(area.left(), pitch.y(number), area.width(), pitch.row_px), tint)


def draw_range(painter: QPainter, axis: TimeAxis, span: tuple[int, int], area: QRectF, palette: Palette) -> None:
    """The selected bars: a tint between two lines."""
    left, right = (axis.scale.x(tick) for tick in span)
    box = QRectF(left, area.top(), right - left, area.height())
    tint = QColor(palette.text)
    tint.setAlpha(26)
    painter.fillRect(box.intersected(area), tint)
    tint.setAlpha(150)
    painter.setPen(QPen(tint, 1))
    painter.drawLine(QLineF(round(left) + 0.5, area.top(), round(left) + 0.5, area.bottom()))
    painter.drawLine(QLineF(round(right) - 0.5, area.top(), round(right) - 0.5, area.bottom()))


def draw_pitch_rows(painter: QPainter, pitch: PitchScale, width: int, height: int, palette: Palette) -> None:
    """Darker rows for the black keys and a line under each C."""
    painter.fillRect(QRectF(0, 0, width, height), QColor(palette.sunken))
    dark, octave = QColor(palette.row_black), line_pens(palette)[1]
    for number in range(pitch.pitch(height), pitch.pitch(0) + 1):
        y = pitch.y(number)
        if is_black(number):
            painter.fillRect(QRectF(0, y, width, pitch.row_px), dark)
        if number % 12 == 0:
            painter.setPen(octave)
            painter.drawLine(QLineF(0, round(y + pitch.row_px) - 0.5, width, round(y + pitch.row_px) - 0.5))


def draw_loop(painter: QPainter, axis: TimeAxis, width: int, height: int, palette: Palette) -> None:
    """A tint over the looped bars."""
    if axis.loop is None:
        return
    left, right = (axis.scale.x(tick) for tick in axis.loop)
    tint = QColor(palette.accent)
    tint.setAlpha(18)
    painter.fillRect(QRectF(left, 0, right - left, height).intersected(QRectF(0, 0, width, height)), tint)


def draw_playhead(painter: QPainter, x: float, height: int, palette: Palette) -> None:
    """The playhead's line."""
    painter.fillRect(QRectF(round(x) - 0.5, 0, 1.5, height), QColor(palette.playhead))


def draw_take(painter: QPainter, notes: Sequence[Note], time: TimeScale, pitch: PitchScale, palette: Palette) -> None:
    """Notes that are being recorded: in the colour of the record button, with a frame."""
    colour = QColor(palette.record)
    painter.setPen(QPen(colour, 1))
    colour.setAlpha(150)
    painter.setBrush(colour)
    for note in notes:
        painter.drawRoundedRect(note_rectangle(note, time, pitch), 2, 2)


class NotePainter:
    """Draws runs of notes with rectangles, where they are few enough for that."""

    def __init__(self, painter: QPainter, time: TimeScale, pitch: PitchScale, area: QRect) -> None:
        self._painter = painter
        self._time = time
        self._pitch = pitch
        self._first_tick, self._last_tick = time.tick(area.left()), time.tick(area.right() + 1)

    def rectangle(self, note: Note) -> QRectF:
        """Where a note lies; a hair shorter than its length, so that repeated notes stay apart."""
        return note_rectangle(note, self._time, self._pitch)

    def notes(self, arrays: NoteArrays, ramp: Sequence[Rgb], name_of: Callable[[Note], str] | None = None) -> None:
        """Every visible note of a track, its strength by velocity, named where there is room."""
        painter, run, brushes = self._painter, arrays.between(self._first_tick, self._last_tick), _brushes(tuple(ramp))
        rounded = run.stop - run.start <= _ROUND_UP_TO and self._pitch.row_px >= 7
        radius = 2.5 if self._pitch.row_px >= 10 else 1.5
        painter.setPen(Qt.PenStyle.NoPen)
        for left, top, width, height, velocity in self._boxes(arrays, run):
            box = QRectF(left, top, width, height)
            if rounded and width > 4:
                painter.setBrush(brushes[velocity])
                painter.drawRoundedRect(box, radius, radius)
            else:
                painter.fillRect(box, brushes[velocity])
        if name_of is not None and self._pitch.row_px >= 11:
            self._names(arrays.notes[run], ramp, name_of)

    def hatch(self, arrays: NoteArrays, marked: Callable[[Note], bool], ink: QColor) -> None:
        """A hatch over the notes that a model wrote: a sign that does not rest on hue."""
        run = arrays.between(self._first_tick, self._last_tick)
        boxes = [self.rectangle(note) for note in arrays.notes[run] if marked(note)]
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(QBrush(ink, Qt.BrushStyle.BDiagPattern))
        self._painter.setBrushOrigin(-round(self._time.left_tick * self._time.pixels_per_tick) % 8, 0)
        self._painter.drawRects([box for box in boxes if box.width() > 3])

    def outline(self, arrays: NoteArrays, colour: QColor) -> None:
        """A bright frame around selected notes: a sign that does not rest on hue."""
        self._painter.setPen(QPen(colour, 1.6))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        for note in arrays.notes[arrays.between(self._first_tick, self._last_tick)]:
            self._painter.drawRoundedRect(self.rectangle(note).adjusted(0.4, 0.4, -0.4, -0.4), 2.5, 2.5)

    def _boxes(self, arrays: NoteArrays, run: slice) -> Iterable[tuple[float, float, float, float, int]]:
        """Left, top, width, height and velocity of each note of a run; in columns, which is quicker than one by one."""
        time, pitch = self._time, self._pitch
        left = (arrays.start[run] - time.left_tick) * time.pixels_per_tick
        width = np.maximum(2.0, (arrays.end[run] - arrays.start[run]) * time.pixels_per_tick - 1.0)
        top = (PITCHES - 1 - arrays.pitch[run]) * pitch.row_px - pitch.top_px + 1.0
        height = repeat(max(2.0, pitch.row_px - 1.0))
        return zip(left.tolist(), top.tolist(), width.tolist(), height, arrays.velocity[run].tolist(), strict=False)

    def _names(self, notes: Sequence[Note], ramp: Sequence[Rgb], name_of: Callable[[Note], str]) -> None:
        self._painter.setFont(label_font(min(11, int(self._pitch.row_px) - 2), bold=True))
        for note in notes:
            box = self.rectangle(note)
            if box.width() >= 30:
                self._painter.setPen(QColor(*max(_INKS, key=lambda ink: contrast(ink, ramp[note.velocity]))))
                text_box = box.adjusted(5, -1, -2, 1)
                self._painter.drawText(text_box, int(Qt.AlignmentFlag.AlignVCenter), name_of(note))


@lru_cache(maxsize=64)
def _brushes(ramp: tuple[Rgb, ...]) -> list[QColor]:
    """The colours of velocities 0..127."""
    return [QColor(*rgb) for rgb in ramp]


def note_rectangle(note: Note, time: TimeScale, pitch: PitchScale) -> QRectF:
    """A note's box in pixels."""
    left = time.x(note.start_tick)
    width = max(2.0, note.duration_ticks * time.pixels_per_tick - 1.0)
    return QRectF(left, pitch.y(note.pitch) + 1.0, width, max(2.0, pitch.row_px - 1.0))


def draw_bitmap(
    painter: QPainter,
    layers: Sequence[tuple[NoteArrays, Sequence[Rgb]]],
    time: TimeScale,
    pitch: PitchScale,
    area: QRect,
    device_ratio: float,
) -> None:
    """All layers as one picture of an area, at the screen's own pixels."""
    width, height = round(area.width() * device_ratio), round(area.height() * device_ratio)
    pixels = paint_bitmap(
        layers,
        TimeScale(time.pixels_per_tick * device_ratio, time.tick(area.left())),
        PitchScale(pitch.row_px * device_ratio, (pitch.top_px + area.top()) * device_ratio),
        (width, height),
    )
    pixels = np.ascontiguousarray(pixels)
    image = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(device_ratio)
    painter.drawImage(area.topLeft(), image)


def mini_pitch_scale(low: int, high: int, height: float) -> PitchScale:
    """Rows for a track's lane: its whole range, with a margin, in a few pixels."""
    span = max(12, high - low + 3)
    row = height / span
    middle = (low + high) / 2
    return PitchScale(row, (PITCHES - 0.5 - middle) * row - height / 2)
