"""The line of a score that a model is to accompany: one track, one note at a time, the top one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from music_core.midi_parts import role_of
from music_core.score import Note, Score, Track

# Notes struck this close together are one chord, even when a hand rolled it (a 48th note).
CHORD_SPREAD_TICKS = 40

# Without roles, a track needs this share of the fullest track's notes to be taken for the melody.
_MELODY_SHARE = 0.25
# How high a line is shows in its first thousand notes; a long file has hundreds of thousands.
_NOTES_HEARD = 1000


class MelodyError(ValueError):
    """There is nothing to accompany; the message is one sentence for the user."""


@dataclass(frozen=True, slots=True)
class MelodyLine:
    """Notes that never overlap, from one track; `had_chords` tells that lower notes were left out."""

    track_index: int
    notes: tuple[Note, ...]
    had_chords: bool


def find_melody(score: Score, track_index: int | None = None) -> MelodyLine:
    """The top line of a track; without an index, of the track that is most likely the melody.

    That is the first track with the role melody, then soprano, then the track with the highest line among
    those with at least a quarter of the fullest one's notes.
    """
    index = likely_melody(score) if track_index is None else track_index
    if not 0 <= index < len(score.tracks):
        raise MelodyError(f"The piece has no track {index + 1}; it has {len(score.tracks)}.")
    track = score.tracks[index]
    if not track.notes:
        raise MelodyError(f"The track «{track.name or index + 1}» has no notes; choose a track with a melody.")
    if track.is_drum:
        raise MelodyError(f"The track «{track.name or index + 1}» holds drums; choose a track with a melody.")
    line, had_chords = top_line(track.notes)
    return MelodyLine(index, line, had_chords)


def with_melody(score: Score, index: int) -> Score:
    """The score with the role melody on one track and on no other; the one before plays what its name says."""
    tracks = (
        replace(track, role="melody") if i == index else _without_melody(track) for i, track in enumerate(score.tracks)
    )
    return score.with_tracks(*tracks)


def _without_melody(track: Track) -> Track:
    if track.role != "melody":
        return track
    role = role_of(track.name, track.is_drum)
    return replace(track, role="other" if role == "melody" else role)


def top_line(notes: Iterable[Note]) -> tuple[tuple[Note, ...], bool]:
    """The highest sounding notes as a line without overlaps, and whether any note was left out.

    A short overlap is legato, not a chord: the earlier note is cut, so onsets, pitches and velocities of a
    single line always stay as they were played.
    """
    line: list[Note] = []
    had_chords = False
    for note in sorted(notes, key=lambda n: (n.start_tick, -n.pitch, -n.duration_ticks)):
        while line and line[-1].end_tick > note.start_tick:
            last = line[-1]
            if not _sound_together(last, note):
                line[-1] = _cut(last, note.start_tick)
            elif note.pitch < last.pitch:
                had_chords = True
                break
            elif note.start_tick - last.start_tick > CHORD_SPREAD_TICKS:
                had_chords |= note.pitch != last.pitch
                line[-1] = _cut(last, note.start_tick)
            elif note.pitch == last.pitch and note.start_tick == last.start_tick:
                break  # the same note twice
            else:
                had_chords |= note.pitch != last.pitch
                line.pop()
        else:
            line.append(note)
    return tuple(line), had_chords


def likely_melody(score: Score) -> int:
    """The index of the track that `find_melody` takes; raises MelodyError where there is none."""
    playable = [i for i, track in enumerate(score.tracks) if track.notes and not track.is_drum]
    if not playable:
        if any(track.notes for track in score.tracks):
            raise MelodyError("This piece has only drums; play or import a melody first.")
        raise MelodyError("This piece has no notes; play or import a melody first.")
    for role in ("melody", "soprano"):
        for index in playable:
            if score.tracks[index].role == role:
                return index
    fullest = max(len(score.tracks[i].notes) for i in playable)
    likely = [i for i in playable if len(score.tracks[i].notes) >= fullest * _MELODY_SHARE]
    return max(likely, key=lambda i: _mean_pitch(score.tracks[i]))


def _mean_pitch(track: Track) -> float:
    line, _ = top_line(track.notes[:_NOTES_HEARD])
    return sum(n.pitch * n.duration_ticks for n in line) / sum(n.duration_ticks for n in line)


def _sound_together(earlier: Note, later: Note) -> bool:
    overlap = min(earlier.end_tick, later.end_tick) - later.start_tick
    return earlier.start_tick == later.start_tick or 2 * overlap > min(earlier.duration_ticks, later.duration_ticks)


def _cut(note: Note, end_tick: int) -> Note:
    return replace(note, duration_ticks=end_tick - note.start_tick)
