"""What the menus, the keys and the tools do to notes: each command one pure edit, committed as one undo step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QApplication

from desktop_app.language import tr, tr_count
from desktop_app.note_edits import bars, shapes, timing
from desktop_app.note_edits.bars import BarRange
from desktop_app.note_edits.clip import MIME, Clip, clip_from_bytes, clip_of, clip_to_bytes, pasted
from desktop_app.note_edits.edited import Edited, with_notes
from desktop_app.ui import clipboard
from desktop_app.ui.piano_roll.axis import TimeAxis
from desktop_app.ui.piano_roll.content import ScoreContent
from desktop_app.ui.piano_roll.editing import NoteEditor
from desktop_app.ui.piano_roll.range_selection import RangeSelection
from music_core.quantize import Grid
from music_core.score import Note, Score, bar_lines

OCTAVE = 12
VELOCITY_STEP = 8


@dataclass(frozen=True, slots=True)
class Playhead:
    """Where pasting goes: the playhead's tick, whether it moves by itself, and how to move it."""

    tick: Callable[[], float]
    is_moving: Callable[[], bool]
    seek: Callable[[int], None]


class NoteCommands:
    """Acts on the selected notes; with a range of bars selected in the arrangement, on those bars of its tracks."""

    def __init__(
        self,
        editor: NoteEditor,
        axis: TimeAxis,
        content: ScoreContent,
        area: RangeSelection,
        commit: Callable[[str, Score], None],
        playhead: Playhead,
        tell: Callable[[str], None],
    ) -> None:
        self._editor = editor
        self._axis = axis
        self._content = content
        self._area = area
        self._commit = commit
        self._playhead = playhead
        self._tell = tell

    @property
    def selects_something(self) -> bool:
        """Whether notes or bars are selected."""
        return bool(self._editor.chosen) or self._area.value is not None

    def own_key(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        """The piano roll's plain keys: arrows move what is selected, with Shift by octaves and in length."""
        shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete()
        elif not self._editor.chosen:
            return False
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.transpose((OCTAVE if shift else 1) * (1 if key == Qt.Key.Key_Up else -1))
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            (self.lengthen if shift else self.nudge)(1 if key == Qt.Key.Key_Right else -1)
        else:
            return False
        return True

    # --- selecting ---

    def select_bars(self) -> None:
        """Select all notes in the bars that the selection touches, or in the playhead's bar."""
        chosen = self._editor.chosen
        start = min((note.start_tick for note in chosen), default=int(self._playhead.tick()))
        end = max((note.end_tick for note in chosen), default=start + 1)
        lines = bar_lines(self._content.score.metres, max(end, start + 1))
        first = max(line for line in lines if line <= start)
        track = self._content.selected
        if self._content.track is not None:
            self._area.choose(BarRange(first, min(line for line in lines if line >= end), track, track))

    def select_inverse(self) -> None:
        """Select what is not selected, and the other way round."""
        self._editor.choose(frozenset(self._editor.notes()) - self._editor.chosen)

    def select_none(self) -> None:
        """Select nothing, neither notes nor bars."""
        self._area.choose(None)
        self._editor.choose(frozenset())

    def step(self, by: int) -> None:
        """Select the next note (1) or the one before (-1), and let it be heard."""
        notes = self._editor.notes()
        if not notes:
            return
        chosen = sorted(self._editor.chosen)
        if chosen:
            at = notes.index(chosen[-1] if by > 0 else chosen[0]) + by
        else:
            tick = self._playhead.tick()
            at = next((i for i, note in enumerate(notes) if note.start_tick >= tick), len(notes) - 1)
        note = notes[min(len(notes) - 1, max(0, at))]
        self._editor.choose(frozenset({note}))
        self._editor.note_struck.emit(note.pitch, note.velocity)

    # --- clipboard ---

    def copy(self) -> bool:
        """Put the selected bars or notes on the clipboard; false where nothing is selected."""
        clip = self._clip()
        if clip is None:
            self._tell(tr("Nothing is selected. Drag a box around notes, or over bars in the arrangement."))
            return False
        data = QMimeData()
        data.setData(MIME, clip_to_bytes(clip))
        clipboard.put(data)
        count = sum(len(row) for row in clip.rows)
        self._tell(tr_count("Copied {count} note.", "Copied {count} notes.", count))
        return True

    def cut(self) -> None:
        """Copy, then delete."""
        if self.copy():
            self._delete("Cut")

    def paste(self) -> None:
        """Put the clipboard's notes at the playhead, which moves on to their end unless it plays."""
        data = QApplication.clipboard().mimeData()
        clip = clip_from_bytes(bytes(data.data(MIME).data())) if data is not None and data.hasFormat(MIME) else None
        if clip is None or self._content.track is None:
            self._tell(tr("There are no notes to paste. Copy some first."))
            return
        tick = self._axis.cell_start(self._playhead.tick())
        index = self._content.selected
        if len(clip.rows) > 1:
            score, area = bars.replaced(self._content.committed, index, clip, tick)
            self._commit("Paste bars", score)
            self._area.choose(area)
        else:
            score, chosen = pasted(self._content.committed, index, clip, tick)
            self._commit("Paste", score)
            self._editor.choose(chosen)
        if not self._playhead.is_moving():
            self._playhead.seek(tick + clip.length_ticks)

    def delete(self) -> None:
        """Delete the selected bars' notes or the selected notes."""
        self._delete("Delete notes")

    def duplicate(self) -> None:
        """Repeat the selected bars or notes after themselves, notes at the next grid line."""
        if self._area.value is not None:
            score, area = bars.repeated(self._content.committed, self._area.value)
            self._commit("Duplicate bars", score)
            self._area.choose(area)
            return
        length = self._span()[1]
        self._editor.edit("Duplicate", lambda before: shapes.duplicated(before, length))

    # --- pitch, time, loudness ---

    def transpose(self, semitones: int) -> None:
        """Move the selected notes up or down: by steps of the scale where notes keep to it, else by semitones."""
        editor = self._editor
        if editor.keeps_to_scale and abs(semitones) < OCTAVE:
            scale = editor.scale
            self._edit("Transpose", lambda before: shapes.stepped(before, semitones, scale))
        else:
            self._edit("Transpose", lambda before: shapes.moved(before, 0, semitones))

    def nudge(self, steps: int) -> None:
        """Move the selected notes by so many steps of the grid."""
        by = steps * self._axis.snap_ticks
        self._edit("Move notes", lambda before: shapes.moved(before, by, 0))

    def lengthen(self, steps: int) -> None:
        """Make the selected notes longer or shorter by so many steps of the grid."""
        by = steps * self._axis.snap_ticks
        self._edit("Note length", lambda before: shapes.resized(before, by))

    def louder(self, by: int) -> None:
        """Change the selected notes' velocity."""
        self._edit("Velocity", lambda before: shapes.with_velocity(before, by))

    def quantise(self, grid: Grid) -> None:
        """Draw the selected notes, or all of the track, to the grid."""
        metres = self._content.score.metres
        self._edit("Quantise", lambda before: timing.quantised(before, grid, metres), or_all=True)

    def into_scale(self) -> None:
        """Move the selected notes, or all of the track, to the nearest pitches of the key."""
        if not self._content.score.keys or self._content.track is None or self._content.track.is_drum:
            self._tell(tr("There is no key to move the notes into. Choose one beside the tempo."))
            return
        scale = self._editor.scale
        self._edit("Into the key", lambda before: shapes.into_scale(before, scale), or_all=True)

    def split(self) -> None:
        """Cut the selected notes in two: at the playhead where it stands in one, else at their middle."""
        tick = round(self._playhead.tick())
        self._edit("Split", lambda before: timing.split(before, tick, self._axis.snap_ticks))

    def join(self) -> None:
        """Make one note of the selected ones of each pitch."""
        self._edit("Join", timing.joined)

    def legato(self) -> None:
        """Hold each selected note until the next one begins."""
        self._edit("Legato", timing.legato)

    def set_velocities(self, wanted: dict[Note, int]) -> None:
        """Give notes velocities of their own, as drawn in the velocity lane."""
        before = Edited(self._editor.notes(), self._editor.chosen)
        self._editor.apply("Velocity", shapes.with_velocities(before, wanted))

    def _edit(self, label: str, change: Callable[[Edited], Edited], *, or_all: bool = False) -> None:
        area = self._area.value
        if area is not None and len(area.tracks) > 1:
            self._commit(label, self._over_tracks(area, change))
        elif not self._editor.edit(label, change, or_all=or_all):
            self._tell(tr("No note is selected. Click one, or drag a box around several."))

    def _over_tracks(self, area: BarRange, change: Callable[[Edited], Edited]) -> Score:
        score = self._content.committed
        for track in area.tracks:
            if track < len(score.tracks) and not score.tracks[track].is_drum:
                chosen = frozenset(bars.notes_of(score, area, track))
                score = with_notes(score, track, change(Edited(score.tracks[track].notes, chosen)))
        return score

    def _delete(self, label: str) -> None:
        if self._area.value is not None:
            self._commit(label, bars.cleared(self._content.committed, self._area.value))
        else:
            self._editor.edit(label, shapes.deleted)

    def _clip(self) -> Clip | None:
        if self._area.value is not None:
            return bars.copied(self._content.committed, self._area.value)
        if not self._editor.chosen:
            return None
        origin, length = self._span()
        return clip_of(sorted(self._editor.chosen), origin, length)

    def _span(self) -> tuple[int, int]:
        """Where the selected notes begin, on the grid, and how long they are together, in whole steps."""
        chosen, step = self._editor.chosen, self._axis.snap_ticks
        first = min((note.start_tick for note in chosen), default=0)
        last = max((note.end_tick for note in chosen), default=0)
        origin = self._axis.cell_start(first)
        return origin, max(step, -(-(last - first) // step) * step)
