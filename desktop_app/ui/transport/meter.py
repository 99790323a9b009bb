"""Level meters: how loud it is now, in decibels, with the peak held for a moment."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.audio.levels import FLOOR_DB, Levels, Peak, to_db
from desktop_app.language import tr
from desktop_app.ui.theme import Theme

_BUSY_MS, _IDLE_MS = 70, 150
_HOLD_TICKS = 22
_MARK_FALL_DB = 2.0
_WARM_DB, _HOT_DB = -12.0, -3.0
_GAP = 2


class MeterClock(QObject):
    """Ticks while something sounds, and now and then while nothing does. One for all meters of the window."""

    ticked = Signal(object)  # Levels

    def __init__(self, read: Callable[[], Levels], parent: QObject) -> None:
        super().__init__(parent)
        self._read = read
        self._was_silent = True
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._timer.start(_IDLE_MS)

    def stop(self) -> None:
        """The studio ends."""
        self._timer.stop()

    def tick(self) -> None:
        """Tick now instead of later: for whoever lets the window be painted anyway, so that it is done in one go."""
        self._timer.start()
        self._tick()

    def _tick(self) -> None:
        levels = self._read()
        silent = levels.is_silent
        if not (silent and self._was_silent):
            self.ticked.emit(levels)
        if silent != self._was_silent:
            self._was_silent = silent
            self._timer.setInterval(_IDLE_MS if silent else _BUSY_MS)


class Meter(QWidget):
    """Two bars, left and right; upright or lying. Red at the end stays lit after an overload until it is clicked."""

    def __init__(self, theme: Theme, label: str, *, upright: bool = True, thickness: int = 5) -> None:
        super().__init__()
        self._theme = theme
        self._upright = upright
        self._shown: Peak = (0.0, 0.0)
        self._held: list[tuple[float, int]] = [(FLOOR_DB, 0), (FLOOR_DB, 0)]
        self.overloaded = False
        self._length = 0
        self._ends: tuple[int, ...] = (0, 0, 0)
        self._drawn: tuple[int, ...] = (0, 0, 0, 0, 0)  # overloaded, then pixels: left, right, and their marks
        self._thickness = thickness
        # What lies below is not painted anew whenever a level moves.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        across, along = 2 * thickness + _GAP, 38
        self.setMinimumSize(QSize(across, along) if upright else QSize(along, across))
        fixed, free = QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding
        self.setSizePolicy(fixed if upright else free, free if upright else fixed)
        self.setAccessibleName(label)
        theme.changed.connect(self.update)
        self.show_peak((0.0, 0.0))

    @property
    def peak(self) -> Peak:
        """What is shown: left and right, 1.0 is full scale."""
        return self._shown

    @property
    def levels_db(self) -> tuple[float, float]:
        """What is shown, in decibels below full scale."""
        return to_db(self._shown[0]), to_db(self._shown[1])

    def show_peak(self, peak: Peak) -> None:
        """Show this moment's peak."""
        self._shown = peak
        if max(peak) > 0.0:
            self._held = [self._hold(held, to_db(side)) for held, side in zip(self._held, peak, strict=True)]
        else:  # the clock rests with the sound, and a mark left standing would tell of a level
            self._held = [(FLOOR_DB, 0)] * 2
        self.overloaded = self.overloaded or max(peak) > 1.0
        self._draw_anew()

    def describe(self) -> None:
        """Say the level in words, for those who do not see it and for the tooltip."""
        db = to_db(max(self._shown))
        text = tr("silent") if db <= FLOOR_DB else tr("{level} dB", level=f"{db:.0f}")
        if self.overloaded:
            text = tr("{level}; it was too loud, click to forget", level=text)
        self.setAccessibleDescription(text)
        self.setToolTip(f"{self.accessibleName()}: {text}")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.overloaded = False
            self._draw_anew()

    def enterEvent(self, event: object) -> None:
        del event
        self.describe()

    def resizeEvent(self, event: object) -> None:
        del event
        self._length = self.height() if self._upright else self.width()
        self._ends = tuple(self._pixels(db) for db in (_WARM_DB, _HOT_DB, 0.0))
        self._draw_anew()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        palette = self._theme.palette
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(palette.sunken))
        overloaded, left, right, left_mark, right_mark = self._drawn
        steps = tuple(zip((0, *self._ends[:2]), self._ends, (palette.ok, palette.warning, palette.record), strict=True))
        for across, lit, mark in ((0, left, left_mark), (self._thickness + _GAP, right, right_mark)):
            stretches = [(lit, self._length, palette.line_soft)]
            stretches += [(low, min(lit, high), colour) for low, high, colour in steps]
            stretches.append((mark - 1, mark if mark > 1 else 0, palette.text))
            if overloaded:
                stretches.append((self._length - 2, self._length, palette.record))
            for low, high, colour in stretches:
                if high > low:
                    painter.fillRect(*self._box(across, low, high), QColor(colour))

    def _draw_anew(self) -> None:
        """Where anything can be told apart: every meter painted at every tick would cost a tenth of a core."""
        places = (*self.levels_db, *(db for db, _ in self._held))
        drawn = (int(self.overloaded), *(self._pixels(db) for db in places))
        if drawn != self._drawn:
            self._drawn = drawn
            self.update()

    def _hold(self, held: tuple[float, int], db: float) -> tuple[float, int]:
        level, ticks = held
        if db >= level:
            return db, 0
        return (level, ticks + 1) if ticks < _HOLD_TICKS else (max(db, level - _MARK_FALL_DB, FLOOR_DB), ticks)

    def _pixels(self, db: float) -> int:
        """How much of a bar's length a level lights."""
        return round((1 - min(0.0, db) / FLOOR_DB) * self._length)

    def _box(self, across: int, low: int, high: int) -> tuple[int, int, int, int]:
        """Left, top, width and height of a part of a bar, given in pixels from its silent end."""
        if self._upright:
            return across, self._length - high, self._thickness, high - low
        return low, across, high - low, self._thickness
