"""Playing, the playhead, the loop."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop_app.events import Notice, TransportChanged
from desktop_app.settings import Settings
from music_core.score import Score
from tests.desktop_app.conftest import Studio
from tests.desktop_app.fakes import Listener

SECOND = 960  # ticks at 120 bpm


def test_play_stop_and_play_on(studio: Studio, tune: Score) -> None:
    session = studio.session
    session.edit("Draw", tune)
    heard = Listener(studio.events, TransportChanged)
    session.toggle_play()
    studio.clock.advance(1.5)
    assert session.position_tick() == pytest.approx(1.5 * SECOND)
    session.toggle_play()
    studio.clock.advance(1)
    assert session.position_tick() == pytest.approx(1.5 * SECOND)
    session.play()
    studio.clock.advance(0.5)
    assert session.position_tick() == pytest.approx(2 * SECOND)
    assert [event.is_playing for event in heard.heard] == [True, False, True]


def test_a_second_stop_goes_to_the_start(studio: Studio, tune: Score) -> None:
    studio.session.edit("Draw", tune)
    studio.session.seek(960)
    studio.session.stop()
    assert studio.session.position_tick() == 0


def test_seeking_while_playing_goes_on_from_there(studio: Studio, tune: Score) -> None:
    studio.session.edit("Draw", tune)
    studio.session.play()
    studio.session.seek(1920)
    studio.clock.advance(0.5)
    assert studio.session.position_tick() == pytest.approx(1920 + 480)
    studio.session.to_start()
    assert studio.session.position_tick() == pytest.approx(0)
    assert studio.session.is_playing


def test_the_end_brings_the_playhead_back_to_where_it_started(studio: Studio, tune: Score) -> None:
    studio.session.edit("Draw", tune)
    studio.session.seek(480)
    studio.session.play()
    studio.clock.advance(60)
    studio.session.playback_finished()  # posted by the last piece, while this one plays
    assert studio.session.is_playing
    studio.player.is_playing = False
    studio.session.playback_finished()
    assert not studio.session.is_playing
    assert studio.session.position_tick() == 480


def test_behind_the_last_note_it_starts_from_the_top(studio: Studio, tune: Score) -> None:
    studio.session.edit("Draw", tune)
    studio.session.seek(99_999)
    studio.session.play()
    assert studio.session.position_tick() == 0


def test_an_empty_piece_says_so(studio: Studio) -> None:
    heard = Listener(studio.events, Notice)
    studio.session.play()
    assert not studio.session.is_playing
    assert heard.sentences() == ["There is nothing to play yet. Record, type, import or pick a melody."]


def test_edits_and_mix_are_heard_while_playing(studio: Studio, tune: Score) -> None:
    studio.session.edit("Draw", tune)
    studio.session.play()
    studio.session.change_mix(0, muted=True)
    assert studio.player.score is studio.session.score
    studio.session.undo()
    assert studio.player.score == Score()


def test_the_loop_has_an_order_and_room(studio: Studio, tune: Score) -> None:
    session = studio.session
    session.edit("Draw", tune)
    session.set_loop((1920, 480))
    assert session.loop == (480, 1920)
    session.play()
    assert studio.player.loop == (480, 1920)
    session.set_loop((100, 101))
    assert (session.loop, studio.player.loop) == (None, None)
    session.set_loop((-50, 960))
    assert studio.player.loop == (0, 960)


def test_the_punch_range_stays_while_recording_and_goes_with_the_piece(studio: Studio, tune: Score) -> None:
    session = studio.session
    session.edit("Draw", tune)
    session.set_punch((1920, 480))
    assert session.punch == (480, 1920)
    session.record()
    session.set_punch((0, 960))
    assert session.punch == (480, 1920)
    session.stop()
    session.set_punch((960, 961))
    assert session.punch is None
    session.set_punch((0, 960))
    session.new()
    assert session.punch is None


def test_the_metronome_clicks_at_once(studio: Studio, tune: Score) -> None:
    studio.session.edit("Draw", tune)
    studio.session.play()
    studio.session.set_metronome(True)
    assert studio.player.calls[-1] == ("set_metronome", {"on": True})
    studio.session.stop()
    studio.session.play()
    assert studio.player.calls[-1] == ("play", {"metronome": True, "count_in_bars": 0, "endless": False})


def test_another_piece_stops_this_one(studio: Studio, tune: Score) -> None:
    studio.session.edit("Draw", tune)
    studio.session.set_loop((0, 960))
    studio.session.play()
    studio.clock.advance(1)
    assert studio.session.load_sample("ode-to-joy")
    assert not studio.player.is_playing
    assert (studio.session.is_playing, studio.session.loop, studio.session.position_tick()) == (False, None, 0)
    assert studio.player.score == studio.session.score  # its instruments can be got ready


def test_panic_silences_and_stops(studio: Studio, tune: Score) -> None:
    studio.session.edit("Draw", tune)
    studio.session.play()
    studio.session.panic()
    assert (studio.session.is_playing, studio.player.calls[-1][0]) == (False, "panic")


def test_the_settings_say_how_it_begins(studio: Studio) -> None:
    settings = replace(Settings(), metronome=True, count_in_bars=2)
    session = type(studio.session)(
        studio.player,
        studio.recorder,
        studio.composer,
        studio.jobs,
        studio.store,
        studio.events,
        settings,
        studio.clock,
    )
    assert (session.metronome, session.count_in) == (True, 2)
