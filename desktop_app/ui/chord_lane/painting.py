"""How the chord lane looks: a person's chord is a filled tab with a bold symbol, a model's a dashed outline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from desktop_app.ui.colours import Palette
from desktop_app.ui.theme import label_font

_TEXT_PX, _SMALL_PX = 12, 11
_LOCK_W, _LOCK_ROOM = 7.0, 15.0
_PAD, _SMALL_PAD = 7.0, 4.5
_DOTS = "…"
_LEAST_LETTERS = 2  # "B…" may be any of twenty chords; the box alone says as much, and its tooltip the rest
_LAST_PX = 200.0  # the last symbol has nobody beside it


@dataclass(frozen=True, slots=True)
class ChordBox:
    """One chord as it is drawn: where, what is written, and in which state."""

    box: QRectF
    text: str
    locked: bool
    selected: bool


def draw_chords(painter: QPainter, chords: Sequence[ChordBox], palette: Palette) -> None:
    """The boxes, and in them the symbols; where one does not fit, all take turns in two rows.

    In two rows a symbol has the room of two boxes; what does not fit there either is cut off with dots, or left out
    where less than two letters of it would stay.
    """
    if all(_width(chord, _TEXT_PX) + _PAD <= chord.box.width() for chord in chords):
        for chord in chords:
            _draw_box(painter, chord, chord.box, palette)
        for chord in chords:
            _draw_symbol(painter, chord, chord.box.adjusted(_PAD, 0, 0, 0), _TEXT_PX, palette)
        return
    areas = _staggered(chords)
    for chord, area in zip(chords, areas, strict=True):
        _draw_box(painter, chord, area, palette)
    for chord, area in zip(chords, areas, strict=True):
        _draw_symbol(painter, chord, area, _SMALL_PX, palette)


def _staggered(chords: Sequence[ChordBox]) -> list[QRectF]:
    """Where each symbol goes in two rows: up to the next one but one; in the middle where neighbours leave it room."""
    fits = [_width(chord, _SMALL_PX) + _SMALL_PAD <= chord.box.width() for chord in chords]
    areas = []
    for index, chord in enumerate(chords):
        box = chord.box
        left = box.left() + _SMALL_PAD
        if fits[index] and (index == 0 or fits[index - 1]):
            areas.append(QRectF(left, box.top(), box.right() - left, box.height()))
            continue
        right = chords[index + 2].box.left() if index + 2 < len(chords) else left + _LAST_PX
        top = box.top() + (box.height() / 2 if index % 2 else 0)
        areas.append(QRectF(left, top, max(0.0, right - left), box.height() / 2))
    return areas


def draw_cell(painter: QPainter, box: QRectF, palette: Palette) -> None:
    """The empty place under the pointer, where a double-click would put a chord."""
    colour = QColor(palette.text)
    colour.setAlpha(18)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(box, 3, 3)


def draw_invitation(painter: QPainter, box: QRectF, text: str, palette: Palette) -> None:
    """What an empty lane is for."""
    painter.setFont(label_font(_TEXT_PX))
    painter.setPen(QColor(palette.text_faint))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), text)


def draw_bar_line(painter: QPainter, x: float, height: float, palette: Palette) -> None:
    """A bar's beginning."""
    painter.setPen(QPen(QColor(palette.line_soft), 1))
    painter.drawLine(QLineF(x, 0, x, height))


def _draw_box(painter: QPainter, chord: ChordBox, area: QRectF, palette: Palette) -> None:
    """The chord's time as a box; a locked one's edge is no taller than its symbol's row."""
    box = chord.box
    painter.setPen(Qt.PenStyle.NoPen)
    if chord.locked:
        painter.setBrush(QColor(palette.raised))
        painter.drawRoundedRect(box, 4, 4)
        painter.setBrush(QColor(palette.accent))
        painter.drawRoundedRect(QRectF(box.left(), area.top(), 2.5, area.height()), 1.2, 1.2)
    pen = QPen(QColor(palette.accent if chord.selected else palette.line), 1.6 if chord.selected else 1)
    if not chord.locked and not chord.selected:
        pen.setDashPattern([2, 3])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box, 4, 4)


def _draw_symbol(painter: QPainter, chord: ChordBox, area: QRectF, pixels: int, palette: Palette) -> None:
    """The symbol, and a padlock at the end of a locked chord's box where the symbol leaves it room."""
    box = chord.box
    is_whole = area.height() == box.height()
    if chord.locked and is_whole and box.right() - area.left() >= _width(chord, pixels) + _LOCK_ROOM:
        _draw_lock(painter, QPointF(box.right() - _LOCK_W - 6, box.center().y()), QColor(palette.text_faint))
    font = _font(chord, pixels)
    painter.setFont(font)
    painter.setPen(QColor(palette.text if chord.locked else palette.text_dim))
    text = QFontMetricsF(font).elidedText(chord.text, Qt.TextElideMode.ElideRight, area.width() + 1)
    if text == chord.text or len(text.removesuffix(_DOTS)) >= _LEAST_LETTERS:
        painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), text)


def _width(chord: ChordBox, pixels: int) -> float:
    return QFontMetricsF(_font(chord, pixels)).horizontalAdvance(chord.text)


def _font(chord: ChordBox, pixels: int) -> QFont:
    return label_font(pixels, bold=chord.locked)


def _draw_lock(painter: QPainter, left_middle: QPointF, colour: QColor) -> None:
    body = QRectF(left_middle.x(), left_middle.y() - 0.5, _LOCK_W, 5.5)
    painter.setPen(QPen(colour, 1.3))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawArc(QRectF(body.left() + 1.2, body.top() - 4, _LOCK_W - 2.4, 7), 0, 180 * 16)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(body, 1.2, 1.2)
