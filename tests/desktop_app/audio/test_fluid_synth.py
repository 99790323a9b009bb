"""The real synth on a real JACK server, heard by a client that records it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desktop_app.audio import fluid_synth
from desktop_app.audio.fluid_engine import FluidSynth
from desktop_app.audio.fluid_synth import open_synth
from desktop_app.audio.live_voice import LiveVoice
from desktop_app.audio.player import Player
from desktop_app.audio.synth import DRUM_CHANNEL, NoteOff, NoteOn, NullSynth
from music_core.score import Note, Track
from tests.desktop_app.audio.scores import at_tempo, line
from tests.desktop_app.playing import played
from tests.jack_capture import Capture, onsets
from tests.waiting import until

pytestmark = pytest.mark.device

FONTS = [path for name in ("TimGM6mb.sf2", "FluidR3_GM.sf2") if (path := Path("/usr/share/sounds/sf2", name)).is_file()]
ORGAN = 19
# A wood block begins sharply and is over soon: made for finding onsets. (TimGM6mb repeats it while the key is down.)
TICK = 76


@pytest.fixture(scope="module")
def room(jack) -> Iterator[tuple[FluidSynth, Capture]]:
    """An opened synth and an ear."""
    if not FONTS:
        pytest.skip("no SoundFont is installed")
    opened = open_synth(FONTS[0])
    if opened.driver != "jack":
        opened.synth.close()
        pytest.skip(f"FluidSynth cannot play into JACK here: {opened.sentence}")
    assert isinstance(opened.synth, FluidSynth)
    assert opened.synth.wait_for_soundfont(30)
    with Capture() as ear:
        ear.listen_to("Tutti")
        yield opened.synth, ear
    opened.synth.close()


@pytest.fixture
def synth(room) -> Iterator[FluidSynth]:
    room[0].set_gain(1.0)
    assert is_quiet(room[1]), "what the test before played is still heard"
    yield room[0]
    room[0].cancel_scheduled()
    room[0].all_notes_off()


@pytest.fixture
def player(synth) -> Iterator[Player]:
    player = Player(synth)
    yield player
    player.close()


@pytest.fixture
def ear(room) -> Capture:
    return room[1]


def level(ear: Capture, seconds: float = 0.3) -> float:
    """Loudest sample of what is heard in the next moment."""
    ear.clear()
    assert until(lambda: len(ear.sound()[1]) > seconds * ear.rate)
    return float(np.abs(ear.sound()[1]).max())


def is_quiet(ear: Capture) -> bool:
    return until(lambda: level(ear, 0.1) < 1e-3)


def strokes(ear: Capture) -> list[int]:
    """Frames at which a wood block was struck."""
    _, sound = ear.sound()
    return onsets(sound, threshold=0.3 * float(np.abs(sound).max(initial=0.01)), quiet_frames=2000)


def ticking(count: int, step_ticks: int = 120) -> Track:
    notes = tuple(Note(i * step_ticks, TICK, 30) for i in range(count))
    return Track("ticks", notes, is_drum=True, reverb=0)


def test_it_says_what_it_sounds_through(synth) -> None:
    opened = open_synth(None)
    assert (opened.driver, opened.is_silent) == ("jack", False)
    assert "SoundFont" in opened.sentence
    opened.synth.close()


def test_a_live_key_sounds_while_it_is_held(synth, ear) -> None:
    voice = LiveVoice(synth)
    voice.choose(ORGAN)
    assert is_quiet(ear)
    voice.feed(played("+60")[0])
    assert level(ear) > 0.01
    assert level(ear) > 0.01
    voice.feed(played("-60")[0])
    assert is_quiet(ear)


def test_the_pedal_holds_and_lets_go(synth, ear) -> None:
    voice = LiveVoice(synth)
    voice.choose(ORGAN)
    for message in played("p127 +60 -60"):
        voice.feed(message)
    level(ear)
    assert level(ear) > 0.01
    voice.feed(played("p0")[0])
    assert is_quiet(ear)


def test_a_bent_note_is_higher(synth, ear) -> None:
    def pitch_hz(bend: int) -> float:
        synth.program(20, 80)  # a square wave
        synth.bend(20, bend)
        synth.note_on(20, 69, 100)
        level(ear, 0.1)
        level(ear, 0.5)
        synth.note_off(20, 69)
        _, sound = ear.sound()
        spectrum = np.abs(np.fft.rfft(sound[:24_000, 0] * np.hanning(24_000)))
        return float(np.argmax(spectrum)) * 2

    plain, bent = pitch_hz(0), pitch_hz(8191)
    assert 12 * np.log2(bent / plain) == pytest.approx(2, abs=0.2)


def test_drums_are_struck_and_pianos_ring(synth, ear) -> None:
    def rings(is_drum: bool) -> bool:
        synth.program(30, 0, is_drum=is_drum)
        synth.control(30, 91, 0)
        synth.note_on(30, TICK, 110)
        first = level(ear, 0.2)
        level(ear, 0.3)
        later = level(ear, 0.1)
        synth.note_off(30, TICK)
        return later > 0.1 * first

    assert rings(is_drum=False)
    assert not rings(is_drum=True)


def test_an_instrument_that_the_soundfont_lacks_still_sounds(synth, ear) -> None:
    synth.program(31, ORGAN, bank=77)
    synth.note_on(31, 60, 100)
    assert until(lambda: level(ear) > 0.01)


def test_a_released_and_repeated_key_goes_on_sounding(synth, ear) -> None:
    synth.program(32, ORGAN)
    now_s = synth.now_s()
    synth.schedule(now_s + 0.1, NoteOn(32, 60, 100))
    synth.schedule(now_s + 0.3, NoteOn(32, 60, 100))
    synth.schedule(now_s + 0.3, NoteOff(32, 60))
    assert until(lambda: synth.now_s() > now_s + 0.6)
    assert level(ear) > 0.01


def test_what_is_cancelled_is_not_played(synth, ear) -> None:
    synth.schedule(synth.now_s() + 0.3, NoteOn(DRUM_CHANNEL, TICK, 100))
    synth.cancel_scheduled()
    assert level(ear, 0.6) < 1e-3


def test_the_master_volume_turns_everything_down(synth, ear) -> None:
    synth.program(33, ORGAN)
    synth.note_on(33, 60, 100)
    loud = level(ear)
    synth.set_gain(0.25)
    level(ear, 0.1)
    assert level(ear) < 0.5 * loud


def test_the_player_strikes_evenly_and_ends(player, synth, ear) -> None:
    player.update(at_tempo(120, ticking(1)))
    ear.clear()
    player.play(at_tempo(120, ticking(16)))
    assert until(lambda: not player.is_playing)
    # The player is done a latency before its last stroke is heard.
    assert until(lambda: len(strokes(ear)) == 16)
    level_frames = np.diff(strokes(ear))
    assert np.median(level_frames) == pytest.approx(6000, abs=100)


def test_a_loop_has_no_seam(player, synth, ear) -> None:
    ear.clear()
    player.play(at_tempo(120, ticking(4)), loop=(0, 480))
    assert until(lambda: len(strokes(ear)) > 14)
    player.stop()
    gaps = np.diff(strokes(ear)[:13]).reshape(-1, 4)
    assert np.median(gaps[:, 3]) == pytest.approx(np.median(gaps[:, :3]), abs=200), (
        "the last gap of a round is the seam"
    )


def test_the_origin_is_when_the_first_note_is_heard(player, synth, ear) -> None:
    player.play(at_tempo(120, ticking(1)))
    player.stop()
    level(ear, 1.0)
    ear.clear()
    began_frame, began_s = ear.frame_now, time.perf_counter()
    player.play(at_tempo(120, ticking(8)))
    origin_s = player.origin_s - synth.latency_s
    assert until(lambda: not player.is_playing)
    player.stop()
    first_frame, _ = ear.sound()
    heard_s = began_s + (first_frame + strokes(ear)[0] - began_frame) / ear.rate
    assert heard_s == pytest.approx(origin_s, abs=0.05)


def test_muting_is_heard_at_once_and_in_the_middle_of_a_note(player, synth, ear) -> None:
    score = at_tempo(120, line(60, step_ticks=48_000, program=ORGAN, reverb=0))
    player.play(score)
    assert until(lambda: level(ear) > 0.01)
    player.update(score.with_track(0, replace(score.tracks[0], muted=True)))
    assert is_quiet(ear)
    player.update(score)
    assert until(lambda: level(ear) > 0.01)
    player.stop()
    assert is_quiet(ear)


def test_panning_moves_the_sound(player, synth, ear) -> None:
    score = at_tempo(120, line(60, step_ticks=48_000, program=80, pan=0, reverb=0))
    player.play(score)
    assert until(lambda: level(ear) > 0.01)
    left, right = np.abs(ear.sound()[1]).max(axis=0)
    assert left > 5 * right
    player.stop()


def test_live_keys_and_tracks_do_not_touch_each_other(player, synth, ear) -> None:
    voice = LiveVoice(synth)
    voice.choose(ORGAN)
    score = at_tempo(120, line(60, step_ticks=48_000, program=ORGAN, muted=True))
    player.play(score)
    voice.feed(played("+60")[0])
    assert until(lambda: level(ear) > 0.01)
    player.stop()
    level(ear)
    assert level(ear) > 0.01, "stopping the player leaves the held key sounding"
    voice.silence()
    assert is_quiet(ear)


def test_the_soundfont_can_be_changed_while_it_sounds(synth, ear, tmp_path) -> None:
    other = tmp_path / "other.sf2"
    shutil.copyfile(FONTS[-1], other)
    synth.program(34, ORGAN)
    synth.note_on(34, 60, 100)
    assert until(lambda: level(ear) > 0.01)
    said: list[str] = []
    synth.load_soundfont(other, said.append)
    assert until(lambda: said)
    assert said == [""]
    synth.note_off(34, 60)
    assert is_quiet(ear)
    synth.note_on(34, 60, 100)
    assert until(lambda: level(ear) > 0.01)
    synth.load_soundfont(FONTS[0])
    assert synth.wait_for_soundfont(30)


def test_an_unreadable_soundfont_is_named_and_changes_nothing(synth, ear, tmp_path, capfd) -> None:
    bad = tmp_path / "f.sf2"
    bad.write_text("this is no sound")
    said: list[str] = []
    synth.load_soundfont(bad, said.append)
    assert until(lambda: said)
    assert "«f.sf2» cannot be read" in said[0]
    assert capfd.readouterr().err == ""
    synth.program(35, ORGAN)
    synth.note_on(35, 60, 100)
    assert until(lambda: level(ear) > 0.01)


def test_without_an_output_it_keeps_time_in_silence(jack, monkeypatch, capfd) -> None:
    monkeypatch.setattr(fluid_synth, "driver_order", lambda *_, **__: ("pipewire",))
    monkeypatch.setenv("PIPEWIRE_REMOTE", "nobody-runs-this")
    opened = open_synth(None)
    assert isinstance(opened.synth, NullSynth)
    assert opened.is_silent
    assert opened.sentence == "No sound output could be opened (tried PipeWire). You can still write and export."
    assert capfd.readouterr().err == ""


def test_after_closing_nothing_happens_any_more(jack) -> None:
    opened = open_synth(FONTS[0] if FONTS else None)
    synth = opened.synth
    synth.close()
    synth.close()
    synth.note_on(0, 60, 100)
    synth.note_off(0, 60)
    synth.control(0, 7, 100)
    synth.bend(0, 0)
    synth.program(0, 1)
    synth.all_notes_off()
    synth.set_gain(0.5)
    synth.schedule(0.0, NoteOn(0, 60, 100))
    synth.cancel_scheduled()
    assert synth.now_s() == 0.0
