"""Typing a chord: the field over the lane, the suggestions below it, and what becomes of the text."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop_app import chord_edits
from desktop_app.chord_offers import Offer, matching, offers
from desktop_app.language import tr
from desktop_app.ui.chord_lane.field import SymbolField
from desktop_app.ui.chord_lane.offer_list import OfferList
from desktop_app.ui.piano_roll.axis import TimeAxis
from desktop_app.ui.theme import Theme
from music_core.harmony.chord import Chord
from music_core.harmony.spelling import spelled
from music_core.harmony.symbols import ChordSymbolError
from music_core.score import Score

Hear = Callable[[Chord | None], object]
"""Lets a chord be heard; None is silence."""


class ChordTyping(QObject):
    """`taken` tells the tick at which a chord was set, before the score is `edited`."""

    taken = Signal(int)
    edited = Signal(object)  # Score
    left = Signal()
    hint = Signal(str)

    def __init__(self, lane: QWidget, axis: TimeAxis, theme: Theme, hear: Hear) -> None:
        super().__init__(lane)
        self._axis = axis
        self._hear = hear
        self._score = Score()
        self._tick = 0
        self._offers: tuple[Offer, ...] = ()
        self.field = SymbolField(lane)
        self.list = OfferList(theme, lane)
        self.field.entered.connect(self._take)
        self.field.left.connect(self._leave)
        self.field.stepped.connect(self._step)
        self.field.textEdited.connect(self._narrow)
        self.list.rested.connect(lambda offer: hear(offer.chord))
        self.list.chosen.connect(self._choose)

    def open_at(self, tick: int, score: Score) -> None:
        """Type the chord that begins at a tick, or a new one."""
        self._tick, self._score = tick, score
        there = next((change for change in score.chords if change.tick == tick), None)
        text = spelled(there.chord, score.keys, tick) if there else ""
        self.field.open_at(round(self._axis.scale.x(tick)), text)
        self._offers = offers(score, tick)
        self.list.show_offers(matching(self._offers), self.field.geometry())
        if self._offers:
            self.hint.emit(
                tr("Up and Down try a suggestion, Enter takes it. The bars: how much of the melody goes with it.")
            )

    def close(self) -> None:
        """Put field and suggestions away."""
        if not self.field.isHidden():
            self.field.hide()
            self.list.hide()
            self._hear(None)

    def follow_axis(self) -> None:
        """Stay at the chord while the lane scrolls."""
        if self.field.isVisible():
            self.field.move(round(self._axis.scale.x(self._tick)), self.field.y())
            self.list.move_below(self.field.geometry())

    def _narrow(self, typed: str) -> None:
        self.list.show_offers(matching(self._offers, typed), self.field.geometry())

    def _step(self, by: int) -> None:
        offer = self.list.step(by)
        if offer is not None:
            self.field.setText(offer.symbol)

    def _choose(self, offer: Offer) -> None:
        self._take(offer.symbol, False)
        self._hear(offer.chord)

    def _take(self, text: str, go_on: bool) -> None:
        tick = self._tick
        try:
            score = chord_edits.with_typed(self._score, tick, text)
        except ChordSymbolError as error:
            sentence = f"{error}".rstrip(".") + "."
            self.list.hide()  # it would lie over the sentence
            self.field.refuse(sentence)
            self.hint.emit(sentence)
            return
        self.hint.emit("")
        self.close()
        self.taken.emit(tick)
        self.edited.emit(score)
        if go_on:
            self.open_at(chord_edits.next_bar(self._axis.metres, tick), score)

    def _leave(self) -> None:
        had_focus = self.field.hasFocus()
        self.close()
        self.hint.emit("")
        if had_focus:
            self.left.emit()
