"""The chord lane's menu: what can be done with a chord, and with all that models found."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMenu

from desktop_app import chord_edits
from music_core.harmony.spelling import spelled
from music_core.score import ChordChange, Score


def fill_menu(
    menu: QMenu,
    score: Score,
    change: ChordChange | None,
    tick: int,
    type_at: Callable[[int], None],
    commit: Callable[[str, Score], None],
) -> None:
    """Fill in what can be done with the chord under the pointer, if any, and at the tick there."""
    menu.addAction("Type a chord here…", lambda: type_at(tick))
    if change is not None:
        at, name = change.tick, spelled(change.chord, score.keys, change.tick)
        step = "Unlock the chord" if change.locked else "Lock the chord"
        menu.addAction(f"Change {name}…", lambda: type_at(at))
        menu.addAction(
            f"Leave {name} to the model" if change.locked else f"Lock {name}",
            lambda: commit(step, chord_edits.with_lock(score, at, not change.locked)),
        )
        menu.addAction(f"Delete {name}", lambda: commit("Delete the chord", chord_edits.without(score, at)))
    menu.addSeparator()
    clear = menu.addAction("Delete the models' chords")
    clear.setEnabled(any(not one.locked for one in score.chords))
    clear.triggered.connect(lambda: commit("Delete chords", chord_edits.without_unlocked(score)))
