"""A slider for each option that a model's manifest offers, with a dot while it differs from the default."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from desktop_app.ui.widgets import QuietSlider
from music_core.manifest import OptionSpec

_STEPS = 100


def in_figures(value: float) -> str:
    """An option's value as it is shown: two figures, or whole from 10 on."""
    return f"{value:.2g}" if abs(value) < 10 else f"{value:.0f}"


class OptionSliders(QWidget):
    """The options of one model."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._rows: list[OptionRow] = []

    @property
    def rows(self) -> tuple[OptionRow, ...]:
        """The rows, from the top."""
        return tuple(self._rows)

    def show_options(self, options: tuple[OptionSpec, ...]) -> None:
        """Another model: other sliders, at their defaults."""
        for row in self._rows:
            self._column.removeWidget(row)
            row.deleteLater()
        self._rows = [OptionRow(spec) for spec in options]
        for row in self._rows:
            self._column.addWidget(row)
        self.setVisible(bool(self._rows))

    def values(self) -> dict[str, float]:
        """Every option's value by name."""
        return {row.spec.name: row.value for row in self._rows}


class OptionRow(QWidget):
    """One option: its label, the dot that resets it, the slider, and what its ends mean."""

    def __init__(self, spec: OptionSpec) -> None:
        super().__init__()
        self.spec = spec
        label = QLabel(spec.label)
        label.setObjectName("dim")
        self.reset = QToolButton()
        self.reset.setObjectName("flat")
        self.reset.setText("●")
        self.reset.setFixedSize(20, 20)
        self.reset.setToolTip("Changed. Click for the default")
        self.reset.setAccessibleName(f"Reset {spec.label}")
        self.reset.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.slider = QuietSlider(0, _STEPS, self._step_of(spec.default), spec.label)
        self.reset.clicked.connect(lambda: self.slider.setValue(self.slider.default))
        self.slider.valueChanged.connect(lambda _step: self._show())
        low, high = QLabel(spec.label_low or f"{spec.low:g}"), QLabel(spec.label_high or f"{spec.high:g}")
        for end in (low, high):
            end.setObjectName("tiny")
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(label)
        head.addStretch(1)
        head.addWidget(self.reset)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(1)
        grid.addLayout(head, 0, 0, 1, 2)
        grid.addWidget(self.slider, 1, 0, 1, 2)
        grid.addWidget(low, 2, 0)
        grid.addWidget(high, 2, 1, Qt.AlignmentFlag.AlignRight)
        keep = self.reset.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(keep)
        self._show()

    @property
    def value(self) -> float:
        """The option's value; exactly the default while the slider rests there."""
        if self.slider.value() == self.slider.default:
            return self.spec.default
        return self.spec.low + (self.spec.high - self.spec.low) * self.slider.value() / _STEPS

    def _step_of(self, value: float) -> int:
        span = self.spec.high - self.spec.low
        return round((value - self.spec.low) / span * _STEPS) if span else 0

    def _show(self) -> None:
        self.reset.setVisible(self.slider.value() != self.slider.default)
        self.slider.setToolTip(in_figures(self.value))
