from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import rhythm_assist, shipped_takes
from benchmarks.free_takes import FreeTake, sample_take
from benchmarks.shipped_takes import take_from, take_to
from music_core.analysis.free_take import FreeRhythm
from music_core.performance import PerformedNote
from music_core.score import Metre
from music_core.tick_map import TickMap

TAKES = Path(__file__).parents[1] / "data" / "free_takes"


def test_the_shipped_takes_are_what_the_model_of_uneven_hands_makes(tmp_path: Path) -> None:
    assert shipped_takes.main([str(tmp_path)]) == 0
    made = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    assert made == {path.name: path.read_text(encoding="utf-8") for path in TAKES.iterdir()}
    assert all("Nobody played this." in text for text in made.values())


def test_takes_come_back_and_other_seeds_are_other_takes() -> None:
    take = sample_take("frere-jacques", "melody", "beginner", 3)
    assert take_from(json.loads(json.dumps(take_to(take)))) == take
    assert sample_take("frere-jacques", "melody", "beginner", 4).notes != take.notes
    pairs = zip(take.notes, take.notes[1:], strict=False)
    assert all(a.onset_s <= b.onset_s for a, b in pairs)


def test_rhythm_assist_beats_a_fixed_grid_on_the_shipped_takes(capsys: pytest.CaptureFixture[str]) -> None:
    assert rhythm_assist.main(["--takes", str(TAKES), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert sum(row["takes"] for row in rows) == len(shipped_takes.SHIPPED)
    mean = {name: sum(row["takes"] * row[name] for row in rows) for name in rhythm_assist.COLUMNS}
    assert mean["right"] > 1.5 * mean["grid told the tempo"] > mean["grid at 120"]


def test_no_takes_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rhythm_assist.main(["--takes", str(tmp_path)]) == 2
    assert "no take" in capsys.readouterr().err


def test_one_shift_is_right_and_none_is_right_in_the_bar() -> None:
    notes = tuple(PerformedNote(0.125 * s, 0.125 * s + 0.1, 60, 80) for s in (0, 4, 8, 12))
    take = FreeTake("x melody", "steady", 0, (4, 4), 120.0, notes, (0, 4, 8, 12))
    beats = TickMap((0.0, 1.0), (0.0, 960.0))
    moved = FreeRhythm(Metre(0, 4, 4), 121.0, beats, (8, 12, 16, 21))
    assert rhythm_assist.judged(take, moved) == (0.75, 0.0, 1.0, 1.0)
    a_bar_on = FreeRhythm(Metre(0, 4, 4), 150.0, beats, (16, 20, 24, 29))
    assert rhythm_assist.judged(take, a_bar_on) == (0.75, 0.75, 0.0, 1.0)
    other = FreeRhythm(Metre(0, 3, 4), 120.0, beats, (0, 4, 8, 12))
    assert rhythm_assist.judged(take, other) == (1.0, 0.0, 1.0, 0.0)
    assert rhythm_assist.grid_share(take, 120.0) == 1.0
    assert rhythm_assist.grid_share(take, 150.0) < 1.0
