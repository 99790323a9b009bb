"""Values refuse the impossible; bar lines, beats and seconds agree with a metre read by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from music_core.score import (
    METRE_DENOMINATORS,
    ControlChange,
    KeySignature,
    Metre,
    Note,
    PitchBend,
    Score,
    Tempo,
    TempoMap,
    Track,
    bar_beat,
    bar_lines,
    metre_at,
    without_overlaps,
)


@pytest.mark.parametrize(
    "build",
    [
        lambda: Note(-1, 60, 1),
        lambda: Note(0, 128, 1),
        lambda: Note(0, 60, 0),
        lambda: Note(0, 60, 1, 0),
        lambda: ControlChange(0, 128, 0),
        lambda: ControlChange(0, 0, -1),
        lambda: PitchBend(0, 8192),
        lambda: Tempo(0, 0),
        lambda: Tempo(0, 2**24),
        lambda: Metre(0, 0, 4),
        lambda: Metre(0, 4, 3),
        lambda: Metre(0, 4, 2**200),
        lambda: KeySignature(0, 8),
        lambda: Track("x", role="kazoo"),
        lambda: Score(tempos=(Tempo(1),)),
        lambda: Score(metres=()),
        lambda: Score(metres=(Metre(0), Metre(0, 3, 4))),
    ],
)
def test_impossible_values_are_refused(build: Callable[[], object]) -> None:
    with pytest.raises(ValueError):
        build()


def test_values_are_frozen_and_edits_return_new_ones() -> None:
    score = Score((Track("a"), Track("b")))
    with pytest.raises(FrozenInstanceError):
        score.title = "x"  # type: ignore[misc]
    edited = score.with_track(1, Track("c"))
    assert [t.name for t in edited.tracks] == ["a", "c"]
    assert [t.name for t in score.tracks] == ["a", "b"]
    assert score.with_tracks(Track("d")).tracks == (Track("d"),)


def test_a_track_sorts_its_notes() -> None:
    assert Track("x", (Note(5, 60, 1), Note(0, 64, 1), Note(0, 60, 1))).notes == (
        Note(0, 60, 1),
        Note(0, 64, 1),
        Note(5, 60, 1),
    )


def test_beats_are_felt_beats() -> None:
    assert Metre(0, 6, 8).beat_ticks == 720
    assert Metre(0, 3, 8).beat_ticks == 240
    assert Metre(0, 3, 4).beat_ticks == 480
    assert Metre(0, 2, 2).beat_ticks == 960
    assert Metre(0, 12, 16).beat_ticks == 360


def test_bar_lines_with_a_pickup_and_a_change_in_the_middle_of_a_bar() -> None:
    metres = (Metre(0, 1, 4), Metre(480, 3, 4), Metre(480 + 1440 + 700, 2, 4))
    assert bar_lines(metres, 4000) == (0, 480, 1920, 2620, 3580, 4540)
    assert bar_lines(metres, 0) == (0,)
    assert bar_lines(metres, 1) == (0, 480)
    assert bar_lines(metres, 1920) == (0, 480, 1920)
    assert bar_lines(metres, 2000) == (0, 480, 1920, 2620)
    assert bar_beat(metres, 0) == (1, 1, 0)
    assert bar_beat(metres, 480) == (2, 1, 0)
    assert bar_beat(metres, 1500) == (2, 3, 60)
    assert bar_beat(metres, 2620) == (4, 1, 0)


@st.composite
def metre_lists(draw: st.DrawFn) -> tuple[Metre, ...]:
    """Up to four metres at rising ticks from 0."""
    ticks = [0, *sorted(draw(st.sets(st.integers(1, 9000), max_size=3)))]
    beats = st.integers(1, 20)
    return tuple(Metre(tick, draw(beats), draw(st.sampled_from(METRE_DENOMINATORS))) for tick in ticks)


def _bar_lines_by_walking(metres: tuple[Metre, ...], end_tick: int) -> tuple[int, ...]:
    lines = [0]
    while lines[-1] < end_tick:
        line = lines[-1] + metre_at(metres, lines[-1]).bar_ticks
        lines.append(min([line, *(m.tick for m in metres if lines[-1] < m.tick < line)]))
    return tuple(lines)


@given(metre_lists(), st.integers(0, 12_000))
def test_bar_lines_are_those_found_bar_by_bar(metres: tuple[Metre, ...], end_tick: int) -> None:
    assert bar_lines(metres, end_tick) == _bar_lines_by_walking(metres, end_tick)


@given(metre_lists(), st.integers(0, 9000))
def test_positions_rise_with_the_ticks(metres: tuple[Metre, ...], tick: int) -> None:
    assert bar_beat(metres, tick) < bar_beat(metres, tick + 1)


@given(st.lists(st.tuples(st.integers(1, 5000), st.integers(20_000, 2_000_000)), max_size=4), st.integers(0, 30_000))
def test_ticks_and_seconds_are_inverse(changes: list[tuple[int, int]], tick: int) -> None:
    ticks: dict[int, int] = {0: 500_000} | dict(changes)
    tempo_map = TempoMap(tuple(Tempo(at, us) for at, us in sorted(ticks.items())))
    assert tempo_map.tick(tempo_map.seconds(tick)) == pytest.approx(tick, abs=1e-6)
    assert tempo_map.seconds(tick) < tempo_map.seconds(tick + 1)


def test_seconds_by_hand() -> None:
    tempo_map = TempoMap((Tempo(0), Tempo(960, 1_000_000)))
    assert [tempo_map.seconds(tick) for tick in (0, 480, 960, 1440)] == [0.0, 0.5, 1.0, 2.0]
    assert Tempo(0, 400_000).bpm == 150


@given(st.lists(st.builds(Note, st.integers(0, 60), st.integers(60, 62), st.integers(1, 30)), max_size=20))
def test_without_overlaps_keeps_every_onset(notes: list[Note]) -> None:
    clean = without_overlaps(notes)
    assert {(n.start_tick, n.pitch) for n in clean} == {(n.start_tick, n.pitch) for n in notes}
    for pitch in (60, 61, 62):
        line = [n for n in clean if n.pitch == pitch]
        assert all(a.end_tick <= b.start_tick for a, b in pairwise(line))
    assert without_overlaps(clean) == clean
