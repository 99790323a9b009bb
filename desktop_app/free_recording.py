"""A take without a click: its beat is looked for while the window goes on, then its notes are put into bars."""

from __future__ import annotations

from dataclasses import dataclass, replace

from desktop_app.library.project import Recording
from desktop_app.takes_to_notes import notes_of
from music_core.performance import PerformedTake
from music_core.quantize import Grid
from music_core.score import TICKS_PER_SIXTEENTH, Metre, Score, Tempo

SLOWEST_BPM, FASTEST_BPM = 20.0, 400.0


@dataclass(frozen=True, slots=True)
class FoundTake:
    """A free take with its beats, and the metre it was found to be in."""

    recording: Recording
    metre: Metre


def usual_metres(score: Score) -> tuple[tuple[int, int], ...]:
    """The metres a take may be in: the piece's own where other parts go by it, any usual one where nothing does."""
    others = any(track.notes for track in score.tracks if track.role != "melody")
    metre = score.metres[-1]
    return ((metre.numerator, metre.denominator),) if others else ()


def found_take(take: PerformedTake, metres: tuple[tuple[int, int], ...], grid: Grid | None) -> FoundTake:
    """The take with tempo and bars found; raises RhythmError with a plain sentence. Takes up to some seconds."""
    from music_core.analysis.free_take import find_rhythm  # not at the top: the window opens sooner without it

    rhythm = find_rhythm(notes_of(take), metres)
    performance = replace(take, bpm=round(min(FASTEST_BPM, max(SLOWEST_BPM, rhythm.bpm)), 2))
    return FoundTake(Recording(performance, 0, None, grid, rhythm.ticks), rhythm.metre)


def read_at(recording: Recording, factor: float) -> Recording:
    """The take read at twice (2.0) or half (0.5) the tempo."""
    if recording.beats is None:
        return recording
    bpm = recording.performance.bpm * factor
    if not SLOWEST_BPM <= bpm <= FASTEST_BPM:
        return recording
    return replace(recording, performance=replace(recording.performance, bpm=bpm), beats=recording.beats.scaled(factor))


def a_beat_later(recording: Recording, metre: Metre) -> Recording:
    """The take with its bar lines a beat earlier, round the bar: what began on beat 1 begins on beat 2."""
    beats = recording.beats
    if beats is None:
        return recording
    moved = beats.shifted(metre.beat_ticks)
    bars = int((moved.ticks[0] + TICKS_PER_SIXTEENTH / 2) // metre.bar_ticks)
    return replace(recording, beats=moved.shifted(-bars * metre.bar_ticks))


def in_tempo(score: Score, recording: Recording, metre: Metre) -> Score:
    """The score at the tempo and in the metre of a free take."""
    tempo = Tempo(0, round(60_000_000 / recording.performance.bpm))
    return replace(score, tempos=(tempo,), metres=(replace(metre, tick=0),))
