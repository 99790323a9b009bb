"""The chord lane's menu: what can be done with a chord, and with all that models found."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QMenu

from desktop_app import chord_edits
from desktop_app.chord_offers import Offer, matching, offers
from desktop_app.language import mark, tr
from desktop_app.ui.chord_lane.typing import Hear
from music_core.harmony.spelling import spelled
from music_core.score import ChordChange, Score


def fill_menu(
    menu: QMenu,
    score: Score,
    change: ChordChange | None,
    tick: int,
    type_at: Callable[[int], None],
    commit: Callable[[str, Score], None],
    hear: Hear,
) -> None:
    """Fill in what can be done with the chord under the pointer, if any, and at the tick there."""
    menu.addAction(tr("Type a chord here…"), lambda: type_at(tick))
    _suggest(menu.addMenu(tr("Chords that fit")), score, change.tick if change else tick, commit, hear)
    if change is not None:
        at, name = change.tick, spelled(change.chord, score.keys, change.tick)
        step = mark("Unlock the chord") if change.locked else mark("Lock the chord")
        menu.addAction(tr("Change {chord}…", chord=name), lambda: type_at(at))
        menu.addAction(
            tr("Leave {chord} to the model", chord=name) if change.locked else tr("Lock {chord}", chord=name),
            lambda: commit(step, chord_edits.with_lock(score, at, not change.locked)),
        )
        menu.addAction(
            tr("Delete {chord}", chord=name), lambda: commit("Delete the chord", chord_edits.without(score, at))
        )
    menu.addSeparator()
    clear = menu.addAction(tr("Delete the models' chords"))
    clear.setEnabled(any(not one.locked for one in score.chords))
    clear.triggered.connect(lambda: commit("Delete chords", chord_edits.without_unlocked(score)))


def _suggest(menu: QMenu, score: Score, tick: int, commit: Callable[[str, Score], None], hear: Hear) -> None:
    """The first few suggestions, heard as the pointer or the arrow keys rest on them."""

    def take(offer: Offer) -> None:
        commit("Chord", chord_edits.with_typed(score, tick, offer.symbol))
        hear(offer.chord)

    for offer in matching(offers(score, tick)):
        action = menu.addAction(offer.symbol)
        action.hovered.connect(partial(hear, offer.chord))
        action.triggered.connect(partial(take, offer))
    menu.aboutToHide.connect(partial(hear, None))
