"""MIDI output ports through python-rtmidi, on every backend that it brings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Protocol

import rtmidi

from desktop_app.devices.port_choice import CLIENT_NAME, Port
from desktop_app.devices.rtmidi_probes import Probes, connected


class OpenOutput(Protocol):
    """A port that is being played to."""

    def write(self, data: Sequence[int]) -> None:
        """Send one message now; OSError when the port is gone."""

    def close(self) -> None:
        """Let go of it."""


class OutputSource(Protocol):
    """Where output ports come from; used by one thread."""

    def ports(self) -> list[Port]:
        """All output ports of others there are now."""

    def open(self, port: Port) -> OpenOutput:
        """Play to a port; raises PortRefusedError."""

    def close(self) -> None:
        """Let go of the backends."""


class RtMidiOutputs:
    """The real ports."""

    def __init__(self) -> None:
        self._probes = Probes(lambda api: rtmidi.MidiOut(rtapi=api, name=f"{CLIENT_NAME} outputs"))

    def ports(self) -> list[Port]:
        """All output ports of all backends that work, without our own."""
        return [port for port in self._probes.ports() if CLIENT_NAME.lower() not in port.address.lower()]

    def open(self, port: Port) -> OpenOutput:
        """Play to a port; raises PortRefusedError."""
        make = partial(rtmidi.MidiOut, name=f"{CLIENT_NAME} output")
        return _RtMidiOutput(connected(make, port, "out"))

    def close(self) -> None:
        """Let go of the backends."""
        self._probes.close()


class _RtMidiOutput:
    def __init__(self, client: rtmidi.MidiOut) -> None:
        self._client: rtmidi.MidiOut | None = client

    def write(self, data: Sequence[int]) -> None:
        if self._client is not None:
            self._client.send_message(list(data))

    def close(self) -> None:
        if self._client is not None:
            self._client.close_port()
            self._client.delete()
            self._client = None
