"""Saving, opening, importing, exporting and recovering through the session."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from desktop_app.events import FileImported, JobEnded, Notice
from desktop_app.library.store import Store
from music_core.midi_file import read_midi, write_midi
from music_core.score import Note, Score, Track
from tests.desktop_app.conftest import Studio
from tests.desktop_app.fakes import Listener
from tests.desktop_app.test_session_recording import SLOPPY


def test_save_and_open_bring_everything_back(studio: Studio, tune: Score, tmp_path: Path) -> None:
    session = studio.session
    session.record()
    studio.play_keys(SLOPPY)
    session.record()
    session.generate("model", 3, 2, {"variety": 1.0})
    studio.jobs.settle()
    session.change_mix(1, pan=20)
    session.star_take(1)
    before = (session.score, session.takes, session.recorded)
    path = tmp_path / "My song.tutti"
    assert not session.save()
    assert session.save(path)
    assert (session.project_name, session.path, session.is_dirty) == ("My song", path, False)
    session.new()
    assert session.open(path)
    assert (session.score, session.takes, session.recorded) == before
    assert (session.project_name, session.is_dirty, session.can_undo, session.chosen_take) == (
        "My song",
        False,
        False,
        0,
    )
    session.edit("Draw", tune)
    assert session.save()
    assert Store(tmp_path).open(path).score == tune


def test_what_cannot_be_opened_leaves_the_present_piece(studio: Studio, tune: Score, tmp_path: Path) -> None:
    studio.session.edit("Draw", tune)
    bad = tmp_path / "bad.tutti"
    bad.write_text("{}")
    heard = Listener(studio.events, Notice)
    for path in (bad, tmp_path / "none.tutti", tmp_path):
        assert not studio.session.open(path)
    studio.session.import_file(bad)
    studio.jobs.settle()
    assert not studio.session.load_sample("no-such-tune")
    assert studio.session.score == tune
    assert [event.level for event in heard.heard] == ["error"] * 5
    assert "bad.tutti" in heard.sentences()[0]


def test_a_failed_save_says_where_the_work_is(studio: Studio, tune: Score, tmp_path: Path) -> None:
    studio.session.edit("Draw", tune)
    heard = Listener(studio.events, Notice)
    (tmp_path / "a file").write_text("")
    assert not studio.session.save(tmp_path / "a file" / "song.tutti")
    assert heard.heard[0].action == "Save as…"
    assert "Your work is still open, and a copy is in" in heard.sentences()[0]
    copies = list((tmp_path / "recovery").glob("*.tutti"))
    assert len(copies) == 1
    assert studio.session.is_dirty
    assert studio.session.recover(copies[0])
    assert studio.session.score == tune
    assert (studio.session.is_dirty, studio.session.path) == (True, None)


def test_autosave_writes_only_what_is_new_and_unsaved(studio: Studio, tune: Score, tmp_path: Path) -> None:
    session = studio.session
    session.autosave()
    assert not studio.jobs.waiting
    session.edit("Draw", tune)
    session.autosave()
    session.autosave()
    assert len(studio.jobs.waiting) == 1
    studio.jobs.settle()
    (copy,) = (tmp_path / "recovery").glob("*.tutti")
    assert Store(tmp_path).open(copy).score == tune
    session.save(tmp_path / "song.tutti")
    assert not copy.exists()


def test_the_exported_file_is_read_back_and_told(studio: Studio, tune: Score, tmp_path: Path) -> None:
    studio.session.edit("Draw", tune)
    heard = Listener(studio.events, Notice, JobEnded)
    path = tmp_path / "out.mid"
    studio.session.export_midi(path)
    studio.session.edit("Erase", Score())  # the export has its own, immutable score
    studio.jobs.settle()
    assert read_midi(path).tracks[0].notes == tune.tracks[0].notes
    assert heard.heard == [
        Notice("info", "Exported to «out.mid»: 1 track, 2 bars; re-read and compared."),
        JobEnded("export MIDI", "done"),
    ]


def test_an_export_that_fails_says_why(studio: Studio, tune: Score, tmp_path: Path) -> None:
    studio.session.edit("Draw", tune)
    heard = Listener(studio.events, Notice)
    studio.session.export_midi(tmp_path / "no such folder" / "out.mid")
    studio.jobs.settle()
    assert heard.heard[0].level == "error"
    assert "out.mid" in heard.sentences()[0]


def test_an_import_marks_the_melody_and_is_unsaved(studio: Studio, tmp_path: Path) -> None:
    low = Track("Left hand", tuple(Note(480 * i, 40 + i, 480) for i in range(8)))
    high = Track("Right hand", tuple(Note(480 * i, 70 + i, 480) for i in range(8)), program=4)
    path = tmp_path / "piece.mid"
    write_midi(Score((low, high)), path)
    studio.session.import_file(path)
    assert studio.session.score.tracks == ()  # it is read in the background
    studio.jobs.settle()
    assert [track.role for track in studio.session.score.tracks] == ["other", "melody"]
    assert studio.session.score.tracks[1] == replace(high, role="melody")
    assert (studio.session.project_name, studio.session.is_dirty, studio.session.path) == ("piece", True, None)


def test_a_damaged_file_is_imported_as_far_as_it_goes(studio: Studio, tune: Score, tmp_path: Path) -> None:
    path = tmp_path / "cut.mid"
    write_midi(tune, path)
    path.write_bytes(path.read_bytes()[:-12])
    heard = Listener(studio.events, FileImported)
    studio.session.import_file(path)
    studio.jobs.settle()
    assert studio.session.score.tracks[0].notes[:6] == tune.tracks[0].notes[:6]
    (told,) = heard.heard
    assert isinstance(told, FileImported)
    assert told.is_damaged
    assert told.sentence == "Imported 0 of 1 tracks; track 1 had an error at bar 2."
    why = "as it ends in the middle of an event."
    assert told.losses == (f"Track 1 (Melody) could be read only up to bar 2, {why}",)


def test_what_was_done_while_a_file_was_read_is_not_thrown_away(studio: Studio, tune: Score, tmp_path: Path) -> None:
    path = tmp_path / "piece.mid"
    write_midi(tune, path)
    heard = Listener(studio.events, Notice)
    studio.session.import_file(path)
    studio.session.edit("Draw", replace(tune, title="Mine"))
    studio.jobs.settle()
    assert studio.session.score.title == "Mine"
    assert heard.heard[-1].level == "warning"
    assert "Open it again" in heard.sentences()[-1]
    studio.session.import_file(path)
    studio.jobs.settle()
    assert studio.session.score.title == "Up and down"


def test_another_track_becomes_the_melody_and_back(studio: Studio, tune: Score) -> None:
    bass = replace(tune.tracks[0], name="Bass guitar", role="bass")
    studio.session.edit("Draw", tune.with_tracks(tune.tracks[0], bass))
    studio.session.set_melody(1)
    assert [track.role for track in studio.session.score.tracks] == ["other", "melody"]
    studio.session.set_melody(0)
    assert [track.role for track in studio.session.score.tracks] == ["melody", "bass"]
    studio.session.undo()
    assert [track.role for track in studio.session.score.tracks] == ["other", "melody"]


def test_a_sample_opens_as_a_fresh_project(studio: Studio) -> None:
    assert studio.session.load_sample("ode-to-joy")
    assert studio.session.project_name == "Ode to Joy"
    assert (studio.session.is_dirty, studio.session.can_undo) == (False, False)
