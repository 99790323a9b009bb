"""The Generate panel: a model, its options, a seed, how many takes, one button, and the takes."""

from __future__ import annotations

import random

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from desktop_app.events import JobEnded, JobProgress, TakesChanged
from desktop_app.library.project import Take
from desktop_app.ui.panels.options import OptionSliders, in_figures
from desktop_app.ui.panels.takes import TakeChips
from desktop_app.ui.studio import Studio
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets import IconButton, QuietCombo
from music_core.manifest import Manifest

JOB = "generate"
SEED_LIMIT = 999_999
TAKES_OFFERED = (1, 2, 3, 4, 5)


class GeneratePanel(QWidget):
    """Asks the session for takes; while they are written the same button cancels."""

    card_asked = Signal(str)

    def __init__(self, studio: Studio, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("generate")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._studio = studio
        self._session = studio.session
        self._theme = theme
        self._make_model_row()
        self._make_seed_row()
        self._make_takes_row()
        self._make_button()
        self.options = OptionSliders()
        self.chips = TakeChips(theme)
        self.chips.chosen.connect(self._session.choose_take)
        self.chips.starred.connect(self._session.star_take)
        self._lay_out()
        self._choose_first_model()
        studio.events.subscribe(JobProgress, self._show_progress)
        studio.events.subscribe(JobEnded, self._show_end)
        studio.events.subscribe(TakesChanged, lambda _event: self.show_takes())
        self.show_takes()

    @property
    def model(self) -> Manifest | None:
        """The chosen model, or None when none is there."""
        index = self.models.currentIndex()
        return self._studio.models[index] if 0 <= index < len(self._studio.models) else None

    def generate(self) -> None:
        """Ask for takes with what the panel shows."""
        model = self.model
        if model is not None:
            self._session.change_settings(model_id=model.id, takes=self.take_count())
            self._session.generate(model.id, self.seed.value(), self.take_count(), self.options.values())

    def generate_anew(self) -> None:
        """A new seed, then generate."""
        self.roll_seed()
        self.generate()

    def roll_seed(self) -> None:
        """Another seed by chance."""
        self.seed.setValue(random.randint(1, SEED_LIMIT))

    def take_count(self) -> int:
        """How many takes are asked for."""
        return max(1, self._counts.checkedId())

    def show_takes(self) -> None:
        """Show the takes as chips, and how the chosen one was made."""
        takes, chosen = self._session.takes, self._session.chosen_take
        self.chips.show_takes(takes, chosen)
        self.empty.setVisible(not takes)
        self.story.setVisible(chosen is not None)
        if chosen is not None:
            self.story.setText(self._story(takes[chosen]))

    def _make_model_row(self) -> None:
        self.models = QuietCombo("Model")
        self.models.setToolTip("The network that writes the parts")
        self.models.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for model in self._studio.models:
            self.models.addItem(model.title)
        self.models.currentIndexChanged.connect(self._show_model)
        self.info = IconButton(self._theme, "info", "About this model", "How this model was made and how it sounds")
        self.info.setObjectName("flat")
        self.info.clicked.connect(self._ask_card)
        self.description = QLabel()
        self.description.setObjectName("caption")
        self.description.setWordWrap(True)

    def _make_seed_row(self) -> None:
        self.seed = QSpinBox()
        self.seed.setRange(0, SEED_LIMIT)
        self.seed.lineEdit().setTextMargins(7, 0, 7, 0)
        self.seed.setAccessibleName("Seed")
        self.seed.setToolTip("The same seed gives the same parts")
        self.seed.setFocusPolicy(Qt.FocusPolicy.ClickFocus | Qt.FocusPolicy.TabFocus)
        self.seed.setValue(1)
        self.seed.lineEdit().returnPressed.connect(self.seed.clearFocus)
        self.dice = IconButton(self._theme, "dice", "New seed", "Another seed by chance")
        self.dice.clicked.connect(self.roll_seed)

    def _make_takes_row(self) -> None:
        self._counts = QButtonGroup(self)
        self._count_buttons = []
        wanted = self._session.settings.takes
        for count in TAKES_OFFERED:
            button = QPushButton(str(count))
            button.setObjectName("chip")
            button.setCheckable(True)
            button.setFixedSize(QSize(30, 28))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(f"{count} take{'s' if count > 1 else ''}")
            button.setToolTip(f"Write {count} take{'s' if count > 1 else ''} with {count} seeds")
            button.setChecked(count == min(TAKES_OFFERED[-1], wanted))
            self._counts.addButton(button, count)
            self._count_buttons.append(button)

    def _make_button(self) -> None:
        self.button = QPushButton("Generate")
        self.button.setObjectName("primary")
        self.button.setMinimumHeight(42)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.clicked.connect(self._press)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 1000)
        self.progress.setAccessibleName("Progress of generating")
        self.progress_text = QLabel()
        self.progress_text.setObjectName("caption")
        self.progress_text.setWordWrap(True)
        keep = self.progress.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(keep)
        self.progress.hide()
        self._show_idle()

    def _footer(self) -> QVBoxLayout:
        """What must be in sight however many options a model has: the button, and the takes."""
        self.empty = _label("Your takes appear here. Generate writes parts under your melody.", "caption")
        self.empty.setWordWrap(True)
        footer = QVBoxLayout()
        footer.setContentsMargins(14, 8, 14, 10)
        footer.setSpacing(6)
        for widget in (self.button, self.progress, self.progress_text, self.empty, self.chips):
            footer.addWidget(widget)
        return footer

    def _lay_out(self) -> None:
        inner = QWidget()
        scroller = QScrollArea()
        scroller.setWidgetResizable(True)
        scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroller.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroller, 1)
        outer.addLayout(self._footer())
        column = QVBoxLayout(inner)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(8)
        column.addWidget(_label("Generate", "heading"))
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.models, 1)
        row.addWidget(self.info)
        column.addLayout(row)
        column.addWidget(self.description)
        column.addSpacing(4)
        column.addWidget(self.options)
        row = QHBoxLayout()
        row.addWidget(_label("Seed", "dim"))
        row.addStretch(1)
        self.seed.setFixedWidth(90)
        row.addWidget(self.seed)
        row.addWidget(self.dice)
        column.addLayout(row)
        row = QHBoxLayout()
        row.setSpacing(3)
        row.addWidget(_label("Takes", "dim"))
        row.addStretch(1)
        for button in self._count_buttons:
            row.addWidget(button)
        column.addLayout(row)
        self.story = _label("", "caption")
        self.story.setWordWrap(True)
        column.addWidget(self.story)
        column.addStretch(1)

    def _choose_first_model(self) -> None:
        ids = [model.id for model in self._studio.models]
        wanted = self._session.settings.model_id
        self.models.setCurrentIndex(ids.index(wanted) if wanted in ids else 0)
        self._show_model()

    def _show_model(self) -> None:
        model = self.model
        self.info.setEnabled(model is not None)
        self.button.setEnabled(model is not None)
        self.models.setEnabled(model is not None)
        if model is None:
            reason = (
                self._studio.refused_models[0] if self._studio.refused_models else "The bundled models are missing."
            )
            self.description.setText(f"{reason} Install Tutti again to repair this.")
            self.options.show_options(())
            return
        self.description.setText(model.description)
        if not self._session.is_generating:
            self._show_idle()
        self.options.show_options(model.options)

    def _ask_card(self) -> None:
        if self.model is not None:
            self.card_asked.emit(self.model.id)

    def _press(self) -> None:
        if self._session.is_generating:
            self._session.cancel()
        else:
            self.generate()

    def _show_progress(self, event: JobProgress) -> None:
        if event.job != JOB:
            return
        self.button.setText("Cancel")
        self.button.setToolTip("Stop; the piece stays as it is (Esc)")
        self.progress.show()
        self.progress.setValue(round(event.fraction * 1000))
        self.progress_text.setText(event.sentence)

    def _show_end(self, event: JobEnded) -> None:
        if event.job == JOB:
            self.progress_text.setText({"cancelled": "Cancelled. Nothing was changed."}.get(event.outcome, ""))
            self._show_idle()

    def _show_idle(self) -> None:
        self.button.setText("Generate")
        whole = self.model is not None and not self.model.needs_melody
        self.button.setToolTip(f"Write {'a whole piece' if whole else 'parts under the melody'} (Ctrl+G)")
        self.progress.hide()

    def _story(self, take: Take) -> str:
        """How a take was made: model, seed, and the options that were not at their defaults."""
        model = next((model for model in self._studio.models if model.id == take.model_id), None)
        words = [model.title if model else take.model_id, f"seed {take.seed}"]
        for option in model.options if model else ():
            value = take.options.get(option.name, option.default)
            if value != option.default:
                words.append(f"{option.label} {in_figures(value)}")
        return ", ".join(words)


def _label(text: str, name: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName(name)
    return label
