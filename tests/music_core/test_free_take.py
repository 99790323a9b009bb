"""Tempo, metre and bars of takes without a click: takes with known unevenness, and what must hold for any."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks.free_takes import FreeTake
from benchmarks.shipped_takes import take_from
from music_core.analysis.free_take import RhythmError, find_rhythm
from music_core.analysis.metrical import bar_shape
from music_core.analysis.strikes import strikes
from music_core.performance import NoteMessage, PerformedNote, PerformedTake
from music_core.tick_map import TickMap

TAKES = Path(__file__).parents[1] / "data" / "free_takes"


def shipped(name: str) -> FreeTake:
    return take_from(json.loads((TAKES / f"{name}.json").read_text(encoding="utf-8")))


def keys(*onsets_s: float, pitch: int = 60, length_s: float = 0.3) -> list[PerformedNote]:
    return [PerformedNote(at, at + length_s, pitch + i % 5, 80) for i, at in enumerate(onsets_s)]


@pytest.mark.parametrize("level", ["steady", "uneven", "beginner"])
def test_an_uneven_mary_had_a_little_lamb_comes_out_right(level: str) -> None:
    take = shipped(f"mary-had-a-little-lamb-melody-{level}")
    rhythm = find_rhythm(take.notes)
    assert rhythm.steps == take.steps
    assert (rhythm.metre.numerator, rhythm.metre.denominator) == (4, 4)
    assert rhythm.bpm == pytest.approx(take.bpm, rel=0.08)


def test_three_in_a_bar_and_rolled_chords_are_found() -> None:
    take = shipped("brahms-lullaby-chords-uneven")
    rhythm = find_rhythm(take.notes)
    assert rhythm.metre.numerator == 3
    assert rhythm.steps == take.steps


def test_the_map_puts_every_note_where_it_was_found() -> None:
    take = shipped("jingle-bells-chords-uneven")
    rhythm = find_rhythm(take.notes)
    alone = [strike.members[0] for strike in strikes(take.notes) if len(strike.members) == 1]
    assert len(alone) > 20
    found = [round(rhythm.ticks.tick(take.notes[i].onset_s) / 120) for i in alone]
    assert found == [rhythm.steps[i] for i in alone]


def test_where_a_metre_is_given_it_is_kept() -> None:
    take = shipped("mary-had-a-little-lamb-melody-steady")
    assert find_rhythm(take.notes, [(3, 4)]).metre.numerator == 3


def test_the_same_take_later_or_slower_is_read_the_same() -> None:
    take = shipped("mary-had-a-little-lamb-melody-uneven")
    later = [PerformedNote(n.onset_s + 500, n.offset_s + 500, n.pitch, n.velocity) for n in take.notes]
    slower = [PerformedNote(n.onset_s * 1.1, n.offset_s * 1.1, n.pitch, n.velocity) for n in take.notes]
    assert find_rhythm(later).steps == find_rhythm(take.notes).steps
    assert find_rhythm(slower).steps == find_rhythm(take.notes).steps


def test_a_long_rest_is_no_trouble() -> None:
    onsets = [0.5 * i for i in range(12)] + [40 + 0.5 * i for i in range(12)]
    steps = find_rhythm(keys(*onsets)).steps
    assert sum(b - a != 4 for a, b in pairwise(steps)) == 1


@pytest.mark.parametrize("onsets", [(), (1.0,), (1.0, 1.5, 2.0), (1.0, 1.001, 1.002, 1.003, 1.004)])
def test_too_little_is_told_in_a_sentence(onsets: tuple[float, ...]) -> None:
    with pytest.raises(RhythmError, match="at least four"):
        find_rhythm(keys(*onsets))


def test_what_falls_together_is_one_strike_and_a_scale_is_not() -> None:
    rolled = [PerformedNote(0.06 * i, 1.0, pitch, 80) for i, pitch in enumerate((48, 52, 55, 60))]
    assert [strike.members for strike in strikes(rolled)] == [(0, 1, 2, 3)]
    scale = [PerformedNote(0.07 * i, 0.07 * i + 0.08, 60 + i, 80) for i in range(4)]
    assert len(strikes(scale)) == 4
    trill = [PerformedNote(0.03 * i, 1.0, 60 + i % 2, 80) for i in range(4)]
    assert len(strikes(trill)) == 2


@pytest.mark.parametrize(
    ("metre", "levels"),
    [
        ((4, 4), (0, 4, 3, 4, 2, 4, 3, 4, 1, 4, 3, 4, 2, 4, 3, 4)),
        ((3, 4), (0, 4, 3, 4, 2, 4, 3, 4, 2, 4, 3, 4)),
        ((6, 8), (0, 4, 3, 4, 3, 4, 2, 4, 3, 4, 3, 4)),
    ],
)
def test_bars_have_their_beats(metre: tuple[int, int], levels: tuple[int, ...]) -> None:
    assert bar_shape(*metre).levels == levels
    assert bar_shape(*metre).first_chances.sum() == pytest.approx(1.0)


def test_a_tick_map_goes_on_at_its_ends_and_can_be_read_otherwise() -> None:
    beats = TickMap((1.0, 2.0, 2.5), (0.0, 480.0, 960.0))
    assert [beats.tick(t) for t in (0.5, 1.0, 1.5, 2.25, 3.0)] == [-240.0, 0.0, 240.0, 720.0, 1440.0]
    assert beats.scaled(2).tick(2.0) == 960.0
    assert beats.shifted(100).tick(2.0) == 580.0
    steady = beats.steady(PerformedTake((NoteMessage(2.5, 60, 80),), 10.0, 3.0, 60.0))
    assert (steady.messages[0].time_s, steady.end_s) == (12.0, 13.0)
    for times, ticks in (((1.0,), (0.0,)), ((1.0, 1.0), (0.0, 1.0)), ((1.0, 2.0), (1.0, 1.0)), ((1.0, 2.0), (1.0,))):
        with pytest.raises(ValueError, match="two knots"):
            TickMap(times, ticks)
