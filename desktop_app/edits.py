"""Small edits of a whole score, as pure functions."""

from __future__ import annotations

from dataclasses import replace

from desktop_app.language import tr
from music_core.score import KeySignature, Metre, Score, Tempo

SLOWEST_BPM, FASTEST_BPM = 20.0, 300.0

_DENOMINATORS = (1, 2, 4, 8, 16, 32)


def with_tempo(score: Score, bpm: float) -> Score:
    """The score at another tempo (20 to 300); later tempos keep their proportion to the first."""
    bpm = min(FASTEST_BPM, max(SLOWEST_BPM, bpm))
    ratio = score.tempos[0].bpm / bpm
    first = Tempo(0, round(60_000_000 / bpm))
    later = tuple(
        replace(tempo, us_per_quarter=min(0xFFFFFF, max(1, round(tempo.us_per_quarter * ratio))))
        for tempo in score.tempos[1:]
    )
    return replace(score, tempos=(first, *later))


def with_metre(score: Score, numerator: int, denominator: int) -> Score:
    """The score in one metre throughout, behind its pickup bar if it has one; the notes stay."""
    if not (1 <= numerator <= 32 and denominator in _DENOMINATORS):
        raise ValueError(tr("{metre} is not a metre.", metre=f"{numerator}/{denominator}"))
    first = score.metres[0]
    if pickup_ticks(score):
        return replace(score, metres=(first, Metre(first.bar_ticks, numerator, denominator)))
    return replace(score, metres=(Metre(0, numerator, denominator),))


def pickup_ticks(score: Score) -> int:
    """Length of the pickup bar, or 0: a first metre of one short bar before the real one."""
    if len(score.metres) < 2:
        return 0
    first, second = score.metres[:2]
    return first.bar_ticks if second.tick == first.bar_ticks < second.bar_ticks else 0


def with_key(score: Score, fifths: int, minor: bool) -> Score:
    """The score under one key signature; the notes stay."""
    if not -7 <= fifths <= 7:
        raise ValueError(tr("A key has at most seven sharps or flats."))
    return replace(score, keys=(KeySignature(0, fifths, minor),))


def with_instrument(score: Score, track_index: int, program: int, bank: int = 0) -> Score:
    """The score with a track on another General MIDI program."""
    if not (0 <= program <= 127 and 0 <= bank <= 16383):
        raise ValueError(tr("There is no instrument {program} in bank {bank}.", program=program, bank=bank))
    return score.with_track(track_index, replace(score.tracks[track_index], program=program, bank=bank))
