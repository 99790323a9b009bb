"""Takes as if played without a click, made from scores.

Nobody played these. Each is a score put through a model of uneven hands, drawn from a seed:

- the tempo wanders from beat to beat (a random walk that is drawn back to its middle) and drifts over the take;
- every onset has a motor error of its own (Wing and Kristofferson, 1973);
- downbeats come late now and then;
- before some bars the player stops to look for the next key;
- chords are rolled upwards, keys are let go early or late, and no two strokes are equally loud.

How much of each a level has is in `LEVELS`.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from desktop_app.library.melodies import load_sample
from desktop_app.library.sample_charts import sample_chords
from music_core.harmony.lane import ChordLane, chord_at
from music_core.performance import PerformedNote
from music_core.score import (
    TICKS_PER_QUARTER,
    TICKS_PER_SIXTEENTH,
    Metre,
    Note,
    Score,
    Track,
    bar_lines,
    metre_at,
    without_overlaps,
)

_LEFT_HAND = 48


@dataclass(frozen=True, slots=True)
class Unevenness:
    """One level of the model; times in seconds, tempo shares as fractions."""

    wander: float
    """Standard deviation of the tempo's step from beat to beat."""
    drift: float
    """How much faster (or slower) the take may have become at its end."""
    motor_s: float
    late_share: float
    """Share of the downbeats that come late, by up to `late_s`."""
    late_s: float
    stop_share: float
    """Share of the bars before which the player stops, for up to `stop_beats`."""
    stop_beats: float
    roll_s: float
    """Longest time between two keys of a rolled chord."""


LEVELS: Mapping[str, Unevenness] = {
    "steady": Unevenness(0.008, 0.04, 0.010, 0.05, 0.03, 0.0, 0.0, 0.010),
    "uneven": Unevenness(0.025, 0.12, 0.022, 0.15, 0.06, 0.0, 0.0, 0.030),
    "beginner": Unevenness(0.040, 0.20, 0.035, 0.20, 0.09, 0.06, 0.8, 0.045),
}


@dataclass(frozen=True, slots=True)
class FreeTake:
    """What was "played", and the sixteenth from the first bar line on which each note was meant."""

    name: str
    level: str
    seed: int
    metre: tuple[int, int]
    bpm: float
    notes: tuple[PerformedNote, ...]
    steps: tuple[int, ...]
    touch: str = "varied"
    part: str = "whole"


def played_freely(score: Score, name: str, level: str, seed: int, bpm: float | None = None) -> FreeTake:
    """A score's notes through the model of uneven hands; the same seed gives the same take."""
    hands, draw = LEVELS[level], random.Random(f"{name} {level} {seed}")
    metre, lead = _metre_and_lead(score)
    tempo = (bpm or score.bpm) * draw.uniform(0.85, 1.15)
    notes = without_overlaps(  # a keyboard has each key once
        Note(n.start_tick + lead, n.pitch, n.duration_ticks, n.velocity) for t in score.tracks for n in t.notes
    )
    beats = _Beats(hands, draw, 60.0 / tempo, metre, notes[0].start_tick, notes[-1].end_tick)
    played = [_stroke(note, beats, hands, draw) for note in notes]
    rolled = _rolled(notes, played, metre, hands, draw)
    order = sorted(range(len(rolled)), key=lambda i: (rolled[i].onset_s, rolled[i].pitch))
    return FreeTake(
        name,
        level,
        seed,
        (metre.numerator, metre.denominator),
        round(tempo, 3),
        tuple(rolled[i] for i in order),
        tuple(round(notes[i].start_tick / TICKS_PER_SIXTEENTH) for i in order),
    )


def with_left_hand(score: Score, chords: ChordLane) -> Score:
    """The melody over a triad or seventh chord below middle C, struck at half bars and changes and held."""
    lines = bar_lines(score.metres, score.end_tick)
    starts = set(lines)
    for line, following in pairwise(lines):
        metre = metre_at(score.metres, line)
        if following - line == metre.bar_ticks and metre.numerator % 2 == 0:
            starts.add(line + metre.bar_ticks // 2)
    starts |= {change.tick for change in chords}
    starts = {start for start in starts if start < score.end_tick}
    held: list[Note] = []
    for start, end in pairwise([*sorted(starts), score.end_tick]):
        chord = chord_at(chords, start)
        for pitch_class in sorted(chord.pitch_classes) if chord else ():
            held.append(Note(start, _LEFT_HAND + (pitch_class - _LEFT_HAND) % 12, end - start, 70))
    return score.with_tracks(*score.tracks, Track("Left hand", tuple(held), role="keys"))


class _Beats:
    """When each quarter falls: tempo walk, drift, and stops before bars."""

    def __init__(
        self, hands: Unevenness, draw: random.Random, beat_s: float, metre: Metre, first_tick: int, end_tick: int
    ) -> None:
        self._times = [10.0]
        self._first = first_tick // TICKS_PER_QUARTER
        count = end_tick // TICKS_PER_QUARTER + 2 - self._first
        drift = draw.uniform(-hands.drift, hands.drift)
        walk = 0.0
        for beat in range(count):
            walk = 0.9 * walk + draw.gauss(0.0, hands.wander)
            length = beat_s * (1.0 + walk - drift * (beat / count - 0.5))
            tick = (self._first + beat + 1) * TICKS_PER_QUARTER
            if tick % metre.bar_ticks < TICKS_PER_QUARTER and draw.random() < hands.stop_share:
                length += beat_s * draw.uniform(0.2, hands.stop_beats)
            self._times.append(self._times[-1] + max(0.3 * beat_s, length))

    def at(self, tick: float) -> float:
        """Seconds of a tick."""
        beat, rest = divmod(tick / TICKS_PER_QUARTER - self._first, 1.0)
        i = min(max(int(beat), 0), len(self._times) - 2)
        return self._times[i] + rest * (self._times[i + 1] - self._times[i])


def _stroke(note: Note, beats: _Beats, hands: Unevenness, draw: random.Random) -> PerformedNote:
    """One key: its written force is forgotten, for a score's accents would give its bar lines away."""
    onset_s = beats.at(note.start_tick) + draw.gauss(0.0, hands.motor_s)
    length_s = (beats.at(note.end_tick) - beats.at(note.start_tick)) * draw.uniform(0.7, 1.0)
    velocity = min(127, max(20, round(draw.gauss(76.0, 9.0))))
    return PerformedNote(onset_s, onset_s + max(0.06, length_s), note.pitch, velocity)


def _rolled(
    notes: Sequence[Note], played: Sequence[PerformedNote], metre: Metre, hands: Unevenness, draw: random.Random
) -> list[PerformedNote]:
    """Chords from their lowest key up, one after the other, from where their first was played; some come late."""
    result = list(played)
    for tick in sorted({note.start_tick for note in notes}):
        members = [i for i, note in enumerate(notes) if note.start_tick == tick]
        late = draw.random() < hands.late_share and tick % metre.bar_ticks == 0
        start_s = played[members[0]].onset_s + (draw.uniform(0.4, 1.0) * hands.late_s if late else 0.0)
        for index in sorted(members, key=lambda i: notes[i].pitch):
            before = played[index]
            length_s = before.offset_s - before.onset_s
            result[index] = PerformedNote(
                round(start_s, 4), round(start_s + length_s, 4), before.pitch, before.velocity
            )
            start_s += draw.uniform(0.2, 1.0) * hands.roll_s
    return result


def _metre_and_lead(score: Score) -> tuple[Metre, int]:
    """The metre of the full bars, and how many ticks a pickup leaves empty at the start of its bar."""
    if len(score.metres) > 1 and score.metres[0].bar_ticks < score.metres[1].bar_ticks:
        return score.metres[1], score.metres[1].bar_ticks - score.metres[0].bar_ticks
    return score.metres[0], 0


def sample_take(tune: str, hands: str, level: str, seed: int) -> FreeTake:
    """A sample melody, alone ("melody") or with a left hand ("chords"), through the model of uneven hands."""
    score = load_sample(tune)
    if hands == "chords":
        score = with_left_hand(score, sample_chords(tune))
    return played_freely(score, f"{tune} {hands}", level, seed)
