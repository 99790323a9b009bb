from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.audio.scheduler import SHORTEST_LOOP_TICKS, assign_channels, is_audible, plan, sound_loop
from desktop_app.audio.synth import (
    AUDITION_CHANNEL,
    LIVE_CHANNEL,
    METRONOME_CHANNEL,
    PLAYER_CHANNELS,
    Bend,
    Control,
    NoteOff,
    NoteOn,
)
from music_core.score import ControlChange, Note, PitchBend, Score, Track
from tests.desktop_app.audio.scores import at_tempo, few, line, scores

FOREVER = 10**9


def events(score, start=0, end=FOREVER, **options):
    return plan(score, **options).between(start, end)


def test_releases_come_before_controls_and_new_notes() -> None:
    track = replace(line(60, 60), controls=(ControlChange(480, 64, 127),))
    assert [event for tick, event in events(at_tempo(120, track)) if tick == 480] == [
        NoteOff(0, 60),
        Control(0, 64, 127),
        NoteOn(0, 60, 80),
    ]


@few
@given(scores)
def test_every_key_goes_down_and_up_in_turn(score) -> None:
    held = set()
    for _, event in events(score):
        if isinstance(event, NoteOn):
            assert (event.channel, event.pitch) not in held
            held.add((event.channel, event.pitch))
        elif isinstance(event, NoteOff):
            held.remove((event.channel, event.pitch))
    assert not held


@few
@given(scores)
def test_every_onset_of_the_score_is_played(score) -> None:
    wanted = {(channel, n.start_tick, n.pitch) for t, channel in tracks_of(score) for n in t.notes}
    got = [(e.channel, tick, e.pitch) for tick, e in events(score) if isinstance(e, NoteOn)]
    assert set(got) == wanted
    assert len(got) == len(wanted)


def tracks_of(score):
    return zip(score.tracks, assign_channels(score.tracks), strict=True)


@few
@given(scores, st.lists(st.integers(0, 6000), max_size=5).map(sorted))
def test_windows_join_without_seam(score, cuts) -> None:
    cuts = [0, *cuts, FOREVER]
    laid = plan(score, metronome=False)
    parts = [event for low, high in pairwise(cuts) for event in laid.between(low, high)]
    assert parts == laid.between(0, FOREVER)


def test_two_equal_keys_at_once_are_one_key() -> None:
    track = Track("t", (Note(0, 60, 100, 50), Note(0, 60, 400, 90)))
    assert events(Score((track,))) == [(0, NoteOn(0, 60, 90)), (400, NoteOff(0, 60))]


def test_a_key_struck_again_ends_the_first_note() -> None:
    track = Track("t", (Note(0, 60, 1000), Note(480, 60, 100)))
    assert [tick for tick, event in events(Score((track,))) if isinstance(event, NoteOff)] == [480, 580]


def test_only_drums_get_the_drum_channel_and_nobody_the_live_ones() -> None:
    many = tuple(Track(str(i), is_drum=i in (3, 5)) for i in range(30))
    channels = assign_channels(many)
    assert channels[3] == 9
    assert len(set(channels)) == 30
    everyone = assign_channels(tuple(Track(str(i)) for i in range(300)))
    assert all(0 <= channel < PLAYER_CHANNELS and channel != 9 for channel in everyone)
    assert {LIVE_CHANNEL, METRONOME_CHANNEL, AUDITION_CHANNEL}.isdisjoint(everyone)


@pytest.mark.parametrize(
    ("marks", "heard"),
    [("..", "yy"), ("m.", "ny"), ("s.", "yn"), (".s", "ny"), ("ss", "yy"), ("x.", "nn"), ("xs", "ny")],
)
def test_mute_and_solo(marks, heard) -> None:
    tracks = tuple(Track(m, muted=m in "mx", soloed=m in "sx") for m in marks)
    assert "".join("y" if is_audible(Score(tracks), i) else "n" for i in range(2)) == heard


def test_a_muted_track_is_turned_down_and_its_own_fades_with_it() -> None:
    track = replace(line(60), controls=(ControlChange(0, 7, 90), ControlChange(0, 1, 5)), muted=True)
    laid = plan(Score((track,)))
    assert laid.strips[0].volume == 0
    assert [e for _, e in laid.between(0, 10) if isinstance(e, Control)] == [Control(0, 1, 5)]


def test_the_mixer_owns_pan_and_reverb() -> None:
    track = replace(line(60), controls=(ControlChange(0, 10, 1), ControlChange(0, 91, 1)), pan=20, reverb=30)
    laid = plan(Score((track,)))
    assert [e for _, e in laid.between(0, 10) if isinstance(e, Control)] == []
    assert (laid.strips[0].pan, laid.strips[0].reverb) == (20, 30)


def test_starting_in_the_middle_finds_pedal_fade_and_wheel_where_they_are() -> None:
    track = replace(
        line(60, 62),
        controls=(ControlChange(0, 64, 127), ControlChange(100, 7, 33), ControlChange(900, 64, 0)),
        bends=(PitchBend(50, 700), PitchBend(800, 0)),
    )
    state = set(plan(Score((track,))).state_at(480))
    assert {Control(0, 64, 127), Control(0, 7, 33), Control(0, 1, 0), Control(0, 11, 127), Bend(0, 700)} <= state


def test_unchanged_tracks_are_taken_over() -> None:
    score = at_tempo(120, line(60), line(62))
    first = plan(score)
    louder = plan(score.with_track(1, replace(score.tracks[1], volume=5)), previous=first)
    assert louder.lanes[0].events is first.lanes[0].events
    assert louder.lanes[1].events is first.lanes[1].events
    assert louder.strips[1].volume == 5
    assert louder.tempo is first.tempo
    edited = plan(score.with_track(1, line(64)), previous=first)
    assert edited.lanes[1].events[0] == NoteOn(1, 64, 80)


@few
@given(scores, scores)
def test_taking_over_changes_nothing_that_is_heard(before, after) -> None:
    assert plan(after, previous=plan(before)).between(0, FOREVER) == plan(after).between(0, FOREVER)


@pytest.mark.parametrize(
    ("loop", "sound"),
    [
        (None, None),
        ((0, 1920), (0, 1920)),
        ((480, 480), None),
        ((960, 480), None),
        ((-100, 0), None),
        ((-100, 960), (0, 960)),
        ((480, 481), (480, 480 + SHORTEST_LOOP_TICKS)),
    ],
)
def test_no_loop_is_too_short_to_play(loop, sound) -> None:
    assert sound_loop(loop) == sound
