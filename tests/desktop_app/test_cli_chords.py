"""`--chords FILE` on the command line, in this process."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app import cli
from music_core.harmony.chord import Chord
from music_core.midi_file import read_midi, write_midi
from music_core.score import ChordChange, KeySignature, Metre, Note, Score, Track
from tests.desktop_app.generation.tiny_model import write_bundle, write_whole_piece_bundle

BAR = 1920
C, F, G7 = Chord(0), Chord(5), Chord(7, "7")
TUNE = Score((Track("Tune", tuple(Note(beat * 480, 60 + beat % 5, 480) for beat in range(16))),))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    write_bundle(home / "models" / "tiny")
    write_whole_piece_bundle(home / "models" / "whole")
    return home


@pytest.fixture
def folder(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TUTTI_HOME", str(home))
    monkeypatch.chdir(tmp_path)
    write_midi(TUNE, tmp_path / "tune.mid")
    return tmp_path


def generate(*words: str, tune: str = "tune.mid", model: str = "tiny") -> int:
    return cli.main(["generate", *([tune] if tune else []), "--model", model, "--out", "out.mid", *words])


def lane(path: Path) -> list[tuple[int, Chord | None]]:
    return [(change.tick, change.chord) for change in read_midi(path).chords]


def test_a_chart_goes_into_the_arrangement(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "chart.txt").write_text("\ufeff| C . F G7 | F |\n| C | N.C. |\n", encoding="utf-8")
    assert generate("--chords", "chart.txt", "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert lane(folder / "out.mid") == [(0, C), (960, F), (1440, G7), (BAR, F), (2 * BAR, C), (3 * BAR, None)]
    assert report["chords"] == "| C . F G7 | F | C | N.C. |\n"
    assert report["notes"] == []


@pytest.mark.parametrize(
    ("chart", "expected", "told"),
    [
        (
            "| C | F |",
            [(0, C), (BAR, F), (2 * BAR, C), (3 * BAR, F)],
            "2 bars and the tune 4 bars, so the chart repeats",
        ),
        ("| C | C | C | C | F |", [(0, C)], "5 bars and the tune 4 bars, so the chart's end is not used"),
    ],
)
def test_a_chart_of_another_length_is_told(
    folder: Path, chart: str, expected: object, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "chart.txt").write_text(chart)
    assert generate("--chords", "chart.txt") == 0
    assert lane(folder / "out.mid") == expected
    assert f"tune.mid: The chart has {told}." in capsys.readouterr().out


def test_a_chart_begins_after_the_pickup(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_midi(replace(TUNE, metres=(Metre(0, 1, 4), Metre(480, 3, 4))), folder / "waltz.mid")
    (folder / "chart.txt").write_text("G7 | C | F | C | F | C |")
    assert generate("--chords", "chart.txt", tune="waltz.mid") == 0
    assert lane(folder / "out.mid")[:3] == [(0, G7), (480, C), (480 + 1440, F)]
    assert "The chart has" not in capsys.readouterr().out


def test_chord_markers_of_the_melody_are_kept_unless_a_chart_is_given(folder: Path) -> None:
    marked = replace(TUNE, chords=(ChordChange(0, G7),), keys=(KeySignature(0, -1),))
    write_midi(marked, folder / "tune.mid")
    assert generate() == 0
    assert lane(folder / "out.mid") == [(0, G7)]
    (folder / "chart.txt").write_text("| C | C | C | C |")
    assert generate("--chords", "chart.txt") == 0
    assert lane(folder / "out.mid") == [(0, C)]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            b"| C |\n| F | Bogus |",
            "«chart.txt» is no chord chart: line 2, bar 3: «Bogus» is not a chord; write it like",
        ),
        (b"", "the chart has no bars"),
        (b"\xff\xfe\x00C", "is not plain text"),
        (b"| C |" * 300_000, "far too large"),
        (None, "«chart.txt» cannot be read: it does not exist."),
    ],
)
def test_a_bad_chart_is_one_sentence_and_nothing_is_written(
    folder: Path, content: bytes | None, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (folder / "chart.txt").write_bytes(content)
    assert generate("--chords", "chart.txt") == 2
    complaint = capsys.readouterr().err
    assert sentence in complaint
    assert complaint.count("\n") == 1
    assert not (folder / "out.mid").exists()


def test_the_chart_itself_is_never_replaced(folder: Path) -> None:
    (folder / "out.mid").write_text("| C |")
    assert generate("--chords", "out.mid") == 2
    assert (folder / "out.mid").read_text() == "| C |"


def test_whole_pieces_take_no_chart(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "chart.txt").write_text("| C |")
    assert generate("--chords", "chart.txt", tune="", model="whole") == 2
    assert "leave --chords out" in capsys.readouterr().err


def test_help_says_how_a_chart_is_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["generate", "--help"])
    text = " ".join(capsys.readouterr().out.split())
    assert "| C . Am/G . | F G7 |" in text
    assert "repeats until the tune ends" in text
