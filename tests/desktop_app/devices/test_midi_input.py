"""Real MIDI: python-rtmidi on both ends of a real JACK server."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import rtmidi

from desktop_app.devices import rtmidi_probes
from desktop_app.devices.midi_input import MidiInput
from desktop_app.devices.note_hub import NoteHub
from music_core.performance import BendMessage, ControlMessage, NoteMessage
from tests.waiting import until

pytestmark = pytest.mark.device


@contextmanager
def keyboard(name: str = "AKM322", port: str = "AKM322 MIDI 1") -> Iterator[rtmidi.MidiOut]:
    """A keyboard that is plugged in meanwhile."""
    out = rtmidi.MidiOut(rtapi=rtmidi.API_UNIX_JACK, name=name)
    out.open_virtual_port(port)
    try:
        yield out
    finally:
        out.close_port()
        out.delete()


class Listening:
    """A MidiInput that runs, and all that came from it."""

    def __init__(self, preferred: str = "") -> None:
        self.heard: list = []
        self.statuses: list = []
        hub = NoteHub()
        hub.subscribe(self.heard.append)
        self.input = MidiInput(hub, self.statuses.append, preferred)

    def __enter__(self) -> Listening:
        self.input.start()
        return self

    def __exit__(self, *_) -> None:
        self.input.stop()

    def is_connected_to(self, port: str) -> bool:
        return until(lambda: (self.input.status.state, self.input.status.port) == ("connected", port))


def test_a_keyboard_is_found_and_heard(jack) -> None:
    with keyboard() as keys, Listening() as listening:
        assert listening.is_connected_to("AKM322 MIDI 1")
        before_s = time.perf_counter()
        for data in ([0x90, 60, 100], [0xB0, 64, 127], [0xE0, 0, 96], [0xF0, 1, 2, 0xF7], [0xF8], [0x80, 60, 0]):
            keys.send_message(data)
        assert until(lambda: len(listening.heard) == 4)
        after_s = time.perf_counter()
        heard = list(listening.heard)  # leaving lets the pedal go, too
    kinds = [
        (type(m), *(getattr(m, f) for f in ("pitch", "velocity", "controller", "value") if hasattr(m, f)))
        for m in heard
    ]
    assert kinds == [
        (NoteMessage, 60, 100),
        (ControlMessage, 64, 127),
        (BendMessage, 4096),
        (NoteMessage, 60, 0),
    ]
    times = [m.time_s for m in heard]
    assert times == sorted(times)
    assert before_s <= times[0] <= times[-1] <= after_s


def test_none_of_many_notes_is_lost(jack) -> None:
    with keyboard() as keys, Listening() as listening:
        assert listening.is_connected_to("AKM322 MIDI 1")
        for i in range(2000):
            keys.send_message([0x90, i % 128, 1 + i // 128])
            if i % 8 == 7:
                time.sleep(0.003)
        assert until(lambda: len(listening.heard) == 2000)
        heard = list(listening.heard)
    assert [(m.velocity - 1) * 128 + m.pitch for m in heard] == list(range(2000))


def test_unplugging_lets_go_and_plugging_in_again_is_heard(jack) -> None:
    with Listening() as listening:
        assert until(lambda: listening.statuses)
        assert listening.input.status.state == "searching"
        with keyboard() as keys:
            assert listening.is_connected_to("AKM322 MIDI 1")
            keys.send_message([0x90, 60, 100])
            assert until(lambda: listening.heard)
        assert until(lambda: len(listening.heard) == 2)
        assert (listening.heard[1].pitch, listening.heard[1].velocity) == (60, 0)
        assert until(lambda: listening.input.status.state == "searching")
        with keyboard() as keys:
            assert listening.is_connected_to("AKM322 MIDI 1")
            keys.send_message([0x90, 62, 100])
            assert until(lambda: len(listening.heard) == 3)
    assert [status.state for status in listening.statuses] == ["searching", "connected", "searching", "connected"]


def test_the_akm322_is_preferred_and_another_can_be_chosen(jack) -> None:
    with keyboard("Organ", "Organ MIDI 1") as organ, keyboard() as keys, Listening() as listening:
        assert listening.is_connected_to("AKM322 MIDI 1")
        assert set(listening.input.ports()) == {"AKM322 MIDI 1", "Organ MIDI 1"}
        organ.send_message([0x90, 40, 100])
        keys.send_message([0x90, 60, 100])
        assert until(lambda: listening.heard)
        assert [m.pitch for m in listening.heard] == [60]
        listening.input.choose("Organ MIDI 1")
        assert listening.is_connected_to("Organ MIDI 1")
        organ.send_message([0x90, 41, 100])
        assert until(lambda: any(m.pitch == 41 for m in listening.heard))
        listening.input.choose(None)
        organ.send_message([0x80, 41, 0])
        assert listening.is_connected_to("AKM322 MIDI 1")


def test_two_windows_do_not_listen_to_each_other(jack) -> None:
    with keyboard(), Listening() as first, Listening() as second:
        assert first.is_connected_to("AKM322 MIDI 1")
        assert second.is_connected_to("AKM322 MIDI 1")
        assert first.input.ports() == ("AKM322 MIDI 1",)


def test_without_any_midi_it_says_so_and_nothing_is_printed(tmp_path, monkeypatch, capfd) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "nobody-runs-this")
    monkeypatch.setattr(rtmidi_probes, "_ALSA_SEQUENCER", tmp_path / "none")
    with Listening() as listening:
        assert until(lambda: listening.statuses)
    assert listening.input.status.state == "missing"
    assert capfd.readouterr().err == ""


SERVER_RESTART = """
import rtmidi
from desktop_app.devices import rtmidi_probes
from desktop_app.devices.midi_input import MidiInput
from desktop_app.devices.note_hub import NoteHub
from pathlib import Path
from tests.jack_server import jack_server
from tests.waiting import until

rtmidi_probes._ALSA_SEQUENCER = Path("/nonexistent")
heard = []
hub = NoteHub()
hub.subscribe(heard.append)
midi = MidiInput(hub, lambda status: print(status.state, flush=True))
midi.start()
for _ in range(2):
    with jack_server():
        keys = rtmidi.MidiOut(rtapi=rtmidi.API_UNIX_JACK, name="AKM322")
        keys.open_virtual_port("AKM322 MIDI 1")
        assert until(lambda: midi.status.state == "connected")
        keys.send_message([0x90, 60, 100])
        assert until(lambda: heard)
        heard.clear()
        keys.delete()
        assert until(lambda: midi.status.state == "searching")
    assert until(lambda: midi.status.state == "missing")
midi.stop()
"""


def test_it_follows_a_server_that_goes_and_comes_back(jack) -> None:
    environment = {**os.environ, "JACK_DEFAULT_SERVER": "nobody-runs-this"}
    done = subprocess.run(
        [sys.executable, "-c", SERVER_RESTART],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    states = [state for state in done.stdout.split() if state != "searching"]
    assert states == ["missing", "connected", "missing", "connected", "missing"]
