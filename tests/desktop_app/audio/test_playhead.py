from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.audio.playhead import Playhead
from desktop_app.audio.scheduler import plan
from desktop_app.audio.synth import Control, NoteOff, NoteOn
from music_core.score import ControlChange, Note, Tempo, Track
from tests.desktop_app.audio.scores import at_tempo, few, line, scores

# At 125 bpm a tick is a millisecond, so the times below can be read.
MS = 125


def onsets(events):
    return [(round(at_s, 6), event.pitch) for at_s, event in events if isinstance(event, NoteOn)]


def hanging(events):
    """Keys still down after all events, in order of time; a release at the same moment as an onset comes first."""
    held = set()
    for _, event in sorted(events, key=lambda entry: (entry[0], isinstance(entry[1], NoteOn))):
        if isinstance(event, NoteOn):
            held.add((event.channel, event.pitch))
        elif isinstance(event, NoteOff):
            held.discard((event.channel, event.pitch))
    return held


@few
@given(
    scores,
    st.integers(0, 3000),
    st.one_of(st.none(), st.tuples(st.integers(0, 3000), st.integers(0, 3000))),
    st.lists(st.floats(0.0, 12.0), max_size=8).map(sorted),
)
def test_however_often_it_is_asked_it_hands_out_the_same(score, start_tick, loop, moments) -> None:
    laid = plan(score, loop=loop)
    at_once = Playhead(laid, start_tick, 1.0).due(12.0)
    bit_by_bit = Playhead(laid, start_tick, 1.0)
    assert [event for moment in [*moments, 12.0] for event in bit_by_bit.due(moment)] == at_once


@few
@given(scores, st.integers(0, 3000))
def test_nothing_hangs_at_the_end(score, start_tick) -> None:
    playhead = Playhead(plan(score), start_tick, 0.0)
    events = playhead.due(1000.0)
    assert playhead.finished
    assert not hanging(events)


def test_times_follow_the_tempo_map() -> None:
    score = replace(at_tempo(60, line(60, 62, 64)), tempos=(Tempo(0, 1_000_000), Tempo(480, 500_000)))
    assert onsets(Playhead(plan(score), 0, 10.0).due(20.0)) == [(10.0, 60), (11.0, 62), (11.5, 64)]


def test_starting_in_the_middle_leaves_out_what_was_before() -> None:
    events = Playhead(plan(at_tempo(MS, line(60, 62, 64))), 480, 0.0).due(9.0)
    assert onsets(events) == [(0.0, 62), (0.48, 64)]
    assert all(event != NoteOff(0, 60) for _, event in events)


def test_a_loop_goes_round_without_a_seam_and_cuts_what_hangs_over() -> None:
    track = Track("t", (Note(0, 60, 100), Note(500, 62, 2000)))
    events = Playhead(plan(at_tempo(MS, track), loop=(0, 1000)), 0, 0.0).due(2.9)
    assert onsets(events) == [(0.0, 60), (0.5, 62), (1.0, 60), (1.5, 62), (2.0, 60), (2.5, 62)]
    assert [round(at_s, 6) for at_s, event in events if event == NoteOff(0, 62)] == [1.0, 2.0]


def test_after_a_hundred_rounds_it_is_still_on_time() -> None:
    score = at_tempo(97, line(60, step_ticks=480))
    found = onsets(Playhead(plan(score, loop=(0, 480)), 0, 0.0).due(70.0))
    beat_s = score.tempos[0].us_per_quarter / 1e6
    assert [at_s for at_s, _ in found[:100]] == pytest.approx([i * beat_s for i in range(100)])


def test_each_round_starts_with_the_pedal_as_it_was_there() -> None:
    track = replace(line(60, 62), controls=(ControlChange(700, 64, 127),))
    events = Playhead(plan(at_tempo(MS, track), loop=(0, 960)), 0, 0.0).due(1.0)
    assert (pytest.approx(0.96), Control(0, 64, 0)) in events


def test_starting_behind_the_loop_plays_on() -> None:
    playhead = Playhead(plan(at_tempo(MS, line(*range(60, 70))), loop=(0, 960)), 1440, 0.0)
    assert [pitch for _, pitch in onsets(playhead.due(60.0))] == list(range(63, 70))
    assert playhead.finished


def test_the_tick_goes_round_with_the_loop() -> None:
    playhead = Playhead(plan(at_tempo(MS, line(60, 62, 64)), loop=(480, 960)), 0, 0.0)
    playhead.due(3.0)
    assert [playhead.tick_at(s) for s in (0.1, 0.9, 1.0, 1.5)] == pytest.approx([100, 900, 520, 540])


def test_before_the_start_the_tick_counts_up_to_it() -> None:
    playhead = Playhead(plan(at_tempo(MS, line(60, 62))), 480, 10.0)
    assert playhead.tick_at(9.5) == pytest.approx(-20)


def test_the_tick_stops_at_the_end_unless_endless() -> None:
    score = at_tempo(MS, line(60))
    assert Playhead(plan(score), 0, 0.0).tick_at(99.0) == 480
    endless = Playhead(plan(score, endless=True), 0, 0.0)
    endless.due(99.0)
    assert endless.tick_at(99.0) == pytest.approx(99_000)
    assert not endless.finished


def test_the_metronome_goes_on_past_the_end() -> None:
    playhead = Playhead(plan(at_tempo(MS, line(60)), metronome=True, endless=True), 0, 0.0)
    clicks = [at_s for at_s, event in playhead.due(4.8) if isinstance(event, NoteOn) and event.channel > 100]
    assert clicks == pytest.approx([i * 0.48 for i in range(10)])


def test_a_tempo_change_while_playing_neither_jumps_nor_repeats() -> None:
    slow, fast = at_tempo(MS, line(*range(60, 70))), at_tempo(2 * MS, line(*range(60, 70)))
    playhead = Playhead(plan(slow), 0, 0.0)
    first = playhead.due(1.0)
    before = playhead.tick_at(1.0)
    first += playhead.replan(plan(fast))
    assert playhead.tick_at(1.0) == pytest.approx(before)
    rest = playhead.due(60.0)
    assert [pitch for _, pitch in onsets(first + rest)] == list(range(60, 70))
    assert onsets(rest)[0] == (pytest.approx(1.22), 63), "440 ticks left, at half a millisecond each"
    assert not hanging(first + rest)


def test_a_note_deleted_while_it_sounds_is_released() -> None:
    score = at_tempo(MS, Track("t", (Note(0, 60, 5000), Note(0, 64, 5000))))
    playhead = Playhead(plan(score), 0, 0.0)
    playhead.due(1.0)
    events = playhead.replan(plan(score.with_track(0, Track("t", (Note(0, 64, 5000),)))))
    assert events == [(pytest.approx(1.0), NoteOff(0, 60))]
    assert [e for _, e in playhead.due(9.0)] == [NoteOff(0, 64)]


@few
@given(scores, scores, st.floats(0.0, 4.0))
def test_no_edit_leaves_a_note_hanging(before, after, moment) -> None:
    playhead = Playhead(plan(before), 0, 0.0)
    events = playhead.due(moment)
    events += playhead.replan(plan(after))
    events += playhead.due(1000.0)
    assert not hanging(events)


@few
@given(scores, st.floats(0.0, 4.0))
def test_an_edit_that_changes_nothing_is_not_heard(score, moment) -> None:
    undisturbed = Playhead(plan(score), 0, 0.0).due(1000.0)
    playhead = Playhead(plan(score), 0, 0.0)
    events = playhead.due(moment)
    assert playhead.replan(plan(score)) == []
    events += playhead.due(1000.0)
    assert [event for _, event in events] == [event for _, event in undisturbed]
    assert [at_s for at_s, _ in events] == pytest.approx([at_s for at_s, _ in undisturbed])


def test_a_note_is_never_released_before_it_began() -> None:
    score = at_tempo(300, Track("t", (Note(0, 60, 1),)))
    (on_s, _), (off_s, _) = Playhead(plan(score), 0, 0.0).due(1.0)
    assert off_s - on_s >= 0.002


def test_zero_s_is_when_tick_zero_was() -> None:
    playhead = Playhead(plan(at_tempo(MS, line(60, 62, 64))), 480, 10.0)
    assert playhead.stretch_at(10.1).zero_s == pytest.approx(9.52)


def test_an_empty_score_is_over_at_once() -> None:
    playhead = Playhead(plan(at_tempo(120)), 0, 0.0)
    assert playhead.due(1.0) == []
    assert playhead.finished
