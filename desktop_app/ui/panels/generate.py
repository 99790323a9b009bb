"""The Generate panel: what to do and with what, one button that also cancels, and the takes."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop_app.events import JobEnded, JobProgress, ScoreChanged, TransportChanged
from desktop_app.language import tr
from desktop_app.library.project import Take, Verb, Wish
from desktop_app.note_edits.bars import BarRange
from desktop_app.ui.generate.recipe import Recipe
from desktop_app.ui.generate.takes_box import TakesBox
from desktop_app.ui.studio import Studio
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets import plain_label
from music_core.manifest import Manifest
from music_core.score import bar_beat

JOB = "generate"


class GeneratePanel(QWidget):
    """Asks the session for takes; while they are written the same button cancels."""

    card_asked = Signal(str)
    bars_named = Signal(str)  # which bars Fill bars means, in words

    def __init__(self, studio: Studio, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("generate")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = studio.session
        self.recipe = Recipe(studio, theme)
        self.takes = TakesBox(studio, theme)
        self._make_button()
        self._lay_out()
        self.recipe.changed.connect(self._show_idle)
        self.recipe.bars.changed.connect(self.name_bars)
        self.recipe.info.clicked.connect(self._ask_card)
        self.takes.card_asked.connect(self.card_asked)
        self.takes.settings_wanted.connect(self.use_settings)
        studio.events.subscribe(JobProgress, self._show_progress)
        studio.events.subscribe(JobEnded, self._show_end)
        studio.events.subscribe(ScoreChanged, lambda event: self.recipe.show_score(event.score))
        studio.events.subscribe(TransportChanged, lambda _event: self._follow_loop())
        self._loop = self._session.loop
        self._show_idle()

    @property
    def model(self) -> Manifest | None:
        """The chosen model, or None when none is there."""
        return self.recipe.model

    def generate(self) -> None:
        """Ask for takes with what the panel shows."""
        self._ask(self.recipe.wish(), self.recipe.take_count())

    def generate_anew(self) -> None:
        """A new seed, then generate."""
        self.recipe.roll_seed()
        self.generate()

    def redo_track(self, index: int) -> None:
        """One more take with a track written anew, by the model that wrote it where it is installed."""
        self._ask_for_track(index, None)

    def fill_track(self, index: int) -> None:
        """The same for the marked bars of a track."""
        self._ask_for_track(index, self.recipe.bars.bars)

    def mark_ticks(self, start: int, end: int) -> None:
        """These bars are meant, where bars are asked for: [start, end) in ticks."""
        metres = self._session.score.metres
        self.recipe.bars.show_bars(bar_beat(metres, start)[0] - 1, bar_beat(metres, max(start, end - 1))[0])

    def mark_area(self, area: BarRange | None) -> None:
        """These bars are meant: a range that was selected over the tracks."""
        if area is not None:
            self.mark_ticks(area.start_tick, area.end_tick)

    def name_bars(self) -> None:
        """Say which bars are meant."""
        first, last = self.recipe.bars.bars[0] + 1, self.recipe.bars.bars[1]
        same, many = tr("bar {first}", first=first), tr("bars {first} to {last}", first=first, last=last)
        self.bars_named.emit(same if first == last else many)

    def use_settings(self, take: Take) -> None:
        """Set the panel to what made a take."""
        if self.recipe.choose_model(take.model_id):
            self.recipe.take_over(take.wish)
            self.recipe.options.set_values(take.options)
            self.recipe.seed.setValue(take.seed)

    def _make_button(self) -> None:
        self.button = QPushButton(tr("Generate"))
        self.button.setObjectName("primary")
        self.button.setMinimumHeight(42)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.clicked.connect(self._press)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 1000)
        self.progress.setAccessibleName(tr("Progress of generating"))
        self.progress_text = plain_label("", "caption")
        self.progress_text.setWordWrap(True)
        self.progress_text.hide()
        keep = self.progress.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(keep)

    def _lay_out(self) -> None:
        """What must be in sight however many options a model has is below: the button, and the takes."""
        scroller = QScrollArea()
        scroller.setWidgetResizable(True)
        scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroller.setWidget(self.recipe)
        footer = QVBoxLayout()
        footer.setContentsMargins(14, 8, 14, 10)
        footer.setSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.button, 1)
        row.addWidget(self.recipe.counts)
        footer.addLayout(row)
        for widget in (self.progress, self.progress_text, self.takes):
            footer.addWidget(widget)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroller, 1)
        outer.addLayout(footer)

    def _ask(self, wish: Wish, takes: int) -> None:
        model = self.model
        if model is None:
            return
        self._session.change_settings(model_id=model.id, takes=self.recipe.take_count())
        self._session.generate(model.id, self.recipe.seed.value(), takes, self.recipe.options.values(), wish)

    def _ask_for_track(self, index: int, bars: tuple[int, int] | None) -> None:
        if self._session.is_generating or index >= len(self._session.score.tracks):
            return
        track = self._session.score.tracks[index]
        self.recipe.choose_model(track.generated_by)
        self.recipe.roll_seed()
        verb: Verb = "redo" if bars is None else "fill"
        self._ask(Wish(verb, frozenset({track.role}), bars, keeps_rhythm=self.recipe.keeps_rhythm), 1)

    def _follow_loop(self) -> None:
        """A loop that was drawn marks its bars for Fill bars too."""
        loop = self._session.loop
        if loop is not None and loop != self._loop:
            self.mark_ticks(*loop)
        self._loop = loop

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
        stopping = self._session.is_stopping
        self.button.setText(tr("Stopping…") if stopping else tr("Cancel"))
        self.button.setToolTip(
            tr("Press again to leave the piece as it was")
            if stopping
            else tr("Stop, and keep the bars that are done (Esc)")
        )
        self.progress.show()
        self.progress.setValue(round(event.fraction * 1000))
        self._say(event.sentence)

    def _show_end(self, event: JobEnded) -> None:
        if event.job == JOB:
            said = {
                "cancelled": tr("Cancelled. Nothing was changed."),
                "kept": tr("Stopped. What was done is kept."),
            }
            self._say(said.get(event.outcome, ""))
            self._show_idle()

    def _say(self, sentence: str) -> None:
        self.progress_text.setText(sentence)
        self.progress_text.setVisible(bool(sentence))

    def _show_idle(self) -> None:
        if self._session.is_generating:
            return
        model = self.model
        self.button.setEnabled(model is not None)
        self.button.setText(tr("Generate"))
        if model is not None and not model.needs_melody:
            self.button.setToolTip(tr("Write a whole piece (Ctrl+G)"))
        elif self.recipe.verbs.verb == "band":
            self.button.setToolTip(tr("Write parts under the melody (Ctrl+G)"))
        else:
            self.button.setToolTip(tr("Write these parts anew (Ctrl+G)"))
        self.progress.hide()
