"""Voice leading on scores made by hand: each number counts what its docstring says."""

from __future__ import annotations

from music_core.metrics.voice_leading import beyond_range, crossing, parallels
from music_core.score import Note, Score, Track


def voices(*lines: tuple[int, ...]) -> Score:
    names = (("melody", "melody"), ("Alto", "alto"), ("Tenor", "tenor"), ("Bass", "bass"))
    return Score(
        tuple(
            Track(name, tuple(Note(480 * n, pitch, 480) for n, pitch in enumerate(line)), role=role)
            for (name, role), line in zip(names, lines, strict=False)
        )
    )


def test_fifths_and_octaves_in_the_same_direction_are_parallel() -> None:
    assert parallels(voices((67, 69), (60, 62))) == 1.0
    assert parallels(voices((72, 74), (60, 62))) == 1.0
    assert parallels(voices((67, 69, 67), (60, 62, 64))) == 0.5
    assert parallels(voices((64, 65), (60, 62))) == 0.0


def test_a_voice_that_stays_makes_no_parallel() -> None:
    assert parallels(voices((67, 67), (60, 60))) == 0.0
    assert parallels(voices((67,))) == 0.0


def test_crossed_voices_are_counted_by_steps() -> None:
    assert crossing(voices((67, 67), (60, 69))) == 0.5
    assert crossing(voices((67, 67), (60, 62), (48, 61))) == 0.0
    assert crossing(voices((67, 67), (60, 62), (48, 65))) == 0.25


def test_notes_beyond_a_voice_are_counted_by_steps() -> None:
    assert beyond_range(voices((67, 67), (60, 76))) == 0.5
    assert beyond_range(voices((67, 67), (60, 62), (50, 52), (48, 38))) == 1 / 6
    assert beyond_range(voices((67, 67))) == 0.0
