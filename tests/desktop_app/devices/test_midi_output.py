"""Real MIDI out: python-rtmidi to another program's port on a real JACK server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import rtmidi

from desktop_app.devices.midi_output import MidiOutput
from desktop_app.devices.port_choice import Port
from tests.waiting import until

pytestmark = pytest.mark.device


@contextmanager
def hardware(port: str = "Synth in") -> Iterator[rtmidi.MidiIn]:
    """A synth with a MIDI input, plugged in meanwhile."""
    synth = rtmidi.MidiIn(rtapi=rtmidi.API_UNIX_JACK, name="Hardware", queue_size_limit=4096)
    synth.open_virtual_port(port)
    try:
        yield synth
    finally:
        synth.close_port()
        synth.delete()


@contextmanager
def output() -> Iterator[tuple[MidiOutput, list[str]]]:
    changes: list[str] = []
    out = MidiOutput(changes.append)
    try:
        yield out, changes
    finally:
        out.close()


def received(synth: rtmidi.MidiIn) -> list[list[int]]:
    found = []
    while (message := synth.get_message()) is not None:
        found.append(message[0])
    return found


def test_a_chosen_port_gets_every_message_in_order_and_time(jack) -> None:
    with hardware() as synth, output() as (out, changes):
        (name,) = [port for port in out.ports() if "Synth in" in port]
        out.choose(name)
        assert until(lambda: changes == [name])
        began_s = time.perf_counter()
        out.send((0x90, 64, 90), began_s + 0.2)
        out.send((0xC0, 33))
        out.send((0x90, 60, 90), began_s + 0.1)
        heard: list[list[int]] = []
        assert until(lambda: len(_grown(heard, synth)) == 3)
        assert time.perf_counter() - began_s > 0.19
        assert heard == [[0xC0, 33], [0x90, 60, 90], [0x90, 64, 90]]
        out.send((0x80, 64, 0), time.perf_counter() + 60)
        out.forget()
        out.send((0xB0, 123, 0))
        assert until(lambda: received(synth) == [[0xB0, 123, 0]])


def _grown(heard: list[list[int]], synth: rtmidi.MidiIn) -> list[list[int]]:
    heard.extend(received(synth))
    return heard


def test_a_port_that_is_unplugged_comes_back_and_none_is_left_open(jack) -> None:
    with output() as (out, changes):
        with hardware() as synth:
            (name,) = [port for port in out.ports() if "Synth in" in port]
            out.choose(name)
            assert until(lambda: out.connected == name)
        assert until(lambda: changes == [name, ""])
        out.send((0x90, 60, 90))  # to nobody
        with hardware() as synth:
            assert until(lambda: out.connected == name)
            out.send((0x90, 62, 90))
            assert until(lambda: received(synth) == [[0x90, 62, 90]])
            out.choose("")
            assert until(lambda: out.connected == "")
            out.send((0x90, 64, 90))
            time.sleep(0.05)
            assert received(synth) == []


def test_a_port_that_fails_is_left_and_no_thread_runs_unasked() -> None:
    class Broken:
        closed = 0

        def ports(self) -> list[Port]:
            return [Port(1, "Bad")]

        def open(self, port: Port) -> Broken:
            return self

        def write(self, data: object) -> None:
            raise RuntimeError("gone")

        def close(self) -> None:
            self.closed += 1

    changes: list[str] = []
    source = Broken()
    out = MidiOutput(changes.append, source)
    assert out._thread is None
    out.choose("Bad")
    assert until(lambda: changes == ["Bad"])
    out.send((0x90, 60, 90))
    assert until(lambda: "" in changes)
    out.close()
    assert source.closed >= 2
