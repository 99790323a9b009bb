"""A slider for each option that a model's manifest offers, with a dot while it differs from the default."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from desktop_app.language import tr
from desktop_app.ui.widgets import QuietSlider
from music_core.manifest import OptionSpec

_STEPS = 100
_IN_SIGHT = 2  # the others are under More


def in_figures(value: float) -> str:
    """An option's value as it is shown: two figures, or whole from 10 on."""
    return f"{value:.2g}" if abs(value) < 10 else f"{value:.0f}"


class OptionSliders(QWidget):
    """The options of one model; the first few in sight, the others under More. Each model's stay as they were left."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[OptionRow] = []
        self._left: dict[str, dict[str, float]] = {}
        self._owner = ""
        self._open = False
        self.more = _link_button()
        self.more.clicked.connect(self._toggle)
        self.reset_all = _link_button()
        self.reset_all.setText(tr("Reset all"))
        self.reset_all.setToolTip(tr("Every option back to its default"))
        self.reset_all.clicked.connect(self._reset_all)
        self._first, self._others = QVBoxLayout(), QVBoxLayout()
        foot = QHBoxLayout()
        foot.addWidget(self.more)
        foot.addStretch(1)
        foot.addWidget(self.reset_all)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self._first, foot, self._others):
            if isinstance(part, QVBoxLayout):
                part.setSpacing(8)
            column.addLayout(part)

    @property
    def rows(self) -> tuple[OptionRow, ...]:
        """The rows, from the top."""
        return tuple(self._rows)

    def show_options(self, options: tuple[OptionSpec, ...], owner: str = "") -> None:
        """Another model: its sliders, as they were left, or at their defaults."""
        self._left[self._owner] = self.values()
        for row in self._rows:
            row.setParent(None)
            row.deleteLater()
        self._owner = owner
        self._rows = [OptionRow(spec) for spec in options]
        for number, row in enumerate(self._rows):
            (self._first if number < _IN_SIGHT else self._others).addWidget(row)
            row.slider.valueChanged.connect(lambda _step: self._show())
        self.set_values(self._left.get(owner, {}))
        self.setVisible(bool(self._rows))
        self._show()

    def values(self) -> dict[str, float]:
        """Every option's value by name."""
        return {row.spec.name: row.value for row in self._rows}

    def set_values(self, values: Mapping[str, float]) -> None:
        """Take over values by name; names that this model does not have are left out."""
        for row in self._rows:
            row.set_value(values.get(row.spec.name, row.spec.default))

    def _reset_all(self) -> None:
        self.set_values({})

    def _toggle(self) -> None:
        self._open = not self._open
        self._show()

    def _show(self) -> None:
        hidden = self._rows[_IN_SIGHT:]
        changed = sum(row.is_changed for row in hidden)
        for row in hidden:
            row.setVisible(self._open)
        self.more.setVisible(bool(hidden))
        if self._open:
            self.more.setText(tr("Fewer options"))
        elif changed:
            self.more.setText(tr("More options ({changed} changed ●)", changed=changed))
        else:
            self.more.setText(tr("More options"))
        self.reset_all.setVisible(any(row.is_changed for row in self._rows))


class OptionRow(QWidget):
    """One option: its label, the dot that resets it, the slider, and what its ends mean."""

    def __init__(self, spec: OptionSpec) -> None:
        super().__init__()
        self.spec = spec
        label = QLabel(tr(spec.label))
        label.setObjectName("dim")
        self.reset = QToolButton()
        self.reset.setObjectName("flat")
        self.reset.setText("●")
        self.reset.setFixedSize(20, 20)
        self.reset.setToolTip(tr("Changed. Click for the default"))
        self.reset.setAccessibleName(tr("Reset {option}", option=tr(spec.label)))
        self.reset.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.slider = QuietSlider(0, _STEPS, self._step_of(spec.default), tr(spec.label))
        self.reset.clicked.connect(lambda: self.slider.setValue(self.slider.default))
        self.slider.valueChanged.connect(lambda _step: self._show())
        low, high = QLabel(tr(spec.label_low) or f"{spec.low:g}"), QLabel(tr(spec.label_high) or f"{spec.high:g}")
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
        grid.setHorizontalSpacing(6)
        grid.addLayout(head, 0, 0, 1, 3)
        grid.addWidget(low, 1, 0)
        grid.addWidget(self.slider, 1, 1)
        grid.addWidget(high, 1, 2)
        grid.setColumnStretch(1, 1)
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

    @property
    def is_changed(self) -> bool:
        """Whether it differs from the default."""
        return self.slider.value() != self.slider.default

    def set_value(self, value: float) -> None:
        """Put the slider where the value is, as near as its steps go."""
        self.slider.setValue(self._step_of(value))

    def _step_of(self, value: float) -> int:
        span = self.spec.high - self.spec.low
        return round((value - self.spec.low) / span * _STEPS) if span else 0

    def _show(self) -> None:
        self.reset.setVisible(self.is_changed)
        self.slider.setToolTip(in_figures(self.value))


def _link_button() -> QToolButton:
    button = QToolButton()
    button.setObjectName("link")
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
