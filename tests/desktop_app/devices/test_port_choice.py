from __future__ import annotations

import pytest

from desktop_app.devices.port_choice import Port, choices

THROUGH = Port(2, "Midi Through:Midi Through Port-0 14:0")
OURS = Port(3, "Tutti-01:in")
PIANO = Port(2, "Digital Piano:Digital Piano MIDI 1 24:0")
AKM = Port(2, "AKM322:AKM322 MIDI 1 20:0")
LOOP = Port(1, "loopMIDI Port 1", numbered=True)


@pytest.mark.parametrize(
    ("port", "name"),
    [
        (AKM, "AKM322 MIDI 1"),
        (Port(3, "system:midi_capture_1"), "system midi_capture_1"),
        (Port(3, "a2j:AKM322 [20] (capture): AKM322 MIDI 1"), "a2j AKM322: AKM322 MIDI 1"),
        (Port(1, "AKM322 0", numbered=True), "AKM322"),
        (Port(1, "Keystation 61 MK3 2", numbered=True), "Keystation 61 MK3"),
        (Port(1, "AKM322 MIDI 1"), "AKM322 MIDI 1"),
        (Port(1, ""), ""),
    ],
)
def test_names_do_not_change_when_plugged_in_again(port, name) -> None:
    assert port.name == name


def test_the_akm322_comes_before_all_others() -> None:
    assert choices([THROUGH, OURS, PIANO, LOOP, AKM]) == [AKM, PIANO, LOOP]


def test_a_chosen_port_comes_before_the_akm322() -> None:
    assert choices([PIANO, AKM], "Digital Piano MIDI 1") == [PIANO, AKM]


def test_the_chosen_port_is_known_again_under_another_number() -> None:
    moved = Port(2, "Digital Piano:Digital Piano MIDI 1 28:0")
    assert choices([AKM, moved], PIANO.name)[0] == moved


def test_loops_and_our_own_ports_are_no_instruments() -> None:
    assert choices([THROUGH, OURS, Port(2, "FLUID Synth (123):Synth input port 128:0")]) == []


def test_virtual_cables_are_better_than_nothing() -> None:
    assert choices([LOOP]) == [LOOP]
