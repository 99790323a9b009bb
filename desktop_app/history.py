"""Undo and redo: a stack of immutable Scores, each with the name of the step that led to it."""

from __future__ import annotations

from dataclasses import dataclass

from music_core.score import Score

# Scores share what they do not change, so a step costs little; the limit only bounds a very long day.
STEP_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Step:
    """A score and the label of the edit that made it; `merge_key` groups the steps of one gesture."""

    label: str
    score: Score
    merge_key: str = ""


class History:
    """The present score with what came before it and what was undone."""

    def __init__(self, score: Score, limit: int = STEP_LIMIT) -> None:
        self._limit = limit
        self._past: list[Step] = []
        self._present = Step("", score)
        self._future: list[Step] = []

    @property
    def score(self) -> Score:
        """The present score."""
        return self._present.score

    @property
    def undo_label(self) -> str:
        """What undo would take back, or empty."""
        return self._present.label if self._past else ""

    @property
    def redo_label(self) -> str:
        """What redo would bring back, or empty."""
        return self._future[-1].label if self._future else ""

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is an undone step."""
        return bool(self._future)

    def push(self, label: str, score: Score, merge_key: str = "") -> None:
        """Make `score` the present; a step with the present one's merge key goes on with it under its label."""
        if merge_key and merge_key == self._present.merge_key and self._past:
            label = self._present.label
        else:
            self._past.append(self._present)
            del self._past[: -self._limit]
        self._present = Step(label, score, merge_key)
        self._future.clear()

    def amend(self, score: Score) -> None:
        """Change the present score without a step, and without losing what can be redone."""
        self._present = Step(self._present.label, score, self._present.merge_key)

    def seal(self) -> None:
        """End the gesture under way: the next step is one of its own."""
        self._present = Step(self._present.label, self._present.score)

    def undo(self) -> Score:
        """Go back a step and return that score; at the beginning nothing happens."""
        if self._past:
            self._future.append(self._present)
            self._present = self._past.pop()
            self.seal()
        return self._present.score

    def redo(self) -> Score:
        """Go forward again and return that score; with nothing undone nothing happens."""
        if self._future:
            self._past.append(self._present)
            self._present = self._future.pop()
            self.seal()
        return self._present.score
