"""MIDI input ports through python-rtmidi, on every backend that it brings."""

from __future__ import annotations

from typing import Protocol

import rtmidi

from desktop_app.devices.port_choice import CLIENT_NAME, Port
from desktop_app.devices.rtmidi_probes import Probes, connected

# Room for what may come in while Python is kept from reading.
_QUEUE = 16_384


class MidiMissingError(Exception):
    """No backend works here."""


class OpenPort(Protocol):
    """A port that is being listened to."""

    def read(self) -> tuple[list[int], float] | None:
        """The next message and its distance in seconds from the one before, or None; never waits."""

    def close(self) -> None:
        """Stop listening."""


class PortSource(Protocol):
    """Where ports come from; used by one thread, which is the one that made it list ports first."""

    def ports(self) -> list[Port]:
        """All input ports there are now; raises MidiMissingError."""

    def open(self, port: Port) -> OpenPort:
        """Listen to a port; raises PortRefusedError."""

    def close(self) -> None:
        """Let go of the backends."""


class RtMidiPorts:
    """The real ports."""

    def __init__(self) -> None:
        self._probes = Probes(lambda api: rtmidi.MidiIn(rtapi=api, name=f"{CLIENT_NAME} ports"))

    def ports(self) -> list[Port]:
        """All input ports of all backends that work; raises MidiMissingError."""
        found = self._probes.ports()
        if self._probes.is_empty:
            raise MidiMissingError
        return found

    def open(self, port: Port) -> OpenPort:
        """Listen to a port; raises PortRefusedError."""

        def make(api: int) -> rtmidi.MidiIn:
            return rtmidi.MidiIn(rtapi=api, name=f"{CLIENT_NAME} input", queue_size_limit=_QUEUE)

        return _RtMidiPort(connected(make, port, "in"))

    def close(self) -> None:
        """Let go of the backends."""
        self._probes.close()


class _RtMidiPort:
    def __init__(self, client: rtmidi.MidiIn) -> None:
        self._client: rtmidi.MidiIn | None = client

    def read(self) -> tuple[list[int], float] | None:
        return None if self._client is None else self._client.get_message()

    def close(self) -> None:
        if self._client is not None:
            self._client.close_port()
            self._client.delete()
            self._client = None
