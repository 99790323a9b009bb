"""The open project: editing, undo, mix, selection, settings."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from desktop_app.events import (
    DeviceChanged,
    LiveNote,
    Notice,
    ProjectChanged,
    ScoreChanged,
    SelectionChanged,
    SettingsChanged,
)
from desktop_app.settings import Settings
from music_core.performance import NoteMessage
from music_core.score import Score, Track
from tests.desktop_app.conftest import Studio
from tests.desktop_app.fakes import Listener


def moved(score: Score, semitones: int) -> Score:
    track = score.tracks[0]
    return score.with_track(0, replace(track, notes=tuple(replace(n, pitch=n.pitch + semitones) for n in track.notes)))


def test_undo_restores_exactly_and_redo_too(studio: Studio, tune: Score) -> None:
    session = studio.session
    heard = Listener(studio.events, ScoreChanged)
    session.edit("Draw", tune)
    session.edit("Transpose", moved(tune, 2))
    assert (session.undo_label, session.redo_label) == ("Transpose", "")
    session.undo()
    assert session.score == tune
    session.undo()
    assert session.score == Score()
    assert not session.can_undo
    session.redo()
    session.redo()
    assert session.score == moved(tune, 2)
    assert [event.cause for event in heard.heard] == ["edit", "edit", "undo", "undo", "redo", "redo"]
    assert heard.heard[-1].score is session.score


def test_an_edit_that_changes_nothing_is_no_step(studio: Studio, tune: Score) -> None:
    studio.session.edit("Draw", tune)
    studio.session.edit("Draw", replace(tune))
    studio.session.undo()
    assert not studio.session.can_undo


def test_the_mix_is_kept_out_of_the_history(studio: Studio, tune: Score) -> None:
    session = studio.session
    session.edit("Draw", tune)
    session.edit("Transpose", moved(tune, 2))
    heard = Listener(studio.events, ScoreChanged)
    session.change_mix(0, volume=40, muted=True)
    assert [event.cause for event in heard.heard] == ["mix"]
    session.undo()
    assert session.undo_label == "Draw"
    assert session.score.tracks[0] == replace(tune.tracks[0], volume=40, muted=True)
    session.redo()
    assert session.score.tracks[0].volume == 40
    assert session.score.tracks[0].notes == moved(tune, 2).tracks[0].notes


def test_an_edit_of_the_mix_can_be_undone(studio: Studio, tune: Score) -> None:
    session = studio.session
    session.edit("Draw", tune)
    session.change_mix(0, volume=40)
    before = session.score
    session.edit("Louder", session.score.with_track(0, replace(session.score.tracks[0], volume=120)))
    assert session.score.tracks[0].volume == 120
    session.undo()
    assert session.score == before


def test_turning_the_tempo_is_one_step_until_the_hand_rests(studio: Studio, tune: Score) -> None:
    session = studio.session
    session.edit("Draw", tune)
    for bpm in (121, 122, 123):
        session.set_tempo(bpm)
        studio.clock.advance(0.1)
    studio.clock.advance(2)
    session.set_tempo(90)
    assert session.score.bpm == pytest.approx(90)
    session.undo()
    assert session.score.bpm == pytest.approx(123, abs=0.001)
    session.undo()
    assert session.score == tune


def test_metre_key_and_instrument_are_steps(studio: Studio, tune: Score) -> None:
    session = studio.session
    session.edit("Draw", tune)
    session.set_metre(3, 4)
    session.set_key(2, False)
    session.set_instrument(0, 73)
    labels = []
    while session.undo_label != "Draw":
        labels.append(session.undo_label)
        session.undo()
    assert labels == ["Instrument", "Key", "Metre"]
    assert session.score == tune


def test_the_selection_follows_the_tracks(studio: Studio, tune: Score) -> None:
    session = studio.session
    heard = Listener(studio.events, SelectionChanged)
    session.edit("Two", tune.with_tracks(*tune.tracks, Track("Bass")))
    session.select_track(1)
    session.select_track(7)
    session.undo()
    assert [event.track for event in heard.heard] == [1, 0]
    assert session.selected_track == 0


def test_dirty_means_different_from_what_was_saved(studio: Studio, tune: Score) -> None:
    session = studio.session
    assert not session.is_dirty
    heard = Listener(studio.events, ProjectChanged)
    session.edit("Draw", tune)
    assert session.is_dirty
    session.undo()
    assert not session.is_dirty
    session.redo()
    session.new()
    assert not session.is_dirty
    session.edit("Draw", tune)
    session.change_mix(0, pan=0)
    assert [event.is_dirty for event in heard.heard] == [True, False, True, False, True]


def test_settings_change_by_name_and_are_announced_once(studio: Studio) -> None:
    heard = Listener(studio.events, SettingsChanged)
    studio.session.set_metronome(True)
    studio.session.set_metronome(True)
    studio.session.set_count_in(9)
    assert [event.settings for event in heard.heard] == [
        Settings(metronome=True),
        Settings(metronome=True, count_in_bars=4),
    ]
    assert (studio.session.metronome, studio.session.count_in) == (True, 4)


def test_what_is_played_and_plugged_in_is_passed_on(studio: Studio) -> None:
    heard = Listener(studio.events, LiveNote, DeviceChanged, Notice)
    message = NoteMessage(1.0, 60, 90)
    gone = SimpleNamespace(state="searching", port="AKM322", sentence="")
    studio.session.live_message(message)
    studio.session.device_changed(gone)
    assert heard.heard == [LiveNote(message), DeviceChanged(gone)]
    assert studio.session.device is gone


def test_a_track_that_is_not_there_is_refused_and_nothing_changes(studio: Studio, tune: Score) -> None:
    studio.session.edit("Draw", tune)
    with pytest.raises(IndexError):
        studio.session.change_mix(3, volume=1)
    with pytest.raises(IndexError):
        studio.session.set_instrument(1, 5)
    assert studio.session.score == tune
