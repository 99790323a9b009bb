"""All that can be set before Generate: what to do, the model, parts, bars, options, the seed, how many takes."""

from __future__ import annotations

import random

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLayout, QSizePolicy, QSpinBox, QVBoxLayout, QWidget

from desktop_app.language import tr, tr_count
from desktop_app.library.project import Wish
from desktop_app.ui.generate.parts import PartChips
from desktop_app.ui.generate.scope import BarFields, ShareSlider
from desktop_app.ui.generate.verbs import VerbChips
from desktop_app.ui.panels.options import OptionSliders
from desktop_app.ui.studio import Studio
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets import IconButton, QuietCombo, plain_label, silent
from music_core.manifest import Manifest
from music_core.score import Score

SEED_LIMIT = 999_999
TAKES_OFFERED = (1, 2, 3, 4, 5)


class Recipe(QWidget):
    """The settings of the Generate panel; `changed` when another model or verb is chosen."""

    changed = Signal()

    def __init__(self, studio: Studio, theme: Theme) -> None:
        super().__init__()
        self._studio = studio
        self._session = studio.session
        self.verbs, self.parts = VerbChips(), PartChips(theme)
        self.bars, self.share, self.options = BarFields(), ShareSlider(), OptionSliders()
        self.rhythm = QCheckBox(tr("Keep the rhythm"))
        self.rhythm.setToolTip(tr("New pitches only: every note stays where it is, as long and as loud. Drums are new"))
        self._make_model_row(theme)
        self._make_seed(theme)
        self._make_counts()
        self._lay_out()
        self.verbs.changed.connect(self._show_verb)
        ids = [model.id for model in studio.models]
        wanted = self._session.settings.model_id
        with silent(self.models):
            self.models.setCurrentIndex(ids.index(wanted) if wanted in ids else 0)
        self._show_model()
        self._show_verb()

    @property
    def model(self) -> Manifest | None:
        """The chosen model, or None when none is there."""
        index = self.models.currentIndex()
        return self._studio.models[index] if 0 <= index < len(self._studio.models) else None

    @property
    def keeps_rhythm(self) -> bool:
        """Whether parts that are there take new pitches only."""
        return self.rhythm.isChecked() and self.verbs.verb != "band"

    def take_count(self) -> int:
        """How many takes are asked for."""
        return int(self.counts.currentData())

    def wish(self) -> Wish:
        """What is asked for."""
        verb = self.verbs.verb
        chosen = self.parts.chosen()
        roles = None if chosen == set(self.parts.chips) else chosen
        bars = self.bars.bars if verb == "fill" else None
        return Wish(verb, roles, bars, self.share.share if verb == "vary" else 1.0, self.keeps_rhythm)

    def choose_model(self, model_id: str) -> bool:
        """Choose a model by its id; False where it is not installed."""
        index = next((i for i, model in enumerate(self._studio.models) if model.id == model_id), -1)
        if index >= 0:
            self.models.setCurrentIndex(index)
        return index >= 0

    def take_over(self, wish: Wish) -> None:
        """Set verb, parts, bars and share to what was asked for once."""
        self.verbs.choose(wish.verb)
        for role, chip in self.parts.chips.items():
            chip.setChecked(wish.roles is None or role in wish.roles)
        if wish.bars is not None:
            self.bars.show_bars(*wish.bars)
        if wish.verb == "vary":
            self.share.slider.setValue(round(wish.share * 100))
        self.rhythm.setChecked(wish.keeps_rhythm)

    def roll_seed(self) -> None:
        """Another seed by chance."""
        self.seed.setValue(random.randint(1, SEED_LIMIT))

    def show_score(self, score: Score) -> None:
        """What the piece has decides what can be asked for."""
        written = [track for track in score.tracks if track.generated_by]
        self.verbs.set_parts(bool(written))
        locked = {track.role for track in score.tracks if track.locked and track.role != "melody"}
        self.parts.show_state(self.verbs.verb, {track.role for track in written}, locked)

    def _make_model_row(self, theme: Theme) -> None:
        self.models = QuietCombo(tr("Model"))
        self.models.setToolTip(tr("The network that writes the parts"))
        self.models.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for model in self._studio.models:
            self.models.addItem(tr(model.title))
        self.models.currentIndexChanged.connect(self._show_model)
        tip = tr("How this model was made and how it sounds")
        self.info = IconButton(theme, "info", tr("About this model"), tip)
        self.info.setObjectName("flat")
        self.description = plain_label("", "caption")
        self.description.setWordWrap(True)

    def _make_seed(self, theme: Theme) -> None:
        self.seed = QSpinBox()
        self.seed.setRange(0, SEED_LIMIT)
        self.seed.lineEdit().setTextMargins(7, 0, 7, 0)
        self.seed.setAccessibleName(tr("Seed"))
        self.seed.setToolTip(tr("The same seed gives the same parts"))
        self.seed.setFocusPolicy(Qt.FocusPolicy.ClickFocus | Qt.FocusPolicy.TabFocus)
        self.seed.setFixedWidth(90)
        self.seed.setValue(1)
        self.seed.lineEdit().returnPressed.connect(self.seed.clearFocus)
        self.dice = IconButton(theme, "dice", tr("New seed"), tr("Another seed by chance"))
        self.dice.clicked.connect(self.roll_seed)

    def _make_counts(self) -> None:
        """How many takes; it stands beside the button that asks for them."""
        self.counts = QuietCombo(tr("How many takes to write"))
        self.counts.setToolTip(tr("How many takes Generate writes, to choose from"))
        for count in TAKES_OFFERED:
            self.counts.addItem(tr_count("{count} take", "{count} takes", count), count)
        self.counts.setCurrentIndex(TAKES_OFFERED.index(min(TAKES_OFFERED[-1], self._session.settings.takes)))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(8)
        column.addWidget(self.verbs)
        column.addLayout(_row(self.models, self.info, stretched=self.models))
        column.addWidget(self.description)
        for widget in (self.parts, self.bars, self.share, self.rhythm):
            column.addWidget(widget)
        column.addSpacing(2)
        column.addWidget(self.options)
        column.addLayout(_row(plain_label(tr("Seed"), "dim"), None, self.seed, self.dice))
        column.addStretch(1)

    def _show_model(self) -> None:
        model = self.model
        self.info.setEnabled(model is not None)
        self.models.setEnabled(model is not None)
        if model is None:
            refused = self._studio.refused_models
            reason = refused[0] if refused else tr("The bundled models are missing.")
            self.description.setText(tr("{reason} Install Tutti again to repair this.", reason=reason))
        else:
            self.description.setText(tr(model.description))
        self.parts.show_parts(model.parts if model else ())
        self.options.show_options(model.options if model else (), model.id if model else "")
        self.show_score(self._session.score)
        self.changed.emit()

    def _show_verb(self) -> None:
        self.bars.setVisible(self.verbs.verb == "fill")
        self.share.setVisible(self.verbs.verb == "vary")
        self.rhythm.setVisible(self.verbs.verb != "band")
        self.show_score(self._session.score)
        self.changed.emit()


def _row(*widgets: QWidget | None, stretched: QWidget | None = None) -> QLayout:
    """Widgets beside one another; None takes the room that is left."""
    row = QHBoxLayout()
    row.setSpacing(4)
    for widget in widgets:
        if widget is None:
            row.addStretch(1)
        else:
            row.addWidget(widget, 1 if widget is stretched else 0)
    return row
