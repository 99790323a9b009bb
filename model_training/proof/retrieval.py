"""A baseline that composes nothing: the most similar passage of the training songs, moved onto the given chords.

Four bars at a time: the melody's rhythm and the chords (at the best of twelve transpositions) choose a donor, its notes
keep their place and their part, and each moves to the same degree of the chord that is asked for (after
AccoMontage, arXiv 2108.11213, in small).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from music_core.harmony.chord import QUALITIES, Chord
from music_core.harmony.lane import chord_at
from music_core.metrics.segment import STEPS_A_BAR, Segment, segment_at, segments_of
from music_core.roll import ONSET
from music_core.rules.bars import accompanied
from music_core.score import TICKS_PER_SIXTEENTH, Note, Score, Track, bar_lines, without_overlaps

BARS = 4
_TICKS = BARS * STEPS_A_BAR * TICKS_PER_SIXTEENTH
# How much the chords count beside the melody's rhythm, and what a passage gains that goes on where the last one ended.
_CHORDS, _GOES_ON = 2.0, 0.3
# One of so many of the best is taken, by the seed.
_AMONG = 4

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Donors:
    """The passages of some songs: unit vectors of melody rhythm (n, 64) and chords (n, 96), and where they lie."""

    scores: tuple[Score, ...]
    places: NDArray[np.int64]
    rhythms: FloatArray
    chords: FloatArray


def donors_of(scores: Iterable[Score]) -> Donors:
    """Every passage of four bars of 4/4 with melody and accompaniment. Raises ValueError where there is none."""
    kept = tuple(scores)
    found = [(n, segment) for n, score in enumerate(kept) for segment in segments_of(score, BARS)]
    if not found:
        raise ValueError("The training songs hold no four bars of 4/4 to retrieve; prepare a corpus that has some.")
    places = np.array([(number, segment.start_tick) for number, segment in found], np.int64)
    return Donors(
        kept, places, np.stack([_rhythm(segment) for _, segment in found]), np.stack([_chords(s) for _, s in found])
    )


def retrieved(donors: Donors, score: Score, seed: int = 0) -> Score:
    """The melody with donors' accompaniments on its own chords; the same seed gives the same notes."""
    rng = np.random.default_rng(seed)
    notes: dict[str, list[Note]] = {}
    tracks: dict[str, Track] = {}
    previous = -1
    end = bar_lines(score.metres, score.end_tick)[-1]
    for start in range(0, end, _TICKS):
        index, shift = _chosen(donors, segment_at(score, start, BARS), previous, rng)
        donor, at = donors.scores[donors.places[index, 0]], int(donors.places[index, 1])
        for track in donor.tracks:
            if track.role != "melody":
                tracks.setdefault(track.role, replace(track, notes=(), name=track.role.capitalize()))
                notes.setdefault(track.role, []).extend(
                    _moved(track, donor, at, score, start, min(end, start + _TICKS), shift)
                )
        previous = index
    return accompanied(score, *(replace(track, notes=without_overlaps(notes[role])) for role, track in tracks.items()))


def _chosen(donors: Donors, wanted: Segment, previous: int, rng: np.random.Generator) -> tuple[int, int]:
    """One of the best donors and the semitones to move it up."""
    rhythm = donors.rhythms @ _rhythm(wanted)
    chords = _chords(wanted).reshape(-1, 12)
    by_shift = np.stack([donors.chords @ np.roll(chords, -shift, axis=1).ravel() for shift in range(12)], axis=1)
    likeness = rhythm + _CHORDS * by_shift.max(axis=1)
    following = previous + 1
    if previous >= 0 and following < len(likeness) and _goes_on(donors, previous, following):
        likeness[following] += _GOES_ON
    best = np.argsort(-likeness, kind="stable")[:_AMONG]
    index = int(rng.choice(best))
    shift = int(by_shift[index].argmax())
    return index, shift - 12 if shift > 6 else shift


def _goes_on(donors: Donors, previous: int, following: int) -> bool:
    before, after = donors.places[previous], donors.places[following]
    return bool(before[0] == after[0] and after[1] == before[1] + _TICKS)


def _moved(track: Track, donor: Score, at: int, score: Score, start: int, end: int, shift: int) -> Sequence[Note]:
    """A donor's notes at their new place, on the degrees of the chords asked for."""
    moved = []
    for note in track.notes:
        tick = note.start_tick - at + start
        if not (at <= note.start_tick < at + _TICKS and tick < end):
            continue
        pitch = note.pitch
        if not track.is_drum:
            target = chord_at(score.chords, tick)
            if target is None:
                continue
            pitch = on_chord(pitch, shift, chord_at(donor.chords, note.start_tick), target)
        moved.append(replace(note, start_tick=tick, pitch=pitch, duration_ticks=min(note.duration_ticks, end - tick)))
    return moved


def on_chord(pitch: int, shift: int, own: Chord | None, target: Chord) -> int:
    """The pitch moved up by `shift`, then to the nearest place of the degree that it had in its own chord.

    A note that was no chord tone, or had no chord, keeps its distance from the root if its chord's root moved on.
    """
    moved = min(127, max(0, pitch + shift))
    if own is None:
        return moved
    step = (pitch - own.root) % 12
    if pitch % 12 == own.bass and own.bass != own.root:
        wanted = target.bass
    elif step in QUALITIES[own.quality]:
        tones = QUALITIES[target.quality]
        index = QUALITIES[own.quality].index(step)
        wanted = (target.root + tones[index % len(tones)]) % 12
    else:
        wanted = (target.root + step) % 12
    up = (wanted - moved) % 12
    nearest = moved + (up if up <= 6 else up - 12)
    return nearest if 0 <= nearest <= 127 else moved


def _rhythm(segment: Segment) -> FloatArray:
    return _unit((segment.melody == ONSET).any(axis=1).astype(np.float64))


def _chords(segment: Segment) -> FloatArray:
    return _unit(segment.chord_halves.ravel())


def _unit(vector: FloatArray) -> FloatArray:
    norm = float(np.linalg.norm(vector))
    return vector / norm if norm else vector
