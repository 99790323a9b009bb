from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("symusic")

from benchmarks import melody_finding
from model_training.data.manifest_csv import Row
from model_training.data.melody import WEIGHTS
from model_training.data.raw import RawTrack
from music_core.midi_file import write_midi
from music_core.score import Note, Score, Track

TUNE = (67, 69, 71, 72, 74, 72, 71, 69)


def corpus(folder: Path, files: int) -> Path:
    """Songs of a chord track and a tune, marked as track 1."""
    (folder / "own").mkdir(parents=True)
    for number in range(files):
        tune = tuple(Note(i * 480, TUNE[(i + number) % 8], 480) for i in range(32))
        chords = tuple(Note(bar * 1920, pitch + bar % 2, 1920) for bar in range(8) for pitch in (48, 52, 55))
        score = Score((Track("piano", chords, program=0), Track("melody", tune, program=73)))
        write_midi(score, folder / "own" / f"{number}.mid")
    lines = "".join(f"own,own/{number}.mid,1,given\n" for number in range(files))
    (folder / "MANIFEST.csv").write_text(f"corpus,file,melody_track,melody_conf\n{lines}", encoding="utf-8")
    return folder


def test_it_measures_the_half_that_it_was_not_fitted_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = corpus(tmp_path / "data", 12)
    cases = list(melody_finding.cases_in(folder))
    held_out = [case for case in cases if not case.fitted]
    assert len(cases) == 12 and 0 < len(held_out) < 12
    assert all(track.name == "" and track.program == 0 for case in cases for track in case.tracks)
    assert melody_finding.main([str(folder), "--json"]) == 0
    row, *bands = json.loads(capsys.readouterr().out)
    assert row["corpus"] == "own" and row["files"] == len(held_out)
    assert (row["held-out half"], row["first track"], row["highest mean pitch"]) == (1.0, 0.0, 1.0)
    assert sum(band["files"] for band in bands) == len(held_out)
    assert melody_finding.main([str(folder)]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert {line.count("|") for line in printed if line} == {8}


def test_fitting_learns_from_what_is_marked(tmp_path: Path) -> None:
    cases = list(melody_finding.cases_in(corpus(tmp_path / "data", 6)))
    learned = melody_finding.fit(cases)
    swapped = melody_finding.fit([melody_finding.replace(case, right=frozenset([0])) for case in cases])
    assert set(learned) == set(WEIGHTS)
    assert learned["single onsets"] > swapped["single onsets"]
    assert learned["chords sounding"] < swapped["chords sounding"]


def test_in_an_orchestra_the_stave_that_plays_most_of_the_melody_is_right() -> None:
    def track(name: str, pitches: range) -> RawTrack:
        return RawTrack(name, 40, False, np.array([(i * 480, p, 480, 90) for i, p in enumerate(pitches)], np.int32))

    marked, half, most = track("MELODY", range(60, 70)), track("Oboe", range(60, 64)), track("Flute", range(60, 69))
    tracks, right = melody_finding.known(
        Row("a.mid", melody_finding.ORCHESTRA, melody_track=0, melody_conf="given"), (marked, half, most)
    )
    assert [len(track.notes) for track in tracks] == [4, 9] and right == {1}


def test_a_folder_without_marks_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "MANIFEST.csv").write_text("file\na.mid\n", encoding="utf-8")
    assert melody_finding.main([str(tmp_path)]) == 2
    assert "marks its melodies" in capsys.readouterr().err
