"""Small controls that Qt lacks: a number to drag, a knob, a lamp, a button that takes no click focus."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QRadialGradient, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSlider,
    QApplication,
    QComboBox,
    QDial,
    QDoubleSpinBox,
    QFrame,
    QLabel,
    QSlider,
    QToolButton,
    QWidget,
)

from desktop_app.language import mark, tr
from desktop_app.ui import icons
from desktop_app.ui.theme import Theme, label_font


def plain_label(text: str, name: str) -> QLabel:
    """A label in one of the style sheet's manners: heading, section, dim, caption, tiny."""
    label = QLabel(text)
    label.setObjectName(name)
    return label


_LAMP_WORDS = {
    "off": mark("off"),
    "on": mark("working"),
    "warning": mark("needs attention"),
    "bad": mark("not working"),
}


def letter_toggle(text: str, name: str, tip: str) -> QToolButton:
    """A small button of one letter that stays down, such as M or S of a track."""
    button = QToolButton()
    button.setText(text)
    button.setObjectName(name)
    button.setCheckable(True)
    button.setFixedSize(QSize(22, 18))
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


@contextmanager
def silent(*widgets: QWidget) -> Iterator[None]:
    """While it lasts the widgets tell nobody of what is set in them."""
    for widget in widgets:
        widget.blockSignals(True)
    yield
    for widget in widgets:
        widget.blockSignals(False)
        if isinstance(widget, QAbstractSlider):  # those that paint themselves are not told to
            widget.update()


class IconButton(QToolButton):
    """A tool button with one of our icons; Tab reaches it, a click leaves the focus where it was."""

    def __init__(self, theme: Theme, name: str, label: str, tip: str = "", size: int = 20) -> None:
        super().__init__()
        self._theme = theme
        self._icon_name = name
        self.colour = "text"  # names of palette colours
        self.checked_colour = "accent"
        self.setIconSize(QSize(size, size))
        self.setAccessibleName(label)
        self.setToolTip(tip or label)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme.changed.connect(self.recolour)
        self.recolour()

    def set_icon_name(self, name: str) -> None:
        """Show another icon."""
        if name != self._icon_name:
            self._icon_name = name
            self.recolour()

    def recolour(self) -> None:
        """Take the colours of the appearance in force."""
        palette = self._theme.palette
        colour, checked = getattr(palette, self.colour), getattr(palette, self.checked_colour)
        self.setIcon(icons.icon(self._icon_name, palette, colour, checked, self.iconSize().width()))


class DragNumber(QDoubleSpinBox):
    """A number to type, to turn with the wheel, or to drag up and down; a double click types."""

    def __init__(self, low: float, high: float, decimals: int = 0) -> None:
        super().__init__()
        self.setRange(low, high)
        self.setDecimals(decimals)
        # The style sheet makes the buttons 0 wide: with NoButtons, Qt 6.11 gives the text a width of 1.
        self.lineEdit().setTextMargins(4, 0, 4, 0)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setKeyboardTracking(False)
        self._from: tuple[float, float] | None = None
        self.lineEdit().installEventFilter(self)
        self.lineEdit().setCursor(Qt.CursorShape.SizeVerCursor)
        self.lineEdit().returnPressed.connect(self.clearFocus)

    def eventFilter(self, watched: object, event: object) -> bool:
        if watched is self.lineEdit() and isinstance(event, QMouseEvent) and not self.hasFocus():
            return self._drag(event)
        return False

    def _drag(self, event: QMouseEvent) -> bool:
        kind = event.type()
        if kind == event.Type.MouseButtonDblClick:
            self._from = None
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.selectAll()
        elif kind == event.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            self._from = (event.globalPosition().y(), self.value())
        elif kind == event.Type.MouseMove and self._from is not None:
            start_y, value = self._from
            self.setValue(value + round((start_y - event.globalPosition().y()) / 3) * self.singleStep())
        elif kind == event.Type.MouseButtonRelease:
            self._from = None
        return True


class QuietCombo(QComboBox):
    """A combo box that ignores the wheel unless it was opened, so that scrolling past changes nothing."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self.setAccessibleName(label)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class QuietSlider(QSlider):
    """A horizontal slider: a click goes there at once, a double click to the default; the wheel passes by."""

    def __init__(self, low: int, high: int, default: int, label: str) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.default = default
        self.setRange(low, high)
        self.setValue(default)
        self.setAccessibleName(label)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._go_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._go_to(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        del event
        self.setSliderDown(False)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        del event
        self.setValue(self.default)

    def _go_to(self, x: float) -> None:
        share = (x - 6) / max(1, self.width() - 12)
        self.setValue(round(self.minimum() + share * (self.maximum() - self.minimum())))


class Knob(QDial):
    """A small pan knob; drag up and down, double click for the middle."""

    def __init__(self, theme: Theme, label: str) -> None:
        super().__init__()
        self._theme = theme
        self._from: tuple[float, int] | None = None
        self.setRange(0, 127)
        self.setValue(64)
        self.setFixedSize(24, 24)
        self.setAccessibleName(label)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._from = (event.globalPosition().y(), self.value())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is not None:
            self.setValue(round(self._from[1] + (self._from[0] - event.globalPosition().y()) * 0.8))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        del event
        self._from = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        del event
        self.setValue(64)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        palette = self._theme.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = QRectF(3, 3, self.width() - 6, self.height() - 6)
        painter.setPen(QPen(QColor(palette.line), 2.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawArc(ring, -45 * 16, 270 * 16)
        turn = (self.value() - 64) / 64 * 135
        painter.setPen(QPen(QColor(palette.text_dim), 2.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawArc(ring, 90 * 16, round(-turn * 16))
        painter.translate(QPointF(self.width() / 2, self.height() / 2))
        painter.rotate(turn)
        pen = QPen(QColor(palette.accent if self.hasFocus() else palette.text), 2)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawLine(QPointF(0, -2), QPointF(0, -self.height() / 2 + 5))


class Lamp(QWidget):
    """A small light: `state` is off, on, warning or bad, and the shape says it too."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.state = "off"
        self._flash = False
        self.setAccessibleName(tr(_LAMP_WORDS["off"]))
        self.setFixedSize(12, 12)
        theme.changed.connect(self.update)

    def set_state(self, state: str) -> None:
        """off: a ring; on: a disc; warning and bad: a disc with a notch."""
        if state != self.state:
            self.state = state
            self.setAccessibleName(tr(_LAMP_WORDS[state]))
            self.update()

    def flash(self, on: bool) -> None:
        """Brighten while notes come in."""
        if on != self._flash:
            self._flash = on
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        palette = self._theme.palette
        name = {"on": palette.ok, "warning": palette.warning, "bad": palette.record}.get(self.state, palette.text_faint)
        colour = QColor(name)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._flash:
            glow = QRadialGradient(6, 6, 6)
            glow.setColorAt(0, colour)
            colour.setAlpha(0)
            glow.setColorAt(1, colour)
            painter.fillRect(self.rect(), glow)
            colour = QColor(name).lighter(135)
        if self.state == "off":
            painter.setPen(QPen(colour, 1.5))
            painter.drawEllipse(QPointF(6, 6), 3.5, 3.5)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(6, 6), 4, 4)
        if self.state in ("warning", "bad"):
            painter.fillRect(QRectF(5.2, 3.4, 1.6, 3.2), QColor(palette.panel))
            painter.fillRect(QRectF(5.2, 7.6, 1.6, 1.4), QColor(palette.panel))


class Figures(QLabel):
    """A label whose figures keep their width, for positions and times."""

    def __init__(self, pixels: int, label: str, *, bold: bool = True) -> None:
        super().__init__()
        self.setFont(label_font(pixels, bold=bold))
        self.setAccessibleName(label)


class Counter(Figures):
    """Figures that change many times a second: counting lays nothing out anew, as their size goes by their number."""

    _least_px = 0

    def __init__(self, pixels: int, label: str, least_px: int, *, bold: bool = True) -> None:
        super().__init__(pixels, label, bold=bold)
        self._least_px = least_px

    def setText(self, text: str) -> None:
        grew = len(text) != len(self.text())
        super().setText(text)
        if grew:
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            # Style sheets unset it. It paints its own ground: what lies below need not be painted with each figure.
            self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
            self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), QApplication.palette().base())
        painter.setPen(self.palette().windowText().color())
        box = self.contentsRect().adjusted(max(0, self.indent()), 0, 0, 0)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), self.text())

    def _fit(self) -> None:
        """Of a widget of a fixed size Qt tells no layout that its contents changed."""
        hint = super().sizeHint()
        self.setFixedSize(max(self._least_px, hint.width()), hint.height())


class ClickFrame(QFrame):
    """A frame that can be clicked, for a group of labels that opens a menu."""

    clicked = Signal()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()
