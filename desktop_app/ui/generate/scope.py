"""Which bars to fill, and how much to vary."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSpinBox, QWidget

from desktop_app.language import tr
from desktop_app.ui.widgets import QuietSlider, plain_label

_MOST_BARS = 9999
_SHARE = 30


class BarFields(QWidget):
    """First and last bar, counted from 1 as the ruler does; they follow what is marked in the arrangement."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = _bar_field(tr("First bar")), _bar_field(tr("Last bar"))
        self.last.setValue(4)
        self.first.valueChanged.connect(self._keep_order)
        self.last.valueChanged.connect(self._keep_order)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(plain_label(tr("Bars"), "dim"))
        row.addStretch(1)
        row.addWidget(self.first)
        row.addWidget(plain_label(tr("to"), "dim"))
        row.addWidget(self.last)
        self.setToolTip(tr("Drag along the ruler to mark bars, or type them here"))

    @property
    def bars(self) -> tuple[int, int]:
        """The range [first, end), counted from 0."""
        return self.first.value() - 1, self.last.value()

    def show_bars(self, first: int, end: int) -> None:
        """Take over a range [first, end), counted from 0."""
        self.last.setValue(_MOST_BARS)
        self.first.setValue(first + 1)
        self.last.setValue(end)

    def _keep_order(self, value: int) -> None:
        if self.sender() is self.first:
            self.last.setValue(max(self.last.value(), value))
        else:
            self.first.setValue(min(self.first.value(), value))
        self.changed.emit()


class ShareSlider(QWidget):
    """How much of the parts is written anew, in percent of their quarters."""

    def __init__(self) -> None:
        super().__init__()
        self.slider = QuietSlider(5, 95, _SHARE, tr("How much to vary"))
        self.slider.valueChanged.connect(lambda _value: self._show())
        self._label = plain_label("", "dim")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(1)
        grid.addWidget(self._label, 0, 0, 1, 3)
        grid.addWidget(plain_label(tr("A touch"), "tiny"), 1, 0)
        grid.addWidget(self.slider, 1, 1)
        grid.addWidget(plain_label(tr("Nearly all"), "tiny"), 1, 2)
        grid.setColumnStretch(1, 1)
        self._show()

    @property
    def share(self) -> float:
        """0.05 to 0.95."""
        return self.slider.value() / 100

    def _show(self) -> None:
        self._label.setText(tr("How much: {percent} %", percent=self.slider.value()))
        self.slider.setToolTip(f"{self.slider.value()} %")


def _bar_field(name: str) -> QSpinBox:
    field = QSpinBox()
    field.setRange(1, _MOST_BARS)
    field.setFixedWidth(58)
    field.setAccessibleName(name)
    field.setFocusPolicy(Qt.FocusPolicy.ClickFocus | Qt.FocusPolicy.TabFocus)
    field.lineEdit().setTextMargins(4, 0, 4, 0)
    field.lineEdit().returnPressed.connect(field.clearFocus)
    return field
