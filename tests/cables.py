"""MIDI cables for tests: what is put in comes out, and they can be pulled."""

from __future__ import annotations

from collections import deque

from desktop_app.devices.port_choice import Port
from desktop_app.devices.rtmidi_ports import MidiMissingError
from desktop_app.devices.rtmidi_probes import PortRefusedError


class FakePort:
    """A cable: what is put in comes out, unless it is closed."""

    def __init__(self) -> None:
        self.waiting: deque[tuple[list[int], float]] = deque()
        self.closed = False

    def read(self) -> tuple[list[int], float] | None:
        assert not self.closed, "a closed port must not be read"
        return self.waiting.popleft() if self.waiting else None

    def close(self) -> None:
        self.closed = True

    def press(self, *keys: int, apart_s: float = 0.0) -> None:
        self.waiting.extend(([0x90, key, 90], apart_s) for key in keys)


class FakeSource:
    """A desk on which cables come and go."""

    def __init__(self, *ports: Port) -> None:
        self.plugged: list[Port] | None = list(ports)
        self.busy: set[Port] = set()
        self.opened: list[tuple[Port, FakePort]] = []

    @property
    def cable(self) -> FakePort:
        return self.opened[-1][1]

    def ports(self) -> list[Port]:
        if self.plugged is None:
            raise MidiMissingError
        return list(self.plugged)

    def open(self, port: Port) -> FakePort:
        if port in self.busy:
            raise PortRefusedError("busy")
        self.opened.append((port, FakePort()))
        return self.cable

    def close(self) -> None:
        pass
