from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.library.melodies import (
    MelodyTextError,
    length_ticks,
    load_sample,
    melody_score,
    sample_melodies,
)
from desktop_app.paths import resources_folder
from music_core.melody import find_melody
from music_core.midi_file import bytes_to_score, score_to_bytes
from music_core.score import KeySignature, Metre, Note, bar_lines
from tests.desktop_app.library.known_tunes import KNOWN

IDS = [melody.id for melody in sample_melodies()]
TUNE = {"title": "T", "composer": "C", "source": "S", "key": "C major", "metre": "3/4", "bpm": 90}


def test_every_tune_is_known_and_every_known_tune_is_there() -> None:
    assert set(IDS) == set(KNOWN)
    assert len(IDS) >= 16


@pytest.mark.parametrize("sample", KNOWN)
def test_the_notes_are_those_that_everyone_knows(sample: str) -> None:
    (melody,) = load_sample(sample).tracks
    assert [(note.start_tick, note.pitch, note.duration_ticks) for note in melody.notes] == KNOWN[sample].notes()


@pytest.mark.parametrize("sample", IDS)
def test_each_is_a_whole_tune_to_start_from(sample: str) -> None:
    score = load_sample(sample)
    assert (score.tracks[0].role, bool(score.title), bool(score.keys)) == ("melody", True, True)
    assert score.keys[0].tonic_pitch_class == KNOWN[sample].tonic % 12
    assert score.keys[0].minor == (KNOWN[sample].mode == "minor")
    full_bars = len(bar_lines(score.metres, score.end_tick)) - len(score.metres)
    assert 8 <= full_bars <= 16
    assert 60 <= score.bpm <= 180
    assert not find_melody(score).had_chords
    assert bytes_to_score(score_to_bytes(score)).tracks[0].notes == score.tracks[0].notes


def test_there_are_all_kinds_of_metres_and_pickups() -> None:
    metres = [load_sample(sample).metres for sample in IDS]
    assert {(m[-1].numerator, m[-1].denominator) for m in metres} >= {(2, 4), (3, 4), (4, 4), (6, 8)}
    assert sum(len(m) == 2 for m in metres) >= 5
    assert {load_sample(sample).keys[0].fifths for sample in IDS} >= {-5, -3, -1, 0, 1, 2}


def test_the_list_says_what_each_is_and_why_it_is_free() -> None:
    assert [melody.title.casefold() for melody in sample_melodies()] == sorted(
        m.title.casefold() for m in sample_melodies()
    )
    assert all("public domain" in melody.source and melody.composer for melody in sample_melodies())


def test_an_unknown_tune_lists_the_known_ones() -> None:
    with pytest.raises(MelodyTextError, match="there are: amazing-grace, au-clair"):
        load_sample("hey-jude")
    with pytest.raises(MelodyTextError, match="no sample melody"):
        load_sample("../models/x")


@pytest.mark.parametrize(
    ("text", "ticks"), [("4", 480), ("4.", 720), ("4..", 840), ("2+8", 1200), ("16", 120), ("1", 1920), ("32", 60)]
)
def test_lengths(text: str, ticks: int) -> None:
    assert length_ticks(text) == ticks


@pytest.mark.parametrize("text", ["", "3", "4...", "-4", "4+", "x", "0"])
def test_what_is_no_length_is_refused(text: str) -> None:
    with pytest.raises(MelodyTextError, match="is not a length"):
        length_ticks(text)


def test_rests_ties_and_pickups() -> None:
    score = melody_score({**TUNE, "pickup": "8", "notes": "G4/8 | C5/2. | ~/4 r/4 Eb5/4 | F#3/2+8"})
    assert score.tracks[0].notes == (
        Note(0, 67, 240, 84),
        Note(240, 72, 1920, 96),
        Note(2640, 75, 480, 84),
        Note(3120, 54, 1200, 96),
    )
    assert score.metres == (Metre(0, 1, 8), Metre(240, 3, 4))
    assert score.keys == (KeySignature(0, 0, False),)
    assert score.provenance == "C. S"


@pytest.mark.parametrize(
    ("notes", "words"),
    [
        ("C4/4 C4/4 | C4/2.", "Bar 1 is 960 ticks long instead of 1440"),
        ("C4/2. | C4/2. C4/4 | C4/2.", "Bar 2 is 1920"),
        ("C4/2. | C4/4", "last bar is 480"),
        ("C4/2. | H4/4 C4/2", "'H4/4'"),
        ("C4", "no note"),
        ("~/2.", "not there"),
        ("r/4 ~/2", "not there"),
        ("C4/5", "is not a length"),
    ],
)
def test_slips_of_the_pen_are_found(notes: str, words: str) -> None:
    with pytest.raises(MelodyTextError, match=words):
        melody_score({**TUNE, "notes": notes})


def test_a_wrong_key_and_a_broken_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(MelodyTextError, match="not a key"):
        melody_score({**TUNE, "key": "H dur", "notes": "C4/2."})
    (tmp_path / "torn.toml").write_text("title = ")
    with pytest.raises(MelodyTextError, match="torn cannot be read"):
        load_sample("torn", tmp_path)


def test_the_folder_holds_tunes_only() -> None:
    entries = list((resources_folder() / "melodies").iterdir())
    assert {path.suffix for path in entries if path.is_file()} == {".toml"}
    assert [path.name for path in entries if path.is_dir()] == ["charts"]
