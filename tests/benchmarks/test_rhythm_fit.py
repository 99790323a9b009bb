from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from benchmarks import rhythm_fit
from benchmarks.free_takes import sample_take
from benchmarks.rhythm_assist import half_of
from benchmarks.take_variants import beginning, equally_loud, tapped
from desktop_app.library.melodies import load_sample
from music_core.analysis.evidence import WEIGHTS
from music_core.midi_file import write_midi


def test_parts_and_touches_leave_the_timing_alone() -> None:
    take = sample_take("mary-had-a-little-lamb", "melody", "uneven", 1)
    onsets = [note.onset_s for note in take.notes]
    for other, touch in ((equally_loud(take), "equal"), (tapped(take), "tapped")):
        assert [note.onset_s for note in other.notes] == onsets
        assert len({note.velocity for note in other.notes}) == 1
        assert (other.touch, other.steps) == (touch, take.steps)
    assert [len(beginning(take, part).notes) for part in ("one phrase", "two phrases", "whole")] == [7, 13, 26]
    assert 6 <= len(beginning(take, "broken off").notes) <= 20


def test_weights_come_to_prefer_what_is_right() -> None:
    evidence = np.zeros((2, len(WEIGHTS)))
    evidence[0, -1] = 1.0
    case = rhythm_fit.Case(evidence, np.array([1.0, 0.0]), 1.0)
    weights = rhythm_fit.fitted([case] * 20)
    assert list(weights) == list(WEIGHTS)
    assert weights[list(WEIGHTS)[-1]] > 0.5
    assert weights["steps"] == pytest.approx(1.0)


def test_songs_become_takes_and_held_out_names_do_not(tmp_path: Path) -> None:
    for name in ("oh-susanna", "wiegenlied"):
        write_midi(load_sample("oh-susanna"), tmp_path / f"{name}.mid")
    (tmp_path / "broken.mid").write_bytes(b"no")
    takes = list(rhythm_fit.song_takes(tmp_path, 5))
    assert {take.name for take in takes} <= {"song oh-susanna"}
    for case in rhythm_fit.cases(takes):
        assert case.evidence.shape == (len(case.rightness), len(WEIGHTS))
        assert case.rightness.max() <= 1.0


def test_a_last_key_is_held_otherwise_and_no_held_out_tune_is_fitted_on() -> None:
    take = sample_take("london-bridge", "melody", "steady", 1)
    held = rhythm_fit.held_on(take, random.Random(1))
    assert held.notes[:-1] == take.notes[:-1]
    assert held.notes[-1].onset_s == take.notes[-1].onset_s
    assert held.notes[-1].offset_s != take.notes[-1].offset_s
    assert half_of("mary-had-a-little-lamb") == "held out"
