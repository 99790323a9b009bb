from __future__ import annotations

import pytest

from desktop_app.audio import fluid_synth
from desktop_app.audio.drivers import can_be_tried, driver_order, known_drivers, latency_s, silent_sentence
from desktop_app.audio.fluid_synth import open_synth
from desktop_app.audio.synth import NullSynth


@pytest.mark.parametrize(
    ("system", "jack_runs", "chosen", "order"),
    [
        ("linux", False, "", ("pipewire", "pulseaudio", "alsa")),
        ("linux", True, "", ("jack", "pipewire", "pulseaudio", "alsa")),
        ("linux", False, "alsa", ("alsa", "pipewire", "pulseaudio")),
        ("linux", True, "pulseaudio", ("pulseaudio", "jack", "pipewire", "alsa")),
        ("linux", False, "jack", ("pipewire", "pulseaudio", "alsa")),
        ("linux", False, "loudspeaker", ("pipewire", "pulseaudio", "alsa")),
        ("win32", False, "", ("wasapi", "dsound", "waveout")),
        ("win32", False, "dsound", ("dsound", "wasapi", "waveout")),
        ("win32", False, "portaudio", ("portaudio", "wasapi", "dsound", "waveout")),
        ("darwin", False, "", ("coreaudio",)),
        ("freebsd14", False, "", ("pipewire", "pulseaudio", "alsa")),
    ],
)
def test_the_order_of_trying(system, jack_runs, chosen, order) -> None:
    assert driver_order(system, jack_runs=jack_runs, chosen=chosen) == order


def test_what_can_be_chosen_is_what_the_library_has() -> None:
    built_in = ("alsa", "dsound", "file", "portaudio", "wasapi", "waveout")
    assert known_drivers("win32", jack_runs=False, built_in=built_in) == ("wasapi", "dsound", "waveout", "portaudio")
    assert known_drivers("win32", jack_runs=False, built_in=("dsound",)) == ("dsound",)
    assert known_drivers("linux", jack_runs=False, built_in=built_in) == ("alsa",)


def test_silence_is_explained() -> None:
    sentence = silent_sentence(("pipewire", "pulseaudio", "alsa"))
    assert sentence == "No sound output could be opened (tried PipeWire, Pulse, ALSA). You can still write and export."


def test_alsa_is_not_tried_without_an_output_device(tmp_path) -> None:
    assert not can_be_tried("alsa", tmp_path)
    assert can_be_tried("pulseaudio", tmp_path)
    (tmp_path / "pcmC0D0c").touch()
    assert not can_be_tried("alsa", tmp_path), "a microphone is no output"
    (tmp_path / "pcmC0D0p").touch()
    assert can_be_tried("alsa", tmp_path)


def test_latency() -> None:
    assert latency_s("alsa", 48_000, 64, 16, 0.001) == pytest.approx(1024 / 48_000)
    assert latency_s("pulseaudio", 48_000, 64, 16, 0.001) == pytest.approx(64 / 48_000)
    assert latency_s("jack", 48_000, 64, 16, 0.003) == pytest.approx(0.006)


def test_without_the_library_it_opens_in_silence_and_says_why(monkeypatch) -> None:
    def missing():
        raise ImportError("no libfluidsynth")

    monkeypatch.setattr(fluid_synth, "_load_library", missing)
    opened = open_synth(None)
    assert isinstance(opened.synth, NullSynth)
    assert opened.is_silent
    assert "FluidSynth" in opened.sentence
