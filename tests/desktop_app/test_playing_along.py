"""Recording over playback: whoever plays exactly with what is heard is exactly on the beat."""

from __future__ import annotations

import pytest

from desktop_app.audio.player import Player
from desktop_app.audio.recording_synth import RecordingSynth
from desktop_app.devices.recorder import Recorder
from music_core.performance import NoteMessage
from music_core.quantize import Grid, take_to_track
from tests.desktop_app.audio.scores import at_tempo, line
from tests.desktop_app.playing import Clock


@pytest.mark.parametrize("latency_s", [0.0, 0.021, 0.2])
@pytest.mark.parametrize("bars", [0, 1])
def test_the_sounds_way_to_the_ear_is_taken_off(latency_s, bars) -> None:
    clock = Clock()
    synth = RecordingSynth(clock, latency_s)
    player, recorder = Player(synth, clock, own_thread=False), Recorder(clock)
    player.play(at_tempo(120, line(*range(60, 68))), count_in_bars=bars)
    recorder.start(player.origin_s, 120.0)
    for _ in range(700):
        clock.advance(0.01)
        player.pump()
    began_s = 100.0
    for at_s, note in synth.notes_on(0):
        recorder.feed(NoteMessage(began_s + at_s + latency_s, note.pitch, 90))
        recorder.feed(NoteMessage(began_s + at_s + latency_s + 0.4, note.pitch, 0))
    take = recorder.stop()
    assert [(n.start_tick, n.pitch) for n in take_to_track(take, None).notes] == [(480 * i, 60 + i) for i in range(8)]
    assert len(take_to_track(take, Grid(120)).notes) == 8
