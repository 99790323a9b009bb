"""What a whole take says for one reading of its bars: repeats, endings, whole bars; and what says nothing."""

from __future__ import annotations

import numpy as np
import pytest

from music_core.analysis.beat_search import Parse, search
from music_core.analysis.evidence import PRIORS, WEIGHTS, evidence_of, worth
from music_core.analysis.free_take import find_rhythm, strike_accents
from music_core.analysis.metrical import bar_shape
from music_core.analysis.parallels import parallels
from music_core.analysis.strikes import strikes
from music_core.performance import PerformedNote

SIXTEENTH_S = 0.125


def line(
    *steps: int, last: int = 4, pitches: tuple[int, ...] = (60, 64, 62, 65), velocity: int = 80
) -> list[PerformedNote]:
    """Single notes at sixteenths, each held for a little less than it lasts."""
    ends = [*steps[1:], steps[-1] + last]
    return [
        PerformedNote(s * SIXTEENTH_S, (s + 0.85 * (e - s)) * SIXTEENTH_S, pitches[i % len(pitches)], velocity)
        for i, (s, e) in enumerate(zip(steps, ends, strict=True))
    ]


def evidence(notes: list[PerformedNote], steps: tuple[int, ...], metre: tuple[int, int]) -> dict[str, float]:
    parse = Parse(steps, (SIXTEENTH_S,) * len(steps), -10.0)
    found = evidence_of(notes, strikes(notes), parse, bar_shape(*metre))
    return dict(zip(WEIGHTS, found.tolist(), strict=True))


def test_a_phrase_of_whole_bars_that_ends_long_is_told_from_another() -> None:
    steps = (0, 4, 8, 12, 16, 20, 24)
    notes = line(*steps, last=8)
    four, three = evidence(notes, steps, (4, 4)), evidence(notes, steps, (3, 4))
    names = ("by twos", "by fours", "bars begun by twos", "ends at half a bar", "ends on a bar line")
    assert [four[name] for name in names] == [1, 0, 1, 1, 0]
    assert [three[name] for name in names] == [0, 0, 0, 0, 1]
    assert three["ends long on a bar line"] == pytest.approx(1.0, abs=0.01)
    assert (four["three in a bar"], three["three in a bar"]) == (0, 1)


def test_what_comes_back_after_a_bar_is_counted_in_strikes() -> None:
    steps = tuple(range(0, 64, 4))
    notes = line(*steps)
    found = parallels(notes, strikes(notes), steps, 16)
    assert found[:2] == pytest.approx([16.0, 16.0])
    assert found[2] == 0.0  # four bars on, nothing is left to compare with
    assert parallels(notes, strikes(notes), steps, 12)[0] == 0.0
    dotted = (0, 6, 8, 16, 22, 24, 32, 38, 40)
    notes = line(*dotted)
    found = parallels(notes, strikes(notes), dotted, 16)
    assert found[3] == pytest.approx(9.0)
    assert found[0] < 9.0  # the same rhythm, other pitches


def test_where_a_metre_was_asked_for_none_is_likelier_beforehand() -> None:
    for name in PRIORS:
        unit = np.array([float(name == other) for other in WEIGHTS])
        assert worth(unit, use_priors=False) == 0.0
        assert worth(unit, use_priors=True) < 0.0


def test_keys_equally_loud_give_no_accents() -> None:
    steps = (0, 4, 8, 12, 16, 20, 24, 28)
    notes = line(*steps, pitches=(60,))
    struck = strikes(notes)
    assert strike_accents(notes, struck) == pytest.approx(np.zeros(len(steps)), abs=1e-9)
    louder = line(*steps, pitches=(60,), velocity=30)
    assert find_rhythm(louder).steps == find_rhythm(notes).steps


def test_one_parse_for_each_last_place_likeliest_first() -> None:
    notes = line(*range(0, 48, 4))
    struck = strikes(notes)
    times_s = np.array([strike.time_s for strike in struck])
    parses = search(times_s, strike_accents(notes, struck), bar_shape(4, 4))
    worths = [parse.log_likelihood for parse in parses]
    assert worths == sorted(worths, reverse=True)
    places = [parse.steps[-1] % 16 for parse in parses]
    assert len(set(places)) == len(places) > 4
