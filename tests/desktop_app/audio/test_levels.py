"""Meters, the twin that feeds them, and what the clocks tell of drop-outs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from desktop_app.audio import fluid_synth
from desktop_app.audio.check_tone import LENGTH_S, sound_tone
from desktop_app.audio.drop_outs import DropOuts
from desktop_app.audio.fluid_bindings import FluidBindings
from desktop_app.audio.fluid_engine import FluidSynth
from desktop_app.audio.level_twin import LevelTwin
from desktop_app.audio.levels import FLOOR_DB, GROUPS, SILENT, Levels, falling, to_amplitude, to_db
from desktop_app.audio.output_measure import judged
from desktop_app.audio.recording_synth import RecordingSynth
from desktop_app.audio.switch_synth import SwitchSynth
from desktop_app.audio.synth import AUDITION_CHANNEL, Control, NoteOff, NoteOn
from music_core.controllers import PAN, VOLUME
from tests.desktop_app.playing import Clock

FONTS = [path for name in ("TimGM6mb.sf2", "FluidR3_GM.sf2") if (path := Path("/usr/share/sounds/sf2", name)).is_file()]
ORGAN = 19


def test_decibels_and_amplitudes_are_inverse() -> None:
    for db in (-59.0, -20.0, -6.0, 0.0, 3.0):
        assert to_db(to_amplitude(db)) == pytest.approx(db)
    assert to_db(0.0) == to_db(1e-9) == FLOOR_DB


def test_a_meter_rises_at_once_and_falls_slowly() -> None:
    loud = Levels((0.5, 0.25), ((0.5, 0.1),))
    shown = falling(SILENT, loud, 0.03)
    assert shown == loud
    later = falling(shown, SILENT, 0.5)
    assert to_db(later.master[0]) == pytest.approx(to_db(0.5) - 12)
    assert later.of_channel(0)[1] == pytest.approx(0.1 * to_amplitude(-12))
    assert later.of_channel(GROUPS) == later.of_channel(0)
    assert falling(later, SILENT, 10.0) is SILENT


def library() -> FluidBindings:
    if not FONTS:
        pytest.skip("no SoundFont is installed")
    try:
        bindings = FluidBindings(fluid_synth._load_library())
    except ImportError:
        pytest.skip("FluidSynth is not installed")
    bindings.hush()
    return bindings


@pytest.fixture
def twin():
    made = LevelTwin(library())
    made.load_soundfont(FONTS[0])
    assert made.synth.wait_for_soundfont(30)
    yield made
    made.close()


def peak(twin: LevelTwin, from_s: float, to_s: float) -> Levels:
    """The loudest of a stretch, glanced at as the watch does."""
    loudest = SILENT
    for at_s in np.arange(from_s, to_s, 0.03):
        loudest = falling(loudest, twin.follow(float(at_s)), 0.0)
    return loudest


def test_the_twin_measures_each_channel_as_loud_as_it_really_is(twin) -> None:
    real = FluidSynth(library())
    real.load_soundfont(FONTS[0])
    assert real.wait_for_soundfont(30)
    twin.follow(0.0)
    for synth in (real, twin.synth):
        for channel, program, pan in ((0, ORGAN, 0), (3, 48, 127)):
            synth.program(channel, program)
            synth.control(channel, VOLUME, 100)
            synth.control(channel, PAN, pan)
            synth.note_on(channel, 55 + channel, 100)
    measured = peak(twin, 0.0, 1.5)
    sound = real._fl.fluid_synth_write_s16_stereo(real.handle, 3 * 24_000)
    truth = np.abs(np.asarray(sound, np.float64).reshape(-1, 2)).max(axis=0) / 32768
    real.close()
    for side in (0, 1):
        assert to_db(measured.master[side]) == pytest.approx(to_db(truth[side]), abs=1.5)
    assert measured.of_channel(0)[0] > 10 * measured.of_channel(0)[1]
    assert measured.of_channel(3)[1] > 1.5 * measured.of_channel(3)[0]  # the strings' own samples lie left and right
    assert measured.of_channel(1) == (0.0, 0.0)


def test_the_twin_sounds_scheduled_notes_when_the_audible_synth_does(twin) -> None:
    clock = Clock(100.0)
    switch = SwitchSynth()
    switch.attach(RecordingSynth(clock), twin)
    assert switch.measure().is_silent
    switch.program(0, ORGAN)
    switch.schedule(switch.now_s() + 0.6, NoteOn(0, 60, 100))
    switch.schedule(switch.now_s() + 0.9, NoteOff(0, 60))
    heard = []
    for _ in range(60):
        clock.advance(0.03)
        heard.append(max(switch.measure().master) > 0.01)
    first, last = heard.index(True) * 0.03, (len(heard) - heard[::-1].index(True)) * 0.03
    assert 0.55 < first < 0.7
    assert 0.85 < last < 1.5
    switch.close()
    assert switch.measure() == SILENT


def glances(out: DropOuts, from_s: float, to_s: float, lag_s: float = 0.0) -> None:
    """A driver of 10 ms bursts that runs `lag_s` late, seen 30 times a second."""
    for now_s in np.arange(from_s, to_s, 0.0313):
        out.observe(np.floor((now_s - lag_s) * 100) / 100, float(now_s))


def test_a_drop_out_is_counted_once_and_a_steady_output_never() -> None:
    out = DropOuts()
    glances(out, 0.0, 20.0)
    assert out.count == 0
    glances(out, 20.0, 30.0, lag_s=0.02)
    assert out.count == 1
    assert out.lost_s == pytest.approx(0.02, abs=0.004)
    out.reset()
    glances(out, 30.0, 40.0, lag_s=0.05)
    assert out.count == 0


def test_a_clock_that_stands_still_is_a_lost_device() -> None:
    out = DropOuts()
    glances(out, 0.0, 2.0)
    assert not out.is_stopped(2.5)
    out.observe(out._synth_s, 3.2)
    assert out.is_stopped(3.2)


def test_the_latency_of_bursts() -> None:
    seen = [(0.010 * i, 0.010 * i) for i in range(101)]
    measured = judged(seen, 0.020)
    assert measured is not None
    assert measured.burst_s == pytest.approx(0.010)
    assert measured.usual_s == pytest.approx(0.025)
    assert measured.worst_s == pytest.approx(0.030)
    assert judged(seen[:2], 0.02) is None


def test_the_test_tone_sounds_left_right_and_in_the_middle() -> None:
    clock = Clock(0.0)
    synth = RecordingSynth(clock)
    sound_tone(synth)
    clock.advance(LENGTH_S + 1)
    events = [event for _, event in synth.happened]
    assert [e.value for e in events if isinstance(e, Control) and e.controller == PAN] == [0, 127, 64]
    assert [e.channel for e in events if isinstance(e, NoteOn)] == [AUDITION_CHANNEL] * 3
    assert not synth.sounding
