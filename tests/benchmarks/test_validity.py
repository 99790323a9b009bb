"""The loop over thousands of pieces: cases follow from their number, faults are counted, it goes on where it was."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks import validity
from desktop_app.generation.composer import Composer, Request
from desktop_app.generation.registry import Registry
from desktop_app.paths import app_paths
from music_core.manifest import Manifest
from music_core.score import bar_lines


@pytest.fixture(scope="module")
def bands() -> dict[str, Manifest]:
    return {band.id: band for band in validity.bands_of(Registry(app_paths().models))}


def test_every_shipped_band_has_its_turn_and_other_models_have_none(bands: dict[str, Manifest]) -> None:
    assert {"pop", "rock", "jazz", "pop-piano"} <= set(bands)
    assert "rock-musegan" not in bands
    names = list(bands)
    asked = {validity.request_of(case, bands, names).model_id for case in range(len(names))}
    assert asked == set(names)


def test_a_case_follows_from_its_number(bands: dict[str, Manifest]) -> None:
    names = list(bands)
    assert validity.request_of(5, bands, names) == validity.request_of(5, bands, names)
    assert validity.request_of(5, bands, names) != validity.request_of(5 + len(names), bands, names)


def test_melodies_are_short_in_every_metre_and_some_have_chords() -> None:
    scores = [validity.melody_of(np.random.default_rng(seed)) for seed in range(60)]
    assert {(s.metres[0].numerator, s.metres[0].denominator) for s in scores} == set(validity.METRES)
    assert all(1 <= len(bar_lines(s.metres, s.end_tick)) - 1 <= 4 and s.tracks[0].notes for s in scores)
    assert 0 < sum(bool(score.chords) for score in scores) < 60
    assert all(24 <= note.pitch <= 103 for score in scores for note in score.tracks[0].notes)


def test_options_stay_in_their_ranges(bands: dict[str, Manifest]) -> None:
    names = list(bands)
    for case in range(40):
        request = validity.request_of(case, bands, names)
        options = {option.name: option for option in bands[request.model_id].options}
        assert all(options[name].low <= value <= options[name].high for name, value in request.options.items())


def test_enough_cases_for_the_takes_that_are_asked_for() -> None:
    cases = validity.cases_for(100)
    takes = [validity._takes_of(case) for case in range(cases)]
    assert sum(takes) >= 100 > sum(takes[:-1])


def test_it_goes_on_where_it_was_and_says_how_much_was_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    validity.work(0, 1, ["pop"], 1, 0.0, tmp_path)
    before = validity.done(tmp_path, ["pop"])
    assert list(before) == [0]
    assert before[0]["takes"] == 1
    assert before[0]["model"] == "pop"
    assert not any(before[0]["faults"].values())
    with next(tmp_path.glob("cases-*.jsonl")).open("a", encoding="utf-8") as file:
        file.write('{"case": 1, "bands": ["po')  # the power failed here
    assert validity.done(tmp_path, ["pop"]) == before
    assert validity.done(tmp_path, ["pop", "rock"]) == {}  # other bands have other cases
    assert "1 generations of 9 asked for, 1 requests." in validity.report(before, 9)


def test_what_goes_wrong_is_counted_and_named() -> None:
    composer = Composer(Registry([]), lambda _: pytest.fail("there is nothing to open"))
    score = validity.melody_of(np.random.default_rng(0))
    row = validity.tried(composer, Request(score, "nobody", 1, takes=4))
    assert row["faults"] == {validity.FAILED: 4}
    assert "There is no model 'nobody'" in row["why"]
    text = validity.report({7: json.loads(json.dumps(row))}, 4)
    assert "| all | 4 | 0 | 0 | 0 | 0 | 4 |" in text
    assert "case 7 (nobody)" in text
