"""What the views of a score draw from: note arrays kept as long as a track's notes stay the same."""

from __future__ import annotations

from collections.abc import Sequence
from operator import is_

import numpy as np

from desktop_app.ui.colours import Palette, Rgb, hue_name, velocity_ramp
from desktop_app.ui.piano_roll.note_layer import NoteArrays
from music_core.drum_names import drum_name
from music_core.note_columns import known_columns
from music_core.score import Note, Score, Track
from music_core.theory import MIDDLE_OCTAVE, pitch_name


class ScoreContent:
    """The score that is shown, as arrays, with each track's hue."""

    def __init__(self) -> None:
        self.score = Score()
        self.committed = Score()
        """The session's score, while `score` may show a gesture under way."""
        self.selected = 0
        self.middle_octave = MIDDLE_OCTAVE
        """How the user counts octaves."""
        self._kept: list[tuple[tuple[Note, ...], NoteArrays]] = []

    def show(self, score: Score) -> None:
        """Take over a score; tracks whose notes did not change keep their arrays."""
        self.committed = score
        self.preview(score)

    def preview(self, score: Score) -> None:
        """Show the score as a gesture would make it."""
        known = {id(notes): arrays for notes, arrays in self._kept}
        in_place = [arrays for _notes, arrays in self._kept] if len(self._kept) == len(score.tracks) else []
        self._kept = []
        for index, track in enumerate(score.tracks):
            arrays = known.get(id(track.notes))
            if arrays is None:
                follows = bool(in_place) and known_columns(track.notes) is None
                arrays = in_place[index].following(track.notes) if follows else NoteArrays.of(track.notes)
            self._kept.append((track.notes, arrays))
        self.score = score

    @property
    def track(self) -> Track | None:
        """The selected track, if there is one."""
        return self.score.tracks[self.selected] if self.selected < len(self.score.tracks) else None

    @property
    def shows_drums(self) -> bool:
        """Whether the rows are drums instead of pitches."""
        return self.track is not None and self.track.is_drum

    @property
    def drums(self) -> frozenset[int] | None:
        """Which drums the selected track plays; None where its rows are pitches."""
        return frozenset(np.unique(self.arrays(self.selected).pitch).tolist()) if self.shows_drums else None

    def name_of(self, note: Note) -> str:
        """What a note of the selected track is called: a pitch or a drum."""
        if self.shows_drums:
            return drum_name(note.pitch, middle_octave=self.middle_octave)
        return pitch_name(note.pitch, middle_octave=self.middle_octave)

    def arrays(self, index: int) -> NoteArrays:
        """A track's notes as arrays."""
        return self._kept[index][1]

    def hue(self, index: int) -> str:
        """A track's hue."""
        return hue_name(self.score.tracks[index].role, index)

    def layers(self, palette: Palette) -> list[tuple[NoteArrays, Sequence[Rgb]]]:
        """The selected track in full, over every other audible one as a ghost: a row means the same for all of them.

        Drums are no pitches, so behind a tune they would be read as wrong notes, and a tune as drums behind drums.
        """
        others = [
            (self.arrays(i), velocity_ramp(self.hue(i), palette, ghost=True))
            for i, track in enumerate(self.score.tracks)
            if i != self.selected and not track.muted and track.is_drum == self.shows_drums
        ]
        if self.track is None:
            return list(others)
        return [*others, (self.arrays(self.selected), velocity_ramp(self.hue(self.selected), palette))]

    def span(self, *, only_selected: bool) -> tuple[int, int] | None:
        """Lowest and highest pitch of the selected track, or of all shown with it; None without notes."""
        wanted = [
            self.arrays(i)
            for i, track in enumerate(self.score.tracks)
            if track.notes and (i == self.selected if only_selected else track.is_drum == self.shows_drums)
        ]
        return (min(each.lowest for each in wanted), max(each.highest for each in wanted)) if wanted else None

    def sounding(self, tick: float, *, drums: bool = False) -> dict[int, str]:
        """Pitch -> hue of what is heard at a tick, or which drums."""
        soloed = any(track.soloed for track in self.score.tracks)
        result: dict[int, str] = {}
        for i, track in enumerate(self.score.tracks):
            if not track.muted and (track.soloed or not soloed) and track.is_drum == drums:
                result.update(dict.fromkeys(self.arrays(i).sounding(tick), self.hue(i)))
        return result


def looks_same(before: Score, after: Score) -> bool:
    """Whether what is drawn along the notes is the same: an edit of tempo, title or chords changes none of it."""
    same_tracks = len(before.tracks) == len(after.tracks) and all(map(is_, before.tracks, after.tracks))
    return same_tracks and before.metres == after.metres and before.keys == after.keys
