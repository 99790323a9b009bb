"""Level meters: how loud it is now, in decibels, with the peak held for a moment."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.audio.levels import FLOOR_DB, Levels, Peak, to_db
from desktop_app.language import tr
from desktop_app.ui.theme import Theme

_BUSY_MS, _IDLE_MS = 50, 150
_HOLD_TICKS = 30
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
        self._thickness = thickness
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
        before = self._drawn()
        self._shown = peak
        self._held = [self._hold(held, to_db(side)) for held, side in zip(self._held, peak, strict=True)]
        if max(peak) == 0.0:  # the clock rests with the sound, and a mark left standing would tell of a level
            self._held = [(FLOOR_DB, 0)] * len(self._held)
        self.overloaded = self.overloaded or max(peak) > 1.0
        if before != self._drawn():  # every meter painted at every tick would cost a tenth of a core
            self.update()

    def _drawn(self) -> tuple[object, ...]:
        """What can be told apart in the picture: whole decibels."""
        return tuple(round(to_db(side)) for side in self._shown), [round(db) for db, _ in self._held], self.overloaded

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
            self.update()

    def enterEvent(self, event: object) -> None:
        del event
        self.describe()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        for side in (0, 1):
            self._paint_bar(painter, side)

    def _hold(self, held: tuple[float, int], db: float) -> tuple[float, int]:
        level, ticks = held
        if db >= level:
            return db, 0
        return (level, ticks + 1) if ticks < _HOLD_TICKS else (max(db, level - 1.5, FLOOR_DB), ticks)

    def _paint_bar(self, painter: QPainter, side: int) -> None:
        palette = self._theme.palette
        offset = side * (self._thickness + _GAP)
        painter.fillRect(self._stretch(offset, FLOOR_DB, 0.0), QColor(palette.line_soft))
        level = min(0.0, to_db(self._shown[side]))
        steps = ((FLOOR_DB, _WARM_DB, palette.ok), (_WARM_DB, _HOT_DB, palette.warning), (_HOT_DB, 0.0, palette.record))
        for low, high, colour in steps:
            if level > low:
                painter.fillRect(self._stretch(offset, low, min(level, high)), QColor(colour))
        held = min(0.0, self._held[side][0])
        if held > FLOOR_DB + 1:
            painter.fillRect(self._stretch(offset, held - 1.2, held), QColor(palette.text))
        if self.overloaded:
            painter.fillRect(self._stretch(offset, -2.5, 0.0), QColor(palette.record))

    def _stretch(self, offset: int, low_db: float, high_db: float) -> QRectF:
        length = self.height() if self._upright else self.width()
        low, high = ((db - FLOOR_DB) / -FLOOR_DB * length for db in (low_db, high_db))
        if self._upright:
            return QRectF(offset, length - high, self._thickness, high - low)
        return QRectF(low, offset, high - low, self._thickness)
