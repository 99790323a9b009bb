"""From keys to the melody track."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from desktop_app.events import Notice
from desktop_app.takes_to_notes import on_steady_beats, without_warm_up
from music_core.performance import NoteMessage, PerformedTake
from music_core.quantize import Grid
from music_core.score import Metre, Note, Score, Tempo, Track
from music_core.theory import find_key
from tests.desktop_app.conftest import Studio
from tests.desktop_app.fakes import Listener

# At 120 bpm: a quarter is half a second, and these are a little off.
SLOPPY = "@0.02 +60 @0.48 -60 @0.53 +62v50 @0.98 -62 @1.03 +64 @1.97 -64"
STRAIGHT = (Note(0, 60, 480, 80), Note(480, 62, 480, 50), Note(960, 64, 960, 80))


def record(studio: Studio, text: str) -> None:
    studio.session.record()
    studio.play_keys(text)
    studio.session.record()


def test_a_take_becomes_the_melody_in_one_step(studio: Studio) -> None:
    session = studio.session
    session.record()
    assert (session.is_recording, session.is_playing) == (True, True)
    assert studio.player.calls[-1] == ("play", {"metronome": True, "count_in_bars": 1, "endless": True})
    studio.play_keys(SLOPPY)
    session.record()
    assert not session.is_recording
    melody = session.score.tracks[0]
    assert (melody.role, melody.notes) == ("melody", STRAIGHT)
    assert session.score.keys == (find_key(STRAIGHT),)
    assert len(session.recorded) == 1
    assert session.undo_label == "Record"
    session.undo()
    assert session.score == Score()
    assert len(session.recorded) == 1  # what was played is never thrown away


def test_it_can_be_put_on_another_grid_and_back_to_how_it_was_played(studio: Studio) -> None:
    record(studio, SLOPPY)
    studio.session.quantise(Grid(480, 0.5))
    halfway = studio.session.score.tracks[0].notes
    assert [note.start_tick for note in halfway] == [10, 494, 974]
    studio.session.unquantise()
    assert [note.start_tick for note in studio.session.score.tracks[0].notes] == [19, 509, 989]
    studio.session.quantise()
    assert studio.session.score.tracks[0].notes == STRAIGHT
    assert len(studio.session.recorded) == 1
    studio.session.undo()
    studio.session.undo()
    assert studio.session.score.tracks[0].notes == halfway


def test_quantising_moves_written_notes_when_they_were_not_recorded(studio: Studio) -> None:
    notes = (Note(19, 60, 450), Note(509, 62, 400, 33))
    studio.session.edit("Draw", Score((Track("Tune", notes, role="melody"),)))
    studio.session.quantise(Grid(120))
    assert studio.session.score.tracks[0].notes == (Note(0, 60, 480), Note(480, 62, 480, 33))
    assert studio.session.undo_label == "Quantise"


def test_quantising_nothing_says_so(studio: Studio) -> None:
    heard = Listener(studio.events, Notice)
    studio.session.quantise(Grid(120))
    assert heard.sentences() == ["There is no melody to quantise yet."]


def test_edited_notes_are_quantised_as_they_are(studio: Studio) -> None:
    record(studio, SLOPPY)
    score = studio.session.score
    drawn = replace(score.tracks[0], notes=(Note(70, 72, 300),))
    studio.session.edit("Draw", score.with_track(0, drawn))
    studio.session.quantise(Grid(120))
    assert studio.session.score.tracks[0].notes == (Note(120, 72, 240),)


def test_recording_from_the_middle_replaces_whole_bars_there_only(studio: Studio) -> None:
    long_tune = tuple(Note(480 * i, 48, 480) for i in range(16))  # four bars
    studio.session.edit("Draw", Score((Track("Tune", long_tune, program=5, role="melody"),)))
    studio.session.seek(1920)
    record(studio, "@1.95 +72 @2.9 -72")  # just before the bar line, with which it is meant to come
    melody = studio.session.score.tracks[0]
    assert melody.program == 5
    assert melody.notes == (*long_tune[:4], Note(1920, 72, 840, 80), *long_tune[8:])
    studio.session.quantise(Grid(480))
    assert studio.session.score.tracks[0].notes == (*long_tune[:4], Note(1920, 72, 960, 80), *long_tune[8:])
    assert studio.session.position_tick() == 1920


def test_a_note_that_rings_into_the_recording_is_cut(studio: Studio) -> None:
    studio.session.edit("Draw", Score((Track("Tune", (Note(0, 48, 3840),), role="melody"),)))
    studio.session.seek(1920)
    record(studio, "@2.0 +72 @2.5 -72")
    assert studio.session.score.tracks[0].notes == (Note(0, 48, 1920), Note(1920, 72, 480, 80))


def test_the_melody_is_silent_while_it_is_recorded_over(studio: Studio, tune: Score) -> None:
    studio.session.edit("Draw", tune.with_tracks(*tune.tracks, Track("Bass", (Note(0, 40, 480),))))
    studio.session.record()
    assert [track.muted for track in studio.player.score.tracks] == [True, False]
    studio.session.change_mix(1, volume=3)
    assert [(track.muted, track.volume) for track in studio.player.score.tracks] == [(True, 100), (False, 3)]
    studio.session.stop()
    assert [track.muted for track in studio.session.score.tracks] == [False, False]


def test_recording_into_a_playing_piece_needs_no_count_in(studio: Studio, tune: Score) -> None:
    studio.session.edit("Draw", tune)
    studio.session.play()
    studio.clock.advance(2.0)
    studio.session.record()
    assert [name for name, _ in studio.player.calls].count("play") == 1
    studio.play_keys("@2.25 +72 @2.5 -72")
    studio.player.is_playing = False
    studio.session.playback_finished()
    assert not studio.session.is_recording
    assert Note(2160, 72, 240, 80) in studio.session.score.tracks[0].notes


def test_pedal_wheel_and_modulation_come_along(studio: Studio) -> None:
    record(studio, "@0.0 +60 p127 @0.5 m90 b1000 @1.0 -60 p0 b0")
    melody = studio.session.score.tracks[0]
    assert [(c.tick, c.controller, c.value) for c in melody.controls] == [(0, 64, 127), (480, 1, 90), (960, 64, 0)]
    assert [(bend.tick, bend.value) for bend in melody.bends] == [(480, 1000), (960, 0)]


def test_nothing_played_changes_nothing(studio: Studio, tune: Score) -> None:
    studio.session.edit("Draw", tune)
    heard = Listener(studio.events, Notice)
    record(studio, "@1.0 p127")
    assert studio.session.score == tune
    assert heard.sentences() == ["Nothing was played, so nothing was recorded."]


def test_a_pulled_cable_ends_nothing_and_is_told(studio: Studio) -> None:
    heard = Listener(studio.events, Notice)
    there = SimpleNamespace(state="connected", port="AKM322", sentence="")
    gone = SimpleNamespace(state="searching", port="AKM322", sentence="")
    studio.session.device_changed(there)
    studio.session.record()
    studio.play_keys("@0 +60 @8.4 -60")
    studio.session.device_changed(gone)
    assert heard.sentences() == ["«AKM322» was unplugged. Your take is saved up to bar 5."]
    assert studio.session.is_recording
    studio.session.stop()
    assert len(studio.session.score.tracks[0].notes) == 1


def test_the_takes_tempo_follows_the_piece(studio: Studio) -> None:
    slowing = Score(tempos=(Tempo(0, 500_000), Tempo(960, 1_000_000)))
    studio.session.edit("Tempo", slowing)
    record(studio, "@0.5 +60 @1.0 -60 @2.0 +62 @3.0 -62")
    assert studio.session.score.tracks[0].notes == (Note(480, 60, 480, 80), Note(1440, 62, 480, 80))


def test_leaving_a_project_while_recording_keeps_the_take_first(studio: Studio) -> None:
    studio.session.record()
    studio.play_keys(SLOPPY)
    studio.session.new()
    assert not studio.recorder.is_recording
    assert studio.session.score == Score()


def test_keys_struck_in_the_count_in_are_no_part_of_the_take() -> None:
    messages = tuple(NoteMessage(10 + t, 60, v) for t, v in ((0.5, 80), (0.7, 0), (1.8, 81), (2.4, 0)))
    take = PerformedTake(messages, 10.0, 15.0, 120.0)
    assert [m.velocity for m in without_warm_up(take, 1920).messages] == [0, 81, 0]


def test_one_tempo_leaves_a_take_alone() -> None:
    take = PerformedTake((NoteMessage(1.0, 60, 80),), 0.0, 2.0, 120.0)
    assert on_steady_beats(take, Score(metres=(Metre(0, 3, 4),))) is take


@pytest.mark.parametrize("bars", [0, 3])
def test_the_count_in_is_as_long_as_wanted(studio: Studio, bars: int) -> None:
    studio.session.set_count_in(bars)
    studio.session.record()
    assert studio.player.calls[-1][1]["count_in_bars"] == bars
