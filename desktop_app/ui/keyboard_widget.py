"""The on-screen piano: 32 keys like the hardware's, for mouse and fingers, lit by whatever sounds."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QTouchEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.language import tr
from desktop_app.ui.colours import Rgb, hue, mix, readable, to_hex, to_rgb
from desktop_app.ui.held_notes import HeldNotes
from desktop_app.ui.piano_keys import Key, key_at, lay_out, velocity_at
from desktop_app.ui.theme import Theme, label_font
from music_core.theory import MIDDLE_OCTAVE, pitch_name

KEYS = 32
LOWEST = 53  # F3, so that middle C lies within reach of the left hand's edge
OCTAVES_DOWN, OCTAVES_UP = -3, 2
_FELT = "#8c2f39"


class PianoKeyboard(QWidget):
    """A piano from F to C. Struck low on a key it is louder; several fingers play several notes."""

    octave_changed = Signal(int)

    def __init__(self, held: HeldNotes, theme: Theme) -> None:
        super().__init__()
        self._held = held
        self._theme = theme
        self._octave = 0
        self._pictures: dict[object, QPixmap] = {}
        self._keys: tuple[Key, ...] = ()
        self._areas: tuple[QRect, ...] = ()
        self._down: frozenset[int] = frozenset()
        self._sounding: dict[int, str] = {}
        self._caps: dict[int, str] = {}
        self._middle_octave = MIDDLE_OCTAVE
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(420, 84)
        self.setAccessibleName(tr("Piano keyboard"))
        self.setAccessibleDescription(tr("32 keys; strike a key lower for a louder note"))
        theme.changed.connect(self.update)

    @property
    def octave(self) -> int:
        """Octaves up from F3..C6."""
        return self._octave

    @property
    def lowest_pitch(self) -> int:
        """The leftmost key."""
        return LOWEST + 12 * self._octave

    def shift_octave(self, by: int) -> None:
        """Move the keyboard up or down; keys that are held keep their pitch until they come up."""
        octave = min(OCTAVES_UP, max(OCTAVES_DOWN, self._octave + by))
        if octave != self._octave:
            self._octave = octave
            self._lay_out()
            self.octave_changed.emit(octave)

    def set_caps(self, caps: Mapping[int, str]) -> None:
        """Computer-key labels by pitch; empty while the computer keys do not play."""
        self._caps = dict(caps)
        self.update()

    def count_octaves(self, middle_octave: int) -> None:
        """Name the C's so that middle C has this octave."""
        self._middle_octave = middle_octave
        self._pictures.clear()
        self.update()

    def light(self, down: frozenset[int], sounding: Mapping[int, str]) -> None:
        """Show keys as held down, and others as sounding from the score in a track's hue."""
        if down != self._down or dict(sounding) != self._sounding:
            changed = {pitch for pitch, _ in set(sounding.items()) ^ set(self._sounding.items())} | (down ^ self._down)
            self._down, self._sounding = down, dict(sounding)
            for key, area in zip(self._keys, self._areas, strict=True):
                if key.pitch in changed:
                    self.update(area)

    def sizeHint(self) -> QSize:
        return QSize(900, 120)

    def resizeEvent(self, event: object) -> None:
        del event
        self._lay_out()

    def event(self, event: QEvent) -> bool:
        kinds = (QEvent.Type.TouchBegin, QEvent.Type.TouchUpdate, QEvent.Type.TouchEnd, QEvent.Type.TouchCancel)
        if event.type() in kinds and isinstance(event, QTouchEvent):
            self._touch(event)
            event.accept()
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._press("mouse", event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._slide("mouse", event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._held.release("mouse")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setClipRegion(event.region())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        region = event.region()
        for key, area in zip(self._keys, self._areas, strict=True):
            if region.intersects(area):
                painter.drawPixmap(area.topLeft(), self._picture(key, area))
        painter.fillRect(QRectF(0, 0, self.width(), 3), QColor(_FELT))

    # --- private ---

    def _lay_out(self) -> None:
        self._pictures.clear()
        self._keys = lay_out(self.lowest_pitch, KEYS, self.width(), self.height())
        self._areas = tuple(_area(key) for key in self._keys)
        self.update()

    def _press(self, source: object, position: QPointF) -> None:
        key = key_at(self._keys, position.x(), position.y())
        if key is not None:
            self._held.press(source, key.pitch, velocity_at(key, position.y()))

    def _slide(self, source: object, position: QPointF) -> None:
        key = key_at(self._keys, position.x(), position.y())
        if key is None:
            return
        if source in self._held.sources:
            self._held.slide(source, key.pitch, velocity_at(key, position.y()))

    def _touch(self, event: QTouchEvent) -> None:
        cancelled = event.type() == QEvent.Type.TouchCancel
        for point in event.points():
            source = ("finger", point.id())
            state = point.state()
            if cancelled or state == point.state().Released:
                self._held.release(source)
            elif state == point.state().Pressed:
                self._press(source, point.position())
            elif state == point.state().Updated:
                self._slide(source, point.position())

    def _picture(self, key: Key, area: QRect) -> QPixmap:
        """A key as it is now; kept, as while music plays the same few looks return many times a second."""
        ratio = self.devicePixelRatioF()
        lit = "own" if key.pitch in self._down else self._sounding.get(key.pitch, "")
        look = (key.pitch, lit, self._caps.get(key.pitch, ""), ratio, self._theme.palette)
        if look not in self._pictures:
            picture = QPixmap(round(area.width() * ratio), round(area.height() * ratio))
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(-area.topLeft())
            self._draw_key(painter, key)
            painter.end()
            self._pictures[look] = picture
        return self._pictures[look]

    def _draw_key(self, painter: QPainter, key: Key) -> None:
        palette = self._theme.palette
        own = key.pitch in self._down
        name = "amber" if own else self._sounding.get(key.pitch, "")
        base = to_rgb(palette.key_black if key.black else palette.key_white)
        if name:
            base = mix(base, hue(name, palette), 0.92 if own else 0.7)
        inset = 0.0 if key.black else 0.75
        press = 2.0 if own or name else 0.0
        depth = key.height - (0 if key.black else 1)
        box = QRectF(key.x + inset, -6, key.width - 2 * inset, depth + 6 - (0 if key.black else 2) + press * 0.5)
        self._draw_body(painter, key, box, base, pressed=bool(press))
        self._draw_labels(painter, key, box, base)

    def _draw_body(self, painter: QPainter, key: Key, box: QRectF, base: Rgb, *, pressed: bool) -> None:
        path = QPainterPath()
        path.addRoundedRect(box, 4, 4)
        shade = QLinearGradient(0, 0, 0, box.height())
        light, dark = (255, 255, 255), (0, 0, 0)
        if key.black:
            shade.setColorAt(0, QColor(to_hex(mix(base, light, 0.14))))
            shade.setColorAt(0.86, QColor(to_hex(mix(base, light, 0.05 if pressed else 0.18))))
            shade.setColorAt(0.90, QColor(to_hex(mix(base, dark, 0.25))))
            shade.setColorAt(1, QColor(to_hex(mix(base, dark, 0.35))))
        else:
            shade.setColorAt(0, QColor(to_hex(mix(base, dark, 0.20))))
            shade.setColorAt(0.10, QColor(to_hex(mix(base, dark, 0.05))))
            shade.setColorAt(1, QColor(to_hex(base)))
        painter.setPen(QPen(QColor("#000000") if key.black else QColor("#9c988e"), 1))
        painter.fillPath(path, shade)
        painter.drawPath(path)

    def _draw_labels(self, painter: QPainter, key: Key, box: QRectF, base: Rgb) -> None:
        cap = self._caps.get(key.pitch, "")
        ink = QColor(*readable(base))
        bottom = box.bottom() - 5
        if key.pitch % 12 == 0 and not key.black:
            painter.setPen(ink)
            painter.setFont(label_font(10, bold=True))
            name_box = QRectF(box.left(), bottom - 13, box.width(), 13)
            name = pitch_name(key.pitch, middle_octave=self._middle_octave)
            painter.drawText(name_box, int(Qt.AlignmentFlag.AlignCenter), name)
        if not cap:
            return
        size = min(17.0, box.width() - 4)
        cap_bottom = bottom - (7 if key.black else 17)
        cap_box = QRectF(box.center().x() - size / 2, cap_bottom - size, size, size)
        frame = QColor(ink)
        frame.setAlpha(110)
        painter.setPen(QPen(frame, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(cap_box, 3, 3)
        painter.setPen(ink)
        painter.setFont(label_font(11, bold=True))
        painter.drawText(cap_box, int(Qt.AlignmentFlag.AlignCenter), cap)


def _area(key: Key) -> QRect:
    """What drawing a key may touch."""
    return QRectF(key.x, 0, key.width, key.height).toAlignedRect().adjusted(-1, 0, 1, 2)
