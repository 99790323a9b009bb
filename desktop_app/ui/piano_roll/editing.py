"""Between the hand and the session: runs gestures on the selected track and commits each as one undo step."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QRectF, Signal

from desktop_app.language import mark
from desktop_app.note_edits import edited as notes_of
from desktop_app.note_edits.edited import Edited
from desktop_app.note_edits.shapes import Scale, added, nearest_pitch, scale_of
from desktop_app.ui.piano_roll import gestures
from desktop_app.ui.piano_roll.axis import TimeAxis
from desktop_app.ui.piano_roll.content import ScoreContent
from desktop_app.ui.piano_roll.gestures import Gesture, Pointer
from music_core.score import Note, Score, Track

Commit = Callable[[str, Score], None]
_LABELS = {"move": mark("Move notes"), "resize": mark("Note length"), "draw": mark("Add note")}


class NoteEditor(QObject):
    """Keeps the selection and the gesture under way; the score itself changes through `commit` only."""

    changed = Signal()
    note_struck = Signal(int, int)  # pitch, velocity: let it be heard
    note_let_go = Signal()
    selection_changed = Signal(int)  # how many notes

    def __init__(self, axis: TimeAxis, content: ScoreContent, commit: Commit) -> None:
        super().__init__()
        self._axis = axis
        self._content = content
        self._commit = commit
        self._gesture: Gesture | None = None
        self._latest: Edited | None = None
        self._base: frozenset[Note] = frozenset()
        self._length = 0
        self.chosen: frozenset[Note] = frozenset()
        self.draws = False  # the pencil
        self.keeps_to_scale = False
        self.velocity = 90

    @property
    def is_boxing(self) -> bool:
        """Whether a selection box is being drawn."""
        return self._gesture is not None and self._gesture.kind == "box"

    @property
    def scale(self) -> Scale:
        """The scale of the piece's keys; drums know none."""
        track = self._content.track
        return scale_of(() if track is not None and track.is_drum else self._content.score.keys)

    def set_draws(self, draws: bool) -> None:
        """Take the pencil or put it down."""
        self.draws = draws

    def choose(self, notes: frozenset[Note]) -> None:
        """Select exactly these notes."""
        if notes != self.chosen:
            self.chosen = notes
            self.selection_changed.emit(len(notes))
            self.changed.emit()

    def choose_all(self) -> None:
        """Select every note of the track."""
        self.choose(frozenset(self.notes()))

    def forget(self) -> None:
        """Another track or another score: keep what is still there."""
        self._gesture = self._latest = None
        self.choose(notes_of.present(self.notes(), self.chosen))

    def notes(self) -> tuple[Note, ...]:
        """The selected track's notes."""
        track = self._content.track
        return track.notes if track else ()

    def takes_end(self, note: Note, x: float, box: QRectF) -> bool:
        """Whether a press at `x` resizes the note."""
        return gestures.is_end_zone(note, x, box.left(), box.right())

    def press(self, pointer: Pointer, note: Note | None, *, at_end: bool, more: bool) -> None:
        """The button went down, on a note or beside all."""
        if self._content.track is None and not (self.draws and self._begin_melody()):
            return
        if note is None:
            self._press_empty(pointer, more=more)
            return
        if more:
            self.choose(self.chosen ^ {note})
        elif note not in self.chosen:
            self.choose(frozenset({note}))
        if note in self.chosen:
            before = Edited(self.notes(), self.chosen)
            kind: gestures.GestureKind = "resize" if at_end else "move"
            self._gesture = Gesture(kind, pointer, before, note, self._axis.snap_ticks, self._kept_scale())
            self._length = note.duration_ticks
        self.note_struck.emit(note.pitch, note.velocity)

    def box(self, one: Pointer, other: Pointer) -> None:
        """The selection box reaches from one corner to the other."""
        if self._content.track is None:
            return
        first, last = sorted((one.tick, other.tick))
        low, high = sorted((one.pitch, other.pitch))
        inside = self._content.arrays(self._content.selected).within(first, last, low, high)
        self.choose(self._base | inside)

    def drag(self, pointer: Pointer) -> None:
        """The pointer moved with the button down."""
        if self._gesture is None or self._gesture.kind == "box":
            return
        edited = self._gesture.at(pointer)
        if edited != self._latest:
            moved_pitch = self._pitch_of(edited) != self._pitch_of(self._latest or self._gesture.before)
            self._latest = edited
            self._show(edited)
            if moved_pitch and self._gesture.kind != "resize":
                self.note_let_go.emit()
                self.note_struck.emit(self._pitch_of(edited), self.velocity)

    def release(self) -> None:
        """The button came up: commit what the gesture did."""
        gesture, edited = self._gesture, self._latest
        self._gesture = self._latest = None
        self.note_let_go.emit()
        if gesture is not None and edited is not None and edited.notes != gesture.before.notes:
            self.apply(_LABELS[gesture.kind], edited)

    def add_at(self, pointer: Pointer) -> None:
        """A new note in this cell, as long as the last one that was touched."""
        if self._content.track is None and not self._begin_melody():
            return
        note = self._new_note(pointer)
        self.apply("Add note", added(self.notes(), note))
        self.note_struck.emit(note.pitch, self.velocity)

    def edit(self, label: str, change: Callable[[Edited], Edited], *, or_all: bool = False) -> bool:
        """Change the selected notes (or all, where none is selected and that is meant) as one undo step."""
        chosen = self.chosen or (frozenset(self.notes()) if or_all else self.chosen)
        if not chosen:
            return False
        edited = change(Edited(self.notes(), chosen))
        if edited.notes != self.notes():
            kept = edited if self.chosen else Edited(edited.notes, frozenset())
            self.apply(label, kept)
        return True

    def apply(self, label: str, edited: Edited) -> None:
        """Commit notes as one undo step and keep their selection."""
        if self._content.track is None:
            return
        self._gesture = self._latest = None
        self.chosen = edited.chosen
        self._commit(label, notes_of.with_notes(self._content.committed, self._content.selected, edited))
        self.selection_changed.emit(len(self.chosen))
        self.changed.emit()

    def _press_empty(self, pointer: Pointer, *, more: bool) -> None:
        if self.draws:
            note = self._new_note(pointer)
            before = Edited(self.notes(), frozenset())
            self._gesture = Gesture("draw", pointer, before, note, self._axis.snap_ticks, self._kept_scale())
            self._latest = added(before.notes, note)
            self._show(self._latest)
            self.note_struck.emit(note.pitch, note.velocity)
            return
        self._base = self.chosen if more else frozenset()
        self._gesture = Gesture("box", pointer, Edited(self.notes(), self._base))
        self.choose(self._base)

    def _begin_melody(self) -> bool:
        """In an empty piece the first note makes the melody track."""
        if self._content.score.tracks:
            return False
        self._commit("Add a melody track", self._content.score.with_tracks(Track("Melody", role="melody")))
        return self._content.track is not None

    def _kept_scale(self) -> Scale | None:
        return self.scale if self.keeps_to_scale else None

    def _new_note(self, pointer: Pointer) -> Note:
        start = self._axis.cell_start(pointer.tick)
        pitch = nearest_pitch(pointer.pitch, self.scale(start), -1) if self.keeps_to_scale else pointer.pitch
        return Note(start, pitch, self._length or self._axis.snap_ticks, self.velocity)

    def _show(self, edited: Edited) -> None:
        """Draw a gesture's state without committing it."""
        if self._content.track is not None:
            self.chosen = edited.chosen
            committed = self._content.committed
            self._content.preview(notes_of.with_notes(committed, self._content.selected, edited))
            self.changed.emit()

    def _pitch_of(self, edited: Edited) -> int:
        return max((note.pitch for note in edited.chosen), default=60)
