"""`tutti export` on the command line, in this process."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from desktop_app import cli
from desktop_app.library.project import Project
from desktop_app.library.project_json import project_to_bytes
from music_core.harmony.chord import Chord
from music_core.midi_file import read_midi, write_midi
from music_core.score import ChordChange, Note, Score, Track

SCORE = Score((Track("Tune", (Note(0, 60, 1920),), role="melody"),), chords=(ChordChange(0, Chord(9, "min7", 7)),))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TUTTI_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    write_midi(SCORE, tmp_path / "song.mid")
    (tmp_path / "song.tutti").write_bytes(project_to_bytes(Project("song", SCORE)))
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("source", ["song.mid", "song.tutti"])
def test_notation_has_the_chord_symbols(folder: Path, source: str, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("music21")
    assert cli.main(["export", source, "out.musicxml"]) == 0
    harmony = next(ElementTree.parse(folder / "out.musicxml").iter("harmony"))
    assert [harmony.findtext(place) for place in ("root/root-step", "kind", "bass/bass-step")] == [
        "A",
        "minor-seventh",
        "G",
    ]
    assert "Wrote 1 bar and 1 chord symbol to «out.musicxml»" in capsys.readouterr().out


def test_midi_keeps_the_chords_of_a_project(folder: Path) -> None:
    assert cli.main(["export", "song.tutti", "out.mid"]) == 0
    assert [change.chord for change in read_midi(folder / "out.mid").chords] == [Chord(9, "min7", 7)]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["song.mid", "out.pdf"], "«out.pdf» should end in .musicxml for notation or in .mid for MIDI."),
        (["nothing.mid", "out.musicxml"], "does not exist"),
        (["song.mid", "song.mid"], "song.mid"),
        (["song.mid", "no/out.musicxml"], "does not exist"),
    ],
)
def test_bad_requests_are_one_sentence(
    folder: Path, words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (folder / "song.mid").read_bytes()
    assert cli.main(["export", *words]) == 2
    complaint = capsys.readouterr().err
    assert sentence in complaint
    assert complaint.count("\n") == 1
    assert (folder / "song.mid").read_bytes() == before
