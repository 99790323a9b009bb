from __future__ import annotations

import pytest

from desktop_app.devices.note_hub import NoteHub
from desktop_app.devices.port_choice import Port
from desktop_app.devices.port_listener import PortListener
from music_core.performance import ControlMessage, NoteMessage
from tests.cables import FakeSource
from tests.desktop_app.playing import Clock

AKM = Port(2, "AKM322:AKM322 MIDI 1 20:0")
PIANO = Port(2, "Piano:Piano MIDI 1 24:0")


class Desk:
    """A listener with all that is around it."""

    def __init__(self, *ports: Port, preferred: str = "") -> None:
        self.clock = Clock()
        self.source = FakeSource(*ports)
        self.heard: list = []
        self.statuses: list = []
        hub = NoteHub()
        hub.subscribe(self.heard.append)
        self.listener = PortListener(hub, self.statuses.append, self.source, self.clock, preferred)
        self.listener.scan()

    @property
    def status(self) -> tuple[str, str]:
        return self.statuses[-1].state, self.statuses[-1].port

    def plug(self, *ports: Port) -> None:
        self.source.plugged = list(ports)
        self.clock.advance(0.25)
        self.listener.scan()


def test_connects_to_the_first_instrument_by_itself() -> None:
    desk = Desk(PIANO)
    assert desk.status == ("connected", "Piano MIDI 1")
    desk.source.cable.press(60)
    desk.listener.read()
    assert desk.heard == [NoteMessage(100.0, 60, 90)]


def test_says_how_to_go_on_without_a_keyboard() -> None:
    desk = Desk()
    assert desk.status == ("searching", "")
    assert "computer keys" in desk.statuses[0].sentence


def test_says_so_once_when_midi_is_missing() -> None:
    desk = Desk()
    desk.source.plugged = None
    desk.listener.scan()
    desk.listener.scan()
    assert [status.state for status in desk.statuses] == ["searching", "missing"]
    desk.plug(AKM)
    assert desk.status == ("connected", "AKM322 MIDI 1")


def test_the_akm322_takes_over_when_it_is_plugged_in_later() -> None:
    desk = Desk(PIANO)
    old = desk.source.cable
    desk.plug(PIANO, AKM)
    assert desk.status == ("connected", "AKM322 MIDI 1")
    assert old.closed


def test_but_not_while_a_key_is_down() -> None:
    desk = Desk(PIANO)
    desk.source.cable.press(60)
    desk.listener.read()
    desk.plug(PIANO, AKM)
    assert desk.status == ("connected", "Piano MIDI 1")
    desk.source.cable.waiting.append(([0x80, 60, 0], 0.1))
    desk.listener.read()
    desk.plug(PIANO, AKM)
    assert desk.status == ("connected", "AKM322 MIDI 1")


def test_a_chosen_instrument_is_kept_and_found_again() -> None:
    desk = Desk(PIANO, AKM, preferred="Piano MIDI 1")
    assert desk.status == ("connected", "Piano MIDI 1")
    desk.plug(AKM)
    assert desk.status == ("connected", "AKM322 MIDI 1")
    desk.plug(AKM, Port(2, "Piano:Piano MIDI 1 32:0"))
    assert desk.status == ("connected", "Piano MIDI 1")


def test_choosing_changes_at_once() -> None:
    desk = Desk(PIANO, AKM)
    desk.source.cable.press(60)
    desk.listener.read()
    desk.listener.prefer("Piano MIDI 1")
    desk.listener.scan()
    assert desk.status == ("connected", "Piano MIDI 1")
    assert desk.listener.ports() == ("Piano MIDI 1", "AKM322 MIDI 1")


def test_what_is_held_is_let_go_when_the_cable_goes() -> None:
    desk = Desk(AKM)
    desk.source.cable.press(60, 64)
    desk.source.cable.waiting.append(([0xB0, 64, 127], 0.0))
    desk.listener.read()
    desk.heard.clear()
    desk.plug()
    assert desk.status == ("searching", "AKM322 MIDI 1")
    assert "unplugged" in desk.statuses[-1].sentence
    assert desk.heard == [
        NoteMessage(100.25, 60, 0),
        NoteMessage(100.25, 64, 0),
        ControlMessage(100.25, 64, 0),
    ]
    assert desk.source.cable.closed
    assert not desk.listener.read()


def test_plugged_in_again_it_listens_with_a_fresh_client() -> None:
    desk = Desk(AKM)
    desk.plug()
    desk.plug(AKM)
    assert len(desk.source.opened) == 2
    desk.source.cable.press(61)
    desk.listener.read()
    assert desk.heard[-1].pitch == 61


def test_a_busy_port_is_named_and_tried_again_later() -> None:
    desk = Desk()
    desk.source.busy = {AKM}
    desk.plug(AKM)
    assert desk.status == ("busy", "AKM322 MIDI 1")
    assert desk.statuses[-1].sentence == "«AKM322 MIDI 1» is used by another program."
    desk.source.busy = set()
    desk.plug(AKM)
    assert desk.status == ("busy", "AKM322 MIDI 1"), "not at every look"
    desk.clock.advance(6)
    desk.plug(AKM)
    assert desk.status == ("connected", "AKM322 MIDI 1")


def test_retry_tries_a_busy_port_at_once() -> None:
    desk = Desk()
    desk.source.busy = {AKM}
    desk.plug(AKM)
    desk.source.busy = set()
    desk.listener.forgive()
    desk.listener.scan()
    assert desk.status == ("connected", "AKM322 MIDI 1")


def test_another_instrument_stands_in_for_a_busy_one() -> None:
    desk = Desk()
    desk.source.busy = {AKM}
    desk.plug(AKM, PIANO)
    assert desk.status == ("connected", "Piano MIDI 1")
    desk.clock.advance(60)
    desk.plug(AKM, PIANO)
    assert desk.status == ("connected", "Piano MIDI 1")


def test_late_reading_keeps_the_rhythm() -> None:
    desk = Desk(AKM)
    desk.clock.advance(0.05)
    desk.source.cable.press(60, 62, 64, apart_s=0.01)
    desk.listener.read()
    assert [m.time_s for m in desk.heard] == pytest.approx([100.03, 100.04, 100.05])


def test_a_flood_is_read_to_its_end() -> None:
    desk = Desk(AKM)
    desk.source.cable.press(*[k % 128 for k in range(1000)])
    while desk.listener.read():
        pass
    assert len(desk.heard) == 1000
