"""The bars that an accompaniment by rule fills, each with its chords."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from music_core.harmony.chord import Chord
from music_core.harmony.lane import chord_at
from music_core.score import TICKS_PER_SIXTEENTH, Metre, Note, Score, Track, bar_lines, metre_at, without_overlaps

# Phrases are taken to be four bars long where nothing says otherwise.
PHRASE_BARS = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of `steps` whole sixteenths from a tick on; `chords` has one entry a step. Numbers count from 0."""

    number: int
    start_tick: int
    metre: Metre
    chords: tuple[Chord | None, ...]
    is_last: bool

    @property
    def steps(self) -> int:
        """Sixteenths in the bar; a bar that is no whole number of them loses the rest."""
        return len(self.chords)

    @property
    def beat_steps(self) -> int:
        """Sixteenths in a felt beat: 4, or 6 where the metre is compound."""
        return max(1, self.metre.beat_ticks // TICKS_PER_SIXTEENTH)

    @property
    def begins_phrase(self) -> bool:
        """Whether a phrase of four bars begins here."""
        return self.number % PHRASE_BARS == 0

    @property
    def ends_phrase(self) -> bool:
        """Whether a phrase of four bars ends here."""
        return self.number % PHRASE_BARS == PHRASE_BARS - 1

    def tick(self, step: int) -> int:
        """The tick of a step of this bar."""
        return self.start_tick + step * TICKS_PER_SIXTEENTH

    def change_after(self, step: int) -> int:
        """The next step at which the chord is another one, or the bar's end."""
        later = range(step + 1, self.steps)
        return next((other for other in later if self.chords[other] != self.chords[step]), self.steps)


def bars_of(score: Score) -> tuple[Bar, ...]:
    """Every bar of the score's melody, a pickup included."""
    lines = bar_lines(score.metres, melody_of(score).end_tick)
    bars = []
    for number, (start, end) in enumerate(pairwise(lines)):
        ticks = range(start, end - TICKS_PER_SIXTEENTH + 1, TICKS_PER_SIXTEENTH)
        chords = tuple(chord_at(score.chords, tick) for tick in ticks)
        bars.append(Bar(number, start, metre_at(score.metres, start), chords, end == lines[-1]))
    return tuple(bars)


def melody_of(score: Score) -> Track:
    """The track that is accompanied. Raises ValueError where there is none."""
    playable = [track for track in score.tracks if track.notes and not track.is_drum]
    melody = next((track for track in playable if track.role == "melody"), playable[0] if playable else None)
    if melody is None:
        raise ValueError("There is no melody to accompany; play or open one first.")
    return melody


def accompanied(score: Score, *parts: Track) -> Score:
    """The score's melody with these parts under it; parts without a note are left out."""
    return score.with_tracks(melody_of(score), *(part for part in parts if part.notes))


def note(bar: Bar, step: int, end_step: int, pitch: int, velocity: int) -> Note:
    """A note from one step of a bar to another."""
    return Note(bar.tick(step), pitch, max(1, end_step - step) * TICKS_PER_SIXTEENTH, velocity)


def part(role: str, program: int, notes: Iterable[Note]) -> Track:
    """A part named by its role; a pitch sounds once at a time."""
    track = Track(role.capitalize(), program=program, role=role, is_drum=role == "drums")
    return replace(track, notes=without_overlaps(notes))
