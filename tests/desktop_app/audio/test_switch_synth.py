"""A synth exchanged under a running studio: the next one knows what the last one was told."""

from __future__ import annotations

from desktop_app.audio.player import Player
from desktop_app.audio.recording_synth import RecordingSynth
from desktop_app.audio.switch_synth import SwitchSynth
from desktop_app.audio.synth import Control, NoteOn
from music_core.score import Note, Score, Track
from tests.desktop_app.playing import Clock


def test_instruments_controllers_and_volume_are_told_to_the_next_synth() -> None:
    clock = Clock()
    switch = SwitchSynth(RecordingSynth(clock))
    switch.program(3, 40, 1)
    switch.program(9, 8, is_drum=True)
    switch.control(3, 7, 99)
    switch.control(3, 7, 50)
    switch.set_gain(0.5)
    real = RecordingSynth(clock)
    switch.attach(real)
    assert real.programs == {3: (40, 1, False), 9: (8, 0, True)}
    assert Control(3, 7, 50) in [event for _, event in real.happened]
    assert real.gain == 0.5


def test_the_clock_goes_on_and_scheduled_events_keep_their_time() -> None:
    clock = Clock(10.0)
    switch = SwitchSynth(RecordingSynth(clock))
    clock.now_s = 14.0
    before = switch.now_s()
    late = Clock(100.0)
    real = RecordingSynth(late)
    late.now_s = 101.5
    switch.attach(real)
    assert switch.now_s() == before
    switch.schedule(before + 2.0, NoteOn(0, 60, 90))
    late.now_s += 1.9
    assert real.notes_on() == []
    late.now_s += 0.2
    assert [note.pitch for _, note in real.notes_on()] == [60]


def test_what_sounds_is_released_and_the_old_synth_closed() -> None:
    clock = Clock()
    first, second = RecordingSynth(clock), RecordingSynth(clock)
    switch = SwitchSynth(first)
    switch.note_on(112, 60, 90)
    switch.attach(second)
    assert not first.sounding
    assert first.closed
    switch.note_on(112, 62, 90)
    assert second.sounding == {(112, 62)}


def test_a_synth_that_comes_after_closing_is_closed_at_once() -> None:
    switch = SwitchSynth()
    switch.close()
    late = RecordingSynth(Clock())
    switch.attach(late)
    assert late.closed


def test_a_piece_plays_on_through_an_exchange() -> None:
    clock = Clock(0.0)
    first, second = RecordingSynth(clock), RecordingSynth(clock)
    switch = SwitchSynth(first)
    player = Player(switch, clock, own_thread=False)
    notes = tuple(Note(480 * i, 60 + i, 400, 90) for i in range(8))
    player.play(Score((Track("Tune", notes, role="melody"),)))
    for step in range(500):
        clock.now_s += 0.01
        player.pump()
        if step == 210:
            switch.attach(second)
    heard = [note.pitch for synth in (first, second) for _, note in synth.notes_on(*range(16))]
    assert heard == sorted(heard)
    assert len(set(heard)) >= 7  # at most what was already handed to the old synth is lost
    player.close()
