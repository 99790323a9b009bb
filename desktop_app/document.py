"""The open project while it is worked on: score with history and mix, takes, recordings, and whether it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from desktop_app.events import (
    EventBus,
    ProjectChanged,
    ScoreCause,
    ScoreChanged,
    SelectionChanged,
    TakesChanged,
)
from desktop_app.history import History
from desktop_app.language import tr
from desktop_app.library.project import UNTITLED, Project, Recording, Take, take_letter
from desktop_app.mix import Mix
from desktop_app.parts import belongs_to, with_take
from music_core.score import Score

# Unstarred takes beyond this are forgotten, oldest first; starred ones never.
TAKES_KEPT = 24


class Document:
    """Mutable holder of immutable values; every change is announced on the bus."""

    def __init__(self, events: EventBus) -> None:
        self._events = events
        self._history = History(Score())
        self._mix = Mix()
        self._score = self._history.score
        self._name = UNTITLED
        self._takes: tuple[Take, ...] = ()
        self._recorded: tuple[Recording, ...] = ()
        self._chosen: int | None = None
        self._selected = 0
        self._saved: tuple[object, ...] = self._state()
        self._announced: tuple[str, bool] | None = (UNTITLED, False)
        self.path: Path | None = None
        self.load_number = 0

    @property
    def score(self) -> Score:
        """The present score with the present mix."""
        return self._score

    @property
    def name(self) -> str:
        """The project's name."""
        return self._name

    @property
    def history(self) -> History:
        """For its labels and what can be undone; change it through this object only."""
        return self._history

    @property
    def takes(self) -> tuple[Take, ...]:
        """Every take, oldest first."""
        return self._takes

    @property
    def chosen_take(self) -> int | None:
        """The take whose notes the score has now."""
        return self._chosen

    @property
    def recorded(self) -> tuple[Recording, ...]:
        """Every raw recording, oldest first."""
        return self._recorded

    @property
    def selected_track(self) -> int:
        """The track the piano roll shows."""
        return self._selected

    @property
    def is_dirty(self) -> bool:
        """Whether there is anything that the file on disk does not have."""
        now = self._state()
        return any(a is not b for a, b in zip(now, self._saved, strict=True))

    def load(self, project: Project, path: Path | None = None, saved: bool = True) -> None:
        """Take over another project, with nothing to undo; `saved` says whether it would be no loss to close it."""
        self._history = History(project.score)
        self._mix = Mix()
        self._score = project.score
        self._name = project.name
        self._takes = project.takes
        self._recorded = project.recorded
        self._selected = 0
        self._saved = self._state() if saved else (None, None, None)
        self.path = path
        self.load_number += 1
        self._announced = None
        self._publish("load")
        self._events.publish(SelectionChanged(0))
        self._announce_takes()

    def to_project(self) -> Project:
        """What would be saved now."""
        return Project(self._name, self._score, self._takes, self._recorded)

    def mark_saved(self, saved: Project, path: Path) -> None:
        """`saved` is now on disk at `path`; what changed since is still unsaved."""
        self._name, self.path = saved.name, path
        self._saved = (saved.score, saved.takes, saved.recorded)
        self._announced = None
        self._announce_project()

    def edit(self, label: str, score: Score, merge_key: str = "") -> None:
        """Make `score` the present, as one undo step (or as part of the last one with the same merge key)."""
        if score == self._score:
            return
        self._history.amend(self._score)  # undoing comes back to what was heard, mix included
        self._mix = self._mix.agreeing_with(score)
        self._history.push(label, score, merge_key)
        self._score = score
        self._publish("edit")

    def undo(self) -> None:
        """Take the last step back."""
        if self._history.can_undo:
            self._score = self._mix.over(self._history.undo())
            self._publish("undo")

    def redo(self) -> None:
        """Bring the last undone step back."""
        if self._history.can_redo:
            self._score = self._mix.over(self._history.redo())
            self._publish("redo")

    def change_mix(self, index: int, fields: Mapping[str, Any]) -> None:
        """Move mixer controls of one track; undo leaves them alone."""
        self._mix = self._mix.with_change(self._score, index, fields)
        mixed = self._mix.over(self._score)
        if mixed is not self._score:
            self._score = mixed
            self._publish("mix")

    def select(self, index: int) -> None:
        """Show another track; an index beyond the tracks selects the last one."""
        index = max(0, min(index, len(self._score.tracks) - 1))
        if index != self._selected:
            self._selected = index
            self._events.publish(SelectionChanged(index))

    def add_takes(self, takes: tuple[Take, ...]) -> int:
        """Keep new takes and return the index of the first; the oldest unstarred ones may make room."""
        kept = list(self._takes)
        while len(kept) + len(takes) > TAKES_KEPT and any(not take.starred for take in kept):
            kept.remove(next(take for take in kept if not take.starred))
        self._takes = (*kept, *takes)
        self._refresh_chosen()
        self._announce_takes()
        self._announce_project()
        return len(kept)

    def star_take(self, index: int, starred: bool) -> None:
        """Mark a take as one to keep, or not."""
        take = replace(self._takes[index], starred=starred)
        self._takes = (*self._takes[:index], take, *self._takes[index + 1 :])
        self._announce_takes()
        self._announce_project()

    def choose_take(self, index: int, label: str = "") -> None:
        """Put a take's parts in place of the present ones; turning through takes is one step in all."""
        score = with_take(self._score, self._takes[index])
        self.edit(label or tr("Take {letter}", letter=take_letter(index)), score, merge_key="take")

    def add_recording(self, recording: Recording) -> None:
        """Keep a raw recording."""
        self._recorded = (*self._recorded, recording)
        self._announce_project()

    def replace_recording(self, index: int, recording: Recording) -> None:
        """A recording was put on another grid, or its bars were read otherwise."""
        self._recorded = (*self._recorded[:index], recording, *self._recorded[index + 1 :])
        self._announce_project()

    def _state(self) -> tuple[object, ...]:
        return (self._score, self._takes, self._recorded)

    def _publish(self, cause: ScoreCause) -> None:
        self._events.publish(ScoreChanged(self._score, cause))
        self.select(self._selected)  # the track may be gone
        before = self._chosen
        self._refresh_chosen()
        if before != self._chosen:
            self._announce_takes()
        self._announce_project()

    def _refresh_chosen(self) -> None:
        matching = (i for i in reversed(range(len(self._takes))) if belongs_to(self._score, self._takes[i]))
        self._chosen = next(matching, None)

    def _announce_takes(self) -> None:
        self._events.publish(TakesChanged(len(self._takes), self._chosen))

    def _announce_project(self) -> None:
        state = (self._name, self.is_dirty)
        if state != self._announced:
            self._announced = state
            self._events.publish(ProjectChanged(*state))
