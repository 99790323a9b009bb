"""The order of what a synth is told, without a synth."""

from __future__ import annotations

from music_core.render_events import (
    BEND,
    CONTROL,
    OFF,
    ON,
    audible_tracks,
    channel_of,
    set_up_events,
    timed_events,
)
from music_core.score import ControlChange, Note, PitchBend, Score, Tempo, Track

TUNE = Track("Tune", (Note(0, 60, 480), Note(480, 60, 480)))
BASS = Track("Bass", (Note(0, 40, 960),))


def test_mutes_and_solos() -> None:
    muted = Track("Muted", TUNE.notes, muted=True)
    solo = Track("Solo", TUNE.notes, soloed=True)
    both = Track("Both", TUNE.notes, muted=True, soloed=True)
    assert audible_tracks(Score((TUNE, muted, Track("empty")))) == (TUNE,)
    assert audible_tracks(Score((TUNE, solo, both))) == (solo,)


def test_the_drum_channel_stays_free() -> None:
    channels = [channel_of(i) for i in range(40)]
    assert 9 not in channels
    assert len(set(channels)) == 40


def test_a_repeated_note_is_released_before_it_is_struck() -> None:
    events = [(e.time_s, e.kind, e.first) for e in timed_events(Score((TUNE,)), (TUNE,)) if e.kind in (OFF, ON)]
    assert events == [(0.0, ON, 60), (0.5, OFF, 60), (0.5, ON, 60), (1.0, OFF, 60)]


def test_controls_keep_their_order_and_come_before_notes_at_their_time() -> None:
    wide_bends = tuple(ControlChange(0, number, value) for number, value in ((101, 0), (100, 0), (6, 12)))
    track = Track("x", (Note(0, 60, 480),), controls=wide_bends, bends=(PitchBend(0, 8191), PitchBend(240, 0)))
    events = timed_events(Score((track,)), (track,))
    assert [(e.kind, e.first) for e in events[:5]] == [
        (CONTROL, 101),
        (CONTROL, 100),
        (CONTROL, 6),
        (BEND, 8191),
        (ON, 60),
    ]


def test_tempo_changes_and_a_pedal_that_is_never_let_go() -> None:
    score = Score(
        (Track("x", (Note(480, 60, 480),), controls=(ControlChange(0, 64, 127), ControlChange(5000, 1, 9))),),
        tempos=(Tempo(0), Tempo(480, 1_000_000)),
    )
    events = timed_events(score, score.tracks)
    assert [(e.time_s, e.kind) for e in events] == [(0.0, CONTROL), (0.5, ON), (1.5, OFF), (1.5, CONTROL)]
    assert (events[-1].first, events[-1].second) == (64, 0)


def test_the_mix_is_set_on_each_tracks_own_channel() -> None:
    loud = Track("Loud", TUNE.notes, volume=127, pan=0, reverb=99, chorus=30)
    events = list(set_up_events((loud, BASS)))
    assert {(e.first, e.second) for e in events if e.channel == 0 and e.kind == CONTROL} == {
        (7, 127),
        (10, 0),
        (91, 99),
        (93, 30),
        (11, 127),
    }
    assert {e.channel for e in events} == {0, 1}
