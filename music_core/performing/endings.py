"""Endings: the band stays until the tune is over, plays its last chord with it, and lets that ring."""

from __future__ import annotations

from dataclasses import dataclass, replace

from music_core.decoding.drums import LANE_OF, LANES
from music_core.harmony.chord import Chord
from music_core.harmony.lane import chord_at
from music_core.metrics.soundness import RANGES, WHOLE
from music_core.score import TICKS_PER_SIXTEENTH, Note, Score, Track, bar_lines

_KICK, _CRASH = LANES[0][1], LANES[7][1]
_CRASH_LANES = (3, 7, 8)
_LAST_HIT_VELOCITY = 100
# Where a part that fell silent takes the last chord up again: around what it played last, in semitones.
_OCTAVE = 12


@dataclass(frozen=True, slots=True)
class Ending:
    """Where a piece ends, in ticks: the band's last stroke, and the bar line up to which it rings."""

    last_stroke: int
    end: int


def ending_of(score: Score, melody: int) -> Ending | None:
    """The ending under a melody track (its index); None where that has no notes.

    The last stroke falls on the melody's last onset, or on the last bar line within its last note where that is held
    over one: under a note of four bars the band plays on for three.
    """
    notes = score.tracks[melody].notes
    if not notes:
        return None
    last_onset, over = notes[-1].start_tick, max(note.end_tick for note in notes)
    lines = bar_lines(score.metres, over)
    inside = [line for line in lines if last_onset < line < over]
    stroke = inside[-1] if inside else last_onset
    return Ending(stroke, lines[-1])


def with_ending(score: Score, melody: int, *, keep_drums: bool = False) -> Score:
    """The quantised score with its accompaniment ended under the melody track; every other note stays as it was.

    Pitched parts play nothing new after the last stroke and ring to the bar's end; one that fell silent before, or
    rests on it, strikes the chord again. Drums hit kick and cymbal on the last stroke and stop (`keep_drums`: they
    play on to the bar's end). Parts without any note stay empty.
    """
    ending = ending_of(score, melody)
    if ending is None:
        return score
    chord = chord_at(score.chords, ending.last_stroke)
    tracks = []
    for index, track in enumerate(score.tracks):
        if index == melody or not track.notes or track.role == "melody":
            tracks.append(track)
        elif track.is_drum:
            tracks.append(_cropped(track, ending) if keep_drums else _drums_ended(track, ending))
        else:
            tracks.append(_rung_out(track, ending, chord))
    return score.with_tracks(*tracks)


def _rung_out(track: Track, ending: Ending, chord: Chord | None) -> Track:
    stroke = ending.last_stroke
    before = [note for note in track.notes if note.start_tick < stroke]
    struck = [note for note in track.notes if note.start_tick == stroke]
    pitches = {note.pitch for note in struck}
    # What is held into the last chord belongs to it, where it is one of its notes.
    held = {n for n in before if n.end_tick > stroke and n.pitch not in pitches and _fits(n.pitch, chord)}
    if not struck and not held:
        struck = [replace(note, start_tick=stroke) for note in _last_chord(track, stroke, chord)]
    kept = [_until(note, stroke) for note in before if note not in held]
    ringing = [replace(note, duration_ticks=ending.end - note.start_tick) for note in (*struck, *held)]
    return replace(track, notes=tuple(sorted((*kept, *ringing))))


def _fits(pitch: int, chord: Chord | None) -> bool:
    return chord is None or pitch % 12 in chord.pitch_classes


def _until(note: Note, tick: int) -> Note:
    """A note that ends at a tick if it reached over it."""
    return replace(note, duration_ticks=tick - note.start_tick) if note.end_tick > tick else note


def _last_chord(track: Track, stroke: int, chord: Chord | None) -> list[Note]:
    """What the part struck last before the stroke (or, in a part of later notes only, first), moved to its chord."""
    starts = [note.start_tick for note in track.notes]
    at = max((start for start in starts if start < stroke), default=min(starts))
    reach = RANGES.get(track.role, WHOLE)
    found: dict[int, Note] = {}
    for note in track.notes:
        if note.start_tick == at:
            pitch = note.pitch if chord is None else _nearest(note.pitch, chord, reach, bass=track.role == "bass")
            found.setdefault(pitch, replace(note, pitch=pitch))
    return list(found.values())


def _nearest(pitch: int, chord: Chord, reach: tuple[int, int], *, bass: bool) -> int:
    """The chord's pitch nearest to a pitch within reach, the lower of two; a bass takes the chord's own bass note."""
    wanted = {chord.bass} if bass else chord.pitch_classes
    near = range(max(reach[0], pitch - _OCTAVE), min(reach[1], pitch + _OCTAVE) + 1)
    return min((p for p in near if p % 12 in wanted), key=lambda p: (abs(p - pitch), p), default=pitch)


def _drums_ended(track: Track, ending: Ending) -> Track:
    before = [note for note in track.notes if note.start_tick < ending.last_stroke]
    struck = [note for note in track.notes if note.start_tick == ending.last_stroke]
    lanes = {LANE_OF.get(note.pitch, -1) for note in struck}
    if 0 not in lanes:
        struck.append(Note(ending.last_stroke, _KICK, TICKS_PER_SIXTEENTH, _LAST_HIT_VELOCITY))
    if not lanes.intersection(_CRASH_LANES):
        struck = [note for note in struck if LANE_OF.get(note.pitch) != 2]  # the hat's hand takes the cymbal
        struck.append(Note(ending.last_stroke, _CRASH, TICKS_PER_SIXTEENTH, _LAST_HIT_VELOCITY))
    return replace(track, notes=tuple(sorted((*(_until(note, ending.last_stroke) for note in before), *struck))))


def _cropped(track: Track, ending: Ending) -> Track:
    kept = (_until(note, ending.end) for note in track.notes if note.start_tick < ending.end)
    return replace(track, notes=tuple(sorted(kept)))
