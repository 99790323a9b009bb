"""The takes: chips to compare them by ear, a star, and how the chosen one was made."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.events import TakesChanged
from desktop_app.language import tr
from desktop_app.library.project import Take, take_letter
from desktop_app.provenance import how_made, wish_text
from desktop_app.ui.generate.story import StoryDialog
from desktop_app.ui.panels.options import in_figures
from desktop_app.ui.panels.takes import TakeChips, TakesHeader
from desktop_app.ui.studio import Studio
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets import plain_label
from music_core.manifest import Manifest


class TakesBox(QWidget):
    """Always in sight. A chip puts its take into the score while the music goes on where it is."""

    settings_wanted = Signal(object)  # a Take whose settings shall be used again
    card_asked = Signal(str)

    def __init__(self, studio: Studio, theme: Theme) -> None:
        super().__init__()
        self._studio = studio
        self._session = studio.session
        self._heard: list[Take] = []  # the chosen take and the one before it
        self.header, self.chips = TakesHeader(theme), TakeChips(theme)
        self.empty = plain_label(tr("Your takes appear here. Generate writes parts under your melody."), "caption")
        self.empty.setWordWrap(True)
        self.story = plain_label("", "caption")
        self.story.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self.empty, self.header, self.chips, self.story):
            column.addWidget(widget)
        self.chips.chosen.connect(self._session.choose_take)
        self.chips.starred.connect(self._session.star_take)
        self.header.flip_asked.connect(self.flip)
        self.header.star_asked.connect(self._star)
        self.header.story_asked.connect(self.tell_story)
        studio.events.subscribe(TakesChanged, lambda _event: self.show_takes())
        self.show_takes()

    def show_takes(self) -> None:
        """Show the takes as chips, and how the chosen one was made."""
        takes, chosen = self._session.takes, self._session.chosen_take
        if chosen is not None and not (self._heard and _same(self._heard[-1], takes[chosen])):
            self._heard = [*self._heard[-1:], takes[chosen]]
        self.chips.show_takes(takes, chosen)
        self.header.show_state(None if chosen is None else takes[chosen], can_flip=self._before() is not None)
        self.header.setVisible(bool(takes))
        self.empty.setVisible(not takes)
        self.story.setVisible(chosen is not None)
        if chosen is not None:
            self.story.setText(self._in_short(takes[chosen]))

    def flip(self) -> None:
        """Back to the take that was heard before the present one, and from there back again."""
        before = self._before()
        if before is not None:
            self._session.choose_take(before)

    def tell_story(self) -> None:
        """Show how the chosen take was made."""
        chosen = self._session.chosen_take
        if chosen is None:
            return
        take = self._session.takes[chosen]
        model = self._model_of(take)
        card = self._studio.read_card(model.id) if model else ""
        page = how_made(take, take_letter(chosen), model, card, self._session.score.metres)
        show_card = None if model is None else lambda: self.card_asked.emit(take.model_id)
        StoryDialog(self.window(), page, lambda: self.settings_wanted.emit(take), show_card).show()

    def _before(self) -> int | None:
        chosen = self._session.chosen_take
        for heard in reversed(self._heard):
            for index, take in enumerate(self._session.takes):
                if index != chosen and _same(take, heard):
                    return index
        return None

    def _star(self, starred: bool) -> None:
        chosen = self._session.chosen_take
        if chosen is not None:
            self._session.star_take(chosen, starred)

    def _model_of(self, take: Take) -> Manifest | None:
        return next((model for model in self._studio.models if model.id == take.model_id), None)

    def _in_short(self, take: Take) -> str:
        """Model, seed, and the options that were not at their defaults."""
        model = self._model_of(take)
        words = [tr(model.title) if model else take.model_id, tr("seed {seed}", seed=take.seed)]
        if take.wish.verb != "band" or take.wish.roles is not None:
            words.insert(0, wish_text(take.wish))
        for option in model.options if model else ():
            value = take.options.get(option.name, option.default)
            if value != option.default:
                words.append(f"{tr(option.label)} {in_figures(value)}")
        return ", ".join(words)


def _same(one: Take, other: Take) -> bool:
    """Whether they are one take, whatever was starred since."""
    return one.tracks is other.tracks
