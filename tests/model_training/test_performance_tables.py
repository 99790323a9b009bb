"""Tables of playing, learned from a made-up corpus whose player has habits that can be told from the tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.performing import drum_figures, latency_ms, overlap_area, place_error
from model_training.cli import main
from model_training.performance import drums
from model_training.performance.groove import TRAIN, VALIDATION, read_takes
from model_training.performance.shrinking import quantile_table, ranks
from model_training.performance.spread import shares
from music_core.midi_file import write_midi
from music_core.performing.tables import QUANTILES, SHARES, at_rank, read_tables
from music_core.score import Metre, Note, Score, Tempo, Track

BAR, BARS = 1920, 40
_COLUMNS = (
    "file,drummer,style,genre,bpm,beat_type,time_signature,seconds,split,bars,notes,mean_dev_16th,swing,"
    "phase_hint_beats"
)


def _corpus(data: Path) -> None:
    """A rock beat (snare late and loud on two and four, soft between), a swung ride, and songs of POP909's kind."""
    folder = data / "groove-drums-ccby"
    (folder / "midi").mkdir(parents=True)
    rows = [_COLUMNS]
    for index, split in enumerate((TRAIN, TRAIN, VALIDATION)):
        name = f"take{index}.mid"
        notes = [Note(b * BAR + 480 + i * 960 + 15, 38, 60, 118) for b in range(BARS) for i in range(2)]
        notes += [Note(b * BAR + 600, 40, 60, 30 + b % 5) for b in range(BARS)]
        notes += [Note(b * BAR + i * 240, 22, 60, 90 if i % 2 == 0 else 60) for b in range(BARS) for i in range(8)]
        score = Score((Track("Drums", tuple(notes), is_drum=True, role="drums"),), (Tempo(0, 500_000),))
        write_midi(score, folder / "midi" / name)
        rows.append(f"{name},d,rock/indie,rock,120,beat,4/4,1,{split},{BARS},1,0.1,0,0")
    shuffle = [Note(b * BAR + i * 480 + late, 51, 60, 80) for b in range(BARS) for i in range(4) for late in (0, 300)]
    score = Score((Track("Drums", tuple(shuffle), is_drum=True, role="drums"),), (Tempo(0, 500_000),))
    for bpm in (100, 140):
        write_midi(score, folder / "midi" / f"swing{bpm}.mid")
        rows.append(f"swing{bpm}.mid,d,jazz/swing,jazz,{bpm},beat,4/4,1,{TRAIN},{BARS},1,0.1,1,0")
    (folder / "index.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    _piano(data / "pop909")


def _piano(folder: Path) -> None:
    (folder / "midi_beat_aligned").mkdir(parents=True)
    (folder / "RESERVED.txt").write_text("001\n", encoding="utf-8")
    notes = [Note(b * BAR + i * 480, p, 480, 90 - 10 * i) for b in range(BARS) for i in range(4) for p in (45, 60, 64)]
    score = Score((Track("PIANO", tuple(notes), role="keys"),), metres=(Metre(0),))
    for name in ("001", "002", "003", "004"):
        write_midi(score, folder / "midi_beat_aligned" / f"{name}.mid")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("data")
    _corpus(data)
    return data


def test_the_command_learns_the_players_habits(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["performance", str(corpus), "--out", str(tmp_path / "out")]) == 0
    assert "drum hits" in capsys.readouterr().out
    tables = read_tables(tmp_path / "out")
    middle, rock, snare = QUANTILES.index(0.5), 2, 1
    loud = tables.drum_velocity[rock, snare, :, 0, 0, 1, 0, 0, middle]
    assert loud[6] > 110 and loud[18] > 110
    assert tables.drum_velocity[rock, snare, 7, 1, 0, 1, 0, 0, middle] < 70
    late = tables.drum_offset_ms[rock, snare, 6, middle] - tables.drum_offset_ms[rock, 2, 0, middle]
    assert late == pytest.approx(15 / 0.96, abs=1.5)
    assert tables.swing[0] + 120 * tables.swing[1] == pytest.approx(300 / 480, abs=0.01)
    keys = tables.key_velocity[:, [0, 6, 12, 18], middle]
    assert (np.diff(keys, axis=1)[:3] < -5).all()
    assert tables.about["songs"] <= 3  # the reserved song is not among them


def test_validation_takes_are_not_learned_from(corpus: Path) -> None:
    assert {take.name for take in read_takes(corpus, VALIDATION)} == {"take2.mid"}
    takes = list(read_takes(corpus, TRAIN))
    assert "take2.mid" not in {take.name for take in takes}
    hits = drums.hits_of(takes)
    assert set(hits.lane.tolist()) == {1, 2, 8}  # Roland's 22 is a closed hat, 40 a snare
    assert abs(hits.offset_ms[hits.take == 0].mean()) < 1e-9


def test_a_missing_corpus_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["performance", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "no corpus groove-drums-ccby" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_benchmark_measures_what_it_names(corpus: Path, tmp_path: Path) -> None:
    assert main(["performance", str(corpus), "--out", str(tmp_path)]) == 0
    tables = read_tables(tmp_path)
    figures = drum_figures(corpus, tables)
    assert figures["drum hits"] == BARS * 11
    assert figures["velocity error for a hit, fixed"] > figures["velocity error for a hit, the tables' middle"] + 5
    assert figures["velocity overlap area, performed"] > figures["velocity overlap area, fixed velocities"] + 0.3
    assert figures["velocity error for a hit, from four written levels"] < 16
    assert latency_ms(tables)["32 bars x 5 tracks, notes"] == 32 * 79


def test_poor_cells_lean_on_coarser_ones_and_ranks_come_back() -> None:
    rng = np.random.default_rng(0)
    key = np.repeat([0, 1], [5000, 2])
    values = np.where(key == 0, rng.normal(50, 5, len(key)), 100.0)
    table = quantile_table(values, [key], [3], ((0,),))
    middle = QUANTILES.index(0.5)
    assert table[0, middle] == pytest.approx(50, abs=0.5)
    assert 50 < table[1, middle] < 60  # two notes against twenty
    assert np.allclose(table[2], np.quantile(values, QUANTILES), atol=0.2)
    rank = np.array([0.1, 0.3, 0.5, 0.77])
    rows = np.repeat(table[:1], 4, axis=0)
    assert ranks(at_rank(rows, rank), rows, np.full(4, 0.5)) == pytest.approx(rank, abs=0.12)


def test_what_is_often_as_loud_as_can_be_stays_so_beside_a_coarser_cell() -> None:
    key = np.repeat([0, 1], [2000, 40])
    loud = np.concatenate((np.full(500, 127.0), np.linspace(40, 90, 1500), np.full(20, 127.0), np.linspace(40, 90, 20)))
    table = quantile_table(loud, [key], [2], ((0,),))
    assert (table[0] >= 126.5).tolist() == [q > 0.75 for q in QUANTILES]  # a quarter of the common cell's
    assert (table[1] >= 126.5).tolist() == [q > 0.6 for q in QUANTILES]  # two thirds of a half, a third of a quarter


def test_shares_find_what_notes_have_in_common() -> None:
    rng = np.random.default_rng(1)
    take, bar, step = (grid.ravel() for grid in np.meshgrid(np.arange(30), np.arange(24), np.arange(8), indexing="ij"))
    lane = np.zeros_like(take)
    per_take, per_bar = rng.normal(size=30), rng.normal(size=(30, 24))
    value = (
        np.sqrt(0.5) * per_take[take] + np.sqrt(0.2) * per_bar[take, bar] + np.sqrt(0.3) * rng.normal(size=len(take))
    )
    rank = np.argsort(np.argsort(value)) / len(value)
    found = dict(zip(SHARES, shares(rank, take, lane, bar, step * 240), strict=True))
    assert found["line"] == pytest.approx(0.5, abs=0.15)
    assert found["bar"] == pytest.approx(0.2, abs=0.08)
    assert found["hit"] == pytest.approx(0.3, abs=0.1)
    assert found["place"] < 0.05 and found["step"] == 0


def test_overlap_and_place_errors_by_hand() -> None:
    low, high = np.zeros(10), np.ones(10)
    assert overlap_area(low, low) == 1
    assert overlap_area(low, high) == 0
    assert overlap_area(np.concatenate([low, high]), high) == 0.5
    family, lane, position = np.zeros(40, int), np.repeat([0, 1], 20), np.zeros(40, int)
    theirs = np.concatenate([np.full(20, 10.0), np.full(20, 20.0)])
    assert place_error(theirs + 3, theirs, family, lane, position) == 3
